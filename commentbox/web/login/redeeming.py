"""What the frame that planted a challenge gets for its verifier, once."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from commentbox.accounts import attempts, sessions
from commentbox.accounts.attempts import Redeemed
from commentbox.adapters import translations
from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.models import Account, Identity, Outcome, SessionKind, Site
from commentbox.web.kit import given, offers, readers
from commentbox.web.kit.devices import device
from commentbox.web.kit.requests import require_own_origin, settings
from commentbox.web.kit.transaction import writing
from commentbox.web.login import pages


class Asked(BaseModel):
    """What a frame asks with."""

    model_config = ConfigDict(extra="forbid", strict=True)

    verifier: str
    site: str


def redeem() -> Response:
    """Return how the frame's walk ended, once: 202 while it has to wait.

    Raises `Gone("login.expired")` once the outcome has been fetched, or on another site.
    """
    require_own_origin()
    asked = given.body(Asked)
    site = threads.site_named(asked.site)
    if attempts.is_pending(asked.verifier, site):
        return _json({}, HTTPStatus.ACCEPTED)
    with writing():
        found = attempts.redeem(asked.verifier, site)
        if found is None:
            return _json({}, HTTPStatus.ACCEPTED)
        with translations.speaking(site.locale):
            return _told(found) if found.identity is None else _let_in(found.identity, found, site)


def _told(found: Redeemed) -> Response:
    outcome = Outcome.EXPIRED if found.outcome is Outcome.OK else found.outcome
    label = offers.label(found.provider)
    return _json({"outcome": outcome.value, "message": pages.how_it_went(outcome, label)})


def _let_in(identity: Identity, found: Redeemed, site: Site) -> Response:
    """Open a session for the frames of the site, and end the one that this frame had."""
    before = readers.in_frame(site)
    if before:
        sessions.end(before.account, before.session.id)
    token = sessions.begin(
        db.session.get_one(Account, identity.account_id),
        kind=SessionKind.FRAME,
        identity=identity,
        site=site,
        family=found.family,
        device=device(request.headers.get("User-Agent", "")),
        days=settings().session_days,
    )
    session, account = sessions.by_token(token, kind=SessionKind.FRAME, site=site)
    reader = readers.Reader(session, account, identity)
    response = _json({"outcome": Outcome.OK.value, "token": token, **readers.identified(reader)})
    readers.keep_in_frame(response, site, token)
    return response


def _json(found: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = jsonify(found)
    response.status_code = status
    return response
