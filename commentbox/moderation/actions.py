"""Decisions about comments: each moves them, is logged, and can be taken back as one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import insert, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock, ids, markdown, source, text
from commentbox.models import Account, Batch, Comment, Decision, Status
from commentbox.moderation import status
from commentbox.policy import Action

log = structlog.get_logger(__name__)

MOST: Final = 200
"""How many comments one action may take."""

_REMOVED: Final = (Status.SPAM, Status.TRASHED)


@dataclass(frozen=True)
class Seen:
    """A comment that somebody decides about, and the revision of it that they saw."""

    comment_id: str
    revision: int

    @classmethod
    def of(cls, comment: Comment) -> "Seen":
        """Return the comment as it is now."""
        return cls(comment.id, comment.revision)


@dataclass(frozen=True)
class Done:
    """What one action did: `comments` are those it decided about; `undo` takes the id."""

    id: str
    action: str
    comments: list[Comment]


# All of them take every comment or none, and skip what is there already. They raise
# `NotFound("comment.unknown")` for a comment on a site that the person has no role on,
# `NotAllowed`, `Conflict("comment.edited")` for one that was edited since it was seen, and
# `Invalid("selection.too_many")`.


def approve(seen: Sequence[Seen], *, by: Account) -> Done:
    """Publish the comments."""
    return _move(seen, "approve", lambda _: Status.PUBLISHED, by=by)


def mark_spam(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put the comments into the spam folder."""
    return _move(seen, "spam", lambda _: Status.SPAM, by=by)


def trash(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put the comments into the trash."""
    return _move(seen, "trash", lambda _: Status.TRASHED, by=by)


def restore(seen: Sequence[Seen], *, by: Account) -> Done:
    """Put comments of the trash or the spam folder back to where they were before."""
    before = _before_removal([each.comment_id for each in seen])

    def target(comment: Comment) -> Status:
        if comment.status not in _REMOVED:
            return comment.status
        return before.get(comment.id, Status.PENDING)

    return _move(seen, "restore", target, by=by)


def delete(seen: Sequence[Seen], *, by: Account) -> Done:
    """Delete the comments for good: what they said and who wrote it is erased."""
    done = _move(seen, "delete", lambda _: Status.DELETED, by=by, right=Action.DELETE)
    for comment in done.comments:
        _erase(comment)
    db.session.flush()
    return done


def edit(seen: Seen, *, typed: str, by: Account) -> Done:
    """Replace a comment's text; raises also the codes of `source.checked`."""
    typed = source.checked(typed)
    [comment] = _as_seen([seen], by=by, right=Action.EDIT)
    if comment.status is Status.DELETED:
        raise Conflict("status.impossible", comment_id=comment.id)
    comment.source, comment.html = typed, markdown.render(typed)
    comment.renderer, comment.fingerprint = markdown.VERSION, text.fingerprint(typed)
    comment.revision, comment.edited_at = comment.revision + 1, clock.now()
    db.session.flush()
    if comment.is_published:
        status.touch(comment)
    return _logged("edit", [(comment, comment.status)], by=by)


def undo(batch: str, *, by: Account) -> Done:
    """Take a batch of decisions back, wherever nobody has decided anything else since.

    Raises `NotFound("decision.unknown")`, and `Conflict("undo.late")` when nothing is left to
    take back.
    """
    taken = {each.comment_id: each for each in _decisions(batch)}
    comments = _held(taken, by=by, right=Action.DECIDE, code="decision.unknown")
    latest = _latest_moves(taken)
    back = [
        comment
        for comment in comments
        if latest.get(comment.id) == batch and _can_go_back(comment, taken[comment.id])
    ]
    if not back:
        raise Conflict("undo.late")
    moves = [(comment, status.move(comment, taken[comment.id].before)) for comment in back]
    return _logged("undo", moves, by=by, undoes=batch)


def _move(
    seen: Sequence[Seen],
    action: str,
    target: Callable[[Comment], Status],
    *,
    by: Account,
    right: Action = Action.DECIDE,
) -> Done:
    comments = _as_seen(seen, by=by, right=right)
    chosen = [comment for comment in comments if comment.status is not target(comment)]
    return _logged(action, [(each, status.move(each, target(each))) for each in chosen], by=by)


def _as_seen(seen: Sequence[Seen], *, by: Account, right: Action) -> list[Comment]:
    revisions = {each.comment_id: each.revision for each in seen}
    comments = _held(revisions, by=by, right=right, code="comment.unknown")
    for comment in comments:
        if comment.revision != revisions[comment.id]:
            raise Conflict("comment.edited", comment_id=comment.id)
    return comments


def _held(comment_ids: Iterable[str], *, by: Account, right: Action, code: str) -> list[Comment]:
    """Return the comments as they are now, after holding their threads: in one order, as always."""
    wanted = set(comment_ids)
    if len(wanted) > MOST:
        raise Invalid("selection.too_many")
    places = db.session.execute(
        select(Comment.site_id, Comment.thread_id).where(Comment.id.in_(wanted)).distinct()
    ).all()
    roles = people.roles(by)
    for site_id in {place.site_id for place in places}:
        policy.require(roles, right, site_id=site_id, code=code)
    for thread_id in sorted(place.thread_id for place in places):
        status.hold(thread_id)
    found = db.session.scalars(
        select(Comment)
        .where(Comment.id.in_(wanted))
        .order_by(Comment.created_at, Comment.id)
        .execution_options(populate_existing=True)
    ).all()
    if not found or len(found) != len(wanted):
        raise NotFound(code)
    return list(found)


def _before_removal(comment_ids: Iterable[str]) -> dict[str, Status]:
    """Return where each comment was before it went to the trash or the spam folder."""
    removals = (
        select(Decision.comment_id, Decision.before)
        .where(
            Decision.comment_id.in_(comment_ids),
            Decision.before.not_in(_REMOVED),
            Decision.after.in_(_REMOVED),
        )
        .order_by(Decision.created_at, Decision.id)
    )
    return {row.comment_id: row.before for row in db.session.execute(removals)}


def _erase(comment: Comment) -> None:
    comment.source = comment.html = comment.fingerprint = ""
    comment.author_name = comment.author_email = comment.author_website = ""
    comment.author_provider, comment.author_avatar, comment.is_official = "", None, False
    comment.author_key = comment.client = comment.account_id = None
    comment.page_title = comment.page_url = None
    comment.reasons = []


def _decisions(batch: str) -> Sequence[Decision]:
    found = db.session.scalars(select(Decision).where(Decision.batch == batch)).all()
    if not found:
        raise NotFound("decision.unknown")
    return found


def _latest_moves(comment_ids: Iterable[str]) -> dict[str, str]:
    """Return the batch that last moved each comment; an edit moves nothing."""
    moves = (
        select(Decision.comment_id, Decision.batch)
        .where(Decision.comment_id.in_(comment_ids), Decision.before != Decision.after)
        .order_by(Decision.created_at, Decision.id)
    )
    return {row.comment_id: row.batch for row in db.session.execute(moves)}


def _can_go_back(comment: Comment, decision: Decision) -> bool:
    return (
        comment.status is decision.after
        and decision.before is not decision.after
        and decision.before in status.MOVES[comment.status]
    )


def _logged(
    action: str, moves: Sequence[tuple[Comment, Status]], *, by: Account, undoes: str | None = None
) -> Done:
    """Write what was decided into the log, and tell of what readers can see now."""
    done = Done(ids.new(), action, [comment for comment, _ in moves])
    if moves:
        _note(done, by=by, undoes=undoes)
        _note_each(done, moves, by=by, undoes=undoes)
    for comment, before in moves:
        if comment.is_published and before is not Status.PUBLISHED:
            outbox.add("comment.published", comment_id=comment.id)
    log.info("decided", action=action, batch=done.id, account=by.id, comments=len(moves))
    return done


def _note(done: Done, *, by: Account, undoes: str | None) -> None:
    sites, number = {comment.site_id for comment in done.comments}, len(done.comments)
    db.session.add(
        Batch(
            id=done.id,
            site_id=sites.pop() if len(sites) == 1 else None,
            account_id=by.id,
            action=done.action,
            undoes=undoes,
            total=number,
            done=number,
            finished_at=clock.now(),
        )
    )
    db.session.flush()


def _note_each(
    done: Done, moves: Sequence[tuple[Comment, Status]], *, by: Account, undoes: str | None
) -> None:
    shared = {"account_id": by.id, "batch": done.id, "undoes": undoes, "action": done.action}
    rows = [
        {
            **shared,
            "site_id": comment.site_id,
            "comment_id": comment.id,
            "before": before,
            "after": comment.status,
        }
        for comment, before in moves
    ]
    db.session.execute(insert(Decision), rows)
