"""Blocks as moderators see them: what they would hit, what is offered, and who may change them."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select

from commentbox.accounts import people
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import (
    Account,
    Batch,
    Block,
    BlockKind,
    Comment,
    Identity,
    Role,
    Site,
)
from commentbox.moderation import blocking, previews

Write = Callable[..., Comment]
HOUR = timedelta(hours=1)
DOMAIN, NETWORK = BlockKind.DOMAIN, BlockKind.NETWORK
CLIENT = "0123456789abcdef" * 2


def test_a_preview_counts_what_a_block_would_have_hit(
    write: Write, site: Site, ada: tuple[Account, Identity]
) -> None:
    write("https://spam.example", email="a.n.n@gmail.com", client=CLIENT)
    write("Words", email="ann+x@gmail.com", website="https://spam.example/")
    write("Others", email="ben@example.org")
    write("Mine", by=ada)
    expected = {
        (BlockKind.EMAIL, "ann@googlemail.com"): 2,
        (BlockKind.EMAIL, "ada@mail.example"): 1,
        (BlockKind.DOMAIN, "gmail.com"): 2,
        (BlockKind.HOST, "spam.example"): 2,
        (BlockKind.HOST, "pam.example"): 0,
        (BlockKind.CLIENT, CLIENT): 1,
        (BlockKind.ACCOUNT, ada[0].id): 1,
        (BlockKind.NETWORK, "203.0.113.0/24"): 0,
    }
    found = {each: previews.hits(site.id, *each) for each in expected}
    assert found == expected
    with pytest.raises(Invalid):
        previews.hits(site.id, BlockKind.DOMAIN, "nonsense")


def test_a_preview_counts_no_further_than_it_says(
    write: Write, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(f"Number {number} at https://spam.example")
    monkeypatch.setattr(previews, "COUNTED", 2)
    wanted = ((BlockKind.DOMAIN, "example.org"), (BlockKind.HOST, "spam.example"))
    assert [previews.hits(site.id, *each) for each in wanted] == [2, 2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_block_would_hit_is_found_by_indexes_alone(site: Site) -> None:
    email, domain = (BlockKind.EMAIL, "ann@example.org"), (BlockKind.DOMAIN, "example.org")
    assert indexes(lambda: previews.hits(site.id, *email)) == {"person", "domain"}
    assert indexes(lambda: previews.hits(site.id, *domain)) == {"domain"}
    host = (BlockKind.HOST, "spam.example")
    assert indexes(lambda: previews.hits(site.id, *host)) == {"host"}
    for after in ("", ids.new()):
        page = partial(blocking.of_site, site.id, after=after, limit=3)
        assert "TEMP B-TREE" not in plan(page)


def indexes(look: Callable[[], object]) -> set[str]:
    """Return which indexes of comments are searched."""
    return set(re.findall(r"SEARCH \S+ USING (?:COVERING )?INDEX ix_comment_(\w+)", plan(look)))


def plan(look: Callable[[], object]) -> str:
    """Return how the database does the last query of this."""
    sent: list[tuple[str, Any]] = []
    engine = db.session.get_bind()

    def keep(_connection: object, _cursor: object, query: str, given: Any, *_rest: object) -> None:
        sent.append((query, given))

    event.listen(engine, "before_cursor_execute", keep)
    look()
    event.remove(engine, "before_cursor_execute", keep)
    query, given = sent[-1]
    return str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given).all())


def test_what_of_an_author_can_be_blocked_is_offered(
    write: Write, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    said = {"email": "Ann@Shop.example", "website": "https://b.example/"}
    guest = write("https://a.example", client=CLIENT, **said)
    offered = blocking.offered(guest)
    assert [(kind.value, value) for kind, value, _words in offered] == [
        ("email", "ann@shop.example"),
        ("domain", "shop.example"),
        ("client", CLIENT),
        ("host", "a.example"),
        ("host", "b.example"),
    ]
    assert offered[0][2] == "The address ann@shop.example"
    for kind, value, _words in offered:
        blocking.add(site, kind, value, by=mia)
    member = write("Mine", by=ada)
    assert blocking.offered(member)[0] == (BlockKind.ACCOUNT, ada[0].id, "The account of Ada")
    many = write("Many", email="ann@gmail.com")
    assert [kind for kind, *_rest in blocking.offered(many)] == [BlockKind.EMAIL]


def test_pages_of_blocks_follow_each_other(site: Site, mia: Account) -> None:
    added = [
        blocking.add(site, BlockKind.HOST, f"spam{number}.example", by=mia) for number in range(5)
    ]
    first = blocking.of_site(site.id, limit=3)
    rest = blocking.of_site(site.id, after=first[-1].id, limit=3)
    assert [block.id for block in (*first, *rest)] == [block.id for block in reversed(added)]


def test_strangers_block_nobody_and_learn_nothing(site: Site, mia: Account) -> None:
    block = blocking.add(site, BlockKind.HOST, "spam.example", by=mia)
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    stranger = people.invite("eve@example.org", site=other, role=Role.OWNER)
    with pytest.raises(NotFound, match=r"site\.unknown"):
        blocking.add(site, BlockKind.HOST, "a.example", by=stranger)
    with pytest.raises(NotFound, match=r"block\.unknown"):
        blocking.remove(block.id, by=stranger, roles=people.roles(stranger))
    with pytest.raises(NotFound, match=r"block\.unknown"):
        blocking.remove(ids.new(), by=mia, roles=people.roles(mia))
    assert db.session.query(Block).count() == 1


def test_the_log_tells_who_blocked_what(site: Site, mia: Account) -> None:
    block = blocking.add(site, BlockKind.HOST, "spam.example", by=mia, note="shop")
    blocking.remove(block.id, by=mia, roles=people.roles(mia))
    told = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert [(each.action, each.account_id, each.details["value"]) for each in told] == [
        ("block", mia.id, "spam.example"),
        ("unblock", mia.id, "spam.example"),
    ]
