"""How fast somebody who has logged in may post: the more of theirs stands, the faster."""

import math
from typing import Final

from sqlalchemy import select

from commentbox.errors import TooFast
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Comment
from commentbox.moderation.trust import FRESH, Standing

_MOST_HALVINGS: Final = 32


def allowance(standing: Standing, *, flood: tuple[int, int]) -> int:
    """Return how many comments the author may post within `trust.FRESH`.

    A new one may post as many in all that time as a client may at once. Every published comment
    that is older adds one more, up to what any client may post; every open report halves that. One
    can always be posted.
    """
    comments, seconds = flood
    most = max(comments, int(comments * FRESH.total_seconds() // seconds))
    halvings = min(standing.open_reports, _MOST_HALVINGS)
    return max(1, min(comments + standing.settled, most) >> halvings)


def refuse_haste(
    site_id: str, author: Account, standing: Standing, *, flood: tuple[int, int]
) -> None:
    """Refuse an author who has used that up; the oldest that counts says until when.

    Raises `TooFast("comment.flood")`.
    """
    most, since = allowance(standing, flood=flood), clock.now() - FRESH
    recent = db.session.scalars(
        select(Comment.created_at)
        .where(
            Comment.site_id == site_id,
            Comment.account_id == author.id,
            Comment.created_at > since,
        )
        .order_by(Comment.created_at.desc())
        .limit(most)
    ).all()
    if len(recent) >= most:
        raise TooFast("comment.flood", retry_after=math.ceil((recent[-1] - since).total_seconds()))
