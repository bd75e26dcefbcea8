"""What holds for every address: keys are fixed points, and nothing foreign passes."""

from collections.abc import Iterator
from typing import Any

from ada_url import URL, normalize_url
from hypothesis import given
from hypothesis import strategies as st

from commentbox.errors import Invalid
from commentbox.lib import urls
from tests import corpora
from tests.unit.lib.url_pairs import APART, SHARED

ORIGINS = ["https://blog.example", "http://localhost:8000"]

# Pieces that meet each other badly: encodings inside encodings, endings behind endings.
_hosts = st.lists(
    st.sampled_from(["www", "WWW", "blog", "example", "bücher", "xn--bcher-kva", "0x7f", "1", ""]),
    min_size=1,
    max_size=5,
).map(".".join)
_pieces = st.sampled_from(
    """
    / // \\ . .. ... %2e %2E%2e . %2F %5C % %% %25 %34%31 %4 %zz %41 %7e ~ ü %C3%BC %E9 | ' " < >
    index.html Index.PHP %69ndex.htm default.aspx amp AMP %61mp a A b ; ? & = + %2B %20 %26 %3D # #!
    utm_source=x UTM_x= %75tm_a=1 fbclid= amp;utm_a=1 &amp; amp=1 token=x p=1 p=2 a=1&a=0 \x00
    \ud800 [ ] \u200b \ufeff ! $ * ( ) , : @ { } ^ `
    """.split()
)
_texts = st.one_of(_pieces, st.text(max_size=3))
_rests = st.lists(_texts, max_size=12).map("".join)
_addresses = st.one_of(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "HTTP:", "https:\\\\", "https://u:p@", "//", ""]),
        _hosts,
        st.sampled_from(["", ".", ":", ":80", ":443", ":8080", ":0"]),
        st.sampled_from(["", "/", "?", "#", "/?"]),
        _rests,
    ),
    st.text(),
)
_origins = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["blog.example", "www.blog.example", "localhost"]),
    st.sampled_from(["", ":80", ":443", ":8000"]),
)


@given(_addresses)
def test_a_key_is_its_own_key(address: str) -> None:
    _check_key(address)


def test_a_key_is_its_own_key_for_the_addresses_of_the_url_standard() -> None:
    for case in _standard_cases():
        _check_key(case["input"])
        _check_key(case.get("href", ""))


def test_an_address_of_the_url_standard_is_registered_only_by_its_own_host() -> None:
    for case in _standard_cases():
        hosts = {"example.com", "www.example.com", "example.com.", "www.example.com."}
        if urls.is_registered(case["input"], ["https://example.com"]):
            assert URL(case["input"]).hostname in hosts


def test_the_pairs_have_keys_that_are_their_own_keys() -> None:
    for one, other, _ in SHARED + APART:
        assert _check_key(one)
        assert _check_key(other)


@given(_rests)
def test_nothing_behind_the_host_changes_whose_address_it_is(rest: str) -> None:
    try:
        key = urls.canonical(f"https://blog.example/{rest}")
    except Invalid:
        return
    assert urls.is_registered(key, ORIGINS)
    assert urls.origin(key) == "https://blog.example"


@given(_addresses, st.lists(_origins, min_size=1, max_size=3))
def test_a_link_back_stays_on_the_site_and_in_the_thread(address: str, known: list[str]) -> None:
    origins = [urls.parse_origin(text) for text in known]
    try:
        link = urls.public_url(address, origins)
    except Invalid:
        return
    assert urls.is_registered(address, origins)
    assert urls.origin(link) in origins
    assert urls.canonical(link) == urls.canonical(address)
    assert urls.public_url(link, origins) == link


@given(_addresses)
def test_an_origin_survives_being_typed_again(address: str) -> None:
    try:
        origin = urls.origin(address)
    except Invalid:
        return
    assert urls.parse_origin(origin) == urls.parse_origin(f"{origin}/") == origin


@given(_addresses)
def test_a_website_is_a_plain_public_web_address(text: str) -> None:
    try:
        address = urls.web_address(text)
    except Invalid:
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert URL(address).username == URL(address).password == ""


@given(st.one_of(_addresses, st.builds("mailto:{}".format, _rests)))
def test_a_safe_link_reads_the_same_on_any_page(href: str) -> None:
    if urls.is_safe_link(href):
        for page in ("https://comments.example/a/b", "http://comments.example/"):
            assert URL(href).href == URL(href, page).href
        assert URL(href).protocol in {"http:", "https:", "mailto:"}


def _check_key(address: str) -> bool:
    """Check that the key is its own and as the standard writes it; False if there is none."""
    try:
        key = urls.canonical(address)
    except Invalid:
        return False
    assert urls.canonical(key) == key
    assert normalize_url(key) == key
    assert len(key) <= urls.MAX_LENGTH
    return True


def _standard_cases() -> Iterator[dict[str, Any]]:
    # Strings between the cases are remarks.
    for case in corpora.document("url/urltestdata.json"):
        if isinstance(case, dict):
            yield case
    for case in corpora.document("url/toascii.json"):
        if isinstance(case, dict):
            yield {"input": f"https://{case['input']}/x"}
