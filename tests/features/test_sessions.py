"""Live sign-ins."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from commentbox.accounts import identities, people, sessions
from commentbox.errors import NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Session, SessionKind, Site
from commentbox.providers.base import Profile


@pytest.fixture
def account(writing: None) -> Account:
    return people.invite("mia@example.org")


def test_a_token_finds_its_session_until_the_last_day(account: Account) -> None:
    _, token = sessions.begin(account, device="Firefox", days=2)
    with clock.turned_by(timedelta(days=1, hours=23)):
        assert sessions.by_token(token)[1].id == account.id
    with clock.turned_by(timedelta(days=2)), pytest.raises(NotSignedIn):
        sessions.by_token(token)


def test_only_the_digest_of_a_token_is_kept(account: Account) -> None:
    _, token = sessions.begin(account, device="", days=1)
    assert db.session.scalars(select(Session.token)).all() == [tokens.digest(token)]


def test_every_sign_in_has_its_own_token(account: Account) -> None:
    assert len({sessions.begin(account, device="", days=1)[1] for _ in range(3)}) == 3
    assert len(sessions.listed(account)) == 3


def test_the_oldest_sign_in_ends_when_there_are_too_many(account: Account) -> None:
    other = people.invite("ben@example.org")
    _, kept = sessions.begin(other, device="", days=1)
    begun = [sessions.begin(account, device="", days=1)[1] for _ in range(sessions.MOST + 2)]
    assert len(sessions.listed(account)) == sessions.MOST
    opens = [_opens(token, SessionKind.DESK, None) for token in begun]
    assert opens == [False] * 2 + [True] * sessions.MOST
    assert _opens(kept, SessionKind.DESK, None)


def test_an_ended_session_is_dead_at_once(account: Account) -> None:
    _, token = sessions.begin(account, device="", days=1)
    sessions.end(account, sessions.by_token(token)[0].id)
    with pytest.raises(NotSignedIn, match=r"sign_in\.needed"):
        sessions.by_token(token)


def test_nobody_ends_the_session_of_another(account: Account) -> None:
    other = people.invite("ben@example.org")
    session, _ = sessions.begin(other, device="", days=1)
    with pytest.raises(NotFound, match=r"session\.unknown"):
        sessions.end(account, session.id)


@pytest.fixture
def site(writing: None) -> Site:
    site = Site(name="blog", origins=["https://blog.test"])
    db.session.add(site)
    db.session.flush()
    return site


def test_a_token_holds_only_for_what_it_was_made_for(account: Account, site: Site) -> None:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    _, frame = sessions.begin(account, device="", days=1, kind=SessionKind.FRAME, site=site)
    _, home = sessions.begin(account, device="", days=1, kind=SessionKind.HOME)
    _, desk = sessions.begin(account, device="", days=1)
    wanted: dict[tuple[SessionKind, Site | None], str] = {
        (SessionKind.FRAME, site): frame,
        (SessionKind.FRAME, other): "",
        (SessionKind.FRAME, None): "",
        (SessionKind.HOME, None): home,
        (SessionKind.HOME, site): "",
        (SessionKind.DESK, None): desk,
    }
    for (kind, place), right in wanted.items():
        for token in (frame, home, desk):
            assert _opens(token, kind, place) == (token == right)


def test_everything_that_one_log_in_opened_ends_together(account: Account, site: Site) -> None:
    begin = partial(sessions.begin, account, device="", days=1)
    home, _ = begin(kind=SessionKind.HOME)
    _, frame = begin(kind=SessionKind.FRAME, site=site, family=home.family)
    _, elsewhere = begin(kind=SessionKind.FRAME, site=site)
    sessions.end_family(home.family)
    assert not _opens(frame, SessionKind.FRAME, site)
    assert _opens(elsewhere, SessionKind.FRAME, site)


def test_all_others_end_but_those_of_this_log_in(account: Account, site: Site) -> None:
    begin = partial(sessions.begin, account, device="", days=1)
    home, _ = begin(kind=SessionKind.HOME)
    _, frame = begin(kind=SessionKind.FRAME, site=site, family=home.family)
    _, elsewhere = begin(kind=SessionKind.FRAME, site=site)
    sessions.end_all(account, but=home)
    assert _opens(frame, SessionKind.FRAME, site)
    assert not _opens(elsewhere, SessionKind.FRAME, site)


def test_what_was_made_with_an_identity_ends_with_it(account: Account, site: Site) -> None:
    identity = identities.link(account, Profile(provider="x", issuer="x", subject="1", name=""))
    begin = partial(sessions.begin, account, device="", days=1)
    session, home = begin(kind=SessionKind.HOME, identity=identity)
    _, frame = begin(kind=SessionKind.FRAME, site=site, family=session.family)
    _, desk = begin()
    sessions.end_of(identity)
    assert not _opens(home, SessionKind.HOME, None)
    assert not _opens(frame, SessionKind.FRAME, site)
    assert _opens(desk, SessionKind.DESK, None)


def test_a_sign_in_is_fresh_for_ten_minutes(account: Account) -> None:
    session, _ = sessions.begin(account, device="", days=1)
    assert sessions.is_fresh(session)
    with clock.turned_by(timedelta(minutes=10)):
        assert not sessions.is_fresh(session)
        assert sessions.is_fresh(session, within=timedelta(hours=1))


def test_all_other_sessions_end_together(account: Account) -> None:
    here, _ = sessions.begin(account, device="here", days=1)
    sessions.begin(account, device="there", days=1)
    sessions.end_all(account, but=here)
    assert [session.device for session, _site in sessions.listed(account)] == ["here"]
    sessions.end_all(account)
    assert sessions.listed(account) == []


def _opens(token: str, kind: SessionKind, site: Site | None) -> bool:
    try:
        sessions.by_token(token, kind=kind, site=site)
    except NotSignedIn:
        return False
    return True
