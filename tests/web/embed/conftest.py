"""A reader of a site `blog`."""

import pytest
from flask import Flask

from commentbox.models import Policy
from tests.reader import Reader


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site that publishes every comment at once."""
    return Reader(app)


@pytest.fixture
def patient(app: Flask) -> Reader:
    """Return a browser in front of a site where every comment waits."""
    return Reader(app, policy=Policy.HOLD_ALL)
