"""Static files: named by their content, so that they can be kept for ever."""

import hashlib
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, url_for

from commentbox.web.kit import files
from commentbox.web.kit.files import StaticFile

_FOREVER: Final = "public, max-age=31536000, immutable"
_AN_HOUR: Final = "public, max-age=3600"


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder under `/static/<version>/`, and give templates `asset(name)`.

    The loader is served as `/embed.js` too, for the tag that an owner pastes once and for all.
    """
    version = _version(folder)
    stored = files.load(folder, version)

    def serve(version: str, name: str) -> Response:
        if version != app.extensions["commentbox.assets"] or name not in stored:
            abort(404)
        return _answer(stored[name], cache=_FOREVER)

    def loader() -> Response:
        return _answer(stored["embed.js"], cache=_AN_HOUR)

    def asset(name: str) -> str:
        return url_for("static", version=version, name=name)

    app.extensions["commentbox.assets"] = version
    app.add_url_rule("/static/<version>/<path:name>", "static", serve)
    app.add_url_rule("/embed.js", "loader", loader)
    app.jinja_env.globals["asset"] = asset


def _answer(file: StaticFile, *, cache: str) -> Response:
    response = file.response()
    response.headers["Cache-Control"] = cache
    # The loader runs in the pages of others, and with `integrity` only if it may be read there.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _version(folder: Path) -> str:
    """Hash all files together: modules import each other by relative address."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
