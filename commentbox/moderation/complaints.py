"""What readers say is wrong with comments that wait for a ruling on that."""

from collections.abc import Iterable

from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Cause, Comment, Report, Ruling


def causes(comments: Iterable[Comment]) -> dict[str, list[Cause]]:
    """Return for what reported comments are reported, by their ids, in one query at most."""
    reported = [comment.id for comment in comments if comment.open_reports]
    if not reported:
        return {}
    is_open = (Report.comment_id.in_(reported), Report.ruling == Ruling.OPEN)
    query = select(Report.comment_id, Report.cause).where(*is_open).distinct()
    found: dict[str, list[Cause]] = {}
    for comment_id, cause in db.session.execute(query):
        found.setdefault(comment_id, []).append(cause)
    order = list(Cause)
    return {comment_id: sorted(each, key=order.index) for comment_id, each in found.items()}
