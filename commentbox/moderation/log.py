"""The log of what was done, for those who moderate."""

from collections.abc import Collection
from typing import Any

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Batch


def note(action: str, *, site_id: str | None, by: Account | None, **details: Any) -> Batch:
    """Write down that somebody did something that is no decision about comments.

    Without `by` it was whoever runs the service; without a site it reaches over all of them.
    """
    batch = Batch(
        site_id=site_id,
        account_id=by.id if by else None,
        action=action,
        details=details,
        finished_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def begin(
    action: str,
    *,
    by: Account | None,
    site_ids: Collection[str],
    total: int,
    undoes: str | None = None,
    **details: Any,
) -> Batch:
    """Write down that so many comments are being decided about; `finish` says when that is over."""
    batch = Batch(
        site_id=next(iter(site_ids)) if len(site_ids) == 1 else None,
        account_id=by.id if by else None,
        action=action,
        undoes=undoes,
        total=total,
        done=0,
        details=details,
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def finish(batch: Batch) -> None:
    """Write down that nothing more is done; what was left alone does not count."""
    batch.total, batch.finished_at = batch.done, clock.now()
    db.session.flush()
