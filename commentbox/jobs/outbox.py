"""Writing down what must happen once the transaction has been committed."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Job


def add(
    kind: str, *, dedup_key: str | None = None, run_at: datetime | None = None, **payload: Any
) -> None:
    """Note a job in the caller's transaction; one with a `dedup_key` seen before is left out."""
    now = clock.now()
    row = {
        "id": ids.new(),
        "kind": kind,
        "payload": payload,
        "dedup_key": dedup_key,
        "run_at": run_at or now,
        "attempts": 0,
        "last_error": "",
        "is_dead": False,
        "created_at": now,
    }
    insert = (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert
    db.session.execute(insert(Job).values(**row).on_conflict_do_nothing())
