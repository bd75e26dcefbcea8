"""Who writes what blocks are about, and who moderates."""

from collections.abc import Callable
from typing import Any

import pytest

from commentbox.accounts import identities, people
from commentbox.comments import posting
from commentbox.models import Account, Comment, Identity, Role, Site, Thread
from commentbox.providers.base import Profile

Write = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates the site, and no other."""
    return people.invite("mia@example.org", site=site, role=Role.MODERATOR)


@pytest.fixture
def ada(site: Site) -> tuple[Account, Identity]:
    """Return somebody who has logged in."""
    profile = Profile(
        provider="google",
        issuer="https://a.example",
        subject="1",
        name="Ada",
        email="Ada@Mail.example",
    )
    return identities.recognised(profile)


@pytest.fixture
def write(site: Site, thread: Thread) -> Write:
    """Return a function that posts as a guest, or as somebody who logged in."""
    number = iter(range(100))

    def write(
        source: str = "Hello",
        *,
        by: tuple[Account, Identity] | None = None,
        email: str = "ann@example.org",
        website: str = "",
        **arrival: Any,
    ) -> Comment:
        guest = posting.Guest(name=f"Ann {next(number)}", email=email, website=website)
        return posting.post(
            thread,
            site,
            author=posting.Member(*by) if by else guest,
            draft=posting.Draft(source),
            arrival=posting.Arrival(**arrival),
        )

    return write
