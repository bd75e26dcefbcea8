"""Reading a thread, a page at a time, at a cost that does not grow with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, false, or_, select, true, tuple_
from sqlalchemy.orm import aliased, defer, load_only

from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib import clock, ids, tokens, tree
from commentbox.lib.cursor import Cursor
from commentbox.models import Comment, Status, Thread
from commentbox.moderation import intake

PAGE: Final = 50
FIRST_REPLIES: Final = 3
MORE_REPLIES: Final = 50
PREVIEW_DAYS: Final = 30


class Order(StrEnum):
    """Which top-level comments come first; replies always stand in the order they were written."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Placed:
    """A comment as it stands on a page: how deep, and whom it answers."""

    comment: Comment
    depth: int
    answers: str = ""


@dataclass(frozen=True)
class Branch:
    """A top-level comment and the replies of this page; `more` asks for those after them."""

    root: Comment
    replies: list[Placed]
    more: Cursor | None = None
    earlier: bool = False

    @property
    def top(self) -> Placed:
        """Return the top-level comment as it is placed: it answers nobody."""
        return Placed(self.root, 0)

    @property
    def unseen(self) -> int:
        """Return how many shown replies are not on this page."""
        return max(0, self.root.shown_replies - len(self.replies))


@dataclass(frozen=True)
class Page:
    """Branches in order; `more` asks for the next page.

    `focus` is the comment asked for; `ahead` is the top-level comment whose branch stands before
    all others for its sake, wherever its place is.
    """

    branches: list[Branch] = field(default_factory=list)
    more: Cursor | None = None
    focus: str = ""
    ahead: str = ""

    def shows(self, comment: Comment) -> bool:
        """Say whether the comment is on this page."""
        return any(
            comment.id in {branch.root.id, *(placed.comment.id for placed in branch.replies)}
            for branch in self.branches
        )


def page(thread: Thread, *, order: Order, after: Cursor | None = None) -> Page:
    """Return one page of a thread: top-level comments with their first replies. Three queries."""
    roots = _roots(thread, order=order, after=after, limit=PAGE)
    shown = roots[:PAGE]
    replies = _first_replies(shown)
    branches = [_branch(root, replies.get(root.id, [])) for root in shown]
    return Page(branches, _more(roots, PAGE))


def replies(thread: Thread, root_id: str, *, after: Cursor | None = None) -> Branch:
    """Return the next replies of one branch; raise `NotFound("comment.unknown")`."""
    root = visible(thread, root_id)
    if not root.is_root:
        raise NotFound("comment.unknown")
    query = _replies_of(root.id).order_by(Comment.created_at, Comment.id).limit(MORE_REPLIES + 1)
    if after:
        query = query.where(_beyond(after))
    found = db.session.scalars(query).all()
    return Branch(root, _placed(found[:MORE_REPLIES], root), _more(found, MORE_REPLIES))


def around(thread: Thread, comment_id: str, *, order: Order) -> Page:
    """Return the first page, with the comment on it; the target of a permalink.

    Where it is not there anyway, its branch stands ahead, with the replies near it. Raises
    `NotFound("comment.unknown")` when the comment is not shown in this thread.
    """
    comment = visible(thread, comment_id)
    first = page(thread, order=order)
    if first.shows(comment):
        return replace(first, focus=comment.id)
    rest = behind(comment.root_id, first)
    return replace(rest, branches=[_near(thread, comment), *rest.branches], focus=comment.id)


def behind(root_id: str, page: Page) -> Page:
    """Return a page without the branch that stands ahead of it already."""
    others = [branch for branch in page.branches if branch.root.id != root_id]
    return replace(page, branches=others, ahead=root_id)


def _near(thread: Thread, comment: Comment) -> Branch:
    if comment.is_root:
        return replies(thread, comment.id)
    root = visible(thread, comment.root_id)
    here = Cursor(comment.created_at, comment.id)
    near = MORE_REPLIES // 2
    before = db.session.scalars(
        _replies_of(root.id)
        .where(tuple_(Comment.created_at, Comment.id) < (here.moment, here.id))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(near + 1)
    ).all()
    later = db.session.scalars(
        _replies_of(root.id)
        .where(_beyond(here))
        .order_by(Comment.created_at, Comment.id)
        .limit(near + 1)
    ).all()
    window = [*reversed(before[:near]), comment, *later[:near]]
    more = _more([comment, *later], near + 1)
    return Branch(root, _placed(window, root), more, earlier=len(before) > near)


def visible(thread: Thread, comment_id: str) -> Comment:
    """Return a comment that is shown in the thread; raise `NotFound("comment.unknown")`."""
    comment = db.session.get(Comment, comment_id) if ids.is_id(comment_id) else None
    if comment is None or comment.thread_id != thread.id or not comment.is_shown:
        raise NotFound("comment.unknown")
    return comment


def previews(
    thread: Thread, *, author_key: str = "", account_id: str | None = None
) -> list[Placed]:
    """Return what somebody, known by a browser's secret or an account, alone may see here yet."""
    mine = (
        select(Comment)
        .where(
            Comment.site_id == thread.site_id,
            or_(
                Comment.author_key == tokens.digest(author_key) if author_key else false(),
                Comment.account_id == account_id if account_id else false(),
            ),
            Comment.thread_id == thread.id,
            intake.seems_pending(),
            Comment.created_at > clock.now() - timedelta(days=PREVIEW_DAYS),
        )
        .order_by(Comment.created_at, Comment.id)
        .limit(PAGE)
    )
    found = db.session.scalars(mine).all()
    names = _names({comment.parent_id for comment in found if comment.parent_id})
    return [
        Placed(comment, min(comment.depth, 1), names.get(comment.parent_id or "", ""))
        for comment in found
    ]


# What no reader sees is not fetched: it is half of a row.
SHOWN: Final = tuple(
    defer(column, raiseload=True)
    for column in (
        Comment.source,
        Comment.fingerprint,
        Comment.reasons,
        Comment.client,
        Comment.author_email,
        Comment.renderer,
        Comment.edited_at,
    )
)


def _roots(thread: Thread, *, order: Order, after: Cursor | None, limit: int) -> Sequence[Comment]:
    query = select(Comment).options(*SHOWN)
    query = query.where(
        Comment.thread_id == thread.id, Comment.parent_id.is_(None), Comment.is_shown
    )
    if order is Order.OLDEST:
        query = query.order_by(Comment.created_at, Comment.id)
        query = query.where(_beyond(after)) if after else query
    else:
        query = query.order_by(Comment.created_at.desc(), Comment.id.desc())
        if after:
            key = tuple_(Comment.created_at, Comment.id)
            query = query.where(key < (after.moment, after.id))
    return db.session.scalars(query.limit(limit + 1)).all()


def _first_replies(roots: Sequence[Comment]) -> dict[str, list[Comment]]:
    """Fetch the first replies of all these roots in one query."""
    with_replies = [root.id for root in roots if root.shown_replies]
    if not with_replies:
        return {}
    found: dict[str, list[Comment]] = {}
    query = _first_replies_query(is_sqlite=db.session.get_bind().dialect.name == "sqlite")
    for comment in db.session.scalars(query, {"roots": with_replies}):
        found.setdefault(comment.root_id, []).append(comment)
    return found


@cache
def _first_replies_query(*, is_sqlite: bool) -> Select[Comment]:
    """Build the query once: that takes longer than to run it.

    A limited subquery per root walks `ix_comment_replies` only as far as it must; a window
    function would read every reply of a long branch to number it. SQLite has no LATERAL, and
    PostgreSQL before 17 would try every comment with every root without it.
    """
    root, reply = aliased(Comment), aliased(Comment)
    first = (
        select(reply.id)
        .where(reply.root_id == root.id, reply.parent_id.is_not(None), reply.is_shown)
        .order_by(reply.created_at, reply.id)
        .limit(FIRST_REPLIES + 1)
        .correlate(root)
    )
    if is_sqlite:
        query = select(Comment).join(root, Comment.id.in_(first.scalar_subquery()))
    else:
        near = first.lateral()
        query = select(Comment).select_from(root).join(near, true())
        query = query.join(Comment, Comment.id == near.c.id)
    wanted = root.id.in_(bindparam("roots", expanding=True))
    return query.options(*SHOWN).where(wanted).order_by(Comment.created_at, Comment.id)


def _branch(root: Comment, found: Sequence[Comment]) -> Branch:
    shown = found[:FIRST_REPLIES]
    return Branch(root, _placed(shown, root), _more(found, FIRST_REPLIES))


def _placed(found: Sequence[Comment], root: Comment) -> list[Placed]:
    """Nest the replies, and name whom each answers: on phones they stand flat."""
    authors = {comment.id: comment for comment in (root, *found)}
    absent = {c.parent_id for c in found if c.parent_id and c.parent_id not in authors}
    names = _names(absent)
    placed = []
    for comment, depth in tree.depth_first(found):
        parent = authors.get(comment.parent_id or "")
        name = parent.author_name if parent and parent.is_published else ""
        placed.append(Placed(comment, depth, name or names.get(comment.parent_id or "", "")))
    return placed


def _names(comment_ids: Iterable[str]) -> dict[str, str]:
    wanted = list(comment_ids)
    if not wanted:
        return {}
    query = (
        select(Comment)
        .options(load_only(Comment.author_name))
        .where(Comment.id.in_(wanted), Comment.status == Status.PUBLISHED)
    )
    return {comment.id: comment.author_name for comment in db.session.scalars(query)}


def _replies_of(root_id: str) -> Select[Comment]:
    return (
        select(Comment)
        .options(*SHOWN)
        .where(Comment.root_id == root_id, Comment.parent_id.is_not(None), Comment.is_shown)
    )


def _beyond(after: Cursor) -> Any:
    key = tuple_(Comment.created_at, Comment.id)
    return key > (after.moment, after.id)


def _more(found: Sequence[Comment], limit: int) -> Cursor | None:
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return Cursor(last.created_at, last.id)
