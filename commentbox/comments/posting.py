"""Posting a comment."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from commentbox.comments import threads
from commentbox.comments.threads import Place
from commentbox.errors import Closed, Conflict, TooFast
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock, ids, markdown, source, text, tokens
from commentbox.models import Account, Comment, Site, Status, Thread
from commentbox.moderation import intake, status

DUPLICATE_WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True)
class Guest:
    """Somebody who typed who they are. `key` is the secret of their browser, if it has one."""

    name: str
    email: str
    website: str = ""
    key: str | None = None


@dataclass(frozen=True)
class Draft:
    """What is to be posted: the text, and the comment it answers, if any."""

    source: str
    parent_id: str | None = None


@dataclass(frozen=True)
class Arrival:
    """How the comment came.

    `client` is a keyed hash of the network prefix; `is_trap` says that only a program fills in a
    form like that; `flood` is how many comments a client may post in how many seconds.
    """

    client: str = ""
    is_trap: bool = False
    flood: tuple[int, int] | None = None


def post_on_page(
    site: Site, page: Place, *, author: Guest | Account, draft: Draft, arrival: Arrival
) -> Comment:
    """Store a comment as `post` does, in the thread of an article, which is opened if need be.

    The title, and the address of a thread that goes by its owner's id, are what the sender says:
    the thread gets them once readers see the comment.
    """
    thread = threads.opened(site, replace(page, title=""))
    return post(thread, site, author=author, draft=draft, arrival=arrival, page=page)


def post(
    thread: Thread,
    site: Site,
    *,
    author: Guest | Account,
    draft: Draft,
    arrival: Arrival,
    page: Place | None = None,
) -> Comment:
    """Store a comment and return it, published or pending.

    Raises `Closed("thread.closed")`, `Invalid` with the code of each field at fault,
    `Conflict("parent.gone")`, `Conflict("comment.duplicate", comment_id=…)` and
    `TooFast("comment.flood")`.
    """
    if status.hold(thread.id).is_closed:
        raise Closed("thread.closed")
    typed = source.checked(draft.source)
    parent = _parent(thread, draft.parent_id)
    key = _author_key(author)
    comment = _new(thread, typed=typed, parent=parent, author=author, key=key)
    _refuse_duplicate(comment)
    if arrival.flood and isinstance(author, Guest):
        _refuse_flood(site, arrival.client, *arrival.flood)
    comment.client = arrival.client or None
    if page and not thread.title:
        comment.page_title, comment.page_url = page.title, page.url
    _judge(comment, site, arrival)
    db.session.add(comment)
    db.session.flush()
    status.enter(comment)
    outbox.add(f"comment.{comment.status.value}", comment_id=comment.id)
    return comment


def _parent(thread: Thread, parent_id: str | None) -> Comment | None:
    if not parent_id:
        return None
    parent = db.session.get(Comment, parent_id) if ids.is_id(parent_id) else None
    if parent is None or parent.thread_id != thread.id or not parent.is_published:
        raise Conflict("parent.gone")
    return parent


def _author_key(author: Guest | Account) -> str | None:
    if isinstance(author, Account) or not author.key:
        return None
    return tokens.digest(author.key)


def _new(
    thread: Thread, *, typed: str, parent: Comment | None, author: Guest | Account, key: str | None
) -> Comment:
    comment_id = ids.new()
    comment = Comment(
        id=comment_id,
        site_id=thread.site_id,
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        root_id=parent.root_id if parent else comment_id,
        depth=parent.depth + 1 if parent else 0,
        source=typed,
        html=markdown.render(typed),
        renderer=markdown.VERSION,
        fingerprint=text.fingerprint(typed),
        author_name=author.name,
        author_email="",
        author_website="",
        author_key=key,
        created_at=_moment(parent),
    )
    if isinstance(author, Account):
        comment.account_id = author.id
    else:
        comment.author_email, comment.author_website = author.email, author.website
    return comment


def _moment(parent: Comment | None) -> datetime:
    """Return now, but never before the comment it answers: clocks of two machines may differ."""
    now = clock.now()
    return max(now, parent.created_at + timedelta(microseconds=1)) if parent else now


def _refuse_duplicate(comment: Comment) -> None:
    same = select(Comment.id).where(
        Comment.thread_id == comment.thread_id,
        Comment.fingerprint == comment.fingerprint,
        Comment.status != Status.DELETED,
        Comment.created_at > clock.now() - DUPLICATE_WINDOW,
        _is_said_alike(comment),
    )
    twin = db.session.scalar(same.limit(1))
    if twin is not None:
        raise Conflict("comment.duplicate", comment_id=twin)


def _is_said_alike(comment: Comment) -> ColumnElement[bool]:
    """Find what the same author said: the same account or browser, or anybody of the name.

    Of others only what everybody can read is compared, and never an address: the refusal would
    tell whoever guesses one that it belongs to the author.
    """
    if comment.account_id is not None:
        return Comment.account_id == comment.account_id
    by_name = and_(
        Comment.status == Status.PUBLISHED,
        Comment.account_id.is_(None),
        Comment.author_name == comment.author_name,
    )
    if comment.author_key is None:
        return by_name
    return or_(Comment.author_key == comment.author_key, by_name)


def _refuse_flood(site: Site, client: str, most: int, seconds: int) -> None:
    """Refuse a client that has used up its share; the oldest of its comments says until when."""
    since = clock.now() - timedelta(seconds=seconds)
    recent = db.session.scalars(
        select(Comment.created_at)
        .where(Comment.site_id == site.id, Comment.client == client, Comment.created_at > since)
        .order_by(Comment.created_at.desc())
        .limit(most)
    ).all()
    if len(recent) >= most:
        raise TooFast("comment.flood", retry_after=math.ceil((recent[-1] - since).total_seconds()))


def _judge(comment: Comment, site: Site, arrival: Arrival) -> None:
    facts = intake.Facts(
        policy=site.policy,
        link_limit=site.link_limit,
        links=len(markdown.links(comment.html)),
        approved_before=_approved(comment),
        is_trap=arrival.is_trap,
        is_moderator=comment.account_id is not None,
    )
    found = intake.signals(facts)
    comment.status = intake.first_status(found)
    comment.reasons = [signal.as_reason() for signal in found]


def _approved(comment: Comment) -> int:
    """Count the author's published comments: the browser's secret proves who they are, and only
    under the very address that was approved; a typed address alone proves nothing."""
    if comment.author_key is None:
        return 0
    published = select(func.count()).where(
        Comment.site_id == comment.site_id,
        Comment.author_key == comment.author_key,
        Comment.author_email == comment.author_email,
        Comment.status == Status.PUBLISHED,
    )
    return db.session.scalar(published) or 0
