"""From text to safe HTML."""

import sys
import time
from html import unescape
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentbox.lib import markdown, text, urls
from tests import corpora

TAGS = {"a", "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr"}
REL = 'rel="nofollow ugc noopener noreferrer"'

# What people write; a sanitiser that strips would lose words in about half of these.
SENTENCES = """
I <3 you|a < b and b > c|List<T> is not List<?>|std::vector<int> v;|x<y|if (a<b) return;|
Ann <ann at example> wrote|From: <nobody>|<insert joke here>|</sarcasm>|<- this|-> that|<-- both|
AT&T|Q&A|R&D & sales|&lt; is an entity|&amp;|&nbsp;|&copy 2026|1 < 2 && 3 > 2|a <= b >= c|
use <b> for bold|the <script> tag|<!-- comment -->|<!DOCTYPE html>|<?php echo 1 ?>|{{ 7*7 }}|
5 > 3|"quoted" 'text'|a\u00a0b|100% <sure>|Map<String, List<Integer>>|<T extends U>|
#include <stdio.h>|cat < in.txt > out.txt|:-< sad|>:( angry|<|>|<>|&|x & y
""".replace("\n", "").split("|")


class Elements(HTMLParser):
    """Collects the elements of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("# a", "<p># a</p>"),
        ("a\n---", "<p>a</p>\n<hr>"),
        ("| a | b |", "<p>| a | b |</p>"),
        ("[a](https://b.example)", f'<p><a href="https://b.example" {REL}>a</a></p>'),
        ("www.b.org", f'<p><a href="http://www.b.org" {REL}>www.b.org</a></p>'),
        ("![a](https://b.example)", f'<p>!<a href="https://b.example" {REL}>a</a></p>'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ('[a](https://b.example "t")', f'<p><a href="https://b.example" {REL}>a</a></p>'),
    ],
)
def test_a_subset_of_markdown_is_rendered(source: str, html: str) -> None:
    assert markdown.render(source) == html


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if s])
def test_f11_what_was_typed_is_shown(sentence: str) -> None:
    shown = Elements(markdown.render(f"x {sentence} y")).text.strip()
    entities = f"x {unescape(sentence)} y"  # CommonMark 0.31 §2.5: entities are characters
    assert shown in {f"x {sentence} y", entities.strip()}


def test_links_are_told_in_order() -> None:
    html = markdown.render("[a](https://b.example/?c&d) and https://e.example")
    assert markdown.links(html) == ["https://b.example/?c&d", "https://e.example"]


def test_an_excerpt_is_plain_and_short() -> None:
    html = markdown.render("**Bold** <b>\n\nnext & last")
    assert markdown.plain(html, 100) == "Bold <b> next & last"
    assert markdown.plain(html, 8) == "Bold <b…"


def test_f1_f3_f4_f5_no_payload_leaves_the_allow_list() -> None:
    payloads = corpora.lines("xss/**/*.txt") or ["<script>alert(1)</script>"]
    for payload in payloads:
        _assert_safe(markdown.render(payload[: markdown.MAX_SOURCE]))


def test_f5_no_url_of_the_standard_tests_becomes_an_unsafe_link() -> None:
    for case in corpora.document("url/urltestdata.json"):
        if isinstance(case, dict):
            _assert_safe(markdown.render(f"[a](<{case['input']}>) <{case['input']}>"))


def test_f9_hostile_text_takes_bounded_time() -> None:
    for name, source in corpora.document("redos/redos-inputs.json").items():
        # The fastest of three: the time of the work, not of a machine that does other things.
        assert min(_seconds(source[: markdown.MAX_SOURCE]) for _ in range(3)) < 0.25, name


def test_f10_odd_strings_are_rendered_and_cleaned_once_for_all() -> None:
    for source in corpora.document("unicode/blns.json"):
        _assert_safe(markdown.render(source))
        assert text.clean(text.clean(source)) == text.clean(source)


@given(st.text(max_size=400))
def test_f1_any_text_renders_to_the_allow_list(source: str) -> None:
    _assert_safe(markdown.render(source))


@given(st.text(alphabet="<>[]()!*_~`#&;:/\\\"'= \nahrefsconimgjvt", max_size=200))
def test_f1_any_mark_up_renders_to_the_allow_list(source: str) -> None:
    _assert_safe(markdown.render(source))


def _assert_safe(html: str) -> None:
    for tag, attributes in Elements(html).found:
        allowed = {"a": {"href", "rel"}, "ol": {"start"}}.get(tag, set())
        assert tag in TAGS
        assert set(attributes) <= allowed
        if "href" in attributes:
            assert urls.is_safe_link(attributes["href"] or "")
            assert attributes["rel"] == "nofollow ugc noopener noreferrer"
    again = nh3.clean(
        html, tags=TAGS, link_rel=None, attributes={"a": {"href", "rel"}, "ol": {"start"}}
    )
    assert again == html


def _seconds(source: str) -> float:
    """Return the processor time of one rendering, without the cost of measuring coverage."""
    tracer = sys.gettrace()
    sys.settrace(None)
    began = time.process_time()
    markdown.render(source)
    took = time.process_time() - began
    sys.settrace(tracer)
    return took
