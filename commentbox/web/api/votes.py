"""Votes for comments."""

from commentbox.comments import voting
from commentbox.models import Comment
from commentbox.web.api import addressed, schemas
from commentbox.web.api.operations import changes
from commentbox.web.kit.requests import client

_PATH = "/comments/{comment}/vote"


@changes(
    "PUT",
    _PATH,
    find=addressed.comment,
    answer=schemas.Votes,
    summary="Vote for a comment as a guest; a network has one vote of guests a day",
)
def vote(comment: Comment, author: str) -> schemas.Votes:
    """Count the vote, unless it is counted already."""
    return _counted(comment, is_counted=voting.vote(comment, by=_voter(author)))


@changes(
    "DELETE",
    _PATH,
    find=addressed.comment,
    answer=schemas.Votes,
    summary="Take a guest's vote back",
)
def unvote(comment: Comment, author: str) -> schemas.Votes:
    """Count the vote no more."""
    return _counted(comment, is_counted=voting.unvote(comment, by=_voter(author)))


def _voter(author: str) -> voting.Voter:
    return voting.Voter(key=author, client=client())


def _counted(comment: Comment, *, is_counted: bool) -> schemas.Votes:
    return schemas.Votes(votes=comment.votes, is_counted=is_counted)
