"""A desk with somebody at it."""

from collections.abc import Callable

import pytest
from flask import Flask

from commentbox.models import Role
from tests.desk import Desk


@pytest.fixture
def stranger(app: Flask) -> Desk:
    """Return the browser of somebody who is not signed in, beside a site `blog`."""
    desk = Desk(app)
    desk.add_site("blog")
    return desk


@pytest.fixture
def desk(stranger: Desk) -> Desk:
    """Return the browser of an admin of everything."""
    stranger.sign_in()
    return stranger


@pytest.fixture
def browser_of(app: Flask) -> Callable[..., Desk]:
    """Return a function that signs somebody else in: `browser_of("ben@…", site="blog")`."""

    def browser_of(email: str, *, site: str = "", role: Role = Role.ADMIN) -> Desk:
        desk = Desk(app)
        desk.sign_in(email, site=site, role=role)
        return desk

    return browser_of
