"""The queue: what waits, and everything else that a moderator can look through."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import aliased

from commentbox import policy
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib.cursor import Cursor, Rank
from commentbox.models import Account, Comment, Decision, Membership, Report, Site, Status, Thread
from commentbox.moderation import grouping, ordering
from commentbox.moderation.filters import Filter, Group, conditions
from commentbox.moderation.ordering import Part, Sort
from commentbox.policy import Action

PAGE: Final = 50

COUNTED: Final = 1000
"""Counts go no further than this, so that asking for them costs the same on every site."""

TOLD: Final = 100
"""How many decisions and reports of one comment are told: readers can make any number of them."""

FOLDERS: Final = (Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.TRASHED)
_MOST_BRANCHES: Final = 100


@dataclass(frozen=True)
class Item:
    """A comment with what stands around it; `answers` is the comment that it replies to."""

    comment: Comment
    thread: Thread
    site: Site
    answers: Comment | None = None


@dataclass(frozen=True)
class Page:
    """Items in the order that was asked for; `more` asks for the next page.

    Where groups are folded, an item stands for its group, and `groups` tells by its id how many
    more it stands for.
    """

    items: list[Item] = field(default_factory=list)
    more: Cursor | Rank | None = None
    groups: dict[str, grouping.Size] = field(default_factory=dict)


def sites(roles: Sequence[Membership]) -> Sequence[Site]:
    """Return the sites whose comments somebody with these roles may see."""
    reach = policy.reach(roles, Action.READ)
    every = select(Site).order_by(Site.name)
    return db.session.scalars(every if reach is None else every.where(Site.id.in_(reach))).all()


def page(
    wanted: Filter,
    *,
    sort: Sort = Sort.NEWEST,
    group: Group = Group.NONE,
    after: Cursor | Rank | None = None,
    limit: int = PAGE,
) -> Page:
    """Return one page of the comments that a filter lets through, in at most three queries.

    Raises `Invalid("cursor.invalid")` for a place of another order.
    """
    parts = ordering.parts(sort)
    at = ordering.reached(parts, after)
    if not wanted.site_ids:
        return Page()
    found: list[tuple[Part, Item]] = []
    for number, part in enumerate(parts[at:], at):
        chosen = _Chosen(wanted, sort, group, after if number == at else None)
        left = limit + 1 - len(found)
        found += [(part, item) for item in _listed(chosen, part, left)]
        if len(found) > limit:
            break
    items = [item for _, item in found[:limit]]
    more = None
    if len(found) > limit:
        last, item = found[limit - 1]
        more = last.place(item.comment)
    sizes = grouping.sizes(wanted, [each.comment for each in items], group=group)
    return Page(items, more, sizes)


def counts(wanted: Filter) -> dict[Status, int]:
    """Return how many comments each folder has for a filter, up to `COUNTED`, in one query."""
    found = counted({status.value: replace(wanted, status=status) for status in FOLDERS})
    return {status: found[status.value] for status in FOLDERS}


def counted(wanted: dict[str, Filter]) -> dict[str, int]:
    """Return how many comments each filter lets through, up to `COUNTED`, in one query."""
    parts = []
    for name, each in wanted.items():
        some = (
            select(Comment.id)
            .where(Comment.site_id.in_(each.site_ids), *conditions(each))
            .limit(COUNTED)
            .subquery()
        )
        parts.append(select(func.count()).select_from(some).scalar_subquery().label(name))
    if not any(each.site_ids for each in wanted.values()):
        return dict.fromkeys(wanted, 0)
    return dict(zip(wanted, db.session.execute(select(*parts)).one(), strict=True))


def item(roles: Sequence[Membership], comment_id: str) -> Item:
    """Return one comment that the roles may see; raise `NotFound("comment.unknown")`."""
    row = db.session.execute(_items().where(Comment.id == comment_id)).one_or_none()
    if row is None:
        raise NotFound("comment.unknown")
    comment, thread, site, parent = row
    policy.require(roles, Action.READ, site_id=site.id)
    return Item(comment, thread, site, parent)


def thread(roles: Sequence[Membership], thread_id: str) -> Thread:
    """Return a thread on a site that the roles reach; raise `NotFound("thread.unknown")`."""
    found = db.session.get(Thread, thread_id)
    if found is None:
        raise NotFound("thread.unknown")
    policy.require(roles, Action.READ, site_id=found.site_id, code="thread.unknown")
    return found


def history(comment: Comment) -> list[tuple[Decision, Account | None]]:
    """Return the newest of what was decided about a comment, in its order, and who decided."""
    query = (
        select(Decision, Account)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(TOLD)
    )
    newest: list[tuple[Decision, Account | None]] = [(*row,) for row in db.session.execute(query)]
    return newest[::-1]


def reports(comment: Comment) -> Sequence[Report]:
    """Return the newest of what readers reported a comment for, in its order."""
    query = select(Report).where(Report.comment_id == comment.id)
    newest = query.order_by(Report.created_at.desc(), Report.id.desc()).limit(TOLD)
    return db.session.scalars(newest).all()[::-1]


def totals(comment: Comment) -> tuple[int, int]:
    """Return how many decisions and reports a comment has, each up to `COUNTED`, in one query."""
    decisions = select(Decision.id).where(Decision.comment_id == comment.id)
    told = select(Report.id).where(Report.comment_id == comment.id)
    counts = [
        select(func.count()).select_from(each.limit(COUNTED).subquery()).scalar_subquery()
        for each in (decisions, told)
    ]
    number, reported = db.session.execute(select(*counts)).one()
    return number, reported


@dataclass(frozen=True)
class _Chosen:
    """Which comments of a part of a list stand on a page."""

    wanted: Filter
    sort: Sort
    group: Group
    after: Cursor | Rank | None


def _listed(chosen: _Chosen, part: Part, limit: int) -> list[Item]:
    query = _items().where(Comment.id.in_(_ids(chosen, part, limit)))
    rows = db.session.execute(query.order_by(*part.order).limit(limit))
    return [Item(comment, thread, site, parent) for comment, thread, site, parent in rows]


def _items() -> Select[Comment, Thread, Site, Comment]:
    parent = aliased(Comment)
    return (
        select(Comment, Thread, Site, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
    )


def _ids(chosen: _Chosen, part: Part, limit: int) -> Select[Any]:
    """Choose the ids of a page.

    Each site's share comes from an index in order and stops at the limit; one `IN` over all sites
    would sort every comment of the folder. It remains for those with very many sites.
    """
    within = select(Comment.id).where(*conditions(chosen.wanted), *part.only)
    if chosen.after:
        within = within.where(part.after(chosen.after))
    if chosen.group is not Group.NONE:
        within = within.where(grouping.is_first(chosen.wanted, chosen.group, sort=chosen.sort))
    site_ids = chosen.wanted.site_ids
    if len(site_ids) > _MOST_BRANCHES:
        query = within.where(Comment.site_id.in_(site_ids))
        return select(query.order_by(*part.order).limit(limit).subquery().c.id)
    shares = [
        within.where(Comment.site_id == site_id).order_by(*part.order).limit(limit).subquery()
        for site_id in site_ids
    ]
    return select(union_all(*(select(share.c.id) for share in shares)).subquery().c.id)
