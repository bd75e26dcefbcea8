"""The server of a provider, which answers as a test says."""

from collections.abc import Iterator

import pytest

from tests.fake_provider import FakeProvider, serving


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Return a provider's server."""
    with serving() as fake:
        yield fake
