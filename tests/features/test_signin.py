"""Signing in with a link."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people, signin
from commentbox.errors import Gone
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, SignInLink


@pytest.fixture
def account(writing: None) -> Account:
    return people.invite("mia@example.org")


def test_a_link_signs_its_person_in_once(account: Account) -> None:
    token = signin.link_for(account, valid=signin.BY_MAIL)
    assert signin.redeem(token).id == account.id
    with pytest.raises(Gone, match=r"link\.used"):
        signin.redeem(token)


def test_looking_at_a_link_does_not_use_it(account: Account) -> None:
    token = signin.link_for(account, valid=signin.BY_MAIL)
    assert [signin.whose(token).id, signin.whose(token).id] == [account.id] * 2
    assert signin.redeem(token).id == account.id


@pytest.mark.parametrize("valid", [signin.BY_MAIL, signin.BY_HAND])
def test_a_link_is_dead_when_its_time_is_over(account: Account, valid: timedelta) -> None:
    token = signin.link_for(account, valid=valid)
    with clock.turned_by(valid), pytest.raises(Gone):
        signin.whose(token)
    with clock.turned_by(valid), pytest.raises(Gone):
        signin.redeem(token)


def test_only_the_digest_of_a_link_is_kept(account: Account) -> None:
    token = signin.link_for(account, valid=signin.BY_MAIL)
    assert db.session.scalars(select(SignInLink.token)).all() == [tokens.digest(token)]


@pytest.mark.parametrize("token", ["", "x" * 43, "\x00", "é"])
def test_a_made_up_link_is_as_dead_as_a_used_one(account: Account, token: str) -> None:
    with pytest.raises(Gone, match=r"link\.used"):
        signin.redeem(token)
