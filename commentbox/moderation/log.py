"""The log of what was done, for those who moderate."""

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
