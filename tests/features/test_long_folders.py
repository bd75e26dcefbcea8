"""Folders of very many comments: a page costs as much as what it shows."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import insert

from commentbox.extensions import db, has_turns
from commentbox.lib import ids
from commentbox.models import Comment, Policy, Site
from commentbox.moderation import queue
from commentbox.moderation.filters import Filter, Group
from commentbox.moderation.ordering import Sort

Post = Callable[..., Comment]
Pile = Callable[..., list[dict[str, Any]]]
COLUMNS = {Group.TEXT: "cluster", Group.AUTHOR: "person", Group.HOST: "link_host"}


@pytest.fixture
def pile(post: Post, site: Site) -> Pile:
    """Return a function that lets many comments wait, each with what is made for its number."""
    site.policy = Policy.HOLD_ALL
    post("First")
    [[item]] = [queue.page(Filter((site.id,))).items]
    row = {each.key: getattr(item.comment, each.key) for each in Comment.__table__.columns}

    def pile(number: int, made: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for place in range(number):
            named = ids.new()
            when = row["created_at"] + timedelta(seconds=place)
            rows.append(row | {"id": named, "root_id": named, "cluster": named} | made(place))
            rows[-1]["created_at"] = when
        db.session.execute(insert(Comment), rows)
        db.session.expire_all()
        return [row, *rows]

    return pile


def chance(number: int) -> dict[str, Any]:
    """Return what lets groups of different sizes stand in each other's way."""
    picked = random.Random(number)
    return {
        "spam_score": picked.choice([None, 0.1, 0.5, 0.5, 0.9]),
        "open_reports": picked.choice([0, 0, 0, 1, 2]),
        "person": picked.choice(
            ["", "email:a@b.org", "email:c@b.org", f"email:{number % 9}@b.org"]
        ),
        "link_host": picked.choice(["", "shoes.example", f"{number % 5}.example"]),
    } | ({"cluster": f"{number % 7}".ljust(22, "c")} if number % 3 else {})


@pytest.mark.parametrize("group", COLUMNS)
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("is_repeated", [False, True])
def test_however_far_a_page_looks_at_first_it_shows_the_same(
    pile: Pile, site: Site, monkeypatch: pytest.MonkeyPatch, sort: Sort, group: Group,
    is_repeated: bool,
) -> None:  # fmt: skip
    rows = pile(60, chance)
    wanted = Filter((site.id,), is_repeated=is_repeated)
    for far, limit in ((1, 2), (4, 3), (30, 50), (5_000, 7)):
        monkeypatch.setattr(queue, "_AT_FIRST", far)
        assert through(wanted, limit=limit, sort=sort, group=group) == told(
            rows, sort, group, is_repeated=is_repeated
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sort", [Sort.SPAM, Sort.REPORTED])
def test_folding_in_the_order_of_a_number_costs_as_much_in_a_longer_folder(
    pile: Pile, site: Site, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    monkeypatch.setattr(queue, "_AT_FIRST", 100, raising=False)
    took = []
    for number in (500, 4_500):
        pile(number, lambda place: {"spam_score": place / 4_500})
        for after in (None, queue.page(Filter((site.id,)), sort=sort, limit=20).more):
            with steps() as counted:
                queue.page(Filter((site.id,)), sort=sort, group=Group.TEXT, after=after, limit=20)
        took.append(sum(counted))
    assert took[1] < 2 * took[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_counting_what_is_repeated_costs_as_much_in_a_longer_folder(
    pile: Pile, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 100, raising=False)
    took = []
    for number in (500, 4_500):
        pile(number, lambda _place: {})
        with steps() as counted:
            queue.counted({"all": Filter((site.id,), is_repeated=True)}, newest={"all"})
        took.append(sum(counted))
    assert took[1] < 2 * took[0]


def test_only_what_is_counted_among_the_newest_stops_there(
    pile: Pile, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile(12, lambda place: {"cluster": f"{place // 4}".ljust(22, "c")})
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 5)
    wanted = Filter((site.id,), is_repeated=True)
    assert queue.counted({"some": wanted, "all": wanted}, newest={"some"}) == {"some": 5, "all": 12}
    assert queue.counted({"some": Filter(())}, newest={"some"}) == {"some": 0}


def through(wanted: Filter, *, limit: int, **how: Any) -> list[str]:
    """Return what stands on all pages."""
    found, after = [], None
    while True:
        page = queue.page(wanted, after=after, limit=limit, **how)
        found += [item.comment.id for item in page.items]
        if not (after := page.more):
            return found


def told(rows: list[dict[str, Any]], sort: Sort, group: Group, *, is_repeated: bool) -> list[str]:
    """Return the same without a database."""
    clusters = [row["cluster"] for row in rows]
    column = {Sort.SPAM: "spam_score", Sort.REPORTED: "open_reports"}.get(sort)
    kept = [row for row in rows if not is_repeated or clusters.count(row["cluster"]) > 1]
    kept.sort(key=itemgetter("created_at", "id"), reverse=sort is not Sort.OLDEST)
    if column:
        ranked = sorted((row for row in kept if row[column]), key=itemgetter(column, "id"))
        kept = [*ranked[::-1], *(row for row in kept if not row[column])]
    seen: set[str] = set()
    found = []
    for row in kept:
        name = row[COLUMNS[group]]
        if not name or name not in seen:
            found.append(row["id"])
        seen.add(name)
    return found


@contextmanager
def steps() -> Iterator[list[int]]:
    """Yield how many hundreds of steps SQLite makes in the block."""
    assert has_turns()
    raw = db.session.connection().connection.dbapi_connection
    counted: list[int] = []
    raw.set_progress_handler(lambda: counted.append(1), 100)  # type: ignore[union-attr]
    yield counted
    raw.set_progress_handler(None, 0)  # type: ignore[union-attr]
