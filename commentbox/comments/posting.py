"""Posting a comment."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from commentbox.accounts import people
from commentbox.comments import judging, threads
from commentbox.comments.judging import Sender
from commentbox.comments.threads import Place
from commentbox.errors import Closed, Conflict, TooFast
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock, ids, markdown, networks, source, text, tokens
from commentbox.models import Account, Comment, Identity, Site, Status, Thread
from commentbox.moderation import clusters, intake, limits, status, trust
from commentbox.moderation.trust import Standing

DUPLICATE_WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True)
class Guest:
    """Somebody who typed who they are. `key` is the secret of their browser, if it has one."""

    name: str
    email: str
    website: str = ""
    key: str | None = None


@dataclass(frozen=True)
class Member:
    """Somebody who logged in, with one of their identities or, at the desk, with a link."""

    account: Account
    identity: Identity | None = None


@dataclass(frozen=True)
class Draft:
    """What is to be posted: the text, and the comment it answers, if any."""

    source: str
    parent_id: str | None = None


@dataclass(frozen=True)
class Arrival:
    """How the comment came.

    `client` is a keyed hash of the network prefix, `address` the sender's own, which is compared
    with blocks and not kept; an outside scorer is told the network that it is in. `is_trap` says
    that only a program fills in a form like that; `flood` is how many comments a client may post in
    how many seconds; `has_scorer` says that there is an outside scorer to ask.
    """

    client: str = ""
    address: str = ""
    is_trap: bool = False
    flood: tuple[int, int] | None = None
    has_scorer: bool = False


def post_on_page(
    site: Site, page: Place, *, author: Guest | Member, draft: Draft, arrival: Arrival
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
    author: Guest | Member,
    draft: Draft,
    arrival: Arrival,
    page: Place | None = None,
) -> Comment:
    """Store a comment and return it: published, pending, or as spam, which its author is not told.

    Raises `Closed("thread.closed")`, `Invalid` with the code of each field at fault,
    `Conflict("parent.gone")`, `Conflict("comment.duplicate", comment_id=…)`, with an id only where
    the author sees that comment, and `TooFast("comment.flood")`.
    """
    thread = threads.held(thread)
    if threads.is_closed(thread, site):
        raise Closed("thread.closed")
    typed = source.checked(draft.source)
    parent = _parent(thread, draft.parent_id)
    comment = _new(thread, typed=typed, parent=parent, author=author)
    _refuse_duplicate(comment)
    standing = trust.standing(site.id, author.account) if isinstance(author, Member) else None
    if arrival.flood and not comment.is_official:
        _refuse_flood(site, arrival.client, *arrival.flood)
        if isinstance(author, Member) and standing:
            limits.refuse_haste(site.id, author.account, standing, flood=arrival.flood)
    comment.client = arrival.client or None
    if page and not thread.title:
        comment.page_title, comment.page_url = page.title, page.url
    _take_in(comment, site, arrival, standing)
    return comment


def _take_in(comment: Comment, site: Site, arrival: Arrival, standing: Standing | None) -> None:
    """Judge the comment, store it, and note what is to be done about it next."""
    judging.describe(comment)
    sender = Sender(standing, arrival.client, arrival.address, arrival.is_trap)
    asks = site.asks_scorer and arrival.has_scorer
    marks = judging.judge(comment, site, sender, asks_scorer=asks)
    db.session.add(comment)
    db.session.flush()
    clusters.remember(comment, marks)
    status.enter(comment)
    if intake.is_asked(comment):
        network = networks.truncated(arrival.address)
        outbox.add("comment.scoring", comment_id=comment.id, network=network)
    elif comment.status is not Status.SPAM:
        outbox.add(f"comment.{comment.status.value}", comment_id=comment.id)


def _parent(thread: Thread, parent_id: str | None) -> Comment | None:
    if not parent_id:
        return None
    parent = db.session.get(Comment, parent_id) if ids.is_id(parent_id) else None
    if parent is None or parent.thread_id != thread.id or not parent.is_published:
        raise Conflict("parent.gone")
    return parent


def _new(thread: Thread, *, typed: str, parent: Comment | None, author: Guest | Member) -> Comment:
    comment_id = ids.new()
    by = _by_guest(author) if isinstance(author, Guest) else _by_member(author, thread.site_id)
    return Comment(
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
        created_at=_moment(parent),
        **by,
    )


def _by_guest(author: Guest) -> dict[str, Any]:
    return {
        "author_name": author.name,
        "author_email": author.email,
        "author_website": author.website,
        "author_key": tokens.digest(author.key) if author.key else None,
        "is_official": False,
    }


def _by_member(author: Member, site_id: str) -> dict[str, Any]:
    """Return what stands beside a comment of somebody who logged in; no browser's secret does."""
    account, identity = author.account, author.identity
    return {
        "account_id": account.id,
        "author_name": account.name,
        "author_email": identity.email if identity else "",
        "author_website": account.website,
        "author_key": None,
        "author_provider": identity.provider if identity else "",
        "author_avatar": account.avatar_id,
        "is_official": people.is_official(account, site_id=site_id),
    }


def _moment(parent: Comment | None) -> datetime:
    """Return now, but never before the comment it answers: clocks of two machines may differ."""
    now = clock.now()
    return max(now, parent.created_at + timedelta(microseconds=1)) if parent else now


def _refuse_duplicate(comment: Comment) -> None:
    """Refuse what was said already; only a comment that its author still sees is named for it.

    To lead them to one that was rejected would tell them of that.
    """
    is_seen = or_(Comment.status == Status.PUBLISHED, intake.seems_pending())
    same = select(func.max(case((is_seen, Comment.id), else_=""))).where(
        Comment.thread_id == comment.thread_id,
        Comment.fingerprint == comment.fingerprint,
        Comment.status != Status.DELETED,
        Comment.created_at > clock.now() - DUPLICATE_WINDOW,
        _is_said_alike(comment),
    )
    twin = db.session.scalar(same)
    if twin is not None:
        raise Conflict("comment.duplicate", comment_id=twin or None)


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
