"""Links of mails, and what they are about."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import following
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import Account, Comment, Policy, Site, Subscription, Thread
from commentbox.notify.links import Links


@pytest.fixture
def links(settings: Settings) -> Links:
    """Return the links of the service."""
    return Links.from_settings(settings)


@pytest.fixture
def held(site: Site, post: Callable[..., Comment]) -> Comment:
    """Return a comment that waits."""
    site.policy = Policy.HOLD_ALL
    return post("Is this **fine**?")


@pytest.fixture
def moderator(site: Site) -> Account:
    """Return somebody who decides."""
    account = people.invite("mo@example.org", site=site, name="Mo")
    account.arrive()
    return account


@pytest.fixture
def asked(thread: Thread) -> Subscription:
    """Return a subscription that nobody has confirmed."""
    following.subscribe(thread, "ann@example.org")
    return db.session.scalars(select(Subscription)).one()
