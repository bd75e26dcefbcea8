"""The queue: what waits, and everything else that a moderator can look through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import CompoundSelect, ScalarSelect, Select, func, select, union_all
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
"""Counts go no further than this, so that those an index answers cost the same on every site.

Those of words, reasons and hosts, and of what is repeated, look through a folder until then.
"""

LOOKED_THROUGH: Final = 20_000
"""How many of a folder are looked through where the newest say enough."""

TOLD: Final = 100
"""How many decisions and reports of one comment are told: readers can make any number of them."""

FOLDERS: Final = (Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.TRASHED)
_MOST_BRANCHES: Final = 100
_AT_FIRST: Final = 5_000  # rows of a list that is read through: more pages than most look at


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
    """Return one page of the comments that a filter lets through, in at most six queries.

    Raises `Invalid("cursor.invalid")` for a place of another order.
    """
    parts = ordering.parts(sort)
    at = ordering.reached(parts, after)
    if not wanted.site_ids:
        return Page()
    found: list[tuple[Part, Item]] = []
    ends = _ends(wanted, sort, group, after)
    for number, part in enumerate(parts[at:], at):
        if number in ends:
            left = limit + 1 - len(found)
            place = after if number == at else None
            chosen = _Chosen(wanted, sort, group, number, place, ends[number])
            found += [(part, item) for item in _listed(chosen, left)]
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


def counted(wanted: dict[str, Filter], *, newest: Collection[str] = ()) -> dict[str, int]:
    """Return how many comments each filter lets through, up to `COUNTED`, in one query.

    Those named in `newest` are counted among the newest `LOOKED_THROUGH` of their folder.
    """
    if not any(each.site_ids for each in wanted.values()):
        return dict.fromkeys(wanted, 0)
    parts = []
    for name, each in wanted.items():
        some = select(Comment.id).where(Comment.site_id.in_(each.site_ids), *conditions(each))
        if name in newest:
            some = some.where(Comment.created_at >= _recent(each))
        number = select(func.count()).select_from(some.limit(COUNTED).subquery())
        parts.append(number.scalar_subquery().label(name))
    return dict(zip(wanted, db.session.execute(select(*parts)).one(), strict=True))


def _recent(wanted: Filter) -> ScalarSelect[Any]:
    """Return when the oldest of the newest of a folder was written."""
    folder = Filter(wanted.site_ids, wanted.status)
    rows = _rows(_Chosen(folder, Sort.NEWEST, Group.NONE, 0, None), LOOKED_THROUGH).subquery()
    newest = select(rows.c.key).order_by(rows.c.key.desc()).limit(LOOKED_THROUGH).subquery()
    return select(func.min(newest.c.key)).scalar_subquery()


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
    """Which comments of a part of a list stand on a page: those up to `end`, if that is given."""

    wanted: Filter
    sort: Sort
    group: Group
    number: int
    after: Cursor | Rank | None
    end: Cursor | Rank | None = None

    @property
    def part(self) -> Part:
        """Return the part of the list."""
        return ordering.parts(self.sort)[self.number]


def _ends(
    wanted: Filter, sort: Sort, group: Group, after: Cursor | Rank | None
) -> dict[int, Cursor | Rank | None]:
    """Return how far to look through each part of a list at first, but for those without a row.

    It is only where all that is looked through has to be read that there is such a place.
    """
    parts = ordering.parts(sort)
    if not grouping.is_read_through(wanted, group, sort=sort):
        return dict.fromkeys(range(len(parts)))
    at, plain = ordering.reached(parts, after), Filter(wanted.site_ids, wanted.status)
    numbers, columns = range(at, len(parts)), []
    for number in numbers:
        # Where numbers decide, all others come last: an index has the whole folder in their order.
        how = Sort.NEWEST if number else sort
        chosen = _Chosen(plain, how, Group.NONE, 0, after if number == at else None)
        columns += [each.label(f"{name}_{number}") for name, each in _end(chosen).items()]
    found = iter(db.session.execute(select(*columns)).one())
    return {
        number: parts[number].place_of(value, last) if last else None
        for number, first, value, last in zip(numbers, found, found, found, strict=False)
        if first
    }


def _end(chosen: _Chosen) -> dict[str, ScalarSelect[Any]]:
    """Return the id of the first row of a list, and the key and the id of the last one at first."""
    rows = _rows(chosen, _AT_FIRST + 1).subquery()
    query = select(rows.c.id).order_by(*chosen.part.ordered(rows.c.key, rows.c.id)).limit(1)
    last = query.offset(_AT_FIRST)
    picked = {"first": query, "key": last.with_only_columns(rows.c.key), "last": last}
    return {name: each.scalar_subquery() for name, each in picked.items()}


def _listed(chosen: _Chosen, limit: int) -> list[Item]:
    """Return the items in order; a few groups of very many are found only by reading all."""
    items = _read(chosen, limit)
    if chosen.end and len(items) < limit:
        return _read(replace(chosen, end=None), limit)
    return items


def _read(chosen: _Chosen, limit: int) -> list[Item]:
    query = _items().where(Comment.id.in_(_ids(chosen, limit)))
    rows = db.session.execute(query.order_by(*chosen.part.order).limit(limit))
    return [Item(comment, thread, site, parent) for comment, thread, site, parent in rows]


def _items() -> Select[Comment, Thread, Site, Comment]:
    parent = aliased(Comment)
    return (
        select(Comment, Thread, Site, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
    )


def _ids(chosen: _Chosen, limit: int) -> Select[Any]:
    return select(_rows(chosen, limit).subquery().c.id)


def _rows(chosen: _Chosen, limit: int) -> Select[Any] | CompoundSelect[Any]:
    """Choose the rows of a page: what they are sorted by, and their ids.

    Each site's share comes from an index in order and stops at the limit; one `IN` over all sites
    would sort every comment of the folder. It remains for those with very many sites.
    """
    part, end = chosen.part, chosen.end
    within = select(part.key.label("key"), Comment.id).where(*conditions(chosen.wanted), *part.only)
    if chosen.after:
        within = within.where(part.after(chosen.after))
    if end:
        within = within.where(part.until(end))
    if chosen.group is not Group.NONE:
        within = within.where(
            grouping.is_first(
                chosen.wanted, chosen.group, sort=chosen.sort, part=chosen.number, end=end
            )
        )
    site_ids = chosen.wanted.site_ids
    if len(site_ids) > _MOST_BRANCHES:
        query = within.where(Comment.site_id.in_(site_ids))
        return query.order_by(*part.order).limit(limit)
    shares = [
        within.where(Comment.site_id == site_id).order_by(*part.order).limit(limit).subquery()
        for site_id in site_ids
    ]
    return union_all(*map(select, shares))
