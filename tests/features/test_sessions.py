"""Live sign-ins."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people, sessions
from commentbox.errors import NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Session


@pytest.fixture
def account(writing: None) -> Account:
    return people.invite("mia@example.org")


def test_a_token_finds_its_session_until_the_last_day(account: Account) -> None:
    token = sessions.begin(account, device="Firefox", days=2)
    with clock.turned_by(timedelta(days=1, hours=23)):
        assert sessions.by_token(token)[1].id == account.id
    with clock.turned_by(timedelta(days=2)), pytest.raises(NotSignedIn):
        sessions.by_token(token)


def test_only_the_digest_of_a_token_is_kept(account: Account) -> None:
    token = sessions.begin(account, device="", days=1)
    assert db.session.scalars(select(Session.token)).all() == [tokens.digest(token)]


def test_every_sign_in_has_its_own_token(account: Account) -> None:
    assert len({sessions.begin(account, device="", days=1) for _ in range(3)}) == 3
    assert len(sessions.listed(account)) == 3


def test_an_ended_session_is_dead_at_once(account: Account) -> None:
    token = sessions.begin(account, device="", days=1)
    sessions.end(account, sessions.by_token(token)[0].id)
    with pytest.raises(NotSignedIn, match=r"sign_in\.needed"):
        sessions.by_token(token)


def test_nobody_ends_the_session_of_another(account: Account) -> None:
    other = people.invite("ben@example.org")
    session, _ = sessions.by_token(sessions.begin(other, device="", days=1))
    with pytest.raises(NotFound, match=r"session\.unknown"):
        sessions.end(account, session.id)


def test_all_other_sessions_end_together(account: Account) -> None:
    here, _ = sessions.by_token(sessions.begin(account, device="here", days=1))
    sessions.begin(account, device="there", days=1)
    sessions.end_all(account, but=here)
    assert [session.device for session in sessions.listed(account)] == ["here"]
    sessions.end_all(account)
    assert sessions.listed(account) == []
