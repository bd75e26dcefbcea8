"""How much would go, before anything is deleted for good."""

from collections.abc import Collection

from sqlalchemy import func, select

from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.models import Account, Comment
from commentbox.moderation import decisions
from commentbox.moderation.filters import Filter, conditions
from commentbox.policy import Action


def named(comment_ids: Collection[str], *, by: Account) -> int:
    """Return how many of these comments there are, for somebody who may delete all of them.

    Raises `NotFound("comment.unknown")` and `NotAllowed`.
    """
    query = select(Comment.id, Comment.site_id).where(Comment.id.in_(comment_ids))
    found = db.session.execute(query).all()
    if not found:
        raise NotFound("comment.unknown")
    sites = {site_id for _, site_id in found}
    decisions.require(by, Action.DELETE, site_ids=sites, code="comment.unknown")
    return len(found)


def matching(wanted: Filter, *, by: Account) -> int:
    """Return how many comments a filter lets through, for somebody who may delete all of them.

    Raises `NotFound("site.unknown")`, `NotAllowed`, and `Conflict("selection.empty")`.
    """
    decisions.require(by, Action.DELETE, site_ids=wanted.site_ids, code="site.unknown")
    here = Comment.site_id.in_(wanted.site_ids)
    query = select(func.count()).select_from(Comment).where(here, *conditions(wanted))
    number = db.session.scalar(query) or 0
    if not number:
        raise Conflict("selection.empty")
    return number
