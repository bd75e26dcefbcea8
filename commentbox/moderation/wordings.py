"""What comments said before they were edited."""

from typing import Final

from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Comment, Wording

TOLD: Final = 100
"""Of how many edits it is told at most: a comment can be edited any number of times."""


def keep(comment: Comment, source: str, *, batch: str) -> None:
    """Keep what a comment said until the edit that is in the log under `batch`."""
    db.session.add(Wording(comment_id=comment.id, batch=batch, source=source))


def of(comment: Comment) -> dict[str, str]:
    """Return what a comment said before each of its newest edits, by their batches."""
    query = select(Wording.batch, Wording.source).where(Wording.comment_id == comment.id)
    rows = db.session.execute(query.order_by(Wording.id.desc()).limit(TOLD))
    return {row.batch: row.source for row in rows}
