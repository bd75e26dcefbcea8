"""Comments that belong together, folded into the one of them that stands first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from commentbox.extensions import db
from commentbox.models import Comment
from commentbox.moderation import ordering
from commentbox.moderation.filters import Filter, Group, conditions, group_of
from commentbox.moderation.ordering import Sort


@dataclass(frozen=True)
class Size:
    """How many comments a group has besides the one that stands for it, and of how many people."""

    more: int
    people: int


def is_first(wanted: Filter, group: Group, *, sort: Sort, part: int) -> ColumnElement[bool]:
    """Return what is true of a comment that stands for its group in a part of a list.

    A group reaches over all sites of the filter, and none of it that the filter lets through comes
    earlier in the list.
    """
    other = aliased(Comment)
    here, there = ordering.parts(sort), ordering.parts(sort, other)
    earlier = [and_(*each.only) for each in there[:part]]
    earlier.append(and_(*there[part].only, there[part].ahead_of(here[part])))
    mine, theirs = group_of(Comment, group), group_of(other, group)
    before = select(other.id).where(
        other.site_id.in_(wanted.site_ids),
        *conditions(wanted, other),
        # Said of what is looked through, for the index of hosts has no comments without any.
        theirs != "",
        theirs == mine,
        or_(*earlier),
    )
    return or_(mine == "", ~before.exists())


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
        .where(Comment.site_id.in_(wanted.site_ids), *conditions(wanted), column.in_(named))
        .where(column != "")
        .group_by(column)
        .having(func.count() > 1)
    )
    return {
        named[name]: Size(number - 1, people) for name, number, people in db.session.execute(query)
    }


def key(comment: Comment, group: Group) -> str:
    """Return what all comments of its group have in common; it is empty where one stands alone."""
    return str(group_of(comment, group))


def selected(
    wanted: Filter, group: Group, *, comment_ids: Iterable[str], first_ids: Iterable[str]
) -> Filter:
    """Return the filter for some of its comments, and for the groups that others stand for."""
    query = select(Comment).where(
        Comment.id.in_(list(first_ids)),
        Comment.site_id.in_(wanted.site_ids),
        *conditions(wanted),
    )
    firsts = db.session.scalars(query).all()
    alone = [each.id for each in firsts if not key(each, group)]
    groups = {key(each, group) for each in firsts} - {""}
    chosen = (*comment_ids, *alone)
    return replace(wanted, grouped=group, groups=tuple(sorted(groups)), chosen=chosen)
