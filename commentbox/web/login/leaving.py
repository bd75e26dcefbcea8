"""Logging out, here or everywhere. Nobody is logged out of their provider by that."""

from http import HTTPStatus

from flask import Response, jsonify, make_response, redirect, request

from commentbox.accounts import sessions
from commentbox.comments import threads
from commentbox.web.kit import given, kept_words, readers
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes
from commentbox.web.login import errands


class Leave(given.Input):
    """What a frame asks with."""

    site: str
    everywhere: bool = False


@writes
def leave() -> Response:
    """End the session of a frame and of our own pages, asked for in JSON, or of these by a form."""
    require_own_origin()
    return _leave_frame() if request.mimetype == "application/json" else _leave_home()


def _leave_frame() -> Response:
    asked = given.body(Leave)
    site = threads.site_named(asked.site)
    reader = readers.in_frame(site)
    if reader:
        # The computer may be a shared one.
        sessions.leave(reader.session)
    _end(reader, everywhere=asked.everywhere)
    response = jsonify({})
    readers.forget_in_frame(response, site)
    return response


def _leave_home() -> Response:
    found = errands.conversation_of(request.form)
    _end(readers.at_home(), everywhere=bool(request.form.get("everywhere")))
    is_writing = errands.is_of_comment(request.form)
    back = found.form_for(request.form.get("parent", "")) if is_writing else found.page
    # The cookie stays as a sign that somebody left: see `confirming.ask_to_continue`.
    response = make_response(redirect(back, HTTPStatus.SEE_OTHER))
    if is_writing:
        kept_words.keep(response, found.site, found.place.key, request.form)
    return response


def _end(reader: Reader | None, *, everywhere: bool) -> None:
    if reader is None:
        return
    if everywhere:
        sessions.end_family(reader.session.family)
    else:
        sessions.forget(reader.session.id)
