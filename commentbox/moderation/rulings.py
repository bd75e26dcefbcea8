"""What becomes of readers' reports once somebody has decided about the comment."""

from collections.abc import Iterable

from sqlalchemy import func, select, update

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Report, Ruling


def rule(comments: Iterable[Comment], *, upheld: bool, batch: str) -> None:
    """Close the open reports of the comments: upheld where these went, refused where they stay.

    The threads are held by the caller. However many comments there are, it is two statements.
    """
    ruled = [comment.id for comment in comments]
    if not ruled:
        return
    db.session.execute(
        update(Report)
        .where(Report.comment_id.in_(ruled), Report.ruling == Ruling.OPEN)
        .values(
            ruling=Ruling.UPHELD if upheld else Ruling.REFUSED,
            batch=batch,
            ruled_at=clock.now(),
        )
        .execution_options(synchronize_session="fetch")
    )
    db.session.execute(
        update(Comment)
        .where(Comment.id.in_(ruled), Comment.open_reports > 0)
        .values(open_reports=0)
        .execution_options(synchronize_session="fetch")
    )


def take_back(batch: str, *, of: Iterable[Comment]) -> None:
    """Open again what a batch ruled on, of these comments."""
    ruled = (Report.batch == batch, Report.comment_id.in_([comment.id for comment in of]))
    number = (
        select(func.count())
        .where(*ruled, Report.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
    db.session.execute(
        update(Comment)
        .where(Comment.id.in_(select(Report.comment_id).where(*ruled)))
        .values(open_reports=Comment.open_reports + number)
        .execution_options(synchronize_session="fetch")
    )
    db.session.execute(
        update(Report)
        .where(*ruled)
        .values(ruling=Ruling.OPEN, batch=None, ruled_at=None)
        .execution_options(synchronize_session="fetch")
    )
