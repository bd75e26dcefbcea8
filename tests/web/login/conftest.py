"""A person in front of a service with two scripted providers."""

import pytest
from flask import Flask

from tests.walks import Person, Scripted, scripted


@pytest.fixture
def providers(app: Flask) -> dict[str, Scripted]:
    """Return what people can log in with."""
    return scripted(app)


@pytest.fixture
def person(app: Flask, providers: dict[str, Scripted]) -> Person:
    """Return a browser in front of the site."""
    return Person(app)
