"""The hosts that links lead to, each in the one spelling that is compared."""

from collections.abc import Iterable
from typing import Final

from ada_url import URL

MOST: Final = 20
"""How many hosts of one comment count; what links to more is caught by that alone."""

_LONGEST: Final = 253  # characters of a name (RFC 1035)


def of(address: str) -> str:
    """Return the host of a web address, lower-case, in punycode, without `www.`; else nothing."""
    try:
        url = URL(address)
    except ValueError:
        return ""
    if url.protocol not in {"http:", "https:"}:
        return ""
    name = url.hostname.removesuffix(".")
    bare = name.removeprefix("www.")
    return bare if "." in bare or bare.startswith("[") else name


def of_all(addresses: Iterable[str]) -> list[str]:
    """Return the hosts of several addresses in order, each once, at most `MOST`."""
    return list(dict.fromkeys(filter(None, map(of, addresses))))[:MOST]


def typed(text: str) -> str:
    """Return the host that somebody typed, alone or as an address; of what is none, nothing."""
    text = text.strip().lower()
    name = of(text if "://" in text else f"http://{text}")
    is_one = "." in name and all(name.split(".")) and "@" not in text and len(name) <= _LONGEST
    return name if is_one else ""
