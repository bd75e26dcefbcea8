"""Addresses: which article a page is, which site it belongs to, and which links are safe.

Everything is read by ada-url, a WHATWG URL parser (https://url.spec.whatwg.org/), so that the
server sees the same host as the browser. Normalising follows RFC 3986 section 6 and goes on
where websites agree in practice: one article must have one thread.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import quote, unquote_to_bytes

from ada_url import URL, HostType

from commentbox.errors import Invalid

MAX_LENGTH = 2_048  # characters of an address once it is normalised
MAX_RAW_LENGTH = 8_192  # characters read at all; leaves room for long tracking parameters
MAX_WEBSITE_LENGTH = 200  # characters typed into the Website field

# Parameters that say where a reader came from, never which article it is. `ref`, `source` and
# `id` are not here: on some sites they choose the article, and merged threads cannot be parted.
TRACKING_PREFIXES = ("utm_", "oly_", "hsa_", "mtm_", "piwik_", "fb_action_", "guce_", "elqtrack")
TRACKING_PARAMETERS = frozenset(
    """
    fbclid gclid gclsrc gbraid wbraid dclid gad_source gad_campaignid srsltid msclkid yclid ysclid
    twclid ttclid li_fat_id irclickid rb_clickid igsh igshid mibextid epik ef_id s_kwcid wickedid
    _ga _gl _ke _kx _bta_tid _branch_match_id _openstat __s __twitter_impression
    ref_src ref_url fb_source fb_ref guccounter
    mc_cid mc_eid mkt_tok vero_id vero_conv ml_subscriber ml_subscriber_hash ck_subscriber_id
    sfmc_id dm_i nr_email_referer _hsenc _hsmi __hssc __hstc __hsfp hsctatracking
    pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid
    replytocom amp
    """.split()
)
# Parameters that let a reader in. They are not part of an article's name and must not be stored.
SECRET_PARAMETERS = frozenset(
    """
    token access_token auth_token id_token refresh_token csrf_token api_key apikey
    password passwd phpsessid jsessionid sessionid session_id
    """.split()
)
# What a web server answers with for the folder itself, in any case of letters.
INDEX_FILES = frozenset(
    """
    index.html index.htm index.xhtml index.shtml index.php index.asp index.aspx index.jsp index.cgi
    default.html default.htm default.asp default.aspx
    """.split()
)

# A host as DNS and browsers know it. The WHATWG parser also lets `;`, `*` and quotes through,
# which would end a directive in a Content-Security-Policy.
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:]+\]")
_BARE_ORIGIN = re.compile(r"https?://[^\s/\\?#@%]+/?", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(https?://[^\s\\\"<>]+|mailto:[^\s\\\"<>]+)", re.IGNORECASE)
_SCHEME_OF_THE_WEB = re.compile(r"https?:", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SAFE_IN_PATH = "!$&()*+,;=:@"  # RFC 3986 pchar; the apostrophe is encoded, as in queries
_SAFE_IN_QUERY = "!$()*,:@/?"


def canonical(address: str) -> str:
    """Return the key of an article's thread: one absolute https address for all its spellings.

    Folded: http and https; `www.`; ports 80 and 443; a host's letter case, IDN spelling and last
    dot; dot segments, doubled and trailing slashes; index files; AMP variants (a last segment
    `amp` behind another, `?amp`); percent-encoding (of each path segment and parameter as a whole,
    so `%2F` is never a slash; `+` in a query is a space, as in forms); the order of parameters
    (those of one name keep theirs). Dropped: user and password, the fragment (`#!` too: pages of
    such a site need a thread id of their own), tracking and secret parameters, an empty query.
    Kept: letter case of path and query, other ports, other subdomains.

    The result has at most MAX_LENGTH characters, is serialised as WHATWG URL 4.5 says, and is its
    own key. Raises Invalid("address.invalid") for what is no http(s) address, or too long.
    """
    url = _parse(address, code="address.invalid")
    path = _page_path(url.pathname).rstrip("/") or "/"
    return _short_enough(f"https://{_site(url)}{path}{_page_query(url.search)}")


def public_url(address: str, origins: Collection[str]) -> str:
    """Return the article's address to link to and to mail, below the site's registered origin.

    The address's own origin if it is registered, else the one that only differs by scheme, `www.`
    or default port (https first). Without what `canonical` drops, but a trailing slash stays: a
    server may know the page by that spelling alone. Has the same `canonical` as the address.

    Raises Invalid("address.invalid"), or Invalid("address.not_registered") for a foreign host.
    """
    url = _parse(address, code="address.invalid")
    homes = [known for known in origins if _site_of(known) == _site(url)]
    if not homes:
        raise Invalid("address.not_registered")
    home = min(homes, key=lambda known: (known != url.origin, known.startswith("http:"), known))
    return _short_enough(f"{home}{_page_path(url.pathname)}{_page_query(url.search)}")


def choose(*, address: str, canonical_link: str | None, origins: Collection[str]) -> str:
    """Return the address that names a page: its canonical link if that is the site's, else its own.

    `canonical_link` is absolute, as `link.href` gives it; one that is foreign or cannot be read
    is passed over. Raises Invalid("address.invalid") for an address that cannot be read, and
    Invalid("address.not_registered") for one whose host is not the site's.
    """
    if canonical_link and is_registered(canonical_link, origins):
        return canonical_link
    if not is_registered(canonical(address), origins):
        raise Invalid("address.not_registered")
    return address


def is_registered(address: str, origins: Collection[str]) -> bool:
    """Tell whether an address lies on one of a site's origins, as `parse_origin` returns them.

    Scheme, `www.` and default ports are folded as in `canonical`; any other port must be equal.
    An address that `canonical` refuses is on no site.
    """
    try:
        site = _site_of(canonical(address))
    except Invalid:
        return False
    return any(site == _site_of(known) for known in origins)


def origin(address: str) -> str:
    """Return the origin of an http(s) address, such as `https://blog.example:8443`.

    Serialised as WHATWG HTML 7.1.1 says: lower case, IDN as punycode, no default port. Unlike in
    `canonical`, scheme and `www.` stay. Raises Invalid("origin.invalid") for anything else.
    """
    return _parse(address, code="origin.invalid").origin


def parse_origin(text: str) -> str:
    """Return the origin that an owner typed: scheme, host, perhaps a port, perhaps a last slash.

    Raises Invalid("origin.invalid") if there is more (path, query, fragment, user, wildcard), or
    no scheme, or another than http and https.
    """
    typed = text.strip()
    if not _BARE_ORIGIN.fullmatch(typed):
        raise Invalid("origin.invalid")
    return origin(typed)


def within(address: str, origins: Collection[str]) -> str:
    """Return an address to send somebody on to, as browsers read it, if it is on these origins.

    Scheme, host and port must be those of one of them; there may be no user name, which misleads.
    Raises Invalid("return.foreign").
    """
    url = _parse(address, code="return.foreign")
    if url.origin not in origins or url.username or url.password:
        raise Invalid("return.foreign")
    return _short_enough(url.href, code="return.foreign")


def is_loopback(origin: str) -> bool:
    """Tell whether an origin is on this very machine (RFC 6761, RFC 1122, RFC 4291)."""
    host = URL(origin).hostname.strip("[]")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def web_address(text: str) -> str:
    """Return what was typed as a website as an http(s) address, its host in punycode.

    A bare host gets `https://`. Invisible characters (controls, zero width, bidi) are removed.
    Raises Invalid("website.invalid") for other schemes, user names, more than MAX_WEBSITE_LENGTH
    characters, and hosts that cannot be a public site: IP addresses, `localhost`, single words; for
    those with white space Invalid("website.spaced").
    """
    if len(text) > MAX_WEBSITE_LENGTH:
        raise Invalid("website.invalid")
    typed = "".join(char for char in text if not _is_invisible(char)).strip()
    code = "website.spaced" if any(map(str.isspace, typed)) else "website.invalid"
    if not _SCHEME_OF_THE_WEB.match(typed):
        typed = f"https://{_bare_address(typed)}"
    url = _parse(typed, code=code)
    if url.username or url.password or not _is_public_name(url):
        raise Invalid(code)
    return _short_enough(url.href, code="website.invalid")


def is_safe_link(href: str) -> bool:
    """Tell whether a link in a comment may stay: absolute http, https or mailto.

    The scheme must be written out with its slashes (`https:x` is relative to an https page), and
    nothing may be in it that other parsers read differently: white space, invisible characters,
    backslashes, quotes, angle brackets. A user name before the host is refused: it only misleads.
    """
    if len(href) > MAX_RAW_LENGTH or not _SAFE_LINK.fullmatch(href):
        return False
    if any(_is_invisible(char) for char in href):
        return False
    if href[:7].lower() == "mailto:":
        return URL.can_parse(href)
    try:
        url = _parse(href, code="link.invalid")
    except Invalid:
        return False
    return not (url.username or url.password)


def _parse(address: str, *, code: str) -> URL:
    if len(address) > MAX_RAW_LENGTH:
        raise Invalid(code)
    try:
        url = URL(address)
    except ValueError as problem:  # also a lone surrogate, which has no UTF-8
        raise Invalid(code) from problem
    if url.protocol not in {"http:", "https:"} or not _HOST.fullmatch(url.hostname):
        raise Invalid(code)
    return url


def _site_of(address: str) -> str:
    return _site(_parse(address, code="address.invalid"))


def _site(url: URL) -> str:
    """Return host and port with `www.`, last dot and default ports of either scheme folded."""
    host = url.hostname.removesuffix(".")
    while host.startswith("www.") and "." in host[4:]:  # www.com is a name of its own
        host = host[4:]
    return host if url.port in {"", "80", "443"} else f"{host}:{url.port}"


def _page_path(path: str) -> str:
    """Return a path without index file, AMP ending and empty segments; a trailing slash stays."""
    segments = [_encoded(part, safe=_SAFE_IN_PATH) for part in path.split("/") if part]
    is_folder = path.endswith("/")
    while segments:
        last = segments[-1].lower()
        if last in INDEX_FILES:
            is_folder = True
        elif last != "amp" or len(segments) == 1:  # /amp alone is an article about it
            break
        segments.pop()
    return "/" + "/".join(segments) + ("/" if segments and is_folder else "")


def _page_query(search: str) -> str:
    """Return `?` and the parameters that choose the article, in order of name; else nothing."""
    pairs = [_parameter(part) for part in search.removeprefix("?").split("&")]
    kept = sorted((pair for pair in pairs if _chooses(*pair)), key=lambda pair: pair[0])
    query = "&".join(f"{name}={value}" if value else name for name, value in kept)
    return f"?{query}" if query else ""


def _parameter(part: str) -> tuple[str, str]:
    name, _, value = part.replace("+", " ").partition("=")
    return _encoded(name, safe=_SAFE_IN_QUERY), _encoded(value, safe=_SAFE_IN_QUERY)


def _chooses(name: str, value: str) -> bool:
    plain = name.lower().removeprefix("amp%3b")  # links copied from HTML say `&amp;utm_source=`
    if plain in TRACKING_PARAMETERS or plain in SECRET_PARAMETERS:
        return False
    return bool(name or value) and not plain.startswith(TRACKING_PREFIXES)


def _encoded(text: str, *, safe: str) -> str:
    # Bytes, not characters: `%E9` and `%E8` of an old site are two pages, and neither is UTF-8.
    return quote(unquote_to_bytes(text), safe=safe)


def _short_enough(address: str, *, code: str = "address.invalid") -> str:
    if len(address) > MAX_LENGTH:
        raise Invalid(code)
    return address


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE


def _bare_address(typed: str) -> str:
    if not typed[:1].isalnum():
        raise Invalid("website.invalid")
    return typed


def _is_public_name(url: URL) -> bool:
    host = url.hostname.removesuffix(".")
    return url.host_type == HostType.DEFAULT and "." in host and not host.endswith(".localhost")
