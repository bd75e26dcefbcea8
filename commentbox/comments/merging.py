"""Putting discussions of one article together: the ways it was linked can have made several."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from commentbox.comments import moving
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment, Site, Subscription, Thread
from commentbox.moderation import decisions, log, status
from commentbox.policy import Action


def found(
    address_or_id: str, into: str, *, site: Site | None = None
) -> Sequence[tuple[Thread, Thread]]:
    """Return which thread is to go into which: a pair on each site that the first is on.

    Raises `Conflict("thread.elsewhere")` where the other is not on the same site, and the codes of
    `moving.found`.
    """
    others = {thread.site_id: thread for thread in moving.found(into, site=site)}
    pairs = []
    for thread in moving.found(address_or_id, site=site):
        if thread.site_id not in others:
            raise Conflict("thread.elsewhere")
        pairs.append((thread, others[thread.site_id]))
    return pairs


def merge(thread: Thread, into: Thread, *, by: Account | None = None) -> None:
    """Put all comments of a thread into another of its site, with whoever follows it.

    From then on the first one's addresses lead to the other. Without `by` it is whoever runs the
    service. Raises `Conflict("thread.elsewhere")`, `Conflict("thread.same")`, and
    `NotFound("thread.unknown")` for a stranger to the site.
    """
    if thread.site_id != into.site_id:
        raise Conflict("thread.elsewhere")
    if by:
        decisions.require(by, Action.MERGE, site_ids=[into.site_id], code="thread.unknown")
    held = status.hold_all({thread.id, into.id})
    if len(held) == 1 or any(each.merged_into for each in held.values()):
        raise Conflict("thread.same")
    _move_comments(thread, into)
    _move_followers(thread, into)
    earlier = update(Thread).where(Thread.merged_into == thread.id)
    db.session.execute(earlier.values(merged_into=into.id))
    thread.merged_into = into.id
    log.note("merge", site_id=into.site_id, by=by, thread=into.id, merged=thread.id)


def _move_comments(thread: Thread, into: Thread) -> None:
    """Let the comments stand as they did to each other; none of them names the other's article."""
    mine = update(Comment).where(Comment.thread_id == thread.id)
    db.session.execute(mine.values(thread_id=into.id, page_title=None, page_url=None))
    into.comment_count, thread.comment_count = into.comment_count + thread.comment_count, 0
    into.title = into.title or thread.title
    into.pinned_id, thread.pinned_id = into.pinned_id or thread.pinned_id, None
    for each in (thread, into):
        each.revision += 1
    db.session.flush()


def _move_followers(thread: Thread, into: Thread) -> None:
    """Let each address follow the other thread once; who confirmed either is not asked again."""
    mine = Subscription.thread_id == thread.id
    theirs = Subscription.thread_id == into.id
    confirmed = select(Subscription.email).where(mine, Subscription.confirmed_at.is_not(None))
    known = select(Subscription.email).where(theirs)
    waiting = update(Subscription).where(
        theirs, Subscription.confirmed_at.is_(None), Subscription.email.in_(confirmed)
    )
    for statement in (
        waiting.values(confirmed_at=clock.now()),
        delete(Subscription).where(mine, Subscription.email.in_(known)),
        update(Subscription).where(mine).values(thread_id=into.id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": "fetch"})
