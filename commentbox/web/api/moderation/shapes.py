"""What programs are told of comments, decisions and the site."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from commentbox.models import Cause, Ruling, Status
from commentbox.web.api.schemas import Output


class Writer(Output):
    """Who wrote a comment, as moderators see it. `email` is for them alone."""

    name: str
    email: str
    website: str
    provider: Annotated[str, Field(description="Where they logged in; empty for guests.")]
    has_account: bool
    is_moderator: bool


class Place(Output):
    """The thread that a comment stands in."""

    id: str
    url: str
    title: str
    is_closed: bool


class Reason(Output):
    """One signal of a comment, and the figure or word that it came with."""

    code: str
    value: int | str


class GroupSize(Output):
    """How many comments stand behind the one that is shown for them, and of how many people."""

    more: int
    people: int


class ModeratedComment(Output):
    """A comment of any status. `revision` is what a decision about it has to name."""

    id: str
    revision: int
    status: Status
    thread: Place
    parent_id: str | None
    author: Writer
    source: Annotated[str, Field(description="Markdown, as it was typed.")]
    html: str
    created_at: datetime
    edited_at: datetime | None
    moved_at: datetime | None
    reasons: list[Reason]
    why: Annotated[list[str], Field(description="The reasons in words, while it is in doubt.")]
    spam_score: Annotated[float | None, Field(description="The filter's chance of spam, 0 to 1.")]
    open_reports: int
    votes: int
    is_pinned: bool
    hosts: Annotated[list[str], Field(description="Where its links lead.")]
    cluster: Annotated[str, Field(description="The same for all that say nearly the same.")]
    permalink: str
    group: GroupSize | None = None


class ModeratedCommentList(Output):
    """One page of comments; `next` is the cursor of the page after it."""

    comments: list[ModeratedComment]
    next: str | None


class FolderCounts(Output):
    """How many comments each folder has; 1000 says that it may be more."""

    pending: int
    published: int
    spam: int
    trashed: int


class HistoryEntry(Output):
    """What was decided about a comment; without `by` the service did it by itself."""

    batch: str
    action: str
    undoes: str | None
    before: Status
    after: Status
    by: str | None
    note: str
    created_at: datetime


class ReportOfComment(Output):
    """What a reader reported a comment for; who that was is told to nobody."""

    cause: Cause
    note: str
    ruling: Ruling
    created_at: datetime
    ruled_at: datetime | None


class EvidenceOfFilter(Output):
    """A word or fact that spoke loudest to the filter: above 0 for spam."""

    words: str
    weight: float


class CommentDetail(ModeratedComment):
    """A comment with all that is known about it: of its history and reports the newest 100.

    `decisions` and `reported` say how many there are of each, up to 1000.
    """

    history: list[HistoryEntry]
    reports: list[ReportOfComment]
    decisions: int
    reported: int
    evidence: list[EvidenceOfFilter]


class EditedComment(Output):
    """What a comment says now; a decision about it names the new `revision`."""

    id: str
    revision: int
    source: str
    html: str


class DecisionBatch(Output):
    """What was done at one go, and how far that is.

    `total` comments are to be dealt with and `done` have been; while it `goes_on` in the background
    the rest follows. `undoes` is what it took back. `by` is null where the service acted by itself,
    whoever runs it did, which `of_service` among the details says, or the account is gone.
    """

    id: str
    action: str
    by: str | None
    undoes: str | None
    total: int
    done: int
    goes_on: bool
    created_at: datetime
    finished_at: datetime | None
    details: Annotated[dict[str, Any], Field(description="What changed where no comment did.")]


class DecisionLog(Output):
    """One page of the log, the newest first; `next` is the cursor of the page after it."""

    decisions: list[DecisionBatch]
    next: str | None


class Decided(Output):
    """What became of a decision. `id` is nothing when there was nothing to decide."""

    id: str | None
    action: str
    total: int
    done: int
    goes_on: bool


class Answered(Output):
    """The answer that was published, and the decision that approved what it answers, if any."""

    id: str
    permalink: str
    approval: str | None
