"""Decisions about comments: each moves them, is logged, and can be taken back as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, hosts, ids, markdown, source, text
from commentbox.models import Account, Comment, Likeness, Status
from commentbox.moderation import (
    clusters,
    decisions,
    log,
    status,
    teaching,
    undoing,
    wordings,
)
from commentbox.policy import Action

MOST: Final = 200
"""How many comments one action may take; `bulk` takes any number."""


@dataclass(frozen=True)
class Seen:
    """A comment that somebody decides about, and the revision of it that they saw.

    With `at`, when they saw it, or the `status` that it had then, nothing is decided that somebody
    else has decided otherwise since.
    """

    comment_id: str
    revision: int
    at: datetime | None = None
    status: Status | None = None

    @classmethod
    def of(cls, comment: Comment) -> "Seen":
        """Return the comment as it is now."""
        return cls(comment.id, comment.revision)

    def change(self, comment: Comment) -> str:
        """Return the code of what has happened to the comment since, if anything has."""
        if comment.revision != self.revision:
            return "comment.edited"
        is_later = self.at and comment.moved_at and comment.moved_at > self.at
        is_moved = self.status and comment.status is not self.status
        return "comment.decided" if is_later or is_moved else ""


@dataclass(frozen=True)
class Done:
    """What one action did: `comments` are those it decided about; `undo` takes the id.

    Where it `goes_on` in the background, the rest is told by the log's row with that id.
    """

    id: str
    action: str
    comments: list[Comment]
    goes_on: bool = False


# All of them take every comment or none, and skip what is there already. They raise
# `NotFound("comment.unknown")` for a comment on a site that the person has no role on,
# `NotAllowed`, `Conflict("comment.edited")` and `Conflict("comment.decided")` for one that was
# edited or decided about since it was seen, and `Invalid("selection.too_many")`.


def approve(seen: Sequence[Seen], *, by: Account) -> Done:
    """Publish the comments; open reports of them are refused, also of those that are published."""
    return _decided("approve", seen, by=by)


def mark_spam(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put the comments into the spam folder."""
    return _decided("spam", seen, by=by)


def trash(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put the comments into the trash."""
    return _decided("trash", seen, by=by)


def restore(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put comments of the trash or the spam folder back to where they were before."""
    return _decided("restore", seen, by=by)


def delete(seen: Sequence[Seen], *, by: Account) -> Done:
    """Delete the comments for good: what they said and who wrote it is erased."""
    return _decided("delete", seen, by=by)


def edit(seen: Seen, *, typed: str, by: Account) -> Done:
    """Replace a comment's text, and keep what it said before in its history.

    Raises also the codes of `source.checked`.
    """
    typed = source.checked(typed)
    [comment] = _as_seen([seen], by=by, right=Action.EDIT)
    if comment.status is Status.DELETED:
        raise Conflict("status.impossible", comment_id=comment.id)
    before, comment.source, comment.html = comment.source, typed, markdown.render(typed)
    comment.renderer, comment.fingerprint = markdown.VERSION, text.fingerprint(typed)
    comment.revision, comment.edited_at = comment.revision + 1, clock.now()
    db.session.flush()
    _file_anew(comment)
    if comment.is_published:
        status.touch(comment)
    batch = log.begin("edit", by=by, site_ids={comment.site_id}, total=1)
    decisions.move(batch, [(comment, comment.status)])
    wordings.keep(comment, before, batch=batch.id)
    log.finish(batch)
    return Done(batch.id, "edit", [comment])


def undo(batch: str, *, by: Account) -> Done:
    """Take a batch of decisions back, wherever nobody has decided anything else since.

    A long one goes on in the background. Raises `NotFound("decision.unknown")`, and
    `Conflict("undo.late")` after 30 days, or when nothing is left to take back.
    """
    begun, comments = undoing.begin(batch, by=by)
    return Done(begun.id, "undo", comments, goes_on=begun.finished_at is None)


def unchanged(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    """Return those that are as they were seen: neither edited nor decided about by others since."""
    by_id = {each.comment_id: each for each in seen}
    found = db.session.scalars(select(Comment).where(Comment.id.in_(by_id))).all()
    same = {comment.id for comment in found if not by_id[comment.id].change(comment)}
    unknown = by_id.keys() - {comment.id for comment in found}  # for the action to refuse
    return tuple(each for each in seen if each.comment_id in same | unknown)


def _file_anew(comment: Comment) -> None:
    """Let an edited comment be found by what it says and links to now, no longer by what it did."""
    typed = [] if comment.account_id else [comment.author_website]
    known = hosts.of_all([*markdown.links(comment.html), *typed])
    comment.link_host = known[0] if known else ""
    comment.link_hosts = f" {' '.join(known)} " if known else ""
    comment.cluster = comment.id
    db.session.execute(delete_rows(Likeness).where(Likeness.comment_id == comment.id))
    clusters.remember(comment, clusters.marks(comment.source))
    db.session.flush()


def _decided(action: str, seen: Sequence[Seen], *, by: Account) -> Done:
    comments = _as_seen(seen, by=by, right=decisions.ACTS[action].right)
    wanted = decisions.wanted(action, comments)
    if not wanted:
        return Done(ids.new(), action, [])
    chosen = [comment for comment, _ in wanted]
    site_ids = {comment.site_id for comment in chosen}
    batch = log.begin(action, by=by, site_ids=site_ids, total=len(chosen))
    decisions.decide(batch, wanted)
    teaching.finish(batch)
    return Done(batch.id, action, chosen)


def _as_seen(seen: Sequence[Seen], *, by: Account, right: Action) -> list[Comment]:
    by_id = {each.comment_id: each for each in seen}
    comments = _held(by_id, by=by, right=right)
    for comment in comments:
        if change := by_id[comment.id].change(comment):
            raise Conflict(change, comment_id=comment.id)
    return comments


def _held(comment_ids: Iterable[str], *, by: Account, right: Action) -> list[Comment]:
    """Return the comments as they are now, after holding their threads: in one order, as always."""
    wanted = set(comment_ids)
    if len(wanted) > MOST:
        raise Invalid("selection.too_many")
    theirs = select(Comment.site_id).where(Comment.id.in_(wanted)).distinct()
    site_ids = db.session.scalars(theirs).all()
    decisions.require(by, right, site_ids=site_ids, code="comment.unknown")
    found = decisions.held(wanted)
    if not found or len(found) != len(wanted):
        raise NotFound("comment.unknown")
    return found
