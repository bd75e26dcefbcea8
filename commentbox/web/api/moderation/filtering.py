"""Which comments a program means: the fields of a filter, in an address or in a body."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from commentbox.errors import NotFound
from commentbox.lib import text
from commentbox.models import Status
from commentbox.moderation import queue, reasons
from commentbox.moderation.filters import Filter
from commentbox.moderation.holders import Holder
from commentbox.web.kit.given import Input

_LONGEST_WORDS: Final = 100
_LONGEST_HOST: Final = 253  # characters of a name in DNS


def _text(value: Any) -> Any:
    """Refuse numbers where JSON has a word for it: they would be read as seconds since 1970."""
    if isinstance(value, str):
        return value
    raise ValueError


def _code(typed: str) -> str:
    """Refuse what is the code of no signal: misspelt, it would find nothing, and say so."""
    if typed and typed not in reasons.CODES:
        raise ValueError
    return typed


as_text: Final = BeforeValidator(_text)
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{22}$")]
Day = Annotated[date, Field(strict=False, ge=date(1970, 1, 1), lt=date(9999, 1, 1)), as_text]
Time = Annotated[
    AwareDatetime,
    Field(strict=False, ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC)),
    as_text,
]
Folder = Literal["pending", "published", "spam", "trashed"]
Code = Annotated[
    str, AfterValidator(_code), Field(json_schema_extra={"enum": ["", *reasons.CODES]})
]
Words = Annotated[str, Field(max_length=_LONGEST_WORDS), AfterValidator(text.clean_line)]
Host = Annotated[
    str,
    Field(max_length=_LONGEST_HOST),
    AfterValidator(lambda typed: text.clean_line(typed).lower()),
]


class Wanted(BaseModel):
    """Comments of the site in one status, with all that is given; what is left out is open."""

    status: Folder = "pending"
    words: Annotated[Words, Field(description="Each of them in text, name or email.")] = ""
    reason: Annotated[Code, Field(description="The code of one of its reasons.")] = ""
    thread_id: Id | None = None
    author: Annotated[Id | None, Field(description="A comment: all by whoever wrote that.")] = None
    domain: Annotated[Host, Field(description="What follows the @ of the author's email.")] = ""
    cluster: Annotated[Id | None, Field(description="Comments that say nearly the same.")] = None
    host: Annotated[Host, Field(description="A host that the comment links to.")] = ""
    since: Annotated[Day | None, Field(description="The first day, in UTC.")] = None
    until: Annotated[Day | None, Field(description="The last day, in UTC.")] = None
    is_repeated: Annotated[bool, Field(description="Only what others say nearly alike.")] = False
    is_reported: Annotated[bool, Field(description="Only what has open reports.")] = False


class BulkFilter(Input, Wanted):
    """All that a decision takes; what came, changed or moved after `seen_at` is left out."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    seen_at: Time | None = None

    @property
    def names_nothing(self) -> bool:
        """Say whether no field chooses any comments: who leaves all out may not mean all."""
        return not any(self.model_dump(exclude_unset=True, exclude={"seen_at"}).values())


def read(wanted: Wanted, holder: Holder, *, seen_at: datetime | None = None) -> Filter:
    """Return the filter on the key's site; raise `NotFound("comment.unknown")` for the author's."""
    return Filter(
        (holder.site.id,),
        Status(wanted.status),
        words=wanted.words,
        reason=wanted.reason,
        thread_id=wanted.thread_id or "",
        person=_person(wanted.author, holder) if wanted.author else "",
        domain=wanted.domain,
        cluster=wanted.cluster or "",
        host=wanted.host,
        since=wanted.since,
        until=wanted.until,
        is_repeated=wanted.is_repeated,
        is_reported=wanted.is_reported,
        seen_at=seen_at,
    )


def _person(comment_id: str, holder: Holder) -> str:
    """Return who wrote a comment: nobody's address stands in one of ours."""
    person = queue.item(holder.roles, comment_id).comment.person
    if not person:
        raise NotFound("comment.unknown")
    return person
