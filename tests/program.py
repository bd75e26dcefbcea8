"""A program that moderates a site with a key, as the service sees it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import select
from werkzeug.test import TestResponse

from commentbox.accounts import api_keys, people
from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Comment, Job, Role, Scope
from commentbox.moderation import bulk
from commentbox.web.api import openapi
from tests.conftest import BASE
from tests.desk import Desk

OWNER = "olga@example.org"
EVERYTHING = tuple(Scope)
NOBODY = ids.new()
"""An id that nothing has."""


class Program:
    """A program with keys, each of whose answers has the shape that is described.

    `desk` is a look into the database beside it.
    """

    def __init__(self, app: Flask) -> None:
        self.app, self.desk, self.client = app, Desk(app), app.test_client()
        self.token = ""

    def key(
        self,
        *scopes: Scope,
        site: str = "blog",
        by: str = OWNER,
        role: Role = Role.OWNER,
        everywhere: bool = False,
        expires_at: datetime | None = None,
    ) -> str:
        """Return a fresh key to the site, made by somebody with that role there or on all sites."""
        with self.desk.written():
            found = threads.site_named(site)
            account = people.invite(by, site=None if everywhere else found, role=role, name="Olga")
            _, token = api_keys.make(
                found,
                name="Job",
                scopes=scopes or EVERYTHING,
                by=account,
                expires_at=expires_at,
            )
        return token

    def call(
        self,
        method: str,
        path: str,
        *,
        site_name: str = "blog",
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        **body: Any,
    ) -> Any:
        """Send a request with the program's key, or another one, and check the answer's shape."""
        token = self.token if token is None else token
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        given: dict[str, Any] = {"json": body} if method in {"POST", "PUT", "PATCH"} else {}
        answer = self.client.open(
            f"/api/v1/sites/{site_name}/moderation/{path}",
            method=method,
            base_url=BASE,
            headers={**shown, **(headers or {})},
            query_string=query,
            **given,
        )
        check(method, path, answer)
        return answer

    def decide(self, action: str, *comment_ids: str, **changed: Any) -> Any:
        """Decide about comments as they are now."""
        return self.call(
            "POST", "decisions", action=action, comments=self.seen(*comment_ids), **changed
        )

    def seen(self, *comment_ids: str) -> list[dict[str, Any]]:
        """Return the comments as they are now, as a decision names them."""
        with self.app.app_context():
            named = (Comment.id, Comment.revision, Comment.status)
            query = select(*named).where(Comment.id.in_(comment_ids))
            return [
                {"id": row.id, "revision": row.revision, "status": row.status.value}
                for row in db.session.execute(query)
            ]

    def work(self) -> bool:
        """Do the next piece of what goes on in the background; say whether there was one."""
        with self.desk.written():
            query = select(Job).where(Job.kind == "moderation.bulk", Job.done_at.is_(None))
            job = db.session.scalar(query.order_by(Job.id).limit(1))
            if job is not None:
                job.done_at = clock.now()
                db.session.flush()
                bulk.go_on(**job.payload)
            return job is not None


def check(method: str, path: str, answer: TestResponse) -> None:
    """Hold an answer to the description: its status is listed there, its body has that shape."""
    described = operation(method, path)["responses"]
    assert str(answer.status_code) in described, (method, path, answer.status_code, answer.text)
    content = described[str(answer.status_code)].get("content")
    if content is None:
        assert answer.data == b""
        return
    [(mimetype, media)] = content.items()
    assert answer.mimetype == mimetype
    _validator(media["schema"]["$ref"]).validate(answer.json)


def operation(method: str, path: str) -> dict[str, Any]:
    """Return what the description says of an operation under a site's `moderation`."""
    for template, methods in _described():
        if method.lower() in methods and re.fullmatch(template, path):
            found: dict[str, Any] = methods[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not described")


def every(*, only_with_body: bool = False) -> Iterator[tuple[str, str, str]]:
    """Return every operation that takes a key: method, a path where nothing is, and the scope."""
    for path, methods in openapi.document()["paths"].items():
        if under := path.partition("/moderation/")[2]:
            for method, described in methods.items():
                if "requestBody" in described or not only_with_body:
                    [scope] = described["security"][0]["site_key"]
                    yield method.upper(), re.sub(r"\{\w+\}", NOBODY, under), scope


@cache
def _described() -> list[tuple[str, dict[str, Any]]]:
    paths = openapi.document()["paths"]
    return [
        (re.sub(r"\{\w+\}", "[^/]+", path.partition("/moderation/")[2]), methods)
        for path, methods in sorted(paths.items(), key=lambda found: "{" in found[0][30:])
        if "/moderation/" in path
    ]


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, **openapi.document()})
