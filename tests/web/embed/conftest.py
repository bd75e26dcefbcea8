"""A reader of a site `blog`, and somebody who moderates it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from commentbox.app import create_app
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import Policy, Role
from tests.reader import Reader
from tests.toolbox import Moderator


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site that publishes every comment at once."""
    return Reader(app)


@pytest.fixture
def patient(app: Flask) -> Reader:
    """Return a browser in front of a site where every comment waits."""
    return Reader(app, policy=Policy.HOLD_ALL)


@pytest.fixture
def unposted(settings: Settings) -> Iterator[Reader]:
    """Return a browser in front of a service that sends no mail."""
    app = create_app(replace(settings, smtp_url=""))
    yield Reader(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def hurried(settings: Settings) -> Iterator[Reader]:
    """Return a browser that may post twice a minute."""
    app = create_app(replace(settings, flood_comments=2, flood_seconds=60))
    yield Reader(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def mia(app: Flask) -> Moderator:
    """Return somebody who moderates the site, before one comment that waits."""
    return Moderator.before_a_comment(app).given(Role.MODERATOR)
