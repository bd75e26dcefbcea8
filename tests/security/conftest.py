"""The API in front of the site `blog`, and somebody who may log in there."""

from pathlib import Path

import pytest

from tests.conftest import empty_database
from tests.web.api.conftest import blog, read, send
from tests.web.login.conftest import person, providers

__all__ = ["blog", "person", "providers", "read", "send"]


@pytest.fixture(params=["postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty database of the stricter kind; a test may ask for SQLite instead.

    What each feature does on either kind is tested where the feature is.
    """
    return empty_database(request, tmp_path)
