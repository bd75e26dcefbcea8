"""Where to go next: only to pages of the desk."""

from urllib.parse import parse_qsl, urlencode

from flask import url_for

from commentbox.web.kit.problems import SENTENCES


def queue_url(**asked: str) -> str:
    """Return the address of a folder of the queue."""
    query = urlencode({name: text for name, text in asked.items() if text})
    path = url_for("admin.desk.queue.show")
    return f"{path}?{query}" if query else path


def ban_url(comment_id: str, back: str) -> str:
    """Return where the author of a comment can be kept away."""
    return url_for("admin.desk.bans.ask", comment_id=comment_id, back=back)


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
    address = f"{path}?{urlencode(kept)}" if kept else path
    return row_of(address, at) if at else address


def row_of(address: str, comment_id: str) -> str:
    """Return the address of a comment's row on a page of the queue; another address as it is."""
    is_queue = address.partition("?")[0] == url_for("admin.desk.queue.show")
    return f"{address}#comment-{comment_id}" if is_queue else address
