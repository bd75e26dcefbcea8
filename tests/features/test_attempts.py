"""Walks through a provider: bound to one browser, taken once, redeemed once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import attempts, identities
from commentbox.accounts.attempts import Redeemed
from commentbox.errors import CommentboxError, Conflict, Gone, Malformed, NotAllowed
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, tokens
from commentbox.models import Attempt, Mode, Outcome, Site
from commentbox.providers.base import Profile

ADA = Profile(provider="google", issuer="https://accounts.google.com", subject="1", name="Ada")
VERIFIER = "Zx8sVq3Lw0pRt6YkN1mHc4Jb7DfGa2Ue9XoIiSsQhPk"
OTHER = "Qm4Tn7Wb2Kd9Rf1Zp6Xs3Vg8Hj5Lc0Ya_uEi-oOtPrS"
CHALLENGE = tokens.challenge(VERIFIER)
Walk = tuple[Attempt, str]


@pytest.fixture
def walk(site: Site) -> Walk:
    return attempts.plan("google", mode=Mode.WINDOW, site=site, challenge=CHALLENGE)


def take(cookie: str, *, provider: str = "google") -> Attempt:
    return attempts.take(attempts.secrets(cookie).state, cookie, provider)


def test_the_challenge_is_that_of_rfc_7636() -> None:
    known = tokens.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert known == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_nothing_in_the_database_leads_to_a_secret_of_a_walk(walk: Walk) -> None:
    attempt, cookie = walk
    secrets = attempts.secrets(cookie)
    stored = {str(getattr(attempt, column.key)) for column in Attempt.__table__.columns}
    shown = [cookie, secrets.state, secrets.nonce, secrets.code_verifier]
    assert len({*shown}) == 4
    assert not stored & {*shown, VERIFIER}
    assert all(tokens.is_token(secret) and secret not in repr(secrets) for secret in shown)


def test_a_browser_with_several_walks_knows_whose_state_comes_back(walk: Walk, site: Site) -> None:
    _, other = attempts.plan("google", mode=Mode.WINDOW, site=site)
    state = attempts.secrets(walk[1]).state
    assert attempts.its_cookie(state, [other, walk[1]]) == walk[1]
    assert attempts.its_cookie(state, [other]) == ""


def test_a_walk_is_looked_at_as_often_as_one_likes_until_it_is_back(walk: Walk) -> None:
    attempt, cookie = walk
    assert attempts.open_(attempt.id, cookie) is attempts.open_(attempt.id, cookie)
    take(cookie)
    with pytest.raises(Gone, match=r"login\.expired"):
        attempts.open_(attempt.id, cookie)


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "é", OTHER])
def test_another_browser_can_do_nothing_with_a_walk(walk: Walk, cookie: str) -> None:
    attempt, mine = walk
    state = attempts.secrets(mine).state
    with pytest.raises(Gone, match=r"login\.expired"):
        attempts.open_(attempt.id, cookie)
    with pytest.raises(NotAllowed, match=r"login\.elsewhere"):
        attempts.take(state, cookie, "google")
    assert attempts.take(state, mine, "google").id == attempt.id


def test_a_code_of_one_provider_is_not_taken_at_another(walk: Walk) -> None:
    with pytest.raises(NotAllowed, match=r"login\.elsewhere"):
        take(walk[1], provider="twitter")
    assert take(walk[1]).provider == "google"


def test_a_walk_comes_back_once_and_in_time(walk: Walk) -> None:
    with clock.turned_by(attempts.LIFE), pytest.raises(Gone, match=r"login\.expired"):
        take(walk[1])
    take(walk[1])
    with pytest.raises(Gone, match=r"login\.expired"):
        take(walk[1])


@pytest.mark.parametrize("state", ["", "x", "\x00", "é", "s" * 5000])
def test_a_made_up_state_is_refused(walk: Walk, state: str) -> None:
    with pytest.raises(Gone, match=r"login\.expired"):
        attempts.take(state, walk[1], "google")


def test_nobody_plants_the_challenge_of_another(walk: Walk, site: Site) -> None:
    with pytest.raises(Conflict, match=r"challenge\.used"):
        attempts.plan("google", mode=Mode.WINDOW, site=site, challenge=CHALLENGE)


@pytest.mark.parametrize("challenge", ["", "short", f"{CHALLENGE}=", "\x00" * 43])
def test_what_is_no_challenge_is_refused(site: Site, challenge: str) -> None:
    with pytest.raises(Malformed, match=r"challenge\.invalid"):
        attempts.plan("google", mode=Mode.WINDOW, site=site, challenge=challenge)


def test_the_frame_waits_and_then_gets_the_person_once(walk: Walk, site: Site) -> None:
    attempt = take(walk[1])
    assert attempts.redeem(VERIFIER, site) is None
    account, identity = identities.recognised(ADA)
    attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity, family="f")
    assert not attempts.is_pending(VERIFIER, site)
    assert attempts.redeem(VERIFIER, site) == Redeemed(Outcome.OK, "google", account, identity, "f")
    with pytest.raises(Gone, match=r"login\.expired"):
        attempts.redeem(VERIFIER, site)


@pytest.mark.parametrize("outcome", [Outcome.DENIED, Outcome.FAILED])
def test_the_frame_hears_why_nobody_was_logged_in(walk: Walk, site: Site, outcome: Outcome) -> None:
    attempts.finish(take(walk[1]), outcome=outcome)
    assert attempts.redeem(VERIFIER, site) == Redeemed(outcome, "google")


def test_the_first_outcome_counts(walk: Walk, site: Site) -> None:
    attempt = take(walk[1])
    attempts.finish(attempt, outcome=Outcome.FAILED)
    account, identity = identities.recognised(ADA)
    attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity)
    assert attempts.redeem(VERIFIER, site) == Redeemed(Outcome.FAILED, "google")


def test_a_frame_of_another_site_gets_nothing(walk: Walk, site: Site) -> None:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    account, identity = identities.recognised(ADA)
    attempts.finish(take(walk[1]), outcome=Outcome.OK, account=account, identity=identity)
    with pytest.raises(Gone, match=r"login\.expired"):
        attempts.redeem(VERIFIER, other)
    redeemed = attempts.redeem(VERIFIER, site)
    assert redeemed
    assert redeemed.account == account


@pytest.mark.parametrize("verifier", ["", CHALLENGE, "\x00", "é"])
def test_who_does_not_know_the_verifier_waits_for_ever(
    walk: Walk, site: Site, verifier: str
) -> None:
    account, identity = identities.recognised(ADA)
    attempts.finish(take(walk[1]), outcome=Outcome.OK, account=account, identity=identity)
    assert attempts.redeem(verifier, site) is None


def test_a_walk_that_takes_too_long_has_expired(walk: Walk, site: Site) -> None:
    with clock.turned_by(attempts.LIFE):
        assert attempts.redeem(VERIFIER, site) == Redeemed(Outcome.EXPIRED, "google")


def test_an_outcome_is_not_kept_for_whoever_comes_much_later(walk: Walk, site: Site) -> None:
    account, identity = identities.recognised(ADA)
    attempts.finish(take(walk[1]), outcome=Outcome.OK, account=account, identity=identity)
    with clock.turned_by(attempts.HANDOVER):
        assert attempts.redeem(VERIFIER, site) == Redeemed(Outcome.EXPIRED, "google")


def test_of_two_who_take_a_walk_at_once_one_gets_it(app: Flask) -> None:
    with app.app_context():
        _, cookie = _planned()
    assert _at_once(app, lambda: take(cookie)) == [False, False, False, True]


def test_of_two_who_redeem_at_once_one_gets_the_person(app: Flask) -> None:
    with app.app_context():
        attempt, _ = _planned()
        begin_writing()
        account, identity = identities.recognised(ADA)
        attempts.finish(attempt, outcome=Outcome.OK, account=account, identity=identity)
        db.session.commit()
    assert _at_once(app, _redeem_at_blog) == [False, False, False, True]


def test_of_two_who_plant_a_challenge_at_once_one_succeeds(app: Flask) -> None:
    with app.app_context():
        _site()

    def plant() -> object:
        site = db.session.scalars(select(Site)).one()
        return attempts.plan("google", mode=Mode.WINDOW, site=site, challenge=CHALLENGE)

    assert _at_once(app, plant) == [False, False, False, True]


def _redeem_at_blog() -> object:
    return attempts.redeem(VERIFIER, db.session.scalars(select(Site)).one())


def _site() -> Site:
    begin_writing()
    site = Site(name="blog", origins=["https://blog.test"])
    db.session.add(site)
    db.session.commit()
    return site


def _planned() -> Walk:
    site = _site()
    begin_writing()
    walk = attempts.plan("google", mode=Mode.WINDOW, site=site, challenge=CHALLENGE)
    db.session.commit()
    return walk


def _at_once(app: Flask, act: Callable[[], object]) -> list[bool]:
    """Do it four times at the same moment, each in its own transaction; return who succeeded."""

    def do(_number: int) -> bool:
        with app.app_context():
            begin_writing()
            try:
                is_done = act() is not None
            except CommentboxError:
                db.session.rollback()
                return False
            db.session.commit()
            return is_done

    with ThreadPoolExecutor(4) as several:
        return sorted(several.map(do, range(4)))
