"""From a frame to the page of one's own account, for whoever proved an address in that frame.

Its log-in is known to the frame alone, whose cookies do not come along to a window. So the frame's
form brings a token into that window: tied to the frame's session, good once and for an hour, and
in no address. Log-ins by a provider are known here already.
"""

from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, make_response, redirect, request

from commentbox.accounts import events, sessions
from commentbox.errors import NotAllowed
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Identity, Session
from commentbox.web.kit import forms, readers
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes
from commentbox.web.login import fresh_login

blueprint = Blueprint("from_frame", __name__, url_prefix="/me/sessions")

LIFE: Final = timedelta(hours=1)


@blueprint.post("")
@writes
def go_over() -> Response:
    """Log in to the pages here whoever a frame says, and lead to their account.

    A token that is old, used or wrong leads there too, where the ways to log in are.
    """
    require_own_origin()
    response = make_response(redirect(fresh_login.ME, HTTPStatus.SEE_OTHER))
    with suppress(NotAllowed):
        _enter(_session(), response)
    return response


def _session() -> Session:
    """Return the frame's session, once for each token; raise `NotAllowed`."""
    session = sessions.begun(request.form.get("session", ""))
    if session is None or not readers.goes_over(session):
        raise NotAllowed("session.expired")
    token = request.form.get(forms.FIELD, "")
    issued = forms.read_token(token, readers.passage(session))
    if clock.now() - issued > LIFE or not events.is_new("passage", token):
        raise NotAllowed("form.stale")
    return session


def _enter(frame: Session, response: Response) -> None:
    """Open a session here that is as old as the frame's and ends with it."""
    account, known = sessions.whose(frame), readers.at_home()
    if known and known.account.id == account.id:
        return
    identity = db.session.get_one(Identity, frame.identity_id)
    reader, token = readers.enter(account, identity, family=frame.family)
    reader.session.fresh_at = frame.fresh_at
    readers.keep_at_home(response, token)
