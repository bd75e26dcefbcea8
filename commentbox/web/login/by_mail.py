"""Logging in to the page of one's own account by six digits that come by mail.

Plain forms. What ties the digits to the browser that asked for them is a cookie, as the frame's
secret does there; no code is good for both.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, make_response, redirect, request, url_for

from commentbox.accounts import email_code, identities
from commentbox.errors import CommentboxError, Gone, Invalid, NotAllowed, TooFast
from commentbox.lib import tokens
from commentbox.providers.base import Profile
from commentbox.web.kit import cookies, readers
from commentbox.web.kit.problems import problem
from commentbox.web.kit.requests import require_own_origin, settings
from commentbox.web.kit.transaction import writes, written
from commentbox.web.login import pages, proving

blueprint = Blueprint("by_mail", __name__, url_prefix="/me/code")

_COOKIE: Final = "cb_code"


@blueprint.get("")
def ask() -> Response:
    """Ask for the digits."""
    return _page()


@blueprint.post("")
@writes
def send() -> Response:
    """Have a code sent, and go on to where it is typed; whoever the address belongs to."""
    require_own_origin()
    typed, verifier = request.form.get("email", ""), tokens.new()
    try:
        proving.request_code(typed, challenge=tokens.challenge(verifier), site=None)
    except (Invalid, TooFast) as refusal:
        return _page(typed=typed, email_wrong=refusal)
    again = {"again": "1"} if cookies.value(_COOKIE) else {}
    response = make_response(redirect(url_for(".ask", **again), HTTPStatus.SEE_OTHER))
    cookies.keep(response, _COOKIE, verifier, lasts=email_code.LIFE, samesite="Strict")
    return response


@blueprint.post("/finish")
def prove() -> Response:
    """Log in whoever typed the code."""
    require_own_origin()
    verifier, code = cookies.value(_COOKIE), request.form.get("code", "")
    try:
        # A wrong try counts, so it is committed before it is told.
        response = written(lambda: _proved(verifier, code))
    except (Gone, NotAllowed) as refusal:
        return _page(code_wrong=refusal)
    return response or _page(code_wrong=Invalid("code.wrong"))


def _proved(verifier: str, code: str) -> Response | None:
    profile = email_code.finish(verifier, code, site=None, secret=settings().secret_key)
    return None if profile is None else _let_in(profile)


def _let_in(profile: Profile) -> Response:
    account, identity = identities.recognised(profile)
    _, token = readers.enter(account, identity)
    response = make_response(redirect("/me", HTTPStatus.SEE_OTHER))
    readers.keep_at_home(response, token)
    cookies.forget(response, _COOKIE, samesite="Strict")
    return response


def _page(
    *,
    typed: str = "",
    email_wrong: CommentboxError | None = None,
    code_wrong: CommentboxError | None = None,
) -> Response:
    trouble = problem(wrong) if (wrong := email_wrong or code_wrong) else None
    response = pages.page(
        "login/code.html",
        status=trouble.status if trouble else HTTPStatus.OK,
        typed=typed,
        email_wrong=trouble.detail if trouble and email_wrong else "",
        code_wrong=trouble.detail if trouble and code_wrong else "",
        # Of some that were asked for, one may have come.
        may_type=not isinstance(email_wrong, Invalid),
        is_another=bool(request.args.get("again")),
    )
    if trouble and trouble.retry_after:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response
