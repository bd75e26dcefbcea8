"""Static files as they are sent: without comments, imports in place, compressed once."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import brotli
from flask import Response, request
from rcssmin import cssmin
from rjsmin import jsmin

_IMPORT: Final = re.compile(r'@import "([\w.-]+)";')


class StaticFile:
    """One file in each encoding."""

    def __init__(self, name: str, content: bytes) -> None:
        self._type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._etag = hashlib.sha256(content).hexdigest()[:24]
        self._encoded = {"": content}
        if self._type.startswith("text/"):
            self._encoded["gzip"] = gzip.compress(content, 9, mtime=0)
            self._encoded["br"] = brotli.compress(content, brotli.MODE_TEXT, quality=11)

    def response(self) -> Response:
        """Return the answer to the present request: the smallest that it accepts, or 304."""
        offered = [name for name in ("br", "gzip") if name in self._encoded]
        encoding = request.accept_encodings.best_match(offered) or ""
        response = Response(self._encoded[encoding], content_type=self._content_type())
        response.headers["Vary"] = "Accept-Encoding"
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.set_etag(self._etag, weak=True)
        response.make_conditional(request)
        return response

    def _content_type(self) -> str:
        return f"{self._type}; charset=utf-8" if self._type.startswith("text/") else self._type


@lru_cache(maxsize=1)
def load(folder: Path, version: str) -> Mapping[str, StaticFile]:
    """Return every file below a folder, by its relative name; made once for each version."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: StaticFile(name, bare(path)) for name, path in names.items()}


def bare(path: Path) -> bytes:
    """Return a file's content without what only its writers read."""
    strip = _STRIPPED.get(path.suffix)
    return strip(path).encode() if strip else path.read_bytes()


def _script(path: Path) -> str:
    return str(jsmin(path.read_text("utf-8")))


def _style(path: Path) -> str:
    return str(cssmin(_with_imports(path)))


def _with_imports(path: Path) -> str:
    """Put what a sheet imports where it imports it: one request instead of one after another."""
    text = path.read_text("utf-8")
    return _IMPORT.sub(lambda found: _with_imports(path.parent / found[1]), text)


_STRIPPED: Final[dict[str, Callable[[Path], str]]] = {".js": _script, ".css": _style}
