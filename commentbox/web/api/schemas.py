"""What the API takes and gives. Nothing else crosses it: unknown fields are refused both ways."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from commentbox.comments.reading import Order
from commentbox.models import Cause, Status
from commentbox.web.kit.given import Input

MOST_COMMENTS: Final = 100
MOST_COUNTS: Final = 100
_AUTHOR_KEY: Final = r"^[A-Za-z0-9_-]{43}$"


class Query(BaseModel):
    """The parameters of an address; others are passed over."""

    model_config = ConfigDict(extra="ignore")


class Output(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid")


class Page(Input):
    """The article that a comment belongs to."""

    url: Annotated[str, Field(description="The article's address, on one of the site's origins.")]
    canonical: Annotated[str, Field(description="The address in its canonical link.")] = ""
    id: Annotated[str, Field(description="Your own id for the thread; it wins.")] = ""
    title: str = ""


class ByGuest(Input):
    """What a guest sends."""

    author_key: Annotated[
        str | None,
        Field(
            pattern=_AUTHOR_KEY,
            description="The guest's secret, which proves that what they send is theirs. Without "
            "one they get a new one in the header Commentbox-Author of the answer.",
        ),
    ] = None


class NewComment(ByGuest):
    """A comment of a guest, with the details that the form asks for."""

    comment: Annotated[str, Field(description="Markdown, at most 10,000 characters.")]
    name: str = ""
    email: Annotated[str, Field(description="Never made public.")] = ""
    website: str = ""
    parent_id: Annotated[str | None, Field(description="The comment that it answers.")] = None


class NewCommentOnPage(NewComment):
    """A comment for an article, whose thread is opened when there is none yet."""

    page: Page


class NewReport(ByGuest):
    """What a guest finds wrong with a comment."""

    cause: Annotated[Cause, Field(strict=False)]
    note: Annotated[str, Field(description="At most 500 characters, for moderators.")] = ""


class ThreadQuery(Query):
    """How an article is named."""

    url: Annotated[str, Field(description="The article's address.")]
    canonical: Annotated[str, Field(description="The address in its canonical link.")] = ""
    id: Annotated[str, Field(description="Your own id for the thread; it wins.")] = ""


class ListQuery(Query):
    """Which comments of a thread, and in which order."""

    sort: Order = Order.NEWEST
    cursor: Annotated[str, Field(description="`next` of the answer before.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_COMMENTS)] = 50


class CountQuery(Query):
    """The articles whose comments are counted."""

    url: Annotated[list[str], Field(min_length=1, max_length=MOST_COUNTS)]


class Thread(Output):
    """An article's thread."""

    id: str
    url: str
    title: str
    comment_count: int
    is_closed: bool
    created_at: datetime


class Author(Output):
    """Who wrote a comment."""

    name: str
    website: str
    is_moderator: bool


class Comment(Output):
    """A published comment. `html` is safe to show as it is."""

    id: str
    thread_id: str
    parent_id: str | None
    root_id: str
    author: Author
    html: str
    created_at: datetime
    edited_at: datetime | None
    permalink: str
    reply_count: Annotated[int, Field(description="Direct replies that readers see.")]
    votes: int


class CommentList(Output):
    """One page of a thread's comments; `next` is the cursor of the page after it."""

    comments: list[Comment]
    next: str | None


class Posted(Output):
    """What became of a comment: published at once, or held until a moderator has seen it."""

    id: str
    status: Literal[Status.PUBLISHED, Status.PENDING]
    permalink: str


class Reported(Output):
    """A report as it is kept: one for each reader and comment."""

    comment_id: str
    cause: Cause
    note: str


class Votes(Output):
    """How many votes a comment has, and whether the request changed that."""

    votes: int
    is_counted: bool


class Counts(Output):
    """How many comments each article has, under its address as it was given."""

    counts: dict[str, int]


class Problem(Output):
    """What went wrong (RFC 9457); `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    fields: dict[str, str] | None = None
    retry_after: Annotated[int | None, Field(description="Seconds.")] = None
    comment_id: Annotated[str | None, Field(description="The comment it collides with.")] = None
