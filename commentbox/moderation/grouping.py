"""Comments that belong together, folded into the one of them that stands first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.lib.cursor import Cursor, Rank
from commentbox.models import Comment
from commentbox.moderation import ordering
from commentbox.moderation.filters import Filter, Group, conditions, group_of
from commentbox.moderation.ordering import Part, Sort


@dataclass(frozen=True)
class Size:
    """How many comments a group has besides the one that stands for it, and of how many people."""

    more: int
    people: int


def is_read_through(wanted: Filter, group: Group, *, sort: Sort) -> bool:
    """Say whether all that a filter lets through is read to find who stands for each group.

    No index has a group in the order of a number, or what is repeated of one: a look for each
    comment whether another of its group comes earlier would go through all of the group.
    """
    if group is Group.NONE:
        return False
    return len(ordering.parts(sort)) > 1 or (wanted.is_repeated and group is not Group.TEXT)


def is_first(
    wanted: Filter, group: Group, *, sort: Sort, part: int = 0, end: Cursor | Rank | None = None
) -> ColumnElement[bool]:
    """Return what is true of a comment that stands for its group in a list.

    A group reaches over all sites of the filter, and none of it that the filter lets through comes
    earlier in the list. Comments without anything in common stand for themselves. Where `end` is
    given, this is said only of what comes up to that place in a part of the list.
    """
    other = aliased(Comment)
    mine, theirs = group_of(Comment, group), group_of(other, group)
    here, there = ordering.parts(sort), ordering.parts(sort, other)
    # Said of what is looked through: the index of hosts has no comments without any.
    among = [other.site_id.in_(wanted.site_ids), theirs != "", *_conditions(wanted, group, other)]
    if not is_read_through(wanted, group, sort=sort):
        # An index has the group in this order: one look into it tells, and a page stops early.
        ahead = there[0].ahead_of(here[0])
        earlier = select(other.id).where(*among, theirs == mine, ahead).exists()
        return or_(mine == "", ~earlier)
    if end:
        before = [and_(*each.only) for each in there[:part]]
        among.append(or_(*before, and_(*there[part].only, there[part].until(end))))
    place = func.row_number().over(partition_by=theirs, order_by=_order(there))
    places = select(other.id, place.label("place")).where(*among).subquery()
    return or_(mine == "", Comment.id.in_(select(places.c.id).where(places.c.place == 1)))


def sizes(wanted: Filter, firsts: Sequence[Comment], *, group: Group) -> dict[str, Size]:
    """Return the sizes of groups by the ids of those that stand for them, in one query.

    Only groups of several are among them.
    """
    named = {key(each, group): each.id for each in firsts if key(each, group)}
    if group is Group.NONE or not named:
        return {}
    column = group_of(Comment, group)
    query = (
        select(column, func.count(), func.count(func.distinct(Comment.person)))
        .where(Comment.site_id.in_(wanted.site_ids), column.in_(named), column != "")
        .where(*_conditions(wanted, group, Comment))
        .group_by(column)
        .having(func.count() > 1)
    )
    return {
        named[name]: Size(number - 1, people) for name, number, people in db.session.execute(query)
    }


def _conditions(wanted: Filter, group: Group, row: Any) -> list[ColumnElement[bool]]:
    """Return what is true of those in a group of one that the filter lets through.

    Of comments that say nearly the same either all are repeated in their folder or none is: asking
    for each anew takes PostgreSQL minutes.
    """
    is_told = group is Group.TEXT and wanted.is_repeated
    return conditions(replace(wanted, is_repeated=False) if is_told else wanted, row)


def key(comment: Comment, group: Group) -> str:
    """Return what all comments of its group have in common; it is empty where one stands alone."""
    return str(group_of(comment, group))


def selected(
    wanted: Filter, group: Group, *, seen: Mapping[str, int], firsts: Collection[str]
) -> Filter:
    """Return the filter for some of its comments, and for the groups that some of these stand for.

    `seen` tells their revisions; what was edited since stays out. Raises
    `NotFound("comment.unknown")` where one is on no site of the filter, and
    `Conflict("comment.edited")` where nothing is left, or one that stands for a group was edited.
    """
    here = (Comment.id.in_(seen), Comment.site_id.in_(wanted.site_ids))
    found = db.session.scalars(select(Comment).where(*here)).all()
    if len(found) != len(seen):
        raise NotFound("comment.unknown")
    same = [each for each in found if each.revision == seen[each.id]]
    if not same or (seen.keys() - {each.id for each in same}).intersection(firsts):
        raise Conflict("comment.edited", comment_id=next(iter(seen), ""))
    groups = {key(each, group) for each in same if each.id in firsts} - {""}
    alone = [each.id for each in same if each.id not in firsts or not key(each, group)]
    return replace(
        wanted,
        grouped=group,
        groups=tuple(sorted(groups)),
        chosen=tuple(sorted(alone)),
        shown=tuple(each.id for each in same),
    )


def _order(parts: Sequence[Part]) -> list[ColumnElement[Any]]:
    """Return by what to sort comments of all parts: those of the first come first."""
    if len(parts) == 1:
        return list(parts[0].order)
    number = case(*((and_(*part.only), at) for at, part in enumerate(parts)))
    keys = [case((and_(*part.only), part.key)).desc() for part in parts]
    return [number.asc(), *keys, parts[0].row.id.desc()]
