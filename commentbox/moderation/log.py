"""The log of what was done, for those who moderate."""

from collections.abc import Collection, Iterable
from typing import Any

from commentbox import policy
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Batch, Membership
from commentbox.policy import Action


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
) -> Batch:
    """Write down that so many comments are being decided about; `finish` says when that is over."""
    return enter(Batch(action=action, undoes=undoes), by=by, site_ids=site_ids, total=total)


def enter(batch: Batch, *, by: Account | None, site_ids: Collection[str], total: int) -> Batch:
    """Write down a batch that somebody begins, as `begin` does."""
    batch.account_id, batch.total, batch.done = by.id if by else None, total, 0
    if len(site_ids) == 1:
        [batch.site_id] = site_ids
    else:
        batch.details = {**(batch.details or {}), "site_ids": sorted(site_ids)}
    db.session.add(batch)
    db.session.flush()
    return batch


def finish(batch: Batch) -> None:
    """Write down that nothing more is done; what was left alone does not count.

    Whose comments they were is not kept longer than needed to find them.
    """
    batch.total, batch.finished_at = batch.done, clock.now()
    if asked := batch.details.get("filter"):
        kind = asked["person"].partition(":")[0]
        batch.details = {**batch.details, "filter": {**asked, "person": kind}}
    db.session.flush()


def sites_of(batch: Batch) -> list[str]:
    """Return the ids of the sites that a batch of decisions reaches over."""
    several: list[str] = (batch.details or {}).get("site_ids", [])
    return [batch.site_id] if batch.site_id else several


def may_see(roles: Iterable[Membership], batch: Batch) -> bool:
    """Say whether the log shows a batch to somebody with these roles.

    What reaches over several sites is shown to who did it, and to those with a role on all sites.
    """
    roles = list(roles)
    if batch.site_id is not None:
        return policy.may(roles, Action.LOG, site_id=batch.site_id)
    is_mine = batch.account_id is not None and batch.account_id in {r.account_id for r in roles}
    return is_mine or policy.reach(roles, Action.LOG) is None
