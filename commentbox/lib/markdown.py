"""From a comment's text to HTML that is safe to show to anybody."""

import re
from functools import lru_cache
from html import escape, unescape
from typing import Final

import nh3
from ada_url import URL
from markdown_it import MarkdownIt

from commentbox.lib import text, urls

VERSION: Final = 1
"""Counts changes of the rendering; a comment's HTML keeps the one it was made with."""

MAX_SOURCE: Final = 10_000  # characters
# Levels of elements (a list item makes two). The parser's time grows with each: 10,000
# characters of quotes took 240 ms at 20 levels.
_MOST_NESTING: Final = 12

_TAGS: Final = set("a p br strong em del code pre blockquote ul ol li hr".split())
_ATTRIBUTES: Final[dict[str, set[str]]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
_REL: Final = "nofollow ugc noopener noreferrer"
_HREF: Final = re.compile(r'<a href="([^"]*)"')
_TAG: Final = re.compile(r"<[^>]*>")
_BREAKS: Final = re.compile(r"</(?:p|li|blockquote|pre)>|<(?:br|hr)>")
# The parser's search for bare addresses starts again at each of these and reads the rest of the
# word. 2,000 of them in words of 2,000 characters took a second.
_PERHAPS_LINK: Final = re.compile(r"://|www\.|@", re.IGNORECASE)
_MOST_PERHAPS_LINKS: Final = 150
_MOST_IN_LONG_WORDS: Final = 20
_LONG_WORD: Final = re.compile(r"\S{500}")
_BARE_LINK: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")
_SCHEME: Final = re.compile(r"^https?://", re.IGNORECASE)

# An address without a scheme is one if it ends like this. `README.md` and "so.In the end" are
# none: country codes that are file endings or English words need a path behind them.
_ENDINGS: Final = (
    "biz com edu gov net org pro web aero coop info museum name shop рф "
    "app blog dev online site store tech xyz top club live news page wiki"
).split()
_NOT_ALONE: Final = "am as at be by cc do id in is it md me ml my no py rs sh so to us".split()
_COUNTRY: Final = "(?!(?:{})(?![a-z0-9/-]))[a-z]{{2}}".format("|".join(_NOT_ALONE))


class _Parser(MarkdownIt):
    """CommonMark as far as comments need it, its links held to the rules of `urls`."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name
        """Return the address as browsers will read it, or nothing, which is no safe link.

        The library's own encoder is in Python: 10,000 characters of refused links took 2 s.
        """
        try:
            return URL(url).href
        except ValueError:
            return ""

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name
        return urls.is_safe_link(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 -- the library's name
        """Return a bare address as it was typed, but in punycode if it pretends to be another.

        The library would also decode `%E2%80%AE`, which turns the letters that follow.
        """
        return self.normalizeLink(link) if _pretends(link) else link


def _parser() -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": _MOST_NESTING}
    parser = _Parser("commonmark", options)
    parser.enable(["linkify", "strikethrough"])
    # Without `entity`, "&lt;" is shown as it was typed, and "&#8238;" brings no control back.
    parser.disable(["heading", "lheading", "image", "html_block", "html_inline", "entity"])
    # The parser writes <s>, "no longer relevant"; what people mean by ~~this~~ is <del>.
    parser.add_render_rule("s_open", lambda *_: "<del>")
    parser.add_render_rule("s_close", lambda *_: "</del>")
    if parser.linkify is not None:
        parser.linkify.tlds([*_ENDINGS, _COUNTRY])
    return parser


_PARSER: Final = _parser()


def render(source: str) -> str:
    """Return the HTML of a comment: a subset of Markdown, everything else as it was typed.

    Emphasis, code, quotes, lists, links (bare addresses too) and line breaks work. HTML, entities,
    headings, images and tables are shown as typed. The result holds no other tag or attribute than
    those of the allow-list, and links lead to http, https and mailto only.

    Text that Markdown would swallow whole, that nests too deeply, is full of addresses, or is
    longer than `MAX_SOURCE` becomes plain paragraphs with links: nothing typed is lost, links are
    still seen and counted, and time stays bounded (0.25 s for 10,000 characters).
    """
    typed = text.clean(source)
    html = "" if _takes_long(typed) else _from_markdown(typed)
    return html if _shows_text(html) else _as_typed(typed)


def sanitise(html: str) -> str:
    """Return foreign HTML, such as an imported comment, reduced to what `render` could make."""
    # Entities hide controls from the first cleaning, and cleaning may change the mark-up.
    return _safe(text.clean(_safe(text.clean(html))))


def links(html: str) -> list[str]:
    """Return where the links of a rendered comment lead, in order, repeated ones included."""
    return [unescape(href) for href in _HREF.findall(html)]


def unlinked(html: str) -> str:
    """Return the HTML of a rendered comment without its links, for a preview."""
    return nh3.clean(html, tags=_TAGS - {"a"}, attributes={"ol": {"start"}}, strip_comments=True)


def plain(html: str, limit: int) -> str:
    """Return the text of a rendered comment on one line, cut to `limit` characters."""
    words = text.clean_line(unescape(nh3.clean(_BREAKS.sub(" ", html), tags=set())))
    return words if len(words) <= limit else text.clean_line(words[: limit - 1]) + "…"


def _takes_long(typed: str) -> bool:
    most = _MOST_IN_LONG_WORDS if _LONG_WORD.search(typed) else _MOST_PERHAPS_LINKS
    return len(typed) > MAX_SOURCE or len(_PERHAPS_LINK.findall(typed)) > most


def _from_markdown(typed: str) -> str:
    """Return the HTML, or nothing if the parser met its limit of nesting: it drops the rest."""
    tokens = _PARSER.parse(typed)
    if any(token.level >= _MOST_NESTING - 1 for token in tokens):
        return ""
    return _safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _shows_text(html: str) -> bool:
    return not text.is_blank(unescape(_TAG.sub("", html)))


def _as_typed(typed: str) -> str:
    paragraphs = (_linked(each) for each in _PARAGRAPHS.split(typed.strip()))
    return _safe("\n".join(f"<p>{each}</p>" for each in paragraphs if each))


def _linked(paragraph: str) -> str:
    """Return a paragraph's HTML with bare links in it, in time that grows with its length only."""
    html, end = "", 0
    for found in _BARE_LINK.finditer(paragraph):
        html += _escaped(paragraph[end : found.start()]) + _anchor(found[0])
        end = found.end()
    return html + _escaped(paragraph[end:])


def _anchor(typed: str) -> str:
    href = _PARSER.normalizeLink(typed if _SCHEME.match(typed) else f"http://{typed}")
    if not urls.is_safe_link(href):
        return _escaped(typed)
    return f'<a href="{escape(href)}">{_escaped(_PARSER.normalizeLinkText(typed))}</a>'


def _escaped(typed: str) -> str:
    return escape(typed, quote=False).replace("\n", "<br>\n")


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=_REL,
        strip_comments=True,
    ).strip()


def _safe_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "href" and not urls.is_safe_link(value):
        return None
    return value


@lru_cache(maxsize=1_024)
def _pretends(link: str) -> bool:
    """Say whether a link's host can be taken for another that is written in Latin letters."""
    if link.isascii():
        return False
    host = _SCHEME.sub("", link).split("/", 1)[0]
    return any(text.is_look_alike(label) for label in host.split("."))
