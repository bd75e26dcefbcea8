"""Opening the session of a frame, and handing it over."""

from flask import Response, jsonify, request

from commentbox.accounts import sessions
from commentbox.extensions import db
from commentbox.models import Account, Identity, Outcome, SessionKind, Site
from commentbox.web.kit import readers
from commentbox.web.kit.devices import device
from commentbox.web.kit.requests import settings


def over(identity: Identity, *, site: Site, family: str | None = None) -> Response:
    """Log the person in to the frames of the site, ending the session that this frame had.

    The token comes as a cookie, and besides for a frame whose browser keeps none.
    """
    before = readers.in_frame(site)
    if before:
        sessions.forget(before.session.id)
    token = sessions.begin(
        db.session.get_one(Account, identity.account_id),
        kind=SessionKind.FRAME,
        identity=identity,
        site=site,
        family=family,
        device=device(request.headers.get("User-Agent", "")),
        days=settings().session_days,
    )
    session, account = sessions.by_token(token, kind=SessionKind.FRAME, site=site)
    shown = readers.identified(readers.Reader(session, account, identity))
    response = jsonify({"outcome": Outcome.OK.value, "token": token, **shown})
    readers.keep_in_frame(response, site, token)
    return response
