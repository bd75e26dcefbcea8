"""Requests that may be sent twice and take effect once.

The key of a request is claimed, and its answer stored, in the very transaction that carries the
request out: either both are there afterwards or neither is.
"""

import hashlib
import re
from datetime import timedelta
from typing import Final

from flask import Response, request
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Answer

KEPT: Final = timedelta(hours=24)
_SHAPE: Final = re.compile(r"[!-~]{8,200}")


def replayed(route: str, *, key: str | None = None, body: bytes | None = None) -> Response | None:
    """Return the answer that this very request got before, or claim its key and return nothing.

    Call it in a writing transaction, first of all that writes; a request of the same key that
    comes meanwhile waits for that transaction. `key` is the header `Idempotency-Key` unless given;
    without one nothing happens. `body` is what makes two requests the same: the request's body
    unless given. Raises `Invalid("key.invalid")` and, for another body under the same key,
    `Invalid("key.reused")`.
    """
    key = _key(key)
    if key is None:
        return None
    digest = hashlib.sha256(request.get_data() if body is None else body).hexdigest()
    _forget_if_old(route, key)
    if _claimed(route, key, digest):
        return None
    found = db.session.get_one(Answer, (route, key))
    if found.body != digest:
        raise Invalid("key.reused")
    answer = Response(found.content, found.status, content_type=found.content_type)
    answer.headers["Idempotent-Replayed"] = "true"
    if found.location:
        answer.location = found.location
    return answer


def remember(route: str, response: Response, *, key: str | None = None) -> Response:
    """Store the answer under the request's key, and return it.

    Kept are status, type, `Location` and text: nothing that only its first reader may have.
    """
    key = _key(key)
    if key is not None:
        db.session.execute(
            update(Answer)
            .where(Answer.route == route, Answer.key == key)
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
    if not _SHAPE.fullmatch(key):
        raise Invalid("key.invalid")
    return key


def _forget_if_old(route: str, key: str) -> None:
    this = Answer.route == route, Answer.key == key
    db.session.execute(delete(Answer).where(*this, Answer.created_at < clock.now() - KEPT))


def _claimed(route: str, key: str, digest: str) -> bool:
    """Take the key; PostgreSQL lets a second taker wait here until the first has committed."""
    insert = (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert
    row = {
        "route": route,
        "key": key,
        "body": digest,
        "status": 0,
        "content_type": "",
        "content": "",
        "location": "",
        "created_at": clock.now(),
    }
    # Not rowcount: the ORM's inserts do not know it on PostgreSQL.
    claim = insert(Answer).values(**row).on_conflict_do_nothing().returning(Answer.key)
    return db.session.execute(claim).first() is not None
