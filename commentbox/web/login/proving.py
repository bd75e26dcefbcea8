"""Logging in by an address: six digits come by mail and are typed in the frame that asked."""

from typing import Final

from flask import Response, jsonify, request

from commentbox.accounts import email_code, identities, profiles
from commentbox.adapters import translations
from commentbox.comments import claims, threads
from commentbox.errors import Invalid, NotFound
from commentbox.jobs import outbox
from commentbox.models import Site
from commentbox.providers.base import Profile
from commentbox.web.kit import given, offers
from commentbox.web.kit.requests import client, require_own_origin, settings, throttle
from commentbox.web.kit.transaction import writes, written
from commentbox.web.login import frame_session

SHARE: Final = 100
"""One in so many writing requests of a client may ask for a mail."""

SHARE_OF_HOUR: Final = 30
"""In an hour as many mails as one in so many of the writing requests that a minute allows."""

AUTHOR: Final = "Commentbox-Author"


class Wish(given.Input):
    """What a frame asks a mail with."""

    email: str
    challenge: str
    site: str


class Proof(given.Input):
    """What somebody typed of the mail; `name` is what they are to be called, if nothing yet."""

    verifier: str
    code: str
    site: str
    name: str = ""


@writes
def send() -> Response:
    """Have a code sent; the answer is the same whoever the address belongs to."""
    require_own_origin()
    wish = given.body(Wish)
    request_code(wish.email, challenge=wish.challenge, site=threads.site_named(wish.site))
    return jsonify({})


def prove() -> Response:
    """Log in whoever typed the code; the comments that this browser wrote under it are theirs.

    Raises `Invalid("code.wrong")`, and `Gone("code.expired")` when no try is left.
    """
    require_own_origin()
    proof = given.body(Proof)
    site = threads.site_named(proof.site)
    # A wrong try counts, so it is committed before it is told.
    response = written(lambda: _proved(proof, site))
    if response is None:
        raise Invalid("code.wrong", fields={"code": "code.wrong"})
    return response


def request_code(typed: str, *, challenge: str, site: Site | None) -> None:
    """Have a code sent to an address, for frames of a site or for pages of ours.

    Raises `NotFound("provider.unknown")` where no mail can be sent, `TooFast("login.too_many")`,
    and the codes of `email_code.start`.
    """
    if not offers.by_mail():
        raise NotFound("provider.unknown")
    _limit_mails()
    try:
        email_code.limit(typed, site=site)
        code_id = email_code.start(typed, challenge=challenge, site=site)
    except Invalid as fault:
        raise Invalid(fault.code, fields={"email": fault.code}) from fault
    outbox.add("email_code.requested", code_id=code_id)


def _proved(proof: Proof, site: Site) -> Response | None:
    secret = settings().secret_key
    profile = email_code.finish(proof.verifier, proof.code, site=site, secret=secret)
    return None if profile is None else _let_in(profile, site, name=proof.name)


def _limit_mails() -> None:
    """Count a mail that a client asks for; raise `TooFast("login.too_many")` for one too many."""
    limit = settings().request_limit
    throttle().check(
        "email-code",
        client(),
        per_minute=max(1, limit // SHARE),
        per_hour=max(1, limit // SHARE_OF_HOUR),
        code="login.too_many",
    )


def _let_in(profile: Profile, site: Site, *, name: str) -> Response:
    account, identity = identities.recognised(profile)
    # Who has a name keeps it: the field may hold that of whoever else uses this browser.
    profiles.introduce(account, name)
    claims.claim(account, identity, site=site, author_key=request.headers.get(AUTHOR, ""))
    with translations.speaking(site.locale):
        return frame_session.hand_over(identity, site=site)
