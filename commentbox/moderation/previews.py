"""What a block would have kept out, before anybody sets it."""

from dataclasses import dataclass

from sqlalchemy import select

from commentbox.extensions import db
from commentbox.lib import email, hosts
from commentbox.models import BlockKind, Comment, Site
from commentbox.moderation import blocking


@dataclass(frozen=True)
class Preview:
    """How many comments of the site a block hits, and what the queue is asked to show them.

    `is_everybodys` says that it shuts out all who have their mail at a large service.
    """

    number: int
    asked: dict[str, str]
    is_everybodys: bool = False


def of(site: Site, kind: BlockKind, value: str) -> Preview:
    """Return what a block of this would have hit; raise `Invalid` for a value that is none.

    The queue is asked by a comment of the author, as nobody's address stands in one of ours.
    """
    number, value = blocking.hits(site.id, kind, value), value.strip()
    if kind is BlockKind.HOST:
        return Preview(number, {"host": hosts.typed(value)})
    if kind is BlockKind.DOMAIN:
        domain = email.domain(f"any@{value.removeprefix('@')}")
        return Preview(number, {"domain": domain}, domain in blocking.EVERYBODYS)
    if kind is BlockKind.EMAIL and (comment_id := _comment_of(site, value)):
        return Preview(number, {"author": comment_id})
    return Preview(number, {})


def _comment_of(site: Site, address: str) -> str | None:
    person = f"email:{email.canonical(address)}"
    query = select(Comment.id).where(Comment.site_id == site.id, Comment.person == person)
    return db.session.scalar(query.limit(1))
