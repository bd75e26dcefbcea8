"""Comments of every status: looked through, read with all that is known, edited, answered."""

from http import HTTPStatus
from typing import Annotated, Final

from pydantic import Field

from commentbox.comments import answering
from commentbox.lib import cursor
from commentbox.models import Scope
from commentbox.moderation import actions, holders, queue
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Group
from commentbox.moderation.holders import Holder
from commentbox.moderation.ordering import Sort
from commentbox.policy import Action
from commentbox.spam import judging
from commentbox.web.api import addressed
from commentbox.web.api.moderation import filtering, shapes, telling
from commentbox.web.api.moderation.keyed import Answer, Rule, moderates
from commentbox.web.api.schemas import MOST_COMMENTS, Query
from commentbox.web.kit.given import Input

_READING: Final = Rule(Scope.READ, Action.READ)


class CommentQuery(Query, filtering.Wanted):
    """Which comments of the site, in which order, and what is shown as one."""

    sort: Sort = Sort.NEWEST
    group: Group = Group.NONE
    cursor: Annotated[str, Field(description="`next` of the answer before.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_COMMENTS)] = 50


class FolderQuery(Query, filtering.Wanted):
    """Which comments of the site are counted; all statuses are."""


class EditedText(Input):
    """A comment's text in place of the one that was seen."""

    revision: int
    comment: Annotated[str, Field(description="Markdown, at most 10,000 characters.")]


class AnswerText(Input):
    """An answer to a comment as it was seen; one that waits is approved by being answered."""

    revision: int
    comment: Annotated[str, Field(description="Markdown, at most 10,000 characters.")]


@moderates(
    "GET",
    "/comments",
    rule=_READING,
    takes=CommentQuery,
    answer=shapes.ModeratedCommentList,
    summary="Look through the comments of every status",
)
def moderated_comments(holder: Holder, query: CommentQuery) -> Answer:
    """Return a page of the comments that the filter lets through."""
    after = cursor.parse_any(query.cursor) if query.cursor else None
    wanted = filtering.read(query, holder)
    page = queue.page(wanted, sort=query.sort, group=query.group, after=after, limit=query.limit)
    found = [telling.comment(item, size=page.groups.get(item.comment.id)) for item in page.items]
    more = str(page.more) if page.more else None
    return Answer(shapes.ModeratedCommentList(comments=found, next=more))


@moderates(
    "GET",
    "/counts",
    rule=_READING,
    takes=FolderQuery,
    answer=shapes.FolderCounts,
    summary="Count the comments of each status",
)
def moderated_counts(holder: Holder, query: FolderQuery) -> Answer:
    """Return how many comments of each folder the filter lets through, whatever its status."""
    found = queue.counts(filtering.read(query, holder))
    return Answer(shapes.FolderCounts(**{each.value: number for each, number in found.items()}))


@moderates(
    "GET",
    "/comments/{comment}",
    rule=_READING,
    answer=shapes.CommentDetail,
    summary="Read a comment of any status, with its history and reports",
)
def moderated_comment(holder: Holder, _query: Query, *, comment: str) -> Answer:
    """Return the comment with everything that was decided and said about it."""
    item = queue.item(holder.roles, comment)
    told = telling.detail(
        item,
        history=[
            telling.entry(decision, account.name if account else None)
            for decision, account in queue.history(item.comment)
        ],
        reports=[telling.report(each) for each in queue.reports(item.comment)],
        totals=queue.totals(item.comment),
        evidence=[telling.evidence(each) for each in judging.explain(item.site.id, item.comment)],
    )
    return Answer(told)


@moderates(
    "PATCH",
    "/comments/{comment}",
    rule=Rule(Scope.DECIDE, Action.EDIT),
    takes=EditedText,
    answer=shapes.EditedComment,
    outcomes={HTTPStatus.OK: "Edited"},
    summary="Replace the text of a comment",
)
def edit_comment(holder: Holder, body: EditedText, *, comment: str) -> Answer:
    """Replace the text, which readers are told."""
    holders.require_comments(holder, [comment])
    done = actions.edit(Seen(comment, body.revision), typed=body.comment, by=holder.account)
    [edited] = done.comments
    told = shapes.EditedComment(
        id=edited.id, revision=edited.revision, source=edited.source, html=edited.html
    )
    return Answer(told)


@moderates(
    "POST",
    "/comments/{comment}/replies",
    rule=Rule(Scope.DECIDE, Action.REPLY),
    takes=AnswerText,
    answer=shapes.Answered,
    outcomes={HTTPStatus.CREATED: "Published"},
    summary="Answer a comment in the name of who made the key",
)
def answer_comment(holder: Holder, body: AnswerText, *, comment: str) -> Answer:
    """Publish an answer; the comment is approved first if it waits."""
    holders.require_comments(holder, [comment])
    done = answering.answer(Seen(comment, body.revision), typed=body.comment, by=holder.account)
    told = shapes.Answered(
        id=done.comment.id,
        permalink=addressed.permalink(done.comment),
        approval=done.approval.id if done.approval else None,
    )
    return Answer(told, HTTPStatus.CREATED, location=told.permalink)
