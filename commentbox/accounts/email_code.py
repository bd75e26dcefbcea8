"""Six digits by mail, which prove to the frame that asked for them that somebody reads an address.

No link: whoever follows one may sit elsewhere than whoever asked for it.
"""

import hmac
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from commentbox.errors import Conflict, Gone, Malformed, TooFast
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, ids, tokens
from commentbox.lib import email as emails
from commentbox.models import EmailCode, Site
from commentbox.providers.base import Profile

PROVIDER: Final = "email"
"""The provider, and the issuer, of identities that are a proved address."""

LIFE: Final = timedelta(minutes=10)
DIGITS: Final = 6
MOST_TRIES: Final = 5
MOST_MAILS: Final = 3
"""How many codes for one address may be asked for within `WINDOW`, by whomever."""

WINDOW: Final = timedelta(minutes=15)

MOST_A_DAY: Final = 10
"""How many in a day: each is a few guesses for whoever asked for it."""

MOST_OF_SITE: Final = 200
"""How many codes are sent for one site in an hour."""

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def limit(typed: str, *, site: Site | None) -> None:
    """Raise `TooFast("login.too_many")` when as many codes were asked for as are sent.

    It counts what anybody has asked for: whether the address is known here makes no difference.
    """
    address = emails.address(typed).lower()
    wait = max(_wait(*each) for each in _limits(address, site.id if site else None))
    if wait > timedelta(0):
        raise TooFast("login.too_many", retry_after=ceil(wait.total_seconds()))


def start(typed: str, *, challenge: str, site: Site | None) -> str:
    """Note that an address is to be proved, in frames of a site or to pages of ours.

    Returns the id of the code to be.

    The code is made when its mail is written, see `write`; until then nothing depends on whether
    the address is known here. Raises the codes of `email.address`,
    `Malformed("challenge.invalid")` and `Conflict("challenge.used")`.
    """
    # One spelling, whatever is typed: so the index on the address finds what was asked for it.
    address = emails.address(typed).lower()
    if not tokens.is_token(challenge):
        raise Malformed("challenge.invalid")
    code_id = ids.new()
    is_new = insert_new(
        EmailCode,
        id=code_id,
        challenge=challenge,
        site_id=site.id if site else None,
        email=address,
        expires_at=clock.now() + LIFE,
    )
    if not is_new:
        raise Conflict("challenge.used")
    return code_id


def write(code_id: str, *, secret: str) -> tuple[EmailCode, str] | None:
    """Return what is to be proved, and the digits for its mail; only a keyed digest is kept.

    None when nobody waits for it any more, or the address or the site has had enough mails for now.
    """
    asked = db.session.get(EmailCode, code_id)
    if asked is None or asked.digest or asked.expires_at <= clock.now():
        return None
    if _is_enough(asked):
        return None
    code = _digits(asked, secret)
    asked.digest = _digest(secret, asked.challenge, asked.email, code)
    db.session.flush()
    return asked, code


def written(code_id: str, *, secret: str) -> tuple[EmailCode, str] | None:
    """Return what is to be proved and its digits once more, while they are of use."""
    asked = db.session.get(EmailCode, code_id)
    if asked is None or not asked.digest or asked.used_at or asked.expires_at <= clock.now():
        return None
    return asked, _digits(asked, secret)


def finish(verifier: str, code: str, *, site: Site | None, secret: str) -> Profile | None:
    """Return the profile of whoever typed the right code, once; None for a wrong one.

    A wrong code is no error, since its try is counted in the caller's transaction: commit it.
    Raises `Gone("code.expired")` when there is nothing to try any more: the time is over, the
    tries are used up, or it has been done.
    """
    challenge = tokens.challenge(verifier)
    asked = db.session.execute(
        update(EmailCode)
        .where(
            EmailCode.challenge == challenge,
            EmailCode.site_id == (site.id if site else None),
            EmailCode.used_at.is_(None),
            EmailCode.tries < MOST_TRIES,
            EmailCode.expires_at > clock.now(),
        )
        .values(tries=EmailCode.tries + 1)
        .returning(EmailCode.id, EmailCode.email, EmailCode.digest)
    ).one_or_none()
    if asked is None:
        raise Gone("code.expired")
    expected = _digest(secret, challenge, asked.email, "".join(code.split()))
    if not hmac.compare_digest(asked.digest, expected):
        return None
    db.session.execute(
        update(EmailCode).where(EmailCode.id == asked.id).values(used_at=clock.now())
    )
    return profile(asked.email, is_authoritative=_tries(asked.email) <= MOST_TRIES)


def profile(address: str, *, is_authoritative: bool = True) -> Profile:
    """Return who somebody is whose address has been proved; by many tries, not for certain.

    However it is spelled, it is the same person: no mailbox that matters tells capitals apart.
    """
    return Profile(
        provider=PROVIDER,
        issuer=PROVIDER,
        subject=address.lower(),
        name="",
        email=address,
        email_verified=True,
        is_authoritative=is_authoritative,
    )


def _is_enough(asked: EmailCode) -> bool:
    """Say whether so many codes were mailed that this one is not: of some asked for at once."""
    mailed = select(func.count()).where(EmailCode.digest != "")
    return any(
        (db.session.scalar(mailed.where(these, _is_since(asked.created_at - length))) or 0) >= most
        for these, length, most in _limits(asked.email, asked.site_id)
    )


def _limits(
    address: str, site_id: str | None
) -> tuple[tuple[ColumnElement[bool], timedelta, int], ...]:
    """Return how many codes of an address, and of a site, are sent in which time."""
    return (
        (_is_of(address), WINDOW, MOST_MAILS),
        (_is_of(address), _DAY, MOST_A_DAY),
        (EmailCode.site_id == site_id, _HOUR, MOST_OF_SITE),
    )


def _wait(these: ColumnElement[bool], length: timedelta, most: int) -> timedelta:
    """Return how long it takes until fewer than so many were asked for within that length."""
    newest = select(EmailCode.created_at).where(these).order_by(EmailCode.created_at.desc())
    last = db.session.scalar(newest.offset(most - 1).limit(1))
    return last + length - clock.now() if last else timedelta(0)


def _tries(address: str) -> int:
    """Return how many codes for the address were typed within a day, this one among them."""
    typed = select(func.sum(EmailCode.tries)).where(_is_of(address), _is_since(clock.now() - _DAY))
    return db.session.scalar(typed) or 0


def _is_of(address: str) -> ColumnElement[bool]:
    return EmailCode.email == address.lower()


def _is_since(moment: datetime) -> ColumnElement[bool]:
    return EmailCode.created_at > moment


def _digits(asked: EmailCode, secret: str) -> str:
    """Return the code, which nothing holds: neither its row nor the job that mails it."""
    return tokens.digits(DIGITS, secret, "email_code.digits", asked.id, asked.challenge)


def _digest(secret: str, challenge: str, address: str, code: str) -> str:
    return tokens.keyed(secret, "email_code", challenge, address, code)
