"""A stand-in for the outside scorer, and comments that it is asked about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest
from flask import Flask

from commentbox.accounts import people
from commentbox.comments import posting
from commentbox.config import Settings
from commentbox.models import Account, Comment, Site, Thread
from tests.akismet import KEY, Akismet, akismet

Send = Callable[..., Comment]
ADDRESS: Final = "203.0.113.77"


@pytest.fixture
def outside(settings: Settings) -> Iterator[Akismet]:
    """Return the scorer."""
    with akismet() as service:
        yield service


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with a key."""
    return replace(settings, akismet_key=KEY)


@pytest.fixture
def app(app: Flask, outside: Akismet) -> Flask:
    """Return the service, which knows where the scorer is."""
    known = app.extensions["commentbox.settings"]
    app.extensions["commentbox.settings"] = replace(known, akismet_url=outside.url)
    return app


@pytest.fixture
def send(site: Site, thread: Thread) -> Send:
    """Return a function that posts on a site which asks the scorer."""
    site.asks_scorer = True

    def send(source: str = "Hello", **changed: object) -> Comment:
        author = posting.Guest(name="Ann", email="ann@example.org", website="https://ann.test/")
        arrival = posting.Arrival(client="somewhere", address=ADDRESS, has_scorer=True)
        return posting.post(
            thread,
            site,
            author=author,
            draft=posting.Draft(source),
            arrival=replace(arrival, **changed),  # type: ignore[arg-type]
        )

    return send


@pytest.fixture
def mia(writing: None) -> Account:
    """Return an admin."""
    return people.invite("mia@example.org")
