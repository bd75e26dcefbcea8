"""Orders, filters and groups of the queue."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.lib.cursor import Cursor, Rank
from commentbox.models import Comment, Policy, Site, Status
from commentbox.moderation import filters, grouping, queue
from commentbox.moderation.filters import Filter, Group, conditions
from commentbox.moderation.ordering import Sort

Post = Callable[..., Comment]
Put = Callable[..., Comment]


@pytest.fixture
def put(post: Post, site: Site) -> Put:
    """Return a function that lets a comment wait, with whatever columns it is given."""
    site.policy = Policy.HOLD_ALL

    def put(source: str, **columns: object) -> Comment:
        comment = post(source)
        comment.cluster = comment.id
        for name, value in columns.items():
            setattr(comment, name, value)
        db.session.flush()
        return comment

    return put


def through(wanted: Filter, *, limit: int, **how: object) -> list[str]:
    """Return what stands on all pages."""
    found, after = [], None
    while True:
        page = queue.page(wanted, after=after, limit=limit, **how)  # type: ignore[arg-type]
        found += [item.comment.source for item in page.items]
        if not (after := page.more):
            return found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NEWEST, "FEDCBA"),
        (Sort.OLDEST, "ABCDEF"),
        # Those that nobody has judged or reported come last, the newest first.
        (Sort.SPAM, "ECBFDA"),
        (Sort.REPORTED, "DBFECA"),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 4, 6])
def test_every_order_goes_on_from_page_to_page_without_a_gap(
    put: Put, site: Site, sort: Sort, order: str, limit: int
) -> None:
    scores = {"B": 0.1, "C": 0.1, "E": 0.97}
    reports = {"B": 1, "D": 3}
    for name in "ABCDEF":
        put(name, spam_score=scores.get(name), open_reports=reports.get(name, 0))
    assert "".join(through(Filter((site.id,)), limit=limit, sort=sort)) == order


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_e11_a_place_of_another_order_is_refused(site: Site, sort: Sort) -> None:
    with pytest.raises(Invalid, match=r"cursor\.invalid"):
        queue.page(Filter((site.id,)), sort=sort, after=Rank(0.5, ids.new()))


@pytest.mark.parametrize(
    ("kept", "columns"),
    [
        ({"reason": "links"}, {"signal_codes": " first links "}),
        ({"person": "email:a@b.org"}, {"person": "email:a@b.org"}),
        ({"domain": "b.org"}, {"author_domain": "b.org"}),
        ({"host": "shoes.example"}, {"link_hosts": " a.example shoes.example "}),
        ({"is_reported": True}, {"open_reports": 2}),
    ],
)
def test_a_filter_lets_through_what_it_names(
    put: Put, site: Site, kept: dict[str, str], columns: dict[str, object]
) -> None:
    put("Meant", **columns)
    put(
        "Not meant",
        signal_codes=" linksy ",
        person="email:ba@b.org",
        author_domain="bb.org",
        link_hosts=" more.shoes.example ",
    )
    assert through(Filter((site.id,), **kept), limit=9) == ["Meant"]  # type: ignore[arg-type]


def test_days_are_included_from_the_first_to_the_last(put: Put, site: Site) -> None:
    comment, day = put("Then"), date(2026, 3, 14)
    for hours, is_there in ((-1, False), (0, True), (47, True), (48, False)):
        midnight = clock.now().replace(year=2026, month=3, day=14, hour=0, minute=0, second=0)
        comment.created_at = midnight.replace(microsecond=0) + timedelta(hours=hours)
        db.session.flush()
        wanted = Filter((site.id,), since=day, until=date(2026, 3, 15))
        assert through(wanted, limit=9) == (["Then"] if is_there else [])


def test_what_others_say_nearly_alike_in_the_same_folder_is_repeated(put: Put, site: Site) -> None:
    spam, other = put("Spam"), put("Another")
    put("Spam!", cluster=spam.id)
    put("Alike, but gone", cluster=other.id, status=Status.SPAM)
    assert through(Filter((site.id,), is_repeated=True), limit=9) == ["Spam!", "Spam"]


def test_what_came_or_changed_after_somebody_looked_is_left_out(put: Put, site: Site) -> None:
    put("Old")
    put("Moved before", moved_at=clock.now())
    edited, moved = put("Old, but edited"), put("Old, but moved here")
    looked = clock.now() + filters.IN_FLIGHT
    edited.edited_at = moved.moved_at = looked + timedelta(seconds=1)
    put("New", created_at=looked + timedelta(microseconds=1))
    wanted = Filter((site.id,), seen_at=looked)
    assert through(wanted, limit=9) == ["Moved before", "Old"]
    group = replace(wanted, grouped=Group.TEXT, groups=(moved.cluster,))
    assert through(group, limit=9) == []


def test_what_was_written_just_before_counts_as_seen_only_where_it_was_shown(
    put: Put, site: Site
) -> None:
    """Nobody sees a comment before its transaction has ended, and its moment is older than that."""
    looked, just = clock.now(), clock.now() - filters.IN_FLIGHT / 2
    long_ago = looked - filters.IN_FLIGHT
    shown = [put("Came", created_at=just), put("Edited", created_at=long_ago, edited_at=just)]
    put("Never shown", created_at=just)
    put("Old", created_at=long_ago)
    put("Moved", created_at=long_ago, moved_at=just)
    wanted = Filter((site.id,), seen_at=looked)
    assert set(through(wanted, limit=9)) == {"Old", "Moved"}
    wanted = replace(wanted, shown=tuple(each.id for each in shown))
    assert set(through(wanted, limit=9)) == {"Old", "Moved", "Came", "Edited"}


@pytest.mark.parametrize(
    ("group", "folded"),
    [
        (Group.TEXT, {"D": (1, 2), "B": (0, 1), "A": (0, 1)}),
        (Group.AUTHOR, {"D": (1, 1), "C": (0, 1), "A": (0, 1)}),
        (Group.HOST, {"D": (0, 1), "C": (1, 2), "B": (0, 1)}),
        (Group.NONE, {"D": (0, 1), "C": (0, 1), "B": (0, 1), "A": (0, 1)}),
    ],
)
@pytest.mark.parametrize("limit", [1, 9])
def test_a_group_stands_as_one_row_that_tells_how_many_it_is(
    put: Put, site: Site, group: Group, folded: dict[str, tuple[int, int]], limit: int
) -> None:
    put("A", person="", link_host="shoes.example")
    put("B", person="email:ben@b.org", link_host="")
    third = put("C", person="email:cy@b.org", link_host="shoes.example")
    put("D", person="email:ben@b.org", link_host="", cluster=third.id)
    page = queue.page(Filter((site.id,)), group=group)
    sizes = {item.comment.source: page.groups.get(item.comment.id) for item in page.items}
    assert {
        name: (size.more, size.people) if size else (0, 1) for name, size in sizes.items()
    } == folded
    assert through(Filter((site.id,)), limit=limit, group=group) == list(folded)


def test_a_group_stands_where_the_first_of_it_in_the_order_does(put: Put, site: Site) -> None:
    first = put("A", spam_score=0.9)
    put("B", spam_score=0.5)
    put("C", cluster=first.id, spam_score=0.2)
    put("D", cluster=first.id)
    orders = {
        sort: through(Filter((site.id,)), limit=1, sort=sort, group=Group.TEXT) for sort in Sort
    }
    assert orders == {
        Sort.NEWEST: ["D", "B"],
        Sort.OLDEST: ["A", "B"],
        Sort.SPAM: ["A", "B"],
        Sort.REPORTED: ["D", "B"],
    }


@pytest.mark.parametrize("group", [Group.TEXT, Group.AUTHOR])
def test_what_is_repeated_is_folded_like_everything_else(
    put: Put, site: Site, group: Group
) -> None:
    first = put("A", person="email:ben@b.org")
    put("B", person="email:ben@b.org", cluster=first.id)
    put("C", person="email:ben@b.org")
    page = queue.page(Filter((site.id,), is_repeated=True), group=group)
    assert [item.comment.source for item in page.items] == ["B"]
    assert list(page.groups.values()) == [grouping.Size(more=1, people=1)]


def test_only_what_the_filter_lets_through_counts_in_a_group(put: Put, site: Site) -> None:
    first = put("A pelican")
    put("A pelican too", cluster=first.id)
    put("Elsewhere", cluster=first.id, status=Status.SPAM)
    put("A heron", cluster=first.id)
    page = queue.page(Filter((site.id,), words="pelican"), group=Group.TEXT)
    assert [item.comment.source for item in page.items] == ["A pelican too"]
    assert page.groups == {page.items[0].comment.id: grouping.Size(more=1, people=1)}


def test_a_selected_row_takes_its_group_and_one_that_stands_alone_itself(
    put: Put, site: Site
) -> None:
    first = put("A", person="email:ben@b.org")
    put("B", person="email:ben@b.org")
    alone, other = put("C", person=""), put("D", person="")
    single = put("E", person="email:eve@b.org")
    put("F", person="email:eve@b.org")
    wanted = grouping.selected(
        Filter((site.id,)),
        Group.AUTHOR,
        seen={each.id: 0 for each in (single, first, alone)},
        firsts=[first.id, alone.id],
    )
    assert through(wanted, limit=9) == ["E", "C", "B", "A"]
    assert other.source not in through(wanted, limit=9)


def test_g9_a_selection_with_a_foreign_or_an_edited_comment_is_refused_whole(
    put: Put, site: Site
) -> None:
    mine, other = put("A"), Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    foreign = put("B", site_id=other.id)
    for seen, refusal in (
        ({mine.id: 0, foreign.id: 0}, NotFound),
        ({mine.id: 0, ids.new(): 0}, NotFound),
        ({mine.id: 1}, Conflict),
        ({mine.id: 1, put("C").id: 0}, Conflict),  # nobody knows any more what it stood for
    ):
        with pytest.raises(refusal):
            grouping.selected(Filter((site.id,)), Group.TEXT, seen=seen, firsts=[mine.id])


def test_a_selection_of_nothing_that_is_there_takes_nothing(put: Put, site: Site) -> None:
    put("A")
    taken = Filter((site.id,), grouped=Group.TEXT, groups=("x",))
    for wanted in (taken, Filter((site.id,), chosen=("x",))):
        assert through(wanted, limit=9) == []


def test_a_filter_survives_a_job(site: Site) -> None:
    wanted = Filter(
        (site.id,),
        Status.SPAM,
        words="a",
        since=date(2026, 3, 1),
        grouped=Group.HOST,
        groups=("x",),
        seen_at=clock.now(),
    )
    assert Filter.from_json(wanted.as_json()) == wanted
    assert len(conditions(wanted)) == 6


def test_e11_a_page_has_a_bound_however_much_is_asked_for(put: Put, site: Site) -> None:
    first = put("A")
    for number in range(3):
        put(f"{number}", cluster=first.id)
    page = queue.page(Filter((site.id,)), limit=2)
    assert len(page.items) == 2
    assert isinstance(page.more, Cursor)
