"""What rendered comments may hold, whoever looks at them."""

from html.parser import HTMLParser

import nh3

from commentbox.lib import urls

REL = "nofollow ugc noopener noreferrer"
TAGS = {"a", "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr"}
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}


class Elements(HTMLParser):
    """Collects the elements and the text of a fragment."""

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


def assert_safe(html: str) -> None:
    """Assert that all is on the allow-list, and that sanitising again finds nothing to do."""
    for tag, attributes in Elements(html).found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        if tag == "a":
            assert attributes["rel"] == REL
            assert urls.is_safe_link(attributes.get("href") or "https://none.example/")
    assert nh3.clean(html, tags=TAGS, link_rel=None, attributes=ATTRIBUTES) == html
