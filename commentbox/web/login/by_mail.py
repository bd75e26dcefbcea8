"""Logging in to the pages of this service by six digits that come by mail: to the page of one's own
account, or from the form of a comment and back to it.

Plain forms. What ties the digits to the browser that asked for them is a cookie, as the frame's
secret does there; no code is good for both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request, url_for

from commentbox.accounts import email_code, identities, people, profiles
from commentbox.errors import CommentboxError, Gone, Invalid, NotAllowed, TooFast
from commentbox.lib import ids, tokens
from commentbox.providers.base import Profile
from commentbox.web.kit import cookies, kept_words, readers
from commentbox.web.kit.problems import problem
from commentbox.web.kit.requests import require_own_origin, settings
from commentbox.web.kit.transaction import writes, written
from commentbox.web.login import errands, fresh_login, pages, proving

blueprint = Blueprint("by_mail", __name__, url_prefix="/me/code")

_COOKIE: Final = "cb_code"


@dataclass(frozen=True)
class Whence:
    """The conversation that somebody comes from, if from any, and the comment there.

    They answer that of `target`, or report that of `reported`.
    """

    conversation: errands.Conversation | None = None
    target: str = ""
    reported: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Return what names it in forms and addresses."""
        if self.conversation is None:
            return {}
        named = {"replytocom": self.target, "reported": self.reported}
        known = {name: each for name, each in named.items() if ids.is_id(each)}
        return self.conversation.fields | known

    @property
    def back(self) -> str:
        """Return where they go on afterwards, or nothing."""
        if self.conversation is None:
            return ""
        report = errands.report_of(self.fields)
        return report or self.conversation.form_for(self.target)


@blueprint.get("")
def ask() -> Response:
    """Ask for the digits; for the address first, if it is not known yet."""
    return _page(_whence(request.args))


@blueprint.post("")
@writes
def send() -> Response:
    """Have a code sent, and go on to where it is typed; whoever the address belongs to.

    From the form of a comment it is its writer's address, if they have given one.
    """
    require_own_origin()
    whence, typed = _whence(request.form), request.form.get("email", "")
    found = whence.conversation
    if found and (key := errands.page_left(request.form, found)):
        # It waits meanwhile.
        response = _send(whence, typed) if typed.strip() else _lead_on(whence, new="1")
        kept_words.keep(response, found.site, key, request.form)
        return response
    return _send(whence, typed)


def _send(whence: Whence, typed: str) -> Response:
    verifier = tokens.new()
    try:
        proving.request_code(typed, challenge=tokens.challenge(verifier), site=None)
    except (Invalid, TooFast) as refusal:
        return _page(whence, typed=typed, email_wrong=refusal)
    response = _lead_on(whence, again="1" if cookies.value(_COOKIE) else "")
    cookies.keep(response, _COOKIE, verifier, lasts=email_code.LIFE, samesite="Strict")
    return response


@blueprint.post("/finish")
def prove() -> Response:
    """Log in whoever typed the code."""
    require_own_origin()
    verifier, code = cookies.value(_COOKIE), request.form.get("code", "")
    whence = _whence(request.form)
    try:
        # A wrong try counts, so it is committed before it is told.
        response = written(lambda: _proved(verifier, code, whence))
    except (Gone, NotAllowed) as refusal:
        return _page(whence, code_wrong=refusal)
    return response or _page(whence, code_wrong=Invalid("code.wrong"))


def _whence(given: Mapping[str, str]) -> Whence:
    """Return where a form or an address says that somebody comes from; their account if nowhere."""
    if not any(given.get(name) for name in ("thread", "site", "page_thread", "page_site")):
        return Whence()
    target = given.get("parent") or given.get("replytocom", "")
    return Whence(errands.conversation_of(given), target, given.get("reported", ""))


def _lead_on(whence: Whence, **more: str) -> Response:
    asked = urlencode(whence.fields | {name: value for name, value in more.items() if value})
    address = url_for(".ask") + (f"?{asked}" if asked else "")
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def _proved(verifier: str, code: str, whence: Whence) -> Response | None:
    profile = email_code.finish(verifier, code, site=None, secret=settings().secret_key)
    return None if profile is None else _let_in(profile, whence)


def _let_in(profile: Profile, whence: Whence) -> Response:
    account, identity = identities.recognised(profile)
    profiles.introduce(account, request.form.get("name", ""))
    _, token = readers.enter(account, identity)
    response = make_response(redirect(whence.back or fresh_login.ME, HTTPStatus.SEE_OTHER))
    readers.keep_at_home(response, token)
    cookies.forget(response, _COOKIE, samesite="Strict")
    return response


def _page(
    whence: Whence,
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
        may_type=not (isinstance(email_wrong, Invalid) or request.args.get("new")),
        is_another=bool(request.args.get("again")),
        asks_name=_asks_name(),
        name=request.form.get("name") or _name_typed(whence),
        fields=whence.fields,
        back=whence.back,
    )
    if trouble and trouble.retry_after:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response


def _asks_name() -> bool:
    """Say whether somebody may have no name yet, as far as this browser knows."""
    reader = readers.at_home()
    return reader is None or people.is_unnamed(reader.account)


def _name_typed(whence: Whence) -> str:
    """Return what somebody is called in the form that they come from."""
    found = whence.conversation
    if found is None:
        return ""
    return kept_words.kept(found.site, found.place.key, target=whence.target).get("author", "")
