"""A reader's browser in front of a site `blog`, with and without script."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, func, insert, select
from werkzeug.test import TestResponse

from commentbox.comments import sites, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, ids
from commentbox.models import Comment, Policy, Site, Status, Thread
from tests.conftest import BASE, BLOG

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
ARTICLE = f"{BLOG}/article"
ANN = {"comment": "Hello", "email": "ann@example.org", "author": "Ann"}


class Reader:
    """A browser; each method is one thing that a reader does."""

    def __init__(self, app: Flask, *, policy: Policy = Policy.PUBLISH) -> None:
        self.app, self.client = app, app.test_client()
        with app.app_context():
            if db.session.scalar(select(Site.id).where(Site.name == "blog")) is None:
                begin_writing()
                sites.add("blog", [BLOG], policy=policy)
                db.session.commit()

    def get(self, kind: str = "", *, headers: dict[str, str] | None = None, **asked: Any) -> Any:
        """Return the answer to a request for the frame's page, or a part of it.

        `from_` stands for the parameter `from`, which Python takes for its own.
        """
        path = f"/embed/blog/{kind}".rstrip("/")
        query = {"url": ARTICLE} | {name.rstrip("_"): value for name, value in asked.items()}
        return self.client.get(path, query_string=query, headers=headers)

    def token(self) -> str:
        """Return a fresh token for the form."""
        return str(self.client.get("/embed/blog/token").get_json()["token"])

    def write(
        self,
        *,
        headers: dict[str, str] | None = None,
        after: timedelta = timedelta(seconds=3),
        **fields: str,
    ) -> TestResponse:
        """Send the form from the frame, some time after it opened."""
        form = {"token": self.token(), "page_url": ARTICLE, "page_title": "An article"}
        with clock.turned_by(after):
            return self.client.post(
                "/embed/blog/comments",
                data=form | ANN | fields,
                headers={"Origin": BASE} | (headers or {}),
            )

    def send(self, path: str, *, after: timedelta = timedelta(seconds=3), **fields: str) -> Any:
        """Send the form of the page without script, some time after that page was shown."""
        hidden = hidden_fields(self.client.get(path).text)
        with clock.turned_by(after):
            return self.client.post(path, data=hidden | ANN | fields, headers={"Origin": BASE})

    def change(self, act: Callable[[], Any]) -> Any:
        """Run something in a writing transaction of another process."""
        with self.app.app_context():
            begin_writing()
            found = act()
            db.session.commit()
            return found

    def comments(self) -> list[Comment]:
        """Return all comments that are stored, the first first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Comment).order_by(Comment.id)))

    def count(self) -> int:
        """Return how many comments are stored."""
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Comment)) or 0

    def fill(
        self,
        comments: int,
        *,
        article: str = ARTICLE,
        say: Callable[[int], str] = "Words {}".format,
    ) -> str:
        """Give an article a thread of published comments, each root with nine replies.

        `say` gives the words of each; the thread's id is returned.
        """
        return str(self.change(lambda: _fill(comments, article, say)))


@contextmanager
def queries(app: Flask, *, at_most: int) -> Iterator[list[str]]:
    """Fail when the block sends more queries to the database than that; yields them."""
    sent: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engines: list[Engine] = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    sent[:] = [statement for statement in sent if not statement.startswith("BEGIN")]
    assert len(sent) <= at_most, sent


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    return dict(_HIDDEN.findall(html))


def _fill(comments: int, article: str, say: Callable[[int], str]) -> str:
    site = threads.site_named("blog")
    thread = threads.opened(site, threads.place(site, address=article, title="An article"))
    rows, root = [], ""
    for number in range(comments):
        is_root = number % 10 == 0
        row = _row(thread, number, say(number))
        root = row["id"] if is_root else root
        row |= {"root_id": root, "parent_id": None if is_root else root}
        row |= {"depth": 0 if is_root else 1, "shown_replies": 9 if is_root else 0}
        rows.append(row)
    db.session.execute(insert(Comment), rows)
    thread.comment_count, thread.revision = comments, thread.revision + 1
    return thread.id


def _row(thread: Thread, number: int, words: str) -> dict[str, Any]:
    return {
        "id": ids.new(),
        "site_id": thread.site_id,
        "thread_id": thread.id,
        "status": Status.PUBLISHED,
        "is_shown": True,
        "source": words,
        "html": f"<p>{words}</p>",
        "renderer": 1,
        "fingerprint": str(number),
        "author_name": f"Author {number}",
        "created_at": clock.now() - timedelta(days=30) + timedelta(seconds=number),
    }
