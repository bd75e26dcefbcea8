"""From a comment's text to HTML that is safe to show to anybody."""

import re
from html import unescape
from typing import Final

import nh3
from markdown_it import MarkdownIt

from commentbox.lib import text, urls

VERSION: Final = 1
"""Counts changes of the rendering; a comment's HTML keeps the one it was made with."""

MAX_SOURCE: Final = 10_000  # characters
_MOST_NESTING: Final = 20
_TAGS: Final = {
    "a",
    "p",
    "br",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "hr",
}
_ATTRIBUTES: Final[dict[str, set[str]]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
_REL: Final = "nofollow ugc noopener noreferrer"
_HREF: Final = re.compile(r'<a href="([^"]*)"')
_PARSER: Final = (
    MarkdownIt(
        "commonmark",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": _MOST_NESTING},
    )
    .enable(["linkify", "strikethrough"])
    .disable(["heading", "lheading", "image", "html_block", "html_inline"])
)
# The parser writes <s>, "no longer relevant"; what people mean by ~~this~~ is <del>.
_PARSER.add_render_rule("s_open", lambda *_: "<del>")
_PARSER.add_render_rule("s_close", lambda *_: "</del>")


def render(source: str) -> str:
    """Return the HTML of a comment: a subset of Markdown, everything else as it was typed.

    Emphasis, code, quotes, lists, links (bare addresses too) and line breaks work. HTML, headings,
    images and tables are shown as typed. The result holds no other tag or attribute than those of
    the allow-list, and links lead to http, https and mailto only.
    """
    return nh3.clean(
        _PARSER.render(text.clean(source)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=_REL,
        strip_comments=True,
    ).strip()


def links(html: str) -> list[str]:
    """Return where the links of a rendered comment lead, in order."""
    return [unescape(href) for href in _HREF.findall(html)]


def unlinked(html: str) -> str:
    """Return the HTML of a rendered comment without its links, for a preview."""
    return nh3.clean(html, tags=_TAGS - {"a"}, attributes={"ol": {"start"}}, strip_comments=True)


def plain(html: str, limit: int) -> str:
    """Return the text of a rendered comment on one line, cut to `limit` characters."""
    spaced = re.sub(r"</(p|li|blockquote|pre)>|<(br|hr)>", " ", html)
    words = text.clean_line(unescape(nh3.clean(spaced, tags=set())))
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _safe_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "href" and not urls.is_safe_link(value):
        return None
    return value
