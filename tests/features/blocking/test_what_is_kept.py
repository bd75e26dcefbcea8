"""What the log and the list keep of those who were blocked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.jobs import retention
from commentbox.lib import clock
from commentbox.models import Account, Batch, Block, BlockKind, Site
from commentbox.moderation import blocking


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (BlockKind.EMAIL, "Bo.Jones@Example.org", "b…@example.org"),
        (BlockKind.NETWORK, "203.0.113.9", ""),
        (BlockKind.CLIENT, "0123456789abcdef" * 2, ""),
        (BlockKind.DOMAIN, "example.org", "example.org"),
        (BlockKind.HOST, "spam.example", "spam.example"),
    ],
)
def test_the_log_keeps_nobody_s_address(
    site: Site, mia: Account, kind: BlockKind, value: str, told: str
) -> None:
    block = blocking.add(site, kind, value, by=mia)
    blocking.remove(block.id, by=mia, roles=people.roles(mia))
    for entry in db.session.scalars(select(Batch)).all():
        assert (entry.details["kind"], entry.details["value"]) == (kind.value, told)
        assert "jones" not in str(entry.details)


def test_a_block_is_forgotten_a_month_after_its_end(site: Site, mia: Account) -> None:
    blocking.add(site, BlockKind.EMAIL, "bo@example.org", by=mia)
    until = clock.now() + timedelta(days=7)
    blocking.add(site, BlockKind.EMAIL, "ann@example.org", by=mia, until=until)
    for days, left in ((36, 2), (38, 1)):
        with clock.turned_by(timedelta(days=days)):
            retention.clean_up()
        assert db.session.query(Block).count() == left
    assert db.session.scalars(select(Block.value)).all() == ["bo@example.org"]
