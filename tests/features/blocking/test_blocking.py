"""Whom and what a site takes no comments from."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from commentbox.accounts import people
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import (
    Account,
    Block,
    BlockKind,
    Comment,
    Identity,
    Site,
    Status,
)
from commentbox.moderation import blocking, reasons, trust
from tests.reader import queries

Write = Callable[..., Comment]
HOUR = timedelta(hours=1)
DOMAIN, NETWORK = BlockKind.DOMAIN, BlockKind.NETWORK
CLIENT = "0123456789abcdef" * 2


def is_blocked(comment: Comment) -> bool:
    """Say whether the comment went to the spam folder for a block, as all of those do."""
    assert (comment.status is Status.SPAM) == (comment.caught_by == "blocked")
    return comment.status is Status.SPAM


def test_an_email_alias_ban_does_not_hit_bobby_jones(
    write: Write, site: Site, mia: Account
) -> None:
    """`bobby.jones@` is not hit by a block on `bob@`; what is the same mailbox is."""
    blocking.add(site, BlockKind.EMAIL, "Bob@Example.org", by=mia)
    for innocent in ("bobby.jones@example.org", "b.ob@example.org", "bob@example.com", ""):
        assert not is_blocked(write(innocent or "none", email=innocent))
    for same in ("bob@example.org", "BOB@example.org", "bob+news@example.org"):
        assert is_blocked(write(same, email=same))


@pytest.mark.parametrize(
    ("kind", "value", "hit", "missed"),
    [
        (DOMAIN, "@Spam.example", {"email": "x@spam.example"}, {"email": "x@a.spam.example"}),
        (DOMAIN, "googlemail.com", {"email": "x@Googlemail.com"}, {"email": "x@mail.example"}),
        (DOMAIN, "googlemail.com", {"email": "x@gmail.com"}, {"email": "x@googlemail.example"}),
        (NETWORK, "203.0.113.77/24", {"address": "203.0.113.1"}, {"address": "203.0.114.1"}),
        (NETWORK, "203.0.113.7", {"address": "203.0.113.7"}, {"address": "203.0.113.8"}),
        (NETWORK, "203.0.113.7", {"address": "::ffff:203.0.113.7"}, {"address": ""}),
        (NETWORK, "2001:db8::/32", {"address": "2001:db8:9::1"}, {"address": "2001:db9::1"}),
        (
            NETWORK,
            "2001:db8:1:2:3:4:5:6",
            {"address": "2001:db8:1:2::9"},
            {"address": "2001:db8:1:3::9"},
        ),
        (BlockKind.CLIENT, CLIENT, {"client": CLIENT}, {"client": CLIENT[::-1]}),
        (
            BlockKind.HOST,
            "https://www.Spam.example/shop",
            {"source": "[a](https://spam.example/b)"},
            {"source": "[a](https://notspam.example/b)"},
        ),
        (BlockKind.HOST, "spam.example", {"website": "https://www.spam.example/"}, {}),
    ],
)
def test_a_block_compares_exactly(
    write: Write,
    site: Site,
    mia: Account,
    kind: BlockKind,
    value: str,
    hit: dict[str, str],
    missed: dict[str, str],
) -> None:
    blocking.add(site, kind, value, by=mia)
    assert is_blocked(write(**hit))
    assert not is_blocked(write(**missed))


def test_an_account_is_blocked_whatever_address_it_has(
    write: Write, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    blocking.add(site, BlockKind.ACCOUNT, ada[0].id, by=mia)
    caught = write("As Ada", by=ada)
    assert is_blocked(caught)
    assert reasons.shown(caught)[0] == "Blocked account"
    assert not is_blocked(write("As a guest", email="ada@mail.example"))


def test_a_block_of_an_address_or_a_website_reaches_those_who_log_in(
    write: Write, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    block = blocking.add(site, BlockKind.EMAIL, "ada@mail.example", by=mia)
    assert is_blocked(write("One", by=ada))
    blocking.remove(block.id, by=mia, roles=people.roles(mia))
    ada[0].website = "https://spam.example/"
    blocking.add(site, BlockKind.HOST, "spam.example", by=mia)
    assert is_blocked(write("Two", by=ada))


def test_a_block_beats_trust(
    write: Write, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    trust.grant(site, ada[0], by=mia)
    blocking.add(site, BlockKind.ACCOUNT, ada[0].id, by=mia)
    assert is_blocked(write(by=ada))


def test_a_block_ends_and_adding_it_again_prolongs_it(
    write: Write, site: Site, mia: Account
) -> None:
    until = clock.now() + HOUR
    block = blocking.add(site, BlockKind.EMAIL, "bob@example.org", by=mia, until=until)
    assert is_blocked(write("One", email="bob@example.org"))
    with clock.turned_by(HOUR):
        assert not is_blocked(write("Two", email="bob@example.org"))
        later = clock.now() + HOUR
        again = blocking.add(site, BlockKind.EMAIL, "BOB@example.org", by=mia, until=later)
        assert (again.id, again.until) == (block.id, later)
        assert is_blocked(write("Three", email="bob@example.org"))
    sooner = blocking.add(site, BlockKind.EMAIL, "bob@example.org", by=mia, until=until)
    assert sooner.until == later
    assert blocking.add(site, BlockKind.EMAIL, "bob@example.org", by=mia).until is None
    for_good = blocking.add(site, BlockKind.EMAIL, "bob@example.org", by=mia, until=until)
    assert for_good.until is None
    assert db.session.query(Block).count() == 1


def test_a_connection_is_blocked_for_the_rest_of_the_day(site: Site, mia: Account) -> None:
    """It has another name tomorrow: nobody is recognised by it for longer."""
    block = blocking.add(site, BlockKind.CLIENT, CLIENT, by=mia)
    assert block.until is not None
    assert timedelta(0) < block.until - clock.now() <= timedelta(days=1)
    assert (block.until.hour, block.until.minute, block.until.second) == (0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (BlockKind.ACCOUNT, ["", "x", "0" * 22, "bob@example.org"]),
        (BlockKind.EMAIL, ["", "bob", "bob@", "@example.org", "bob@example", "a b@example.org"]),
        (BlockKind.DOMAIN, ["", "example", "a@example.org", "example.org/x", "*.example.org"]),
        (BlockKind.NETWORK, ["", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2001::/16", "1.2.3", "x"]),
        (BlockKind.NETWORK, ["1.2.3.4/33", "2001:db8::/129", "1.2.3.4/-1", "1.2.3.4/a"]),
        (BlockKind.CLIENT, ["", "x", "0" * 31, "g" * 32]),
        (BlockKind.HOST, ["", "spam", "a b.example", "mailto:a@b.example", "x" * 260]),
        (BlockKind.HOST, ["blog.test", "https://www.blog.test/"]),
    ],
)
def test_nonsense_is_refused(site: Site, mia: Account, kind: BlockKind, values: list[str]) -> None:
    for value in values:
        with pytest.raises(Invalid) as refusal:
            blocking.add(site, kind, value, by=mia)
        assert refusal.value.code == f"block.{kind.value}"
    assert db.session.query(Block).count() == 0


def test_a_time_that_is_over_is_refused(site: Site, mia: Account) -> None:
    with pytest.raises(Invalid, match=r"block\.until"):
        blocking.add(site, BlockKind.HOST, "spam.example", by=mia, until=clock.now())


def test_all_networks_of_an_address_are_looked_up_at_once(
    app: Flask, site: Site, mia: Account
) -> None:
    assert blocking.networks("203.0.113.7")[-1] == "203.0.113.7/32"
    assert blocking.networks("203.0.113.7")[0] == "203.0.0.0/8"
    assert blocking.networks("2001:db8::1%eth0")[-1] == "2001:db8::/64"
    assert blocking.networks("unknown") == []
    blocking.add(site, BlockKind.NETWORK, "203.0.112.0/20", by=mia)
    with queries(app, at_most=1):
        found = blocking.found(
            site.id, account_id=None, email="", address="203.0.113.7", client="", hosts=()
        )
    assert found is not None
    assert found.value == "203.0.112.0/20"
