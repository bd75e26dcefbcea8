"""Reports of comments."""

from http import HTTPStatus

from commentbox.comments import reporting
from commentbox.lib import tokens
from commentbox.models import Comment
from commentbox.web.api import addressed, schemas
from commentbox.web.api.operations import Created, creates
from commentbox.web.kit import reports


@creates(
    "/comments/{comment}/reports",
    find=addressed.comment,
    body=schemas.NewReport,
    answer=schemas.Reported,
    summary="Report a comment as a guest, once; again changes what was said",
    outcomes={HTTPStatus.CREATED: "Kept for moderators"},
)
def report_comment(comment: Comment, body: schemas.NewReport) -> Created:
    """Store the report."""
    reports.limit(None)
    secret = body.author_key or tokens.new()
    made = reporting.report(
        comment, by=reporting.Reporter(key=secret), cause=body.cause, note=body.note
    )
    answer = schemas.Reported(comment_id=comment.id, cause=made.cause, note=made.note)
    place = addressed.permalink(comment)
    return Created(answer, HTTPStatus.CREATED, location=place, author_key=secret)
