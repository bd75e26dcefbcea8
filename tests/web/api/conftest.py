"""A site on a running service, and a client that speaks to the API."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from commentbox.comments import sites
from commentbox.extensions import begin_writing, db
from commentbox.models import Policy, Site
from tests.conftest import BLOG
from tests.program import Program

Ask = Callable[..., TestResponse]
GUEST = {"name": "Ann", "email": "ann@example.org", "comment": "Hello"}
PAGE = {"url": f"{BLOG}/article", "title": "An article"}


@pytest.fixture
def blog(app: Flask) -> Iterator[Site]:
    """Return the stored site `blog`, which publishes every comment at once."""
    with app.app_context():
        begin_writing()
        site = sites.add("blog", [BLOG], policy=Policy.PUBLISH)
        db.session.commit()
        yield site
        db.session.rollback()


@pytest.fixture
def send(client: FlaskClient, blog: Site) -> Ask:
    """Return a function that posts a comment: `send(comment="Hi", headers={…})`."""

    def send(
        path: str = "sites/blog/comments", headers: dict[str, str] | None = None, **changed: object
    ) -> TestResponse:
        page = {"page": PAGE} if path.startswith("sites/") else {}
        return client.post(f"/api/v1/{path}", json=GUEST | page | changed, headers=headers)

    return send


@pytest.fixture
def read(client: FlaskClient, blog: Site) -> Ask:
    """Return a function that reads: `read("sites/blog/counts", url=[…])`."""

    def read(path: str, headers: dict[str, str] | None = None, **query: object) -> TestResponse:
        return client.get(f"/api/v1/{path}", query_string=query, headers=headers)

    return read


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program with a key to the site `blog`, where every comment waits."""
    program = Program(app)
    program.desk.add_site("blog")
    program.token = program.key()
    return program
