"""Whom and what a site takes no comments from."""

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Final

from sqlalchemy import (
    Select,
    bindparam,
    or_,
    select,
)

from commentbox import policy
from commentbox.accounts import people
from commentbox.adapters.translations import gettext
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, email, hosts, ids, text
from commentbox.models import Account, Block, BlockKind, Comment, Membership, Site
from commentbox.models.base import UTCTime
from commentbox.moderation import log
from commentbox.policy import Action

LONGEST_NOTE: Final = 200

# The widest and the narrowest network that can be blocked: whole regions are no spammers, and one
# reader has a whole /64 of IPv6 (RFC 6177).
_PREFIXES: Final = {4: range(8, 33), 6: range(19, 65)}
_LONGEST_VALUE: Final = 255
_UNTOLD: Final = {BlockKind.NETWORK, BlockKind.CLIENT}
_KEYED: Final = re.compile("[0-9a-f]{32}")
# Blocking one of these shuts out everybody who has their mail there.
EVERYBODYS: Final = frozenset(
    "aol.com gmail.com gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com mail.ru "
    "me.com msn.com outlook.com proton.me protonmail.com qq.com t-online.de web.de yahoo.com "
    "yandex.ru 163.com".split()
)


def add(
    site: Site,
    kind: BlockKind,
    value: str,
    *,
    by: Account,
    until: datetime | None = None,
    note: str = "",
) -> Block:
    """Take no more comments from somebody until then, or for good; a block there is prolonged.

    A connection is known for the rest of the day only, so a block of one ends with that. Raises
    `Invalid` with `block.<kind>` for a value that is none of its kind or would shut out the site
    itself, `Invalid("block.until")` for a time that is over, and the codes of `policy.require`.
    """
    policy.require(people.roles(by), Action.BAN, site_id=site.id, code="site.unknown")
    value = spelt(kind, value, site)
    if until is not None and until <= clock.now():
        raise Invalid("block.until")
    until = _midnight() if kind is BlockKind.CLIENT else until
    is_new = insert_new(Block, site_id=site.id, kind=kind, value=value, until=until)
    block = _block(site, kind, value)
    block.until = until if is_new else _later(block.until, until)
    block.note = text.clean_line(note)[:LONGEST_NOTE] or block.note
    block.account_id = by.id
    db.session.flush()
    log.note("block", site_id=site.id, by=by, **_told(block))
    return block


def remove(block_id: str, *, by: Account, roles: Iterable[Membership]) -> None:
    """Take comments again; raise `NotFound("block.unknown")` and the codes of `policy.require`."""
    block = db.session.get(Block, block_id) if ids.is_id(block_id) else None
    if block is None:
        raise NotFound("block.unknown")
    policy.require(roles, Action.BAN, site_id=block.site_id, code="block.unknown")
    log.note("unblock", site_id=block.site_id, by=by, **_told(block))
    db.session.delete(block)
    db.session.flush()


def of_site(site_id: str, *, after: str = "", limit: int) -> Sequence[Block]:
    """Return a page of the site's blocks, newest first; `after` is the id of the last one seen."""
    query = select(Block).where(Block.site_id == site_id)
    if after:
        query = query.where(Block.id < after)
    return db.session.scalars(query.order_by(Block.id.desc()).limit(limit)).all()


def offered(comment: Comment) -> list[tuple[BlockKind, str, str]]:
    """Return what of a comment's author can be blocked: kind, value, and what that is in words."""
    domain = comment.author_domain
    known = [
        (BlockKind.ACCOUNT, comment.account_id or "", gettext("The account of %(name)s")),
        (BlockKind.EMAIL, email.canonical(comment.author_email), gettext("The address %(value)s")),
        (
            BlockKind.DOMAIN,
            "" if domain in EVERYBODYS else domain,
            gettext("All addresses at %(value)s"),
        ),
        (BlockKind.CLIENT, comment.client or "", gettext("The author's connection, for today")),
        *(
            (BlockKind.HOST, host, gettext("Links to %(value)s"))
            for host in comment.link_hosts.split()
        ),
    ]
    return [
        (kind, value, words % {"name": comment.author_name, "value": value})
        for kind, value, words in known
        if value
    ]


def found(
    site_id: str,
    *,
    account_id: str | None,
    email: str,
    address: str,
    client: str,
    hosts: Collection[str],
) -> Block | None:
    """Return a block that this author or comment runs into, if any. One query.

    Everything is compared exactly: whoever blocks `bob@` means nobody else.
    """
    wanted = _wanted(account_id, email, address, client, hosts)
    given = {"site": site_id, "now": clock.now(), "values": [value for _kind, value in wanted]}
    among = db.session.scalars(_query(), given)
    return next((block for block in among if (block.kind, block.value) in wanted), None)


@cache
def _query() -> Select[Block]:
    """Build the query once: that takes longer than to run it."""
    return (
        select(Block)
        .where(
            Block.site_id == bindparam("site"),
            Block.kind.in_(list(BlockKind)),
            Block.value.in_(bindparam("values", expanding=True)),
            or_(Block.until.is_(None), Block.until > bindparam("now", type_=UTCTime)),
        )
        .order_by(Block.id)
    )


def spelt(kind: BlockKind, value: str, site: Site | None) -> str:
    """Return the one spelling that is compared; raise `Invalid` with `block.<kind>` for none.

    Raises `Invalid("block.star")` for a pattern, which would never be met.
    """
    if _is_pattern(kind, value.strip()):
        raise Invalid("block.star")
    spelling = _SPELLINGS[kind](value.strip()) if len(value) <= _LONGEST_VALUE else ""
    is_own = site is not None and kind is BlockKind.HOST and spelling in _own_hosts(site)
    if not spelling or is_own:
        raise Invalid(f"block.{kind.value}")
    return spelling


def networks(address: str) -> list[str]:
    """Return every network that an address is in and that can be blocked, as it is stored."""
    ip = _ip(address)
    if ip is None:
        return []
    number, bits = int(ip), ip.max_prefixlen
    return [
        f"{type(ip)(number >> (bits - length) << (bits - length))}/{length}"
        for length in _PREFIXES[ip.version]
    ]


def _is_pattern(kind: BlockKind, value: str) -> bool:
    if kind is BlockKind.HOST:
        return "*" in hosts.typed(value)
    return kind is BlockKind.EMAIL and value.startswith("*@")


def _wanted(
    account_id: str | None, address: str, ip: str, client: str, hosts: Collection[str]
) -> set[tuple[BlockKind, str]]:
    """Return what would be blocked, as blocks spell it."""
    known = [
        (BlockKind.ACCOUNT, account_id),
        (BlockKind.EMAIL, email.canonical(address)),
        (BlockKind.DOMAIN, email.domain(address)),
        (BlockKind.CLIENT, client),
    ]
    return {
        *((kind, value) for kind, value in known if value),
        *((BlockKind.NETWORK, network) for network in networks(ip)),
        *((BlockKind.HOST, host) for host in hosts),
    }


def _account(value: str) -> str:
    is_known = ids.is_id(value) and db.session.get(Account, value) is not None
    return value if is_known else ""


def _address(value: str) -> str:
    try:
        return email.canonical(email.address(value))
    except Invalid:
        return ""


def _domain(value: str) -> str:
    return email.domain(_address(f"somebody@{value.removeprefix('@')}"))


def _network(value: str) -> str:
    """Return a network in CIDR; a single address of IPv6 stands for all of its reader's."""
    address, _, length = value.partition("/")
    ip = _ip(address)
    if ip is None or (length and not length.isdecimal()):
        return ""
    narrowest = _PREFIXES[ip.version][-1]
    wanted = min(int(length or ip.max_prefixlen), narrowest)
    if wanted not in _PREFIXES[ip.version] or int(length or 0) > ip.max_prefixlen:
        return ""
    return str(ipaddress.ip_network((ip, wanted), strict=False))


def _client(value: str) -> str:
    return value if _KEYED.fullmatch(value) else ""


_SPELLINGS: Final = {
    BlockKind.ACCOUNT: _account,
    BlockKind.EMAIL: _address,
    BlockKind.DOMAIN: _domain,
    BlockKind.NETWORK: _network,
    BlockKind.CLIENT: _client,
    BlockKind.HOST: hosts.typed,
}


def _own_hosts(site: Site) -> set[str]:
    return {hosts.of(origin) for origin in site.origins}


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def _block(site: Site, kind: BlockKind, value: str) -> Block:
    """Return the block as it is now, and let nobody else change it until the commit."""
    same = (Block.site_id == site.id, Block.kind == kind, Block.value == value)
    now = select(Block).where(*same).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(now).one()


def _later(known: datetime | None, until: datetime | None) -> datetime | None:
    """Return when the block ends: never sooner than it did before."""
    return max(known, until) if known and until else None


def _midnight() -> datetime:
    return datetime.combine(clock.now() + timedelta(days=1), time.min, UTC)


def _told(block: Block) -> dict[str, str]:
    """Return what the log keeps for good: nobody's address, and nothing of their network."""
    until = block.until.isoformat() if block.until else ""
    value = "" if block.kind in _UNTOLD else block.value
    if block.kind is BlockKind.EMAIL:
        value = f"{value[0]}…@{email.domain(value)}"
    return {"kind": block.kind.value, "value": value, "until": until}
