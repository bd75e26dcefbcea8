"""One's own account: the name that readers see, mail, how and where one is signed in."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import identities, profiles, sessions
from commentbox.adapters.translations import N_
from commentbox.errors import Invalid
from commentbox.models import HeldMail
from commentbox.web.admin import deciding, desk, places, proof
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import desk_session, devices, given, offers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("account", __name__)

HOW_OFTEN: Final = {
    HeldMail.AT_ONCE: N_("At once"),
    HeldMail.HOURLY: N_("Once an hour"),
    HeldMail.DAILY: N_("Once a day"),
}


@blueprint.get("/account")
def show() -> str:
    """Show the name, what is sent by mail and the live sign-ins."""
    account = visitor().account
    return _page(
        typed=account.name, wants_mail=account.wants_mail, held_mail=account.held_mail.value
    )


@blueprint.post("/account")
@writes
def save() -> ResponseReturnValue:
    """Change the name that readers see, and whether and how often held comments are mailed."""
    account = visitor().account
    typed, wants_mail = request.form.get("name", ""), "wants_mail" in request.form
    held_mail = request.form.get("held_mail", account.held_mail.value)
    if held_mail not in set(HeldMail):
        raise Invalid("choice.unknown")
    try:
        profiles.rename(account, typed)
    except Invalid as problem:
        page = _page(
            typed=typed,
            wants_mail=wants_mail,
            held_mail=held_mail,
            problem=sentence(problem.code),
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    account.wants_mail, account.held_mail = wants_mail, HeldMail(held_mail)
    return deciding.to(places.with_notice(url_for(".show"), done="account"))


@blueprint.post("/sessions/<session_id>/end")
@writes
def end(session_id: str) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    sessions.end(visitor().account, given.known_id(session_id, code="session.unknown"))
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sessions/end")
@writes
def end_others() -> ResponseReturnValue:
    """End every sign-in but this one."""
    if way := proof.wanted(url_for(".show")):
        return way
    sessions.end_all(visitor().account, but=visitor().session)
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/identities/<identity_id>/unlink")
@writes
def unlink(identity_id: str) -> ResponseReturnValue:
    """Take a way to sign in away; the link by mail is always left."""
    here = url_for(".show")
    if way := proof.wanted(here):
        return way
    known = given.known_id(identity_id, code="identity.unknown")
    identities.unlink(visitor().account, known, here=visitor().session)
    return deciding.to(places.with_notice(here, done="unlinked"))


@blueprint.post("/sign-out")
@writes
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    sessions.end(visitor().account, visitor().session.id)
    response = make_response(redirect(url_for("admin.sign_in.ask"), HTTPStatus.SEE_OTHER))
    return desk_session.let_out(response)


def _page(*, typed: str, wants_mail: bool, held_mail: str, problem: str = "") -> str:
    account = visitor().account
    return desk.page(
        "admin/account.html",
        live=[devices.shown(session, site) for session, site in sessions.listed(account)],
        identities=[
            {"id": each.id, "provider": each.provider, "name": each.name}
            for each in identities.of(account)
        ],
        providers=offers.offered(),
        is_fresh=sessions.is_fresh(visitor().session),
        typed=typed,
        wants_mail=wants_mail,
        held_mail=held_mail,
        how_often=HOW_OFTEN,
        problem=problem,
    )
