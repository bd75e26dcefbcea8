"""What people decided before there was a filter: it can learn from that as well."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import exists, select

from commentbox.extensions import db
from commentbox.models import Comment, Decision, SpamLabel, Status
from commentbox.moderation import decisions
from commentbox.spam import training

AT_ONCE: Final = 200

_SAID: Final = {("approve", Status.PUBLISHED): False, ("spam", Status.SPAM): True}
"""What a decision says of a comment that is still where it took it."""


def recall(site_id: str, *, after: str = "", limit: int) -> tuple[int, str]:
    """Say of some comments of a site what the last decision about them said, where nothing says it.

    Returns of how many, and the id of the last one that was looked at; that is empty when there
    are no more.
    """
    found = db.session.scalars(
        select(Comment.id)
        .where(
            Comment.site_id == site_id,
            Comment.status.in_({status for _, status in _SAID}),
            Comment.id > after,
            ~exists().where(SpamLabel.comment_id == Comment.id),
        )
        .order_by(Comment.id)
        .limit(limit)
    ).all()
    told = defaultdict(list)
    comments, last = decisions.held(found), _last(found)
    for comment in comments:
        decision = last.get(comment.id)
        if decision and (is_spam := _SAID.get((decision.action, comment.status))) is not None:
            told[decision.batch, is_spam].append(comment)
    for (batch, is_spam), those in told.items():
        training.note(those, is_spam=is_spam, batch=batch)
    return sum(map(len, told.values())), found[-1] if len(found) == limit else ""


def _last(comment_ids: Collection[str]) -> dict[str, Decision]:
    """Return the last decision about each comment; an edit decides nothing."""
    made = (
        select(Decision)
        .where(Decision.comment_id.in_(comment_ids), Decision.action != "edit")
        .order_by(Decision.created_at, Decision.id)
    )
    return {decision.comment_id: decision for decision in db.session.scalars(made)}
