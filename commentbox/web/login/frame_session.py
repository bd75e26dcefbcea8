"""Opening the session of a frame, and handing it over."""

from flask import Response, jsonify

from commentbox.extensions import db
from commentbox.models import Account, Identity, Outcome, Site
from commentbox.web.kit import readers


def hand_over(identity: Identity, *, site: Site, family: str | None = None) -> Response:
    """Log the person in to the frames of the site, ending the session that this frame had.

    The token comes as a cookie, and besides for a frame whose browser keeps none.
    """
    account = db.session.get_one(Account, identity.account_id)
    reader, token = readers.enter(account, identity, site=site, family=family)
    shown = readers.identified(reader)
    response = jsonify({"outcome": Outcome.OK.value, "token": token, **shown})
    readers.keep_in_frame(response, site, token)
    return response
