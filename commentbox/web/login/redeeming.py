"""What the frame that planted a challenge gets for its verifier, once."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify

from commentbox.accounts import attempts, sessions
from commentbox.accounts.attempts import Redeemed
from commentbox.adapters import translations
from commentbox.comments import threads
from commentbox.models import Outcome, Site
from commentbox.web.kit import given, offers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import written
from commentbox.web.login import frame_session, pages


class Fetch(given.Input):
    """What a frame asks with."""

    verifier: str
    site: str


def redeem() -> Response:
    """Return how the frame's walk ended, once: 202 while it has to wait.

    Raises `Gone("login.expired")` once the outcome has been fetched, or on another site.
    """
    require_own_origin()
    asked = given.body(Fetch)
    site = threads.site_named(asked.site)
    if attempts.is_pending(asked.verifier, site):
        return _json({}, HTTPStatus.ACCEPTED)
    return written(lambda: _fetched(asked.verifier, site))


def _fetched(verifier: str, site: Site) -> Response:
    found = attempts.redeem(verifier, site)
    if found is None:
        return _json({}, HTTPStatus.ACCEPTED)
    with translations.speaking(site.locale):
        if found.account and found.account.blocked_at:
            message = sentence("account.blocked")
            return _json({"outcome": Outcome.FAILED.value, "message": message})
        # Whoever logged out everywhere meanwhile has ended this log-in, too.
        if found.identity is None or sessions.begun(found.family or "") is None:
            return _told(found)
        return frame_session.hand_over(found.identity, site=site, family=found.family)


def _told(found: Redeemed) -> Response:
    outcome = Outcome.EXPIRED if found.outcome is Outcome.OK else found.outcome
    label = offers.label(found.provider)
    return _json({"outcome": outcome.value, "message": pages.how_it_went(outcome, label)})


def _json(found: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = jsonify(found)
    response.status_code = status
    return response
