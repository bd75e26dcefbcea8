"""Comments that say nearly the same: found as they arrive, and kept together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, exists, insert, select, union_all

from commentbox.extensions import db
from commentbox.lib import clock, folding, likeness
from commentbox.lib.lru import LRU
from commentbox.models import OF_SERVICE, Comment, Decision, Likeness, Status

NEWEST: Final = 50
"""How many earlier comments one is compared with, of those that share a mark with it."""

DAY: Final = timedelta(days=1)
"""How long it counts that somebody, or somebody else, has said the same."""

WORDS: Final = 8
"""How many words it takes until saying the same by chance is unlikely."""

WORDS_BESIDE: Final = 3
"""How many it takes beside a link: the link alone leads to what many people know."""

DIGITS: Final = 6
"""How many digits make a number to call, which nobody writes by chance either."""

_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_KEPT: Final = 1_000_000  # words and pairs of words, 8 bytes each
_REJECTED: Final = (Status.SPAM, Status.TRASHED)


@dataclass(frozen=True)
class Echo:
    """What was said nearly alike before, and by how many.

    `rejected` counts the persons of whom a moderator rejected it, `own` how often the author said
    it within a day, `others` how many others did. `cluster` is the first comment of those alike.
    """

    cluster: str = ""
    rejected: int = 0
    own: int = 0
    others: int = 0


def marks(source: str) -> tuple[int, ...]:
    """Return what a text shares with those that say nearly the same."""
    return likeness.bands(source)


def echo(comment: Comment, bands: Sequence[int]) -> Echo:
    """Return what has been said nearly alike on the site, in one query, however much there is."""
    alike = _alike(comment, _candidates(comment.site_id, bands))
    if not alike:
        return Echo()
    cluster = str(alike[0].cluster)
    if not _is_telling(comment):
        return Echo(cluster)
    since = clock.now() - DAY
    recent = [row for row in alike if row.created_at > since]
    others = [row for row in recent if not _is_by_author(comment, row)]
    return Echo(
        cluster=cluster,
        rejected=_persons(row for row in alike if row.is_rejected),
        own=len(recent) - len(others),
        others=_persons(others),
    )


def remember(comment: Comment, bands: Sequence[int]) -> None:
    """Let later comments that say nearly the same be found; the comment has been flushed."""
    rows = [
        {"site_id": comment.site_id, "band": band, "comment_id": comment.id} for band in set(bands)
    ]
    if rows:
        db.session.execute(insert(Likeness), rows)


def _alike(comment: Comment, found: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return those that say nearly the same; what is in the cluster of one need not be read."""
    if not found:
        return []
    said, clusters, alike = likeness.said(comment.source), set[str](), []
    for row in found:
        if row.cluster in clusters or said.is_like(_said(row)):
            clusters.add(row.cluster)
            alike.append(row)
    return alike


def _said(row: Row[Any]) -> likeness.Said:
    """Return what an earlier comment says; whoever is compared with it next finds it ready."""
    name = (str(row.id), hash(row.source))
    said = _known.get(name)
    if said is None:
        said = likeness.said(row.source)
        _known.put(name, said, weight=1 + len(said.parts))
    return said


def _candidates(site_id: str, bands: Sequence[int]) -> Sequence[Row[Any]]:
    marked = sorted(set(bands))
    if not marked:
        return []
    values = {f"band_{number}": band for number, band in enumerate(marked)}
    return db.session.execute(_query(len(marked)), {"site": site_id, **values}).all()


@cache
def _query(bands: int) -> Select[*tuple[Any, ...]]:
    """Build the query once: the newest comments of each mark, and of those the newest."""
    of_band = [
        select(Likeness.comment_id)
        .where(Likeness.site_id == bindparam("site"), Likeness.band == bindparam(f"band_{number}"))
        .order_by(Likeness.comment_id.desc())
        .limit(NEWEST)
        .subquery()
        for number in range(bands)
    ]
    marked = union_all(*(select(each.c.comment_id) for each in of_band)).subquery()
    newest = select(marked.c.comment_id).distinct().order_by(marked.c.comment_id.desc())
    by_somebody = exists().where(
        Decision.comment_id == Comment.id,
        Decision.action.not_in(OF_SERVICE),
        Decision.after == Comment.status,
        Decision.before != Decision.after,
    )
    return (
        select(
            *(Comment.id, Comment.cluster, Comment.person, Comment.account_id, Comment.author_key),
            *(Comment.author_name, Comment.status, Comment.created_at, Comment.source),
            (Comment.status.in_(_REJECTED) & by_somebody).label("is_rejected"),
        )
        .where(
            Comment.id.in_(select(newest.limit(NEWEST).subquery().c.comment_id)),
            Comment.status != Status.DELETED,
        )
        .order_by(Comment.created_at.desc(), Comment.id.desc())
    )


def _is_by_author(comment: Comment, row: Row[Any]) -> bool:
    """Say whether the author wrote the other one, by what proves that, or a name all can read.

    Typed addresses say nothing here: whether a comment is held would tell whose they are.
    """
    if comment.account_id or row.account_id:
        return bool(comment.account_id == row.account_id)
    if comment.author_key and comment.author_key == row.author_key:
        return True
    return row.status is Status.PUBLISHED and bool(comment.author_name == row.author_name)


def _persons(rows: Iterable[Row[Any]]) -> int:
    return len({row.person or row.id for row in rows})


def _is_telling(comment: Comment) -> bool:
    """Say whether a text is long enough, or leads somewhere, so that saying it twice means much."""
    text, links = _LINK.subn(" ", comment.source)
    words = len(folding.words(text))
    return (
        words >= (WORDS_BESIDE if links else WORDS)
        or sum(char.isdigit() for char in text) >= DIGITS
    )


_known: Final = LRU[tuple[str, int], likeness.Said](_KEPT)
