"""Whom and what a site keeps out, and whom it trusts."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from commentbox.accounts import people
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.models import Account, Block, BlockKind, Scope
from commentbox.moderation import blocking, previews, queue, trust
from commentbox.moderation.holders import Holder
from commentbox.policy import Action
from commentbox.web.api.moderation.filtering import Id, Time
from commentbox.web.api.moderation.keyed import Answer, Rule, moderates
from commentbox.web.api.schemas import MOST_COMMENTS, Output, Query
from commentbox.web.kit.given import Input

_READING: Final = Rule(Scope.READ, Action.BAN)
_LOOKING: Final = Rule(Scope.READ, Action.BAN, only_reads=True)
_BANNING: Final = Rule(Scope.DECIDE, Action.BAN)
_TRUSTING: Final = Rule(Scope.DECIDE, Action.TRUST)
_NAMED: Final = (BlockKind.EMAIL, BlockKind.DOMAIN, BlockKind.HOST, BlockKind.NETWORK)
"""What can be named by a value; accounts and connections are known by a comment alone."""


class Target(BaseModel):
    """What is compared: a `value`, or what of the author of a comment is of that kind.

    Accounts and connections are only known by a comment. Of several hosts that a comment links to
    the first is meant.
    """

    kind: Literal["account", "email", "domain", "network", "client", "host"]
    value: Annotated[str | None, Field(max_length=255)] = None
    comment_id: Id | None = None


class NewBlock(Input, Target):
    """Whom or what the site takes no comments from, until then or for good."""

    until: Time | None = None
    note: Annotated[str, Field(max_length=blocking.LONGEST_NOTE)] = ""


class ConceivedBlock(Input, Target):
    """What a block would be about: in a body, as addresses of the web are kept by logs."""


class BlockQuery(Query):
    """Which page of the blocks."""

    after: Annotated[Id | None, Field(description="The last block seen.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_COMMENTS)] = 50


class BlockOfSite(Output):
    """What is kept out. A connection has no value that anybody could read."""

    id: str
    kind: BlockKind
    value: str | None
    note: str
    by: str | None
    until: datetime | None
    created_at: datetime


class Blocked(Output):
    """A block that was set. Its value is not told: a key may decide about what it may not read."""

    id: str
    kind: BlockKind
    until: datetime | None


class BlockList(Output):
    """One page of the blocks, the newest first; `next` is what the page after it goes on after."""

    blocks: list[BlockOfSite]
    next: str | None


class BlockPreview(Output):
    """How many comments of the site a block would have kept out; 1000 stands for any more.

    Of networks nobody knows, as no address is kept. `is_everybodys` says that it shuts out all who
    have their mail at a large service.
    """

    number: int
    is_everybodys: bool


class StandingOfAuthor(Output):
    """What became of the comments of an author who has logged in, and whether they are trusted."""

    published: int
    rejected: int
    open_reports: int
    days: Annotated[int, Field(description="The age of the account.")]
    is_granted: Annotated[bool, Field(description="A moderator trusts them.")]
    is_trusted: bool


@moderates(
    "GET",
    "/blocks",
    rule=_READING,
    takes=BlockQuery,
    answer=BlockList,
    summary="List whom and what the site keeps out",
)
def list_blocks(holder: Holder, query: BlockQuery) -> Answer:
    """Return a page of the blocks."""
    found = blocking.of_site(holder.site.id, after=query.after or "", limit=query.limit + 1)
    shown = found[: query.limit]
    names = people.names(block.account_id for block in shown)
    more = shown[-1].id if len(found) > query.limit else None
    return Answer(BlockList(blocks=[_told(block, names) for block in shown], next=more))


@moderates(
    "POST",
    "/blocks/preview",
    rule=_LOOKING,
    takes=ConceivedBlock,
    answer=BlockPreview,
    summary="Count what a block would have kept out",
)
def preview_block(holder: Holder, body: ConceivedBlock) -> Answer:
    """Return how many comments the block would have hit; nothing is blocked."""
    preview = previews.of(holder.site, BlockKind(body.kind), _value(holder, body))
    return Answer(BlockPreview(number=preview.number, is_everybodys=preview.is_everybodys))


@moderates(
    "POST",
    "/blocks",
    rule=_BANNING,
    takes=NewBlock,
    answer=Blocked,
    outcomes={HTTPStatus.CREATED: "Blocked"},
    summary="Take no more comments from somebody, or with links to a host",
)
def add_block(holder: Holder, body: NewBlock) -> Answer:
    """Block until then or for good; a block that is there already is prolonged."""
    block = blocking.add(
        holder.site,
        BlockKind(body.kind),
        _value(holder, body),
        by=holder.account,
        until=body.until,
        note=body.note,
    )
    told = Blocked(id=block.id, kind=block.kind, until=block.until)
    return Answer(told, HTTPStatus.CREATED)


@moderates(
    "DELETE",
    "/blocks/{block}",
    rule=_BANNING,
    outcomes={HTTPStatus.NO_CONTENT: "Not blocked any more"},
    summary="Take comments again",
)
def remove_block(holder: Holder, _query: Query, *, block: str) -> Answer:
    """End a block at once."""
    blocking.remove(block, by=holder.account, roles=holder.roles)
    return Answer(status=HTTPStatus.NO_CONTENT)


@moderates(
    "PUT",
    "/trusted/{comment}",
    rule=_TRUSTING,
    answer=StandingOfAuthor,
    outcomes={HTTPStatus.OK: "Trusted"},
    summary="Let what the author of a comment writes appear at once",
)
def trust_author(holder: Holder, _query: Query, *, comment: str) -> Answer:
    """Trust somebody who has logged in; guests cannot be."""
    author = _author(holder, comment)
    trust.grant(holder.site, author, by=holder.account)
    return Answer(_standing(holder, author))


@moderates(
    "DELETE",
    "/trusted/{comment}",
    rule=_TRUSTING,
    answer=StandingOfAuthor,
    outcomes={HTTPStatus.OK: "Judged as anybody"},
    summary="Judge what the author of a comment writes as anybody's",
)
def distrust_author(holder: Holder, _query: Query, *, comment: str) -> Answer:
    """Take a moderator's trust away; what the author has earned stays."""
    author = _author(holder, comment)
    trust.revoke(holder.site, author, by=holder.account)
    return Answer(_standing(holder, author))


def _value(holder: Holder, target: Target) -> str:
    """Return what a block compares; raise `Invalid` where that is named twice or not at all."""
    kind = BlockKind(target.kind)
    if (target.value is None) == (target.comment_id is None):
        raise Invalid(
            "body.invalid", fields={"value": "block.either", "comment_id": "block.either"}
        )
    if target.value is not None:
        if kind not in _NAMED:
            raise Invalid(f"block.{kind.value}")
        return target.value
    comment = queue.item(holder.roles, target.comment_id or "").comment
    offered = [] if comment.is_official else blocking.offered(comment)
    value = next((value for each, value, _words in offered if each is kind), None)
    if value is None:
        raise Invalid(f"block.{kind.value}")
    return value


def _author(holder: Holder, comment_id: str) -> Account:
    account_id = queue.item(holder.roles, comment_id).comment.account_id
    account = db.session.get(Account, account_id) if account_id else None
    if account is None:
        raise NotFound("person.unknown")
    return account


def _standing(holder: Holder, author: Account) -> StandingOfAuthor:
    found = trust.standing(holder.site.id, author)
    return StandingOfAuthor(
        published=found.published,
        rejected=found.rejected,
        open_reports=found.open_reports,
        days=found.age.days,
        is_granted=found.is_granted,
        is_trusted=found.is_trusted,
    )


def _told(block: Block, names: Mapping[str | None, str]) -> BlockOfSite:
    return BlockOfSite(
        id=block.id,
        kind=block.kind,
        value=None if block.kind is BlockKind.CLIENT else block.value,
        note=block.note,
        by=names.get(block.account_id),
        until=block.until,
        created_at=block.created_at,
    )
