"""What a block would have kept out, before anybody sets it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal_column, select, union

from commentbox.extensions import db
from commentbox.lib import email, hosts
from commentbox.models import BlockKind, Comment, Site, Status
from commentbox.moderation import blocking
from commentbox.moderation.queue import COUNTED


@dataclass(frozen=True)
class Preview:
    """How many comments of the site a block hits, and what the queue is asked to show them.

    The `number` goes up to `COUNTED`. `is_everybodys` says that it shuts out all who have
    their mail at a large service.
    """

    number: int
    asked: dict[str, str]
    is_everybodys: bool = False


def of(site: Site, kind: BlockKind, value: str) -> Preview:
    """Return what a block of this would have hit; raise `Invalid` for a value that is none.

    The queue is asked by a comment of the author, as nobody's address stands in one of ours.
    """
    number, value = hits(site.id, kind, value), value.strip()
    if kind is BlockKind.HOST:
        return Preview(number, {"host": hosts.typed(value)})
    if kind is BlockKind.DOMAIN:
        domain = email.domain(f"any@{value.removeprefix('@')}")
        return Preview(number, {"domain": domain}, domain in blocking.EVERYBODYS)
    if kind is BlockKind.EMAIL and (comment_id := _comment_of(site, value)):
        return Preview(number, {"author": comment_id})
    return Preview(number, {})


def hits(site_id: str, kind: BlockKind, value: str) -> int:
    """Return how many comments of the site a block would have kept out, up to `COUNTED`.

    Of networks nobody knows: no address is kept. Raises `Invalid` as `blocking.add` does.
    """
    here = (Comment.site_id == site_id, Comment.status != Status.DELETED)
    shares = [
        select(select(Comment.id).where(*here, each).limit(COUNTED).subquery().c.id)
        for each in _written_by(kind, blocking.spelt(kind, value, None))
    ]
    if not shares:
        return 0
    some = select(union(*shares).subquery().c.id).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _comment_of(site: Site, address: str) -> str | None:
    person = f"email:{email.canonical(address)}"
    query = select(Comment.id).where(Comment.site_id == site.id, Comment.person == person)
    return db.session.scalar(query.limit(1))


def _written_by(kind: BlockKind, value: str) -> list[ColumnElement[bool]]:
    """Return what is true of the comments that a block means: one of these, each with an index.

    Those with a link to a host are looked for among all with links.
    """
    by_domain, address = Comment.author_domain, func.lower(Comment.author_email)
    conditions: dict[BlockKind, list[ColumnElement[bool]]] = {
        BlockKind.ACCOUNT: [Comment.account_id == value],
        BlockKind.EMAIL: [
            Comment.person == f"email:{value}",
            and_(by_domain == email.domain(value), address == value),
        ],
        BlockKind.DOMAIN: [by_domain == value],
        BlockKind.CLIENT: [Comment.client == value],
        BlockKind.HOST: [
            and_(
                Comment.link_host != literal_column("''"),  # as the partial index says it
                Comment.link_host > "",
                Comment.link_hosts.contains(f" {value} ", autoescape=True),
            )
        ],
    }
    return conditions.get(kind, [])
