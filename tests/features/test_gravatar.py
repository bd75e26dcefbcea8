"""The picture that gravatar.com has for an address, for whoever wants it shown."""

import hashlib
from dataclasses import replace

import pytest
from flask import Flask

from commentbox.accounts import avatars, gravatar, identities
from commentbox.adapters import http
from commentbox.adapters.http import Fetched
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.models import Account
from commentbox.providers.base import Profile
from tests.features.test_avatars import picture
from tests.postbox import Postbox, work

ADA = Profile(
    provider="google",
    issuer="https://google.test",
    subject="1",
    name="Ada",
    email="Ada@example.org",
    email_verified=True,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that the service fetches; each has a picture."""
    found: list[str] = []

    def fetch(url: str, **_limits: object) -> Fetched:
        found.append(url)
        return Fetched(200, "image/png", picture())

    monkeypatch.setattr(http, "fetch", fetch)
    return found


@pytest.fixture
def account(writing: None) -> Account:
    """Return somebody who wants it."""
    account, _identity = identities.recognised(ADA)
    account.wants_gravatar = True
    db.session.flush()
    return account


@pytest.mark.parametrize("is_allowed", [True, False])
def test_it_is_fetched_where_the_owner_of_the_service_allows_it(
    app: Flask, account: Account, asked: list[str], is_allowed: bool
) -> None:
    settings = app.extensions["commentbox.settings"]
    app.extensions["commentbox.settings"] = replace(settings, gravatar=is_allowed)
    outbox.add("gravatar.wanted", account_id=account.id)
    work(app, Postbox())
    digest = hashlib.sha256(b"ada@example.org").hexdigest()
    assert asked == [f"https://gravatar.com/avatar/{digest}?s=192&d=404&r=g"] * is_allowed
    found = db.session.get_one(Account, account.id, populate_existing=True)
    assert bool(found.avatar_id) is is_allowed


def test_who_does_not_want_it_any_more_has_none(account: Account) -> None:
    avatars.store(account, avatars.drawn(picture()))
    account.wants_gravatar = False
    avatars.remove(account)
    avatars.remove(account)
    assert (gravatar.picture_url(account), account.avatar_id) == ("", None)


def test_an_address_that_nobody_proved_has_none(account: Account) -> None:
    identities.recognised(replace(ADA, email_verified=False))
    assert gravatar.picture_url(account) == ""
