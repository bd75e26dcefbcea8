"""Votes for comments: one for each reader."""

from dataclasses import dataclass

from sqlalchemy import delete, literal_column, update

from commentbox.comments.voices import Voice
from commentbox.errors import NotFound
from commentbox.extensions import db, insert_new
from commentbox.models import Comment, Vote
from commentbox.moderation import decisions


@dataclass(frozen=True)
class Voter(Voice):
    """Who votes; `client` is a keyed hash of the network prefix."""

    client: str = ""


def vote(comment: Comment, *, by: Voter) -> bool:
    """Count one vote for a published comment and say whether it was a new one.

    Guests of one network have one vote between them: a browser's secret costs nothing. Raises
    `NotFound("comment.unknown")` for a comment that readers do not see.
    """
    _hold(comment)
    is_new = insert_new(
        Vote,
        site_id=comment.site_id,
        comment_id=comment.id,
        voter=by.name,
        account_id=by.account.id if by.account else None,
        client=None if by.account else by.client or None,
    )
    if is_new:
        _change(comment, by=+1)
    return is_new


def unvote(comment: Comment, *, by: Voter) -> bool:
    """Take a vote back and say whether there was one; raises what `vote` does."""
    _hold(comment)
    mine = delete(Vote).where(Vote.comment_id == comment.id, Vote.voter == by.name)
    was_there = db.session.scalar(mine.returning(literal_column("1"))) is not None
    if was_there:
        _change(comment, by=-1)
    return was_there


def _hold(comment: Comment) -> None:
    """Let nobody move the comment until the commit, and look where it stands now."""
    [comment] = decisions.held([comment.id])
    if not comment.is_published:
        raise NotFound("comment.unknown")


def _change(comment: Comment, *, by: int) -> None:
    db.session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(votes=Comment.votes + by)
        .execution_options(synchronize_session="fetch")
    )
