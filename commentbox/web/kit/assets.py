"""Static files: named by their content, so that they can be kept for ever."""

import hashlib
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, send_from_directory, url_for

_FOREVER: Final = "public, max-age=31536000, immutable"


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder under `/static/<version>/`, and give templates `asset(name)`."""
    version = _version(folder)

    def serve(version: str, name: str) -> Response:
        if version != app.extensions["commentbox.assets"]:
            abort(404)
        response = send_from_directory(folder, name)
        response.headers["Cache-Control"] = _FOREVER
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def asset(name: str) -> str:
        return url_for("static", version=version, name=name)

    app.extensions["commentbox.assets"] = version
    app.add_url_rule("/static/<version>/<path:name>", "static", serve)
    app.jinja_env.globals["asset"] = asset


def _version(folder: Path) -> str:
    """Hash all files together: modules import each other by relative address."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
