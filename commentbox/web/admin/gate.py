"""Who is at the desk: their session, and the way in for everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import cast

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import people
from commentbox.errors import NotSignedIn
from commentbox.extensions import begin_writing
from commentbox.lib import clock
from commentbox.models import Account, Membership, Session
from commentbox.web.kit import desk_session, forms
from commentbox.web.kit.requests import READING, require_own_origin


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, what they are on which sites, and when they asked for the page.

    What others do after that moment is not on the page.
    """

    account: Account
    session: Session
    roles: Sequence[Membership]
    asked_at: datetime


def visitor() -> Visitor:
    """Return who is at the desk."""
    return cast(Visitor, g.visitor)


def check() -> ResponseReturnValue | None:
    """Let pass who is signed in and has a role; a form must also come from a page of this session.

    Anybody else who reads is led to the sign-in page; who writes gets `NotSignedIn`.
    """
    is_reading, asked_at = request.method in READING, clock.now()
    if not is_reading:
        require_own_origin()
        # The session is read in the transaction that writes: one that has ended decides nothing.
        begin_writing()
    try:
        g.visitor = _visitor(asked_at)
    except NotSignedIn:
        if is_reading:
            return _show_the_way_in()
        raise
    if not is_reading:
        forms.read_token(request.form.get("token", ""), binding())
    return None


def binding() -> str:
    """Return what ties the forms of this desk to its session."""
    return desk_session.binding(visitor().session)


def _visitor(asked_at: datetime) -> Visitor:
    session, account = desk_session.live()
    roles = people.roles(account)
    if not roles:
        raise NotSignedIn("sign_in.needed")
    return Visitor(account, session, roles, asked_at)


def _show_the_way_in() -> ResponseReturnValue:
    """Redirect to the sign-in page.

    A link in a mail comes without the cookie, which is `SameSite=Strict`; a page of ours that
    loads itself again asks for the same address with it.
    """
    is_link = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if is_link and not desk_session.is_known():
        return render_template("admin/arriving.html")
    here = request.full_path.rstrip("?")
    return redirect(url_for("admin.sign_in.ask", next=here), HTTPStatus.SEE_OTHER)
