"""Doing something to comments and going back to a page that tells what came of it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import redirect
from flask.typing import ResponseReturnValue

from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.models import Account
from commentbox.moderation.actions import Seen
from commentbox.web.admin import places
from commentbox.web.admin.gate import visitor
from commentbox.web.kit import given

_MOST_DIGITS = 9


def done(back: str, act: Callable[[Account], str]) -> ResponseReturnValue:
    """Act as the visitor, then lead back to a page that tells what was done or why it was not.

    Acting gives the batch that was decided on, if any.
    """
    try:
        batch = act(visitor().account)
    except Conflict as problem:
        db.session.rollback()
        return to(places.with_notice(back, problem=problem.code))
    return to(places.with_notice(back, done=batch))


def to(address: str) -> ResponseReturnValue:
    """Lead to another page after a form."""
    return redirect(address, HTTPStatus.SEE_OTHER)


def seen(text: str) -> Seen:
    """Read `<comment id>.<revision>`; raise `NotFound("comment.unknown")` for anything else."""
    comment_id, _, revision = text.partition(".")
    if not (revision.isascii() and revision.isdecimal() and len(revision) <= _MOST_DIGITS):
        raise NotFound("comment.unknown")
    return Seen(given.known_id(comment_id, code="comment.unknown"), int(revision))
