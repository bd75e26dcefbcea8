"""What the outside scorer is told once a person has decided about what it was asked about."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from commentbox.jobs import outbox
from commentbox.lib import clock
from commentbox.models import Comment, Status

AFTER: Final = timedelta(minutes=10)
"""How long a decision must stand before it is told: what is taken back at once was a mistake."""

_SCORED: Final = ("scorer", "scorer-fine")


def note(comments: Sequence[Comment], *, is_spam: bool) -> None:
    """Note that the scorer is to be told what a person decided about those that it was asked about.

    What it said then does not matter: it learns from being confirmed, too. However many comments
    there are, it is one statement, and none where the scorer was not asked.
    """
    scored = [comment.id for comment in comments if was_scored(comment)]
    if scored:
        outbox.add(
            "scorer.feedback", run_at=clock.now() + AFTER, comment_ids=scored, is_spam=is_spam
        )


def was_scored(comment: Comment) -> bool:
    """Say whether the outside scorer has judged the comment."""
    return any(f" {code} " in comment.signal_codes for code in _SCORED)


def still_holds(comment: Comment, *, is_spam: bool) -> bool:
    """Say whether the comment is where a decision took it that said whether it is spam."""
    return comment.status is (Status.SPAM if is_spam else Status.PUBLISHED)
