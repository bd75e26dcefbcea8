"""What the learned filter of a site, and the outside scorer, are taught by decisions of people."""

import math
from collections.abc import Sequence
from typing import Final

from commentbox.jobs import outbox
from commentbox.models import Batch, Comment
from commentbox.moderation import feedback, log
from commentbox.spam import training

MOST_LESSONS: Final = 2000
"""How much one batch teaches: nobody has read more, and its author is not the only teacher."""

_TELLING: Final = {"approve", "spam", "restore"}  # nobody says of trash what it is
_TEACH: Final = {*_TELLING, "undo"}


def tell(batch: Batch, comments: Sequence[Comment]) -> None:
    """Say of comments what a batch decided: what is approved is fine, what is spam is spam.

    Of a comment that is restored nothing is said any more, unless readers see it again. Of a long
    batch every so many comments speak for the others; what was said of those before is over.
    """
    if batch.action not in _TELLING:
        return
    every = math.ceil(batch.total / MOST_LESSONS)
    told = [each for each in comments[::every] if batch.action == "spam" or each.is_published]
    silent = {each.id for each in comments} - {each.id for each in told}
    training.forget([each for each in comments if each.id in silent], batch=batch.id)
    _note(told, is_spam=batch.action == "spam", batch=batch)


def _note(comments: Sequence[Comment], *, is_spam: bool, batch: Batch) -> None:
    training.note(comments, is_spam=is_spam, batch=batch.id)
    feedback.note(comments, is_spam=is_spam)


def take_back(batch: Batch, undone: Batch, comments: Sequence[Comment]) -> None:
    """Say of comments again what was said before a batch that is being taken back."""
    training.withdraw(undone.id, by=batch.id, comments=comments)


def finish(batch: Batch) -> None:
    """End a batch, and let the filters of its sites learn what it said."""
    log.finish(batch)
    if batch.action in _TEACH:
        for site_id in log.sites_of(batch):
            outbox.add("spam.learn", dedup_key=f"spam.learn:{site_id}:{batch.id}", site_id=site_id)
