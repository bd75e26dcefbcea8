"""The page of one's own account: what readers see of it, the ways to log in, the live log-ins.

It needs no script, and knows whoever is logged in to the pages of this service; the session of a
frame opens nothing here, but see `from_frame`.
"""

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, request, url_for

from commentbox.accounts import (
    avatars,
    email_code,
    gravatar,
    identities,
    people,
    profiles,
    sessions,
)
from commentbox.adapters.translations import N_, gettext
from commentbox.errors import Conflict, Invalid, NotSignedIn
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.models import Account, Identity
from commentbox.web.kit import devices, forms, given, offers, readers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin, settings, throttle
from commentbox.web.kit.transaction import writes
from commentbox.web.login import pages

blueprint = Blueprint("person", __name__, url_prefix="/me")

DONE: Final = {
    "saved": N_("Saved. Readers see it beside everything that you wrote."),
    "linked": N_("You can log in with that as well now. Your other log-ins have ended."),
    "unlinked": N_("You do not log in with that any more. Your other log-ins have ended."),
    "ended": N_("That log-in has ended."),
    "out": N_("You are logged out."),
    "everywhere": N_("You are logged out everywhere."),
}
"""What the page tells after a form, by the word that stands in its address."""

CHANGES: Final = 5
"""How often in a minute somebody may change what stands beside all that they wrote."""

PROBLEMS: Final = frozenset({"login.stale", "identity.taken", "identity.last", "session.expired"})


@blueprint.get("")
def show() -> Response:
    """Show the account to its owner, and to anybody else the ways to log in."""
    reader = readers.at_home()
    return _doors() if reader is None else _page(reader)


@blueprint.post("")
@writes
def save() -> Response:
    """Change what readers see of the person."""
    reader = _owner()
    throttle().check("me", reader.account.id, per_minute=CHANGES)
    name, website = request.form.get("name", ""), request.form.get("website", "")
    problems: dict[str, str] = {}
    for change, typed in ((profiles.rename, name), (profiles.change_website, website)):
        try:
            change(reader.account, typed)
        except Invalid as fault:
            problems |= {field: sentence(code) for field, code in fault.fields.items()}
    if problems:
        db.session.rollback()
        return _page(reader, typed={"name": name, "website": website}, problems=problems)
    if settings().gravatar:
        _choose_picture(reader.account, wants="gravatar" in request.form)
    return _back(done="saved")


@blueprint.post("/identities/<identity_id>/unlink")
@writes
def unlink(identity_id: str) -> Response:
    """Take a way to log in away; only somebody who has logged in just now may."""
    reader = _owner()
    if not sessions.is_fresh(reader.session):
        return _back(problem="login.stale")
    try:
        known = given.known_id(identity_id, code="identity.unknown")
        identities.unlink(reader.account, known, here=reader.session)
    except Conflict as refusal:
        return _back(problem=refusal.code)
    return _back(done="unlinked")


@blueprint.post("/sessions/<session_id>/end")
@writes
def end(session_id: str) -> Response:
    """End one of the person's log-ins."""
    reader = _owner()
    sessions.end(reader.account, given.known_id(session_id, code="session.unknown"))
    return _back(done="out" if session_id == reader.session.id else "ended")


@blueprint.post("/sessions/end")
@writes
def end_all() -> Response:
    """End all of them: here, at the desk, and in the frames of every site."""
    sessions.end_all(_owner().account)
    return _back(done="everywhere")


def _owner() -> Reader:
    """Return who sends a form of this page; raise `NotSignedIn("login.needed")`."""
    require_own_origin()
    reader = readers.at_home()
    if reader is None:
        raise NotSignedIn("login.needed")
    forms.read_token(request.form.get(forms.FIELD, ""), readers.binding(reader.session))
    return reader


def _choose_picture(account: Account, *, wants: bool) -> None:
    """Have the picture fetched that goes with the person's address, or shown no more."""
    if wants == account.wants_gravatar or (wants and not gravatar.address(account)):
        return
    account.wants_gravatar = wants
    if wants:
        outbox.add("gravatar.wanted", account_id=account.id)
    else:
        avatars.remove(account)


def _back(*, done: str = "", problem: str = "") -> Response:
    address = url_for(".show", done=done or None, problem=problem or None)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def _page(
    reader: Reader, *, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> Response:
    account = reader.account
    saved = {"name": account.name, "website": account.website}
    mine = identities.of(account)
    return pages.page(
        "login/me.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        token=forms.form_token(readers.binding(reader.session)),
        typed=typed or saved,
        problems=problems or {},
        identities=[{**_identity(each), "is_here": each.id == reader.identity.id} for each in mine],
        may_unlink=len(mine) > 1 or people.is_sent_links(account),
        live=[devices.shown(session, site) for session, site in sessions.listed(account)],
        again=_again(mine),
        again_by_mail=offers.by_mail()
        and any(each.provider == email_code.PROVIDER for each in mine),
        providers=offers.offered(),
        is_fresh=sessions.is_fresh(reader.session),
        offers_gravatar=settings().gravatar and bool(gravatar.address(account)),
        wants_gravatar=account.wants_gravatar,
        **readers.who(reader),
        **_told(),
    )


def _doors() -> Response:
    return pages.page(
        "login/doors.html", providers=offers.offered(), has_mail=offers.by_mail(), **_told()
    )


def _told() -> dict[str, Any]:
    """Return what to tell of the form that was just sent: only words of ours."""
    done, problem = request.args.get("done", ""), request.args.get("problem", "")
    return {
        "told": gettext(DONE[done]) if done in DONE else "",
        "refused": sentence(problem) if problem in PROBLEMS else "",
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "id": identity.id,
        "provider": identity.provider,
        "label": offers.label(identity.provider),
        "name": identity.name,
    }


def _again(mine: list[Identity]) -> list[dict[str, str]]:
    """Return the providers by which the person can show anew who they are."""
    theirs = {identity.provider for identity in mine}
    return [each for each in offers.offered() if each["name"] in theirs]
