"""What holds for any text: it renders to the allow-list, and cleaning it once is enough."""

from hypothesis import given, settings
from hypothesis import strategies as st

from commentbox.lib import markdown, text
from tests.unit.lib.markup import Elements, assert_safe

# How long an example takes on a busy machine says nothing; F9 has a test of its own.
_unhurried = settings(deadline=None)
# Pieces that meet each other badly in mark-up, and in the shaping of letters.
_MARKS = st.sampled_from(
    "* _ ~~ ` ``` [ ] ( ) < > ! \\ > - 1. # | & &lt; &#8238; : // http:// www. a@b.de .com ' = /"
    " javascript: [a]: https://x.y/ <a <!-- --> <script> </p> href= onerror= %E2%80%AE b c".split()
)
_GAPS = st.sampled_from(["", " ", "\n", "\n\n", "\t", "    "])
_LETTERS = st.sampled_from(
    "a \u05d0 \u0627 \u0915 \u094d \u1100 \u1161 \u0344 \u0301 \u0316 \u20dd \u0958 \u202e \u2066"
    " \u2067 \u2069 \u200e \u200d \u200c \u200b \ufe0f \ufeff \U0001f468 \U0001f3fb \U0001f3f4"
    " \U000e0067 \U000e007f \u2764 \u3164 \ud800 \udc00 \uffff \x00 \r \u2028".split(" ")
)
_MARK_UP = st.lists(st.one_of(_MARKS, _GAPS, st.text(max_size=2)), max_size=60).map("".join)
_SCRIPTS = st.lists(st.one_of(_LETTERS, st.characters()), max_size=60).map("".join)


@_unhurried
@given(st.one_of(st.text(max_size=400), _MARK_UP, _SCRIPTS))
def test_f1_any_text_renders_to_the_allow_list(source: str) -> None:
    assert_safe(markdown.render(source))


@_unhurried
@given(st.one_of(st.text(max_size=400), _MARK_UP))
def test_h4_any_html_is_reduced_to_the_allow_list(source: str) -> None:
    html = markdown.sanitise(source)
    assert_safe(html)
    assert markdown.sanitise(html) == html


@_unhurried
@given(_MARK_UP)
def test_what_shows_something_still_does_when_it_is_rendered(source: str) -> None:
    shown = Elements(markdown.render(source)).text
    assert text.is_blank(shown) == text.is_blank(text.clean(source))


@_unhurried
@given(st.one_of(st.text(max_size=400), _SCRIPTS))
def test_f10_cleaning_what_is_clean_changes_nothing(source: str) -> None:
    once = text.clean(source)
    assert text.clean(once) == once
    once.encode()
    assert text.clean_line(text.clean_line(source)) == text.clean_line(source)


@_unhurried
@given(_SCRIPTS)
def test_f10_any_text_can_be_compared_and_shown_as_a_name(source: str) -> None:
    assert len(text.fingerprint(source)) == 64
    assert len(text.initial(source)) == 1
    assert text.skeleton(source) == text.skeleton(text.clean_line(source))
    assert isinstance(text.is_blank(source), bool)
    assert not set("\n\u202e\u2067\u200b") & set(text.clean_line(source))


@_unhurried
@given(_MARK_UP, st.integers(min_value=1, max_value=80))
def test_an_excerpt_keeps_to_its_limit(source: str, limit: int) -> None:
    assert len(markdown.plain(markdown.render(source), limit)) <= limit
