"""From text to safe HTML."""

import sys
import time
from collections.abc import Iterable

import pytest

from commentbox.lib import markdown, text
from tests import corpora
from tests.unit.lib import markup

REL = f'rel="{markup.REL}"'

# What people write; a sanitiser that strips would lose words in about half of these.
SENTENCES = """
I <3 you|a < b and b > c|List<T> is not List<?>|std::vector<int> v;|x<y|if (a<b) return;|
Ann <ann at example> wrote|From: <nobody>|<insert joke here>|</sarcasm>|<- this|-> that|<-- both|
AT&T|Q&A|R&D & sales|&lt; is an entity|&amp;|&nbsp;|&copy 2026|1 < 2 && 3 > 2|a <= b >= c|
use <b> for bold|the <script> tag|<!-- comment -->|<!DOCTYPE html>|<?php echo 1 ?>|{{ 7*7 }}|
5 > 3|"quoted" 'text'|a\u00a0b|100% <sure>|Map<String, List<Integer>>|<T extends U>|
#include <stdio.h>|cat < in.txt > out.txt|:-< sad|>:( angry|<|>|<>|&|x & y
""".replace("\n", "").split("|")

# What took longest, up to two seconds, before rendering had its bounds.
PROSE = "I have read this twice. The *second* half says what I wanted to say for years. "
SLOW = {
    "an address in an address": "https://x.y/" * 900,
    "encoded letters": "http://\u6f22.\u6f22/" * 900,
    "long words": ("=www." * 398 + " ") * 6,
    "links that are none": "[>http://" * 1_200,
    "names of users": "http://#\u6f22a@ " * 1_000,
    "a paragraph that goes on in quotes": "> " * 10 + "a\n" + "[\n" * 5_000,
    "marks": "a" + "\u0301\u0316" * 5_000,
    "look-alikes": "".join(f"\u0430{number}.com " for number in range(1_200)),
}


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
        ("[a](https://b.example)", f'<p><a href="https://b.example/" {REL}>a</a></p>'),
        ("www.b.org", f'<p><a href="http://www.b.org/" {REL}>www.b.org</a></p>'),
        ("![a](https://b.example)", f'<p>!<a href="https://b.example/" {REL}>a</a></p>'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ('[a](https://b.example "t")', f'<p><a href="https://b.example/" {REL}>a</a></p>'),
    ],
)
def test_a_subset_of_markdown_is_rendered(source: str, html: str) -> None:
    assert markdown.render(source) == html


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if s])
def test_f11_what_was_typed_is_shown(sentence: str) -> None:
    shown = markup.Elements(markdown.render(f"x {sentence} y")).text
    assert shown == f"x {sentence} y"


@pytest.mark.parametrize(
    "source",
    [
        ">" * 30 + " deep",
        "- " * 30 + "deep",
        "[a]: https://b.example",
        "```\n```",
        ">",
        "a\n\n" + "http://b.example " * 200,
    ],
)
def test_f11_nothing_is_swallowed_by_mark_up(source: str) -> None:
    shown = markup.Elements(markdown.render(source)).text
    assert shown.split() == source.split()


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("see b.com, c.de and www.d.io/e_f_g*", 3),
        ("ann@b.org", 1),
        ("README.md, setup.py, main.rs, so.In that case", 0),
        ("youtu.be/k and so.in/that", 2),
        ("//b.example ftp://b.example b.txt 1.2.3.4", 0),
        ("http://b.example " * 200, 200),
        ("x" * 600 + " www.b.example" * 30, 30),
    ],
)
def test_bare_addresses_are_links(typed: str, links: int) -> None:
    assert len(markdown.links(markdown.render(typed))) == links


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("http://\u0430pple.com/", "http://xn--pple-43d.com/"),
        ("http://\u0430\u0440\u0440\u04cf\u0435.com", "http://xn--80ak6aa92e.com/"),
        ("http://b\u00fccher.de/\u00fc", "http://b\u00fccher.de/\u00fc"),
        ("http://b.example/%E2%80%AEgpj", "http://b.example/%E2%80%AEgpj"),
        ("&#8238;gpj", "&#8238;gpj"),
    ],
)
def test_f5_an_address_shows_where_it_leads(typed: str, shown: str) -> None:
    assert markup.Elements(markdown.render(typed)).text == shown


def test_h4_foreign_html_is_reduced_to_what_comments_may_hold() -> None:
    html = markdown.sanitise('<p id="x">a <b>b</b> <img src=x onerror=y>&#8238;c<script>d</script>')
    assert html == "<p>a b c</p>"


def test_links_are_told_in_order() -> None:
    html = markdown.render("[a](https://b.example/?c&d) and https://e.example")
    assert markdown.links(html) == ["https://b.example/?c&d", "https://e.example/"]


def test_an_excerpt_is_plain_and_short() -> None:
    html = markdown.render("**Bold** <b>\n\nnext & last")
    assert markdown.plain(html, 100) == "Bold <b> next & last"
    assert markdown.plain(html, 8) == "Bold <b…"


def test_f1_f3_f4_f5_no_payload_leaves_the_allow_list() -> None:
    payloads = corpora.lines("xss/**/*.txt") or ["<script>alert(1)</script>"]
    for payload in payloads:
        markup.assert_safe(markdown.render(payload[: markdown.MAX_SOURCE]))


def test_f5_no_url_of_the_standard_tests_becomes_an_unsafe_link() -> None:
    for case in corpora.document("url/urltestdata.json"):
        if isinstance(case, dict):
            markup.assert_safe(markdown.render(f"[a](<{case['input']}>) <{case['input']}>"))


def test_f9_hostile_text_takes_bounded_time() -> None:
    # A slow machine may take longer, by as much as it does with what people write.
    most = max(0.25, 50 * _fastest(PROSE * 200))
    for name, source in [*SLOW.items(), *corpora.document("redos/redos-inputs.json").items()]:
        assert _fastest(source) < most, name


def test_f10_odd_strings_are_rendered_and_cleaned_once_for_all() -> None:
    own = dict(corpora.document("unicode/own-unicode.json")).values()
    for source in [*corpora.document("unicode/blns.json"), *_flat(own)]:
        markup.assert_safe(markdown.render(source))
        assert text.clean(text.clean(source)) == text.clean(source)


def _flat(values: Iterable[str | list[str]]) -> list[str]:
    return [each for value in values for each in ([value] if isinstance(value, str) else value)]


def _fastest(source: str) -> float:
    """Return the least of three times: that of the work, not of a machine with other things."""
    return min(_seconds(source[: markdown.MAX_SOURCE]) for _ in range(3))


def _seconds(source: str) -> float:
    """Return the processor time of one rendering, without the cost of measuring coverage."""
    tracer = sys.gettrace()
    sys.settrace(None)
    began = time.process_time()
    markdown.render(source)
    took = time.process_time() - began
    sys.settrace(tracer)
    return took
