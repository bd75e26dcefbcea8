"""Where to go next: only to pages of the desk."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from commentbox.web.kit.problems import SENTENCES

_DESK = "admin.desk."


def queue_url(**asked: str) -> str:
    """Return the address of a folder of the queue."""
    query = urlencode({name: text for name, text in asked.items() if text})
    path = url_for("admin.desk.queue.show")
    return f"{path}?{query}" if query else path


def local(wanted: str) -> str:
    """Return the address if it is one of a page of the desk, else that of the queue.

    It is put together anew from the route it matches, so nothing foreign can survive in it.
    """
    try:
        parts = urlsplit(wanted)
        route, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except (ValueError, HTTPException):
        return queue_url()
    if parts.scheme or parts.netloc or not route.startswith(_DESK):
        return queue_url()
    query = urlencode(parse_qsl(parts.query))
    return url_for(route, **values) + (f"?{query}" if query else "")


def with_notice(address: str, *, done: str = "", problem: str = "", at: str = "") -> str:
    """Return the address of a page, asking it to tell what was done or what went wrong.

    `at` is the comment whose row then has the focus, if the page shows it.
    """
    path, _, query = address.partition("?")
    kept = [(name, text) for name, text in parse_qsl(query) if name not in {"done", "problem"}]
    if done:
        kept.append(("done", done))
    if problem in SENTENCES:
        kept.append(("problem", problem))
    row = f"#comment-{at}" if at else ""
    return (f"{path}?{urlencode(kept)}" if kept else path) + row
