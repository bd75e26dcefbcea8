"""Filling the demonstration through the public API, as any other program would."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

import click

from commentbox.cli.demo.readers import Said
from commentbox.lib import tokens

_PATIENCE: Final = 30  # seconds for the service to start


class Service:
    """The service on a port of this machine."""

    def __init__(self, port: int, site: str, article: str) -> None:
        self._port, self._site, self._article = port, site, article

    def wait(self) -> None:
        """Return when the service is ready; raise `ClickException` when it never is."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                status, _answer = self._ask("GET", "/readyz")
            except (OSError, HTTPException):
                status = 0
            if status == HTTPStatus.OK:
                return
            time.sleep(0.1)
        raise click.ClickException("The service did not start.")

    def post(self, said: Sequence[Said], *, title: str) -> None:
        """Post comments with their replies; one that the service refuses is left out.

        Who has one name is one reader, with one secret, as in a browser of theirs.
        """
        keys = {one.name: tokens.new() for one in _everything(said)}
        waiting: list[tuple[Said, str | None]] = [(one, None) for one in reversed(said)]
        while waiting:
            one, parent = waiting.pop()
            body = {
                "page": {"url": self._article, "title": title},
                "comment": one.text,
                "name": one.name,
                "email": "reader@example.org",
                "author_key": keys[one.name],
                "parent_id": parent,
            }
            status, answer = self._ask("POST", f"/api/v1/sites/{self._site}/comments", body)
            if status == HTTPStatus.CREATED:  # what waits for a moderator takes no replies
                waiting.extend((reply, answer["id"]) for reply in reversed(one.replies))

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=10)) as connection:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or "{}")


def _everything(said: Sequence[Said]) -> Iterator[Said]:
    """Yield comments and all their replies."""
    for one in said:
        yield one
        yield from _everything(one.replies)
