"""The log of what was done, for those who moderate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from commentbox import policy
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.lib.cursor import Cursor
from commentbox.models import OF_SERVICE, Account, Batch, Comment, Decision, Membership, Site
from commentbox.moderation.filters import Group
from commentbox.policy import Action

lines = structlog.get_logger(__name__)

UNDOABLE: Final = timedelta(days=30)
"""How long a batch of decisions can be taken back."""

PAGE: Final = 50
_CAN_GO_BACK: Final = {"approve", "spam", "trash", "restore", "settled", "undo"}
_MOST_BRANCHES: Final = 100
_OF_SERVICE: Final = "of_service"
_NEWEST: Final = (Batch.created_at.desc(), Batch.id.desc())


@dataclass(frozen=True)
class Entry:
    """One action, who did it, where, whether the visitor may take it back, and whether anybody did.

    Without an account the service acted by itself, or the account is gone; without sites it was
    about all of them.
    """

    batch: Batch
    account: Account | None
    sites: list[Site]
    may_undo: bool
    is_undone: bool


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; `more` asks for the next page."""

    entries: list[Entry] = field(default_factory=list)
    more: Cursor | None = None


def note(action: str, *, site_id: str | None, by: Account | None, **details: Any) -> Batch:
    """Write down that somebody did something that is no decision about comments.

    Without `by` it was whoever runs the service, and the row says so: it stands beside nobody's
    account, as do those of people who are gone. Without a site it reaches over all of them.
    """
    batch = Batch(
        site_id=site_id,
        account_id=by.id if by else None,
        action=action,
        details=details if by else {**details, _OF_SERVICE: True},
        finished_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    lines.info("noted", action=action, batch=batch.id, account=batch.account_id, site=site_id)
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

    Whose comments they were, and what was looked for, is not kept longer than needed to find them.
    """
    batch.total, batch.finished_at = batch.done, clock.now()
    if asked := batch.details.get("filter"):
        words = "…" if asked.get("words") else ""  # an address, as often as not
        named: dict[str, Any] = {"person": _kind(asked["person"]), "words": words}
        if asked.get("grouped") == Group.AUTHOR:
            named["groups"] = [_kind(person) for person in asked["groups"]]
        batch.details = {**batch.details, "filter": {**asked, **named}}
    db.session.flush()


def leave(batch_id: str, number: int) -> None:
    """Write down that so many more comments of a selection were left to others who changed them."""
    if number:
        batch = db.session.get_one(Batch, batch_id)
        details = batch.details or {}
        batch.details = {**details, "left": details.get("left", 0) + number}
        db.session.flush()


def is_of_service(batch: Batch) -> bool:
    """Say whether the service did it by itself, or whoever runs it."""
    return batch.action in OF_SERVICE or _OF_SERVICE in (batch.details or {})


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


def entry(roles: Sequence[Membership], batch_id: str) -> Entry:
    """Return one row of the log; raise `NotFound("decision.unknown")` for who may not see it."""
    row = select(Batch, Account).outerjoin(Account, Account.id == Batch.account_id)
    found = db.session.execute(row.where(Batch.id == batch_id)).one_or_none()
    if found is None or not may_see(roles, found[0]):
        raise NotFound("decision.unknown")
    [entry] = _entries(roles, [(found[0], found[1])])
    return entry


def decided(
    roles: Sequence[Membership], batch: Batch, *, after: str = "", limit: int = PAGE
) -> list[tuple[Decision, Comment]]:
    """Return some of the decisions of a batch, as far as the roles reach, the first first.

    `after` is the id of the last one seen.
    """
    query = (
        select(Decision, Comment)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Decision.batch == batch.id, Decision.id > after)
    )
    reach = policy.reach(roles, Action.LOG)
    if reach is not None:
        query = query.where(Decision.site_id.in_(reach))
    found = db.session.execute(query.order_by(Decision.id).limit(limit))
    return [(decision, comment) for decision, comment in found]


def is_about(batch_id: str, comment: Comment) -> bool:
    """Say whether a batch decided about this comment, and about no other."""
    made = select(Decision.comment_id).where(Decision.batch == batch_id).limit(2)
    return db.session.scalars(made).all() == [comment.id]


def page(
    roles: Sequence[Membership],
    *,
    site_ids: Collection[str],
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """Return one page of the log of these sites, as far as the roles may see it.

    What reaches over several sites is shown to who did it, and to those with a role on all sites.
    """
    reach = policy.reach(roles, Action.LOG)
    allowed = [each for each in site_ids if reach is None or each in reach]
    if not allowed:
        return Page()
    chosen = _chosen(roles, allowed, after, limit + 1)
    query = (
        select(Batch, Account)
        .outerjoin(Account, Account.id == Batch.account_id)
        .where(Batch.id.in_(chosen))
        .order_by(*_NEWEST)
    )
    found = [(batch, account) for batch, account in db.session.execute(query)]
    last = found[limit - 1][0] if len(found) > limit else None
    more = Cursor(last.created_at, last.id) if last else None
    return Page(_entries(roles, found[:limit]), more)


def _chosen(
    roles: Sequence[Membership], site_ids: Sequence[str], after: Cursor | None, limit: int
) -> Select[str]:
    """Choose the ids of a page: each site's share comes in order and stops at the limit."""
    places = [Batch.site_id == site_id for site_id in site_ids]
    if len(places) > _MOST_BRANCHES:
        places = [Batch.site_id.in_(site_ids)]
    shares = [_share(place, after, limit) for place in (*places, _several(roles, site_ids))]
    every = union_all(*(select(share.c.id, share.c.created_at) for share in shares)).subquery()
    newest = select(every.c.id).order_by(every.c.created_at.desc(), every.c.id.desc()).limit(limit)
    return select(newest.subquery().c.id)


def _share(place: ColumnElement[bool], after: Cursor | None, limit: int) -> Any:
    query = select(Batch.id, Batch.created_at).where(place)
    if after:
        key = tuple_(Batch.created_at, Batch.id)
        query = query.where(key < tuple_(literal(after.moment), literal(after.id)))
    return query.order_by(*_NEWEST).limit(limit).subquery()


def _several(roles: Sequence[Membership], site_ids: Sequence[str]) -> ColumnElement[bool]:
    """Say of which batches over several sites the visitor sees something."""
    details = cast(Batch.details, String)
    named = [details.contains(site_id, autoescape=True) for site_id in site_ids]
    about = or_(~details.contains('"site_ids"', autoescape=True), *named)
    if policy.reach(roles, Action.LOG) is None:
        return and_(Batch.site_id.is_(None), about)
    mine = {role.account_id for role in roles}
    return and_(Batch.site_id.is_(None), Batch.account_id.in_(mine), about)


def _entries(
    roles: Sequence[Membership], found: Sequence[tuple[Batch, Account | None]]
) -> list[Entry]:
    shown = {site_id for batch, _ in found for site_id in sites_of(batch)}
    sites = {site.id: site for site in db.session.scalars(select(Site).where(Site.id.in_(shown)))}
    taken_back = select(Batch.undoes).where(Batch.undoes.in_([batch.id for batch, _ in found]))
    undone = set(db.session.scalars(taken_back))
    return [
        Entry(
            batch,
            account,
            [sites[each] for each in sites_of(batch) if each in sites],
            may_undo=batch.id not in undone and _may_undo(roles, batch),
            is_undone=batch.id in undone,
        )
        for batch, account in found
    ]


def _may_undo(roles: Iterable[Membership], batch: Batch) -> bool:
    if batch.action not in _CAN_GO_BACK or not batch.done:
        return False
    if batch.created_at < clock.now() - UNDOABLE:
        return False
    site_ids = sites_of(batch)
    return all(policy.may(roles, Action.DECIDE, site_id=each) for each in site_ids)


def _kind(person: str) -> str:
    return person.partition(":")[0]
