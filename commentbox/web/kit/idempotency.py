"""Requests that may be sent twice and take effect once.

The key of a request is claimed, and its answer stored, in the very transaction that carries the
request out: either both are there afterwards or neither is.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Response, request
from sqlalchemy import delete, update

from commentbox.errors import Invalid
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, tokens
from commentbox.models import Answer
from commentbox.web.kit.requests import network, settings

KEPT: Final = timedelta(hours=24)
SHORTEST_SECRET: Final = 16
"""Characters of a key that an author's secret is made from; shorter ones could be guessed."""

SHAPE: Final = re.compile(r"[!-~]{8,200}")
"""What a key looks like: visible ASCII characters."""


@dataclass(frozen=True)
class Sending:
    """One sending of a request: what it does and for whom, its key if it has one, its content.

    `author` is the secret that its comment goes by: the browser's own, or else one that every
    sending of the same key and content gets, though it is stored nowhere. It is nothing when
    there is no key to make it from.
    """

    route: str
    key: str | None
    body: str
    author: str | None


def sending(
    purpose: str, *, author: str | None, key: str | None = None, body: bytes | None = None
) -> Sending:
    """Return the current request as one sending; raise `Invalid("key.invalid")`.

    Keys are unique within a purpose and a browser: who shows no secret is known by key and
    network, so that nobody elsewhere gets the answer by guessing the key. `key` is the header
    `Idempotency-Key` unless given; `body` is what makes two requests the same: the request's body
    unless given.
    """
    key = _key(key)
    digest = hashlib.sha256(request.get_data() if body is None else body).hexdigest()
    unknown = f"{purpose}:{tokens.keyed(settings().secret_key, 'sender', key or '', network())}"
    fresh = _secret(unknown, key, digest)
    # Who shows the very secret that this request would get has sent it before without one.
    if not author or not tokens.is_token(author) or author == fresh:
        return Sending(unknown, key, digest, fresh)
    return Sending(f"{purpose}:{tokens.digest(author)[:32]}", key, digest, author)


def replayed(sent: Sending) -> Response | None:
    """Return the answer that this very request got before, or claim its key and return nothing.

    Call it in a writing transaction, first of all that writes; a request of the same key that
    comes meanwhile waits for that transaction. Without a key nothing happens. Raises
    `Invalid("key.reused")` for another body under the same key.
    """
    if sent.key is None:
        return None
    _forget_if_old(sent)
    if _claimed(sent):
        return None
    found = db.session.get_one(Answer, (sent.route, sent.key))
    if found.body != sent.body:
        raise Invalid("key.reused")
    answer = Response(found.content, found.status, content_type=found.content_type)
    answer.headers["Idempotent-Replayed"] = "true"
    if found.location:
        answer.location = found.location
    return answer


def remember(sent: Sending, response: Response) -> Response:
    """Store the answer under the request's key, and return it.

    Kept are status, type, `Location` and text: nothing that only its first reader may have.
    """
    if sent.key is not None:
        db.session.execute(
            update(Answer)
            .where(Answer.route == sent.route, Answer.key == sent.key)
            .values(
                status=response.status_code,
                content_type=response.content_type or "",
                content=response.get_data(as_text=True),
                location=response.location or "",
            )
        )
    return response


def _key(given: str | None) -> str | None:
    key = request.headers.get("Idempotency-Key") if given is None else given
    if not key:
        return None
    if not SHAPE.fullmatch(key):
        raise Invalid("key.invalid")
    return key


def _secret(route: str, key: str | None, digest: str) -> str | None:
    if key is None or len(key) < SHORTEST_SECRET:
        return None
    return tokens.derived(settings().secret_key, "author", route, key, digest)


def _forget_if_old(sent: Sending) -> None:
    this = Answer.route == sent.route, Answer.key == sent.key
    db.session.execute(delete(Answer).where(*this, Answer.created_at < clock.now() - KEPT))


def _claimed(sent: Sending) -> bool:
    """Take the key; PostgreSQL lets a second taker wait here until the first has committed."""
    return insert_new(
        Answer,
        route=sent.route,
        key=sent.key,
        body=sent.body,
        status=0,
        content_type="",
        content="",
    )
