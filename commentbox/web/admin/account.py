"""One's own account: the name that readers see, live sign-ins, the way out."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import people, sessions
from commentbox.errors import Invalid
from commentbox.web.admin import desk, gate
from commentbox.web.admin.gate import visitor
from commentbox.web.kit.problems import sentence
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def show() -> str:
    """Show the name and the live sign-ins."""
    return _page(typed=visitor().account.name)


@blueprint.post("/account")
@writes
def rename() -> ResponseReturnValue:
    """Change the name that readers see from now on."""
    typed = request.form.get("name", "")
    try:
        people.rename(visitor().account, typed)
    except Invalid as problem:
        return _page(typed=typed, problem=sentence(problem.code)), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sessions/<session_id>/end")
@writes
def end(session_id: str) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    sessions.end(visitor().account, session_id)
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sessions/end")
@writes
def end_others() -> ResponseReturnValue:
    """End every sign-in but this one."""
    sessions.end_all(visitor().account, but=visitor().session)
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
@writes
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    sessions.end(visitor().account, visitor().session.id)
    response = make_response(redirect(url_for("admin.sign_in.ask"), HTTPStatus.SEE_OTHER))
    return gate.let_out(response)


def _page(*, typed: str, problem: str = "") -> str:
    live = sessions.listed(visitor().account)
    return desk.page("admin/account.html", live=live, typed=typed, problem=problem)
