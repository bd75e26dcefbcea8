"""The way in: a link that works once, by mail or from the command line."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from commentbox.accounts import signin
from commentbox.errors import Invalid
from commentbox.jobs import outbox
from commentbox.lib import clock, email, tokens
from commentbox.web.kit import desk_session, forms, offers
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.requests import client, require_own_origin, settings, throttle
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")

_BINDING: Final = "admin:sign-in"
_MAILS_PER_MINUTE: Final = 10


@blueprint.before_request
def _refuse_foreign_forms() -> None:
    """Check every form of the way in; there is no session yet that it could be tied to."""
    if request.method == "POST":
        require_own_origin()
        forms.read_token(request.form.get("token", ""), _BINDING)


@blueprint.get("")
def ask() -> str:
    """Show the form that asks for a link."""
    return _form(next_page=desk_session.local(request.args.get("next", "")))


@blueprint.post("")
@writes
def send() -> ResponseReturnValue:
    """Have a link sent, if the address is known.

    The answer and its timing are the same either way: only the job looks for the person. One
    address gets one mail a minute.
    """
    throttle().check("sign-in", client(), per_minute=_MAILS_PER_MINUTE)
    typed, next_page = (
        request.form.get("email", ""),
        desk_session.local(request.form.get("next", "")),
    )
    try:
        address = email.address(typed)
    except Invalid as problem:
        page = _form(next_page=next_page, typed=typed, problem=sentence(problem.code))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    whose = tokens.keyed(settings().secret_key, "sign-in", address.lower())
    minute = f"{clock.now():%Y%m%d%H%M}"
    key = f"sign-in:{whose}:{minute}"
    outbox.add("sign_in.requested", dedup_key=key, email=address, next=next_page)
    return render_template("admin/sent.html", address=address)


@blueprint.get("/<token>")
def confirm(token: str) -> str:
    """Show who the link signs in; mail scanners open links, so only the button acts."""
    account = signin.whose(token)
    return render_template(
        "admin/link.html",
        account=account,
        next_page=desk_session.local(request.args.get("next", "")),
        token=forms.form_token(_BINDING),
    )


@blueprint.post("/<token>")
@writes
def redeem(token: str) -> ResponseReturnValue:
    """Use the link up and open a session."""
    account = signin.redeem(token)
    next_page = desk_session.local(request.form.get("next", ""))
    response = make_response(redirect(next_page, HTTPStatus.SEE_OTHER))
    return desk_session.let_in(response, account)


def form_token() -> str:
    """Return a token for the form that asks for a link."""
    return forms.form_token(_BINDING)


def _form(*, next_page: str, typed: str = "", problem: str = "") -> str:
    return render_template(
        "admin/sign_in.html",
        typed=typed,
        problem=problem,
        next_page=next_page,
        token=form_token(),
        providers=offers.offered(),
    )
