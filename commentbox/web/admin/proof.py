"""Showing once more who one is, before what cannot be taken back."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import identities, sessions
from commentbox.web.admin import deciding, desk, sign_in
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, offers

blueprint = Blueprint("proof", __name__)


@blueprint.get("/again")
def ask() -> str:
    """Show the ways to sign in again; each leads back to where one was."""
    theirs = {identity.provider for identity in identities.of(visitor().account)}
    return desk.page(
        "admin/again.html",
        providers=[each for each in offers.offered() if each["name"] in theirs],
        by_mail=offers.by_mail(),
        next_page=desk_session.local(request.args.get("next", "")),
        mail_token=sign_in.form_token(),
    )


def wanted(back: str) -> ResponseReturnValue | None:
    """Lead to those ways whoever signed in a while ago; None for whoever did just now."""
    if sessions.is_fresh(visitor().session):
        return None
    return deciding.to(url_for("admin.desk.proof.ask", next=back))
