"""Walks through a provider: planned, taken up again when they return, redeemed by their frame."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, select, update

from commentbox.errors import Conflict, Gone, Malformed, NotAllowed
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, ids, tokens
from commentbox.models import Account, Attempt, Identity, Mode, Outcome, Session, Site

LIFE: Final = timedelta(minutes=10)
"""How long somebody may take to come back from the provider."""

HANDOVER: Final = timedelta(minutes=5)
"""How long the outcome waits for the frame that asks for it."""


@dataclass(frozen=True)
class Secrets:
    """What a walk shows to the provider. It follows from the cookie and is stored nowhere."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True)
class Redeemed:
    """How a walk ended, and whom it logged in; `family` is that of the session it opened."""

    outcome: Outcome
    provider: str
    account: Account | None = None
    identity: Identity | None = None
    family: str | None = None


def plan(  # noqa: PLR0913 -- everything that has to outlive the way to the provider
    provider: str,
    *,
    mode: Mode,
    site: Site | None = None,
    challenge: str | None = None,
    article_url: str = "",
    article_title: str = "",
    return_to: str = "",
    here: Session | None = None,
) -> tuple[Attempt, str]:
    """Note a walk and return it with the value of the cookie that it is bound to.

    `here` is the session of whoever adds an identity, or is at the desk already. Raises
    `Malformed("challenge.invalid")`, and `Conflict("challenge.used")` for one that another walk
    has: nobody plants one over it.
    """
    if challenge is not None and not tokens.is_token(challenge):
        raise Malformed("challenge.invalid")
    attempt_id, cookie = ids.new(), tokens.new()
    is_new = insert_new(
        Attempt,
        id=attempt_id,
        provider=provider,
        mode=mode,
        site_id=site.id if site else None,
        article_url=article_url,
        article_title=article_title,
        return_to=return_to,
        challenge=challenge,
        browser=tokens.digest(cookie),
        state_digest=tokens.digest(secrets(cookie).state),
        **_of(here),
        expires_at=clock.now() + LIFE,
    )
    if not is_new:
        raise Conflict("challenge.used")
    return db.session.get_one(Attempt, attempt_id), cookie


def secrets(cookie: str) -> Secrets:
    """Return the `state`, the nonce and the PKCE verifier that go with the cookie of a walk."""
    return Secrets(*(tokens.derived(cookie, part) for part in ("state", "nonce", "verifier")))


def its_cookie(state: str, cookies: Iterable[str]) -> str:
    """Return the one of a browser's cookies that a `state` belongs to, empty if there is none."""
    return next((cookie for cookie in cookies if secrets(cookie).state == state), "")


def open_(attempt_id: str, cookie: str) -> Attempt:
    """Return a walk that has not come back yet, to its own browser; raise `Gone`.

    The code is `login.expired`, whatever is wrong with it.
    """
    if not ids.is_id(attempt_id):
        raise Gone("login.expired")
    found = db.session.scalar(
        select(Attempt).where(
            Attempt.id == attempt_id,
            Attempt.browser == tokens.digest(cookie),
            Attempt.taken_at.is_(None),
            Attempt.expires_at > clock.now(),
        )
    )
    if found is None:
        raise Gone("login.expired")
    return found


def expect(state: str, cookie: str, provider: str) -> None:
    """Raise what `take` would for a walk that has not begun here; it only reads."""
    if db.session.scalar(select(Attempt.id).where(*_coming(state, cookie, provider))) is None:
        raise _refusal(state, cookie, provider)


def take(state: str, cookie: str, provider: str) -> Attempt:
    """Return the walk that has come back with this `state`, once: of two at once, one gets it.

    Raises `NotAllowed("login.elsewhere")` in another browser than the one that began it or from
    another provider, which leaves it open for the right one; else `Gone("login.expired")`.
    """
    claim = (
        update(Attempt)
        .where(*_coming(state, cookie, provider))
        .values(taken_at=clock.now(), expires_at=clock.now() + HANDOVER)
        .returning(Attempt.id)
    )
    attempt_id = db.session.scalar(claim)
    if attempt_id is None:
        raise _refusal(state, cookie, provider)
    return db.session.get_one(Attempt, attempt_id, populate_existing=True)


def finish(
    attempt: Attempt,
    *,
    outcome: Outcome,
    account: Account | None = None,
    identity: Identity | None = None,
    family: str | None = None,
) -> None:
    """Note how a walk ended; the frame has `HANDOVER` to ask. Of two outcomes the first counts."""
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.outcome.is_(None))
        .values(
            outcome=outcome,
            account_id=account.id if account else attempt.account_id,
            identity_id=identity.id if identity else None,
            session_family=family,
            expires_at=clock.now() + HANDOVER,
        )
    )


def is_pending(verifier: str, site: Site) -> bool:
    """Say whether the frame still has to wait; this reads only, so that asking often costs little.

    A walk that is not known may just not have arrived: it is waited for as well.
    """
    found = _of_challenge(verifier)
    if found is None:
        return True
    is_asked_rightly = found.site_id == site.id and found.redeemed_at is None
    return is_asked_rightly and found.outcome is None and found.expires_at > clock.now()


def redeem(verifier: str, site: Site) -> Redeemed | None:
    """Return the outcome of a frame's walk, once, or None while it has to wait.

    Only whoever made the challenge knows its verifier. Raises `Gone("login.expired")` on another
    site than the one it was begun for, and once the outcome has been fetched.
    """
    if is_pending(verifier, site):
        return None
    claim = (
        update(Attempt)
        .where(
            Attempt.challenge == tokens.challenge(verifier),
            Attempt.site_id == site.id,
            Attempt.redeemed_at.is_(None),
        )
        .values(redeemed_at=clock.now())
        .returning(Attempt.id)
    )
    attempt_id = db.session.scalar(claim)
    if attempt_id is None:
        raise Gone("login.expired")
    return _redeemed(db.session.get_one(Attempt, attempt_id, populate_existing=True))


def _of(session: Session | None) -> dict[str, str]:
    """Return what a walk remembers of whoever began it."""
    if session is None:
        return {}
    return {"account_id": session.account_id, "session_family": session.family}


def _coming(state: str, cookie: str, provider: str) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a walk the one that comes back like this."""
    return (
        Attempt.state_digest == tokens.digest(state),
        Attempt.browser == tokens.digest(cookie),
        Attempt.provider == provider,
        Attempt.taken_at.is_(None),
        Attempt.expires_at > clock.now(),
    )


def _refusal(state: str, cookie: str, provider: str) -> NotAllowed | Gone:
    found = db.session.scalar(select(Attempt).where(Attempt.state_digest == tokens.digest(state)))
    if found and (found.browser != tokens.digest(cookie) or found.provider != provider):
        return NotAllowed("login.elsewhere")
    return Gone("login.expired")


def _of_challenge(verifier: str) -> Attempt | None:
    query = select(Attempt).where(Attempt.challenge == tokens.challenge(verifier))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _redeemed(attempt: Attempt) -> Redeemed:
    if attempt.outcome in {Outcome.DENIED, Outcome.FAILED}:
        return Redeemed(attempt.outcome, attempt.provider)
    if attempt.outcome is None or attempt.expires_at <= clock.now():
        return Redeemed(Outcome.EXPIRED, attempt.provider)
    return Redeemed(
        Outcome.OK,
        attempt.provider,
        db.session.get(Account, attempt.account_id),
        db.session.get(Identity, attempt.identity_id),
        attempt.session_family,
    )
