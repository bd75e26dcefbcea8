"""A page as bytes: rendered once, compressed once, answered many times."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import brotli
from werkzeug.http import parse_accept_header, parse_etags

Answer = tuple[str, list[tuple[str, str]], bytes]

# Browsers ask each time, so that one's own comment is there after a reload; shared caches may
# answer for a second, and with an old page while they ask (RFC 5861).
CACHE_CONTROL: Final = "public, max-age=0, s-maxage=1, stale-while-revalidate=30"
_BROTLI_QUALITY: Final = 5


class StoredPage:
    """One page, the same for everybody, in each encoding and with all its headers."""

    def __init__(self, html: str, headers: Mapping[str, str]) -> None:
        plain = html.encode()
        # Weak (RFC 9110 §8.8.1): the encodings of one page share it.
        self._etag = f'W/"{hashlib.sha256(plain).hexdigest()[:24]}"'
        # RFC 9110 §15.4.5: what was sent with the page itself still holds.
        self._unchanged = [
            ("ETag", self._etag),
            ("Cache-Control", CACHE_CONTROL),
            ("Vary", "Accept-Encoding"),
        ]
        common = [*self._unchanged, *headers.items()]
        self._gzip = gzip.compress(plain, 6, mtime=0)
        self._brotli = brotli.compress(plain, brotli.MODE_TEXT, _BROTLI_QUALITY)
        self._headers = {
            "": [*common, *_content(len(plain))],
            "br": [*common, *_content(len(self._brotli)), ("Content-Encoding", "br")],
            "gzip": [*common, *_content(len(self._gzip)), ("Content-Encoding", "gzip")],
        }

    @property
    def weight(self) -> int:
        """Return about how many bytes of memory the page takes."""
        return len(self._gzip) + len(self._brotli) + 4096

    def answer(self, *, accept_encoding: str, if_none_match: str) -> Answer:
        """Return status, headers and body for what the client accepts and has already."""
        if if_none_match and (if_none_match == self._etag or self._is_known(if_none_match)):
            return "304 Not Modified", list(self._unchanged), b""
        encoding = _encoding(accept_encoding)
        return "200 OK", list(self._headers[encoding]), self._body(encoding)

    def _is_known(self, if_none_match: str) -> bool:
        tag = self._etag.removeprefix("W/").strip('"')
        return parse_etags(if_none_match).contains_weak(tag)

    def _body(self, encoding: str) -> bytes:
        if encoding == "br":
            return self._brotli
        return self._gzip if encoding else gzip.decompress(self._gzip)


def _content(length: int) -> list[tuple[str, str]]:
    return [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(length))]


@lru_cache(maxsize=256)
def _encoding(accepted: str) -> str:
    """Choose among `Accept-Encoding` (RFC 9110 §12.5.3); browsers send few different values."""
    quality = {name.lower(): value for name, value in parse_accept_header(accepted)}
    return next((name for name in ("br", "gzip") if quality.get(name, 0) > 0), "")
