"""The queue: what waits, and everything else that a moderator can look through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from commentbox import policy
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.lib.cursor import Cursor
from commentbox.models import Account, Comment, Decision, Membership, Site, Status, Thread
from commentbox.policy import Action

PAGE: Final = 50

COUNTED: Final = 1000
"""Counts go no further than this, so that asking for them costs the same on every site."""

FOLDERS: Final = (Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.TRASHED)
_MOST_BRANCHES: Final = 100


@dataclass(frozen=True)
class Folder:
    """Which comments to list: of these sites, in this status, with these words anywhere."""

    site_ids: Collection[str]
    status: Status
    words: str = ""


@dataclass(frozen=True)
class Item:
    """A comment with what stands around it; `answers` is the comment that it replies to."""

    comment: Comment
    thread: Thread
    site: Site
    answers: Comment | None = None


@dataclass(frozen=True)
class Page:
    """Items, the newest first; `more` asks for the next page."""

    items: list[Item] = field(default_factory=list)
    more: Cursor | None = None


def sites(roles: Sequence[Membership]) -> Sequence[Site]:
    """Return the sites whose comments somebody with these roles may see."""
    reach = policy.reach(roles, Action.READ)
    every = select(Site).order_by(Site.name)
    return db.session.scalars(every if reach is None else every.where(Site.id.in_(reach))).all()


def page(folder: Folder, *, after: Cursor | None = None, limit: int = PAGE) -> Page:
    """Return one page of a folder, in one query."""
    if not folder.site_ids:
        return Page()
    chosen = _chosen(folder, after, limit + 1)
    newest = (Comment.created_at.desc(), Comment.id.desc())
    query = _items().where(Comment.id.in_(chosen)).order_by(*newest).limit(limit + 1)
    found = [
        Item(comment, thread, site, parent)
        for comment, thread, site, parent in db.session.execute(query)
    ]
    last = found[limit - 1].comment if len(found) > limit else None
    return Page(found[:limit], Cursor(last.created_at, last.id) if last else None)


def counts(site_ids: Collection[str], *, words: str = "") -> dict[Status, int]:
    """Return how many comments with the words each folder holds, up to `COUNTED`, in one query."""
    if not site_ids:
        return dict.fromkeys(FOLDERS, 0)
    parts = []
    for status in FOLDERS:
        some = (
            select(Comment.id)
            .where(Comment.site_id.in_(site_ids), Comment.status == status, *_with(words))
            .limit(COUNTED)
            .subquery()
        )
        counted = select(func.count()).select_from(some).scalar_subquery()
        parts.append(counted.label(status.value))
    row = db.session.execute(select(*parts)).one()
    return dict(zip(FOLDERS, row, strict=True))


def item(roles: Sequence[Membership], comment_id: str) -> Item:
    """Return one comment that the roles may see; raise `NotFound("comment.unknown")`."""
    row = db.session.execute(_items().where(Comment.id == comment_id)).one_or_none()
    if row is None:
        raise NotFound("comment.unknown")
    comment, thread, site, parent = row
    policy.require(roles, Action.READ, site_id=site.id)
    return Item(comment, thread, site, parent)


def history(comment: Comment) -> list[tuple[Decision, Account | None]]:
    """Return what was decided about a comment, the first first, and who decided."""
    query = (
        select(Decision, Account)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.created_at, Decision.id)
    )
    return [(decision, account) for decision, account in db.session.execute(query)]


def decided(roles: Sequence[Membership], batch: str) -> list[Decision]:
    """Return the decisions of a batch on sites that the roles may see."""
    found = db.session.scalars(select(Decision).where(Decision.batch == batch)).all()
    return [each for each in found if policy.may(roles, Action.READ, site_id=each.site_id)]


def _items() -> Select[Comment, Thread, Site, Comment]:
    parent = aliased(Comment)
    return (
        select(Comment, Thread, Site, parent)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Site, Site.id == Comment.site_id)
        .outerjoin(parent, parent.id == Comment.parent_id)
    )


def _chosen(folder: Folder, after: Cursor | None, limit: int) -> Select[str]:
    """Choose the ids of a page.

    Each site's share comes from `ix_comment_queue` in order and stops at the limit; one `IN` over
    all sites would sort every comment of the folder. It remains for those with very many sites.
    """
    within = _within(folder, after)
    newest = (Comment.created_at.desc(), Comment.id.desc())
    if len(folder.site_ids) > _MOST_BRANCHES:
        query = within.where(Comment.site_id.in_(folder.site_ids))
        return select(query.order_by(*newest).limit(limit).subquery().c.id)
    shares = [
        within.where(Comment.site_id == site_id).order_by(*newest).limit(limit).subquery()
        for site_id in folder.site_ids
    ]
    return select(union_all(*(select(share.c.id) for share in shares)).subquery().c.id)


def _within(folder: Folder, after: Cursor | None) -> Select[str]:
    query = select(Comment.id).where(Comment.status == folder.status)
    if after:
        key = tuple_(Comment.created_at, Comment.id)
        query = query.where(key < tuple_(literal(after.moment), literal(after.id)))
    return query.where(*_with(folder.words))


def _with(words: str) -> list[ColumnElement[bool]]:
    """Return what is true of comments with these words: nothing more when there are none."""
    if not words:
        return []
    columns = (Comment.author_name, Comment.author_email, Comment.source)
    return [or_(*(column.icontains(words, autoescape=True) for column in columns))]
