"""Long batches of decisions, done piece by piece, and what became of their comments."""

from sqlalchemy import func, select

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Batch, Comment, Job, Status
from commentbox.moderation import bulk


def piece() -> bool:
    """Do the next job of a batch and say whether there was one."""
    waits = Job.done_at.is_(None) & ~Job.is_dead
    query = select(Job).where(Job.kind == "moderation.bulk", waits)
    job = db.session.scalar(query.order_by(Job.id).limit(1))
    if job is None:
        return False
    job.done_at = clock.now()
    db.session.flush()
    bulk.go_on(**job.payload)
    return True


def finished(batch: Batch) -> Batch:
    while piece():
        pass
    return db.session.get_one(Batch, batch.id, populate_existing=True)


def statuses() -> dict[Status, int]:
    db.session.expire_all()
    query = select(Comment.status, func.count().label("number")).group_by(Comment.status)
    return {row.status: row.number for row in db.session.execute(query)}
