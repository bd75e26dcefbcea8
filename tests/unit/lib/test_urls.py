"""What addresses become: thread keys, origins, links."""

import pytest
from ada_url import URL

from commentbox.errors import Invalid
from commentbox.lib import urls
from tests import corpora
from tests.unit.lib.url_pairs import APART, HOME, SHARED

ORIGINS = [HOME]
UNREADABLE = [
    "", "post", "/post", "//blog.example/", "null", "https://", "https:///", "https://:80/",
    "https://./", "https://a..b/", "https://.a/", "https://a b/", "https://a.b:99999/",
    "https://[::1/", "https://1.2.3.999/", "https://blog.example;sandbox/",
    "https://*.blog.example/",
]  # fmt: skip
OTHER_SCHEMES = [
    "ftp://blog.example/", "file:///post", "javascript:alert(1)", "data:text/html,x", "about:blank",
    "mailto:a@blog.example", "blob:https://blog.example/1", "wss://blog.example/",
    "chrome-extension://abc/page.html",
]  # fmt: skip
NO_ADDRESSES = UNREADABLE + OTHER_SCHEMES


@pytest.mark.parametrize(("one", "other", "reason"), SHARED, ids=[row[2] for row in SHARED])
def test_spellings_of_one_article_share_a_thread(one: str, other: str, reason: str) -> None:
    assert urls.canonical(one) == urls.canonical(other), reason


@pytest.mark.parametrize(("one", "other", "reason"), APART, ids=[row[2] for row in APART])
def test_different_articles_have_threads_of_their_own(one: str, other: str, reason: str) -> None:
    assert urls.canonical(one) != urls.canonical(other), reason


def test_a_key_is_an_address_a_person_can_read() -> None:
    address = "http://u:p@www.BLOG.example:80//2026/./Über/index.html?z=1&utm_source=x&a=b c#top"
    assert urls.canonical(address) == f"{HOME}/2026/%C3%9Cber?a=b%20c&z=1"


def test_every_name_on_the_lists_is_dropped() -> None:
    names = urls.TRACKING_PARAMETERS | urls.SECRET_PARAMETERS
    names |= {f"{prefix}x" for prefix in urls.TRACKING_PREFIXES}
    assert {urls.canonical(f"{HOME}/a?{name}=1") for name in names} == {f"{HOME}/a"}
    assert all(name == name.lower() for name in names)


def test_a_private_address_leaves_no_secret_in_key_or_link() -> None:
    address = "https://u:p@blog.example/a?token=SECRET#frag"
    assert urls.canonical(address) == f"{HOME}/a"
    assert urls.public_url(address, ORIGINS) == f"{HOME}/a"


@pytest.mark.parametrize("address", [*NO_ADDRESSES, f"{HOME}/\ud800"])
def test_what_is_no_web_address_has_no_thread(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        urls.canonical(address)
    assert caught.value.code == "address.invalid"
    assert not urls.is_registered(address, ORIGINS)


def test_an_address_may_have_2048_characters_after_normalising() -> None:
    longest = f"{HOME}/" + "a" * (urls.MAX_LENGTH - len(HOME) - 1)
    assert urls.canonical(f"{longest}?fbclid={'x' * 2_000}") == longest
    for too_long in (f"{longest}a", f"{HOME}/{'|' * 1_000}", f"{HOME}/?fbclid={'x' * 10_000}"):
        with pytest.raises(Invalid, match=r"address\.invalid"):
            urls.canonical(too_long)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{HOME}/post?a=1#b", HOME),
        ("http://u:p@WWW.Blog.Example:80/", "http://www.blog.example"),
        ("http://blog.example:443/", "http://blog.example:443"),
        ("https://bücher.example:8443/x", "https://xn--bcher-kva.example:8443"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]"),
    ],
)
def test_the_origin_of_an_address_is_spelled_as_browsers_do(address: str, expected: str) -> None:
    assert urls.origin(address) == expected


@pytest.mark.parametrize("address", [*NO_ADDRESSES, f"{HOME}/\ud800"])
def test_what_is_no_web_address_has_no_origin(address: str) -> None:
    for read in (urls.origin, urls.parse_origin):
        with pytest.raises(Invalid, match=r"origin\.invalid"):
            read(address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://blog.example", HOME),
        (" https://Blog.Example/\n", HOME),
        ("https://blog.example:443", HOME),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://[::1]:8443/", "https://[::1]:8443"),
    ],
)
def test_an_owner_may_type_an_origin_in_several_ways(text: str, expected: str) -> None:
    assert urls.parse_origin(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{HOME}/blog", f"{HOME}//", f"{HOME}/.", f"{HOME}?", f"{HOME}/?a", f"{HOME}#", f"{HOME}*",
        "https://u@blog.example", "https://@blog.example", "https://*.blog.example", "*", "https:",
        "blog.example", "//blog.example", "https:blog.example", "https:\\\\blog.example",
        "https://blog.example https://evil.example", "https://blog.example,https://evil.example",
        "https://blog.example;script-src", "https://'self'", "https://bl%6Fg.example",
    ],
)  # fmt: skip
def test_an_origin_is_nothing_but_an_origin(text: str) -> None:
    with pytest.raises(Invalid, match=r"origin\.invalid"):
        urls.parse_origin(text)


@pytest.mark.parametrize(
    ("address", "known", "expected"),
    [
        (f"{HOME}/a", HOME, True),
        ("http://www.blog.example:80/a", HOME, True),
        (f"{HOME}/a", "http://www.blog.example", True),
        ("https://blog.example:8443/a", "http://blog.example:8443", True),
        ("https://blog.example:8443/a", HOME, False),
        (f"{HOME}/a", "https://blog.example:8443", False),
        ("https://news.blog.example/", HOME, False),
        ("https://blog.example.evil.example/", HOME, False),
        ("https://evilblog.example/", HOME, False),
        ("https://blog.example@evil.example/", HOME, False),
        ("https://evil.example/https://blog.example/", HOME, False),
        ("https://evil.example\\@blog.example/", HOME, False),
    ],
)
def test_an_address_is_registered_by_host_and_port(
    address: str, known: str, expected: bool
) -> None:
    assert urls.is_registered(address, [known]) is expected


def test_a_canonical_link_of_the_site_names_the_thread() -> None:
    page = urls.choose(
        address=f"{HOME}/post?session=1",
        canonical_link="http://www.blog.example/post/",
        origins=ORIGINS,
    )
    assert urls.canonical(page) == f"{HOME}/post"


@pytest.mark.parametrize("link", [None, "", "/other", "https://evil.example/a", "javascript:1"])
def test_any_other_canonical_link_is_passed_over(link: str | None) -> None:
    page = urls.choose(address=f"{HOME}/post/", canonical_link=link, origins=ORIGINS)
    assert page == f"{HOME}/post/"


def test_a_page_of_another_site_has_no_thread() -> None:
    for address in ("https://evil.example/post", "https://blog.example:8443/post"):
        with pytest.raises(Invalid, match=r"address\.not_registered"):
            urls.choose(address=address, canonical_link=None, origins=ORIGINS)
        with pytest.raises(Invalid, match=r"address\.not_registered"):
            urls.public_url(address, ORIGINS)


@pytest.mark.parametrize(
    ("address", "origins", "expected"),
    [
        (f"{HOME}/a?utm_source=x#y", ["https://www.blog.example"], "https://www.blog.example/a"),
        ("https://u:p@www.blog.example/a/", [HOME], f"{HOME}/a/"),
        ("https://www.blog.example/a", [HOME, "https://www.blog.example"],
         "https://www.blog.example/a"),
        ("https://www.blog.example/a", ["http://blog.example", HOME], f"{HOME}/a"),
        (f"{HOME}:80/a/amp/", ["http://blog.example"], "http://blog.example/a/"),
        (f"{HOME}/a/index.html", [HOME], f"{HOME}/a/"),
        (f"{HOME}/index.php?p=1", [HOME], f"{HOME}/?p=1"),
        (HOME, [HOME], f"{HOME}/"),
    ],
)  # fmt: skip
def test_links_back_lead_to_the_registered_origin(
    address: str, origins: list[str], expected: str
) -> None:
    assert urls.public_url(address, origins) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://alice.example/", "https://alice.example/"),
        ("http://alice.example", "http://alice.example/"),
        (" HTTP://Alice.Example/Me?a=1#b ", "http://alice.example/Me?a=1#b"),
        ("alice.example/me", "https://alice.example/me"),
        ("alice.example:8080/me", "https://alice.example:8080/me"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
        ("pаypal.example", "https://xn--pypal-4ve.example/"),
        ("al\u200bice.exa\u202emple", "https://alice.example/"),
        ("alice.example/\x00a\nb\tc", "https://alice.example/abc"),
        ("alice.example/a b", "https://alice.example/a%20b"),
    ],
)
def test_a_website_becomes_an_address_that_shows_its_host(typed: str, expected: str) -> None:
    assert urls.web_address(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *NO_ADDRESSES, "JaVaScRiPt://alice.example/%0aalert(1)",
        "java\tscript:alert(1)", "vbscript:x", "ftp://alice.example",
        "mailto:a@alice.example", "a@alice.example", "https://u:p@alice.example/", "localhost",
        "https://localhost:8000/", "app.localhost", "intranet", "https://10.0.0.1/", "127.1",
        "https://[::1]/", "https://0x7f.1/", "//alice.example", "/about.html", "...", "\u202e",
        f"https://alice.example/{'a' * 200}", f"alice.example/{'😀' * 187}",
    ],
)  # fmt: skip
def test_what_is_no_public_website_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        urls.web_address(typed)
    assert caught.value.code == ("website.spaced" if " " in typed else "website.invalid")


@pytest.mark.parametrize("typed", ["mia example", "https://mia example", "mia\u00a0example"])
def test_a_website_with_spaces_is_refused_for_them(typed: str) -> None:
    with pytest.raises(Invalid, match=r"website\.spaced"):
        urls.web_address(typed)


@pytest.mark.parametrize(
    "href",
    [
        "https://alice.example/a?b=c&d#e", "http://alice.example", "HTTPS://alice.example/",
        "https://xn--bcher-kva.example/%C3%BC", "https://bücher.example/ü", "http://[2001:db8::1]/",
        "mailto:alice@alice.example", "MailTo:alice@alice.example?subject=Hi",
    ],
)  # fmt: skip
def test_absolute_links_and_mail_links_are_safe(href: str) -> None:
    assert urls.is_safe_link(href)


@pytest.mark.parametrize(
    "href",
    [
        "", "/a", "a", "#a", "?a", "//alice.example", "https:alice.example", "https:/alice.example",
        "https:\\\\alice.example", "https://alice.example\\@evil.example", "mailto:", "https://",
        "https://u:p@alice.example/", "https://google.example@evil.example/", "https://a..b/",
        "javascript:alert(1)", " https://alice.example", "https://alice.example\n", "\x01https://a/",
        "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///a", "tel:123", "http",
        "https://alice.example/\u202ea", "https://alice.example/<b>", 'https://alice.example/"',
        "https://alice.example:99999/", "https://alice.example/" + "a" * 9_000, "https://\ud800/",
    ],
)  # fmt: skip
def test_every_other_link_is_unsafe(href: str) -> None:
    assert not urls.is_safe_link(href)


def test_no_open_redirect_passes_for_the_site() -> None:
    for payload in corpora.lines("redirect/*.txt"):
        for address in (payload, f"https:{payload}", f"{HOME}{payload}", f"{HOME}@{payload}"):
            if urls.is_registered(address, ORIGINS):
                assert URL(address).hostname.removeprefix("www.") == "blog.example"
                assert urls.public_url(address, ORIGINS).startswith(f"{HOME}/")
        page = urls.choose(address=f"{HOME}/a", canonical_link=payload, origins=ORIGINS)
        assert urls.canonical(page).startswith(f"{HOME}/")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:8080", True),
        ("http://blog.localhost", True),
        ("http://127.0.0.53", True),
        ("http://[::1]:1", True),
        ("http://localhost.test", False),
        ("http://192.0.2.1", False),
    ],
)
def test_this_very_machine_is_known_by_its_names(origin: str, *, expected: bool) -> None:
    assert urls.is_loopback(origin) is expected
