"""Comments: listed, read one by one, and posted."""

from http import HTTPStatus

from commentbox.comments import guests, listing, posting, threads
from commentbox.lib import cursor
from commentbox.models import Comment, Site, Status, Thread
from commentbox.web.api import addressed, schemas
from commentbox.web.api.operations import Created, creates, reads
from commentbox.web.kit import offers
from commentbox.web.kit.requests import address, client, settings


@reads(
    "/threads/{thread}/comments",
    find=addressed.thread,
    query=schemas.ListQuery,
    answer=schemas.CommentList,
    summary="List a thread's published comments, replies among the others",
)
def list_comments(thread: Thread, query: schemas.ListQuery) -> schemas.CommentList:
    """Return a page of the comments in the order asked for."""
    after = cursor.parse(query.cursor) if query.cursor else None
    found, more = listing.of_thread(thread, order=query.sort, limit=query.limit, after=after)
    return schemas.CommentList(
        comments=[_shown(comment) for comment in found], next=str(more) if more else None
    )


@reads(
    "/comments/{comment}",
    find=addressed.comment,
    query=schemas.Query,
    answer=schemas.Comment,
    summary="Read one published comment",
)
def read_comment(comment: Comment, _query: schemas.Query) -> schemas.Comment:
    """Return the comment."""
    return _shown(comment)


@creates(
    "/threads/{thread}/comments",
    find=addressed.thread,
    body=schemas.NewComment,
    answer=schemas.Posted,
    summary="Post a guest's comment into a thread",
)
def post_comment(thread: Thread, body: schemas.NewComment) -> Created:
    """Store the comment: 201 when it is published, 202 when it waits for a moderator."""
    site = threads.site_of(thread)
    guest = _guest(body, site)
    comment = posting.post(thread, site, author=guest, draft=_draft(body), arrival=_arrival())
    return _posted(comment, guest)


@creates(
    "/sites/{site}/comments",
    find=addressed.site,
    body=schemas.NewCommentOnPage,
    answer=schemas.Posted,
    summary="Post a guest's comment on an article, opening its thread",
)
def post_comment_on_page(site: Site, body: schemas.NewCommentOnPage) -> Created:
    """Store the comment, and the thread when this is its first."""
    page = body.page
    place = threads.place(
        site,
        address=page.url,
        canonical_link=page.canonical,
        thread_id=page.id,
        title=page.title,
    )
    guest = _guest(body, site)
    comment = posting.post_on_page(
        site, place, author=guest, draft=_draft(body), arrival=_arrival()
    )
    return _posted(comment, guest)


def _guest(body: schemas.NewComment, site: Site) -> posting.Guest:
    return guests.guest(
        name=body.name,
        email=body.email,
        website=body.website,
        key=body.author_key,
        site=site,
        comment=body.comment,
    )


def _draft(body: schemas.NewComment) -> posting.Draft:
    return posting.Draft(body.comment, parent_id=body.parent_id)


def _arrival() -> posting.Arrival:
    return posting.Arrival(
        client=client(),
        address=address(),
        flood=(settings().flood_comments, settings().flood_seconds),
        has_scorer=bool(offers.scorer()),
    )


def _posted(comment: Comment, guest: posting.Guest) -> Created:
    answer = schemas.Posted(
        id=comment.id,
        # Whoever sends spam learns no more than anybody whose comment waits.
        status=Status.PUBLISHED if comment.is_published else Status.PENDING,
        permalink=addressed.permalink(comment),
    )
    status = HTTPStatus.CREATED if comment.is_published else HTTPStatus.ACCEPTED
    return Created(answer, status, location=answer.permalink, author_key=guest.key or "")


def _shown(comment: Comment) -> schemas.Comment:
    return schemas.Comment(
        id=comment.id,
        thread_id=comment.thread_id,
        parent_id=comment.parent_id,
        root_id=comment.root_id,
        author=schemas.Author(
            name=comment.author_name,
            website=comment.author_website,
            is_moderator=comment.is_official,
        ),
        html=comment.html,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        permalink=addressed.permalink(comment),
        reply_count=comment.shown_children,
        votes=comment.votes,
    )
