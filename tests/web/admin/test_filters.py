"""Filters, groups and all that match, without script."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Cause, Comment, Decision, Report, Status
from commentbox.moderation import reasons
from tests.desk import Desk, teach
from tests.reader import queries

ROW = re.compile(r'name="comment" value="((?:group\.)?\w+\.\d+)"')
CHIP = re.compile(r'class="chip" href="([^"]+)".*?<bdi>([^<]*)</bdi>', re.S)


def test_comments_that_say_the_same_are_one_row_that_leads_to_all_of_them(desk: Desk) -> None:
    sold = desk.add_alike(3)
    desk.add_comment("A pelican")
    page = desk.get("/admin/queue").text
    assert len(ROW.findall(page)) == 2
    assert f"group.{sold[-1]}.0" in page
    assert "and 2 more like this</a>, by 3 authors" in page
    assert f'href="/admin/queue?status=pending&amp;cluster={sold[0]}"' in page
    unfolded = desk.get(f"/admin/queue?status=pending&cluster={sold[0]}").text
    assert sorted(ROW.findall(unfolded)) == sorted(f"{each}.0" for each in sold)


@pytest.mark.parametrize(
    ("group", "words"),
    [("author", "and 1 more by this author"), ("host", "and 1 more with a link to shoes.example")],
)
def test_rows_are_folded_by_what_the_address_says(desk: Desk, group: str, words: str) -> None:
    for each in (desk.add_comment("One"), desk.add_comment("Two")):
        desk.change(each, link_host="shoes.example", link_hosts=" shoes.example ")
    assert words in desk.get(f"/admin/queue?group={group}").text
    assert len(ROW.findall(desk.get("/admin/queue?group=none").text)) == 2


def test_what_is_set_is_said_and_can_be_removed_one_by_one(desk: Desk) -> None:
    comment = desk.add_comment("A pelican")
    with desk.app.app_context():
        thread = db.session.scalars(select(Comment.thread_id)).one()
    set_ = (
        f"status=pending&q=pelican&thread={thread}&author={comment}&domain=example.org"
        f"&reason=policy&since=2020-01-02&until=2999-01-01&sort=oldest&group=host"
    )
    page = desk.get(f"/admin/queue?{set_}").text
    assert [words for _, words in CHIP.findall(page)] == [
        "“pelican”",
        "By Ann",
        "On An article",
        "Addresses at example.org",
        "Every comment waits on the site",
        "From January 2, 2020",
        "Until January 1, 2999",
        "Oldest first",
        "Folded by: The same link",
    ]
    assert f"{comment}.0" in page
    without = CHIP.findall(page)[1][0].replace("&amp;", "&").partition("?")[2]
    assert sorted(without.split("&")) == sorted(set_.replace(f"&author={comment}", "").split("&"))


def test_comments_are_found_by_whatever_held_them(desk: Desk) -> None:
    comment = desk.add_comment("A pelican")
    for code in reasons.NAMES:
        desk.change(comment, signal_codes=f" {code} ")
        page = desk.get(f"/admin/queue?reason={code}").text
        assert "A pelican</p>" in page
        assert [words for _, words in CHIP.findall(page)] == [reasons.NAMES[code]]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("reason=policy", True),
        ("reason=links", False),
        ("domain=EXAMPLE.org", True),
        ("domain=@example.org", True),
        ("domain=ann@Example.org", True),
        ("domain=example.com", False),
        ("host=x.example", False),
        ("since=2999-01-01", False),
        ("until=2020-01-01", False),
        ("repeated=1", False),
        ("reported=1", False),
        ("sort=reported", True),
        ("sort=id;--", True),
        ("group=made-up", True),
    ],
)
def test_e10_every_part_of_the_address_filters_or_means_nothing(
    desk: Desk, query: str, *, is_found: bool
) -> None:
    desk.add_comment("A pelican")
    assert ("A pelican</p>" in desk.get(f"/admin/queue?{query}").text) is is_found


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=yesterday", 422),
        ("until=9999-12-31", 422),
        ("since=0001-01-01", 422),
        ("reason=made-up", 422),
        ("author=x", 422),
        ("thread='", 422),
        ("cluster=%00", 422),
        (f"author={'0' * 22}", 404),
        (f"thread={'0' * 22}", 404),
        (f"after=r7ff0000000000000-{'0' * 22}&sort=spam", 422),
        (f"after=r3ff0000000000000-{'0' * 22}", 422),
        ("q=%00&host=%00&domain=%00", 200),
        ("q=%25&host=%25_&domain=%27", 200),
    ],
)
def test_e11_an_address_that_cannot_be_meant_is_refused(
    desk: Desk, query: str, status: int
) -> None:
    assert desk.get(f"/admin/queue?{query}").status_code == status


def test_no_address_of_the_desk_names_somebody_by_theirs(desk: Desk) -> None:
    desk.add_comment()
    page = desk.get("/admin/queue").text
    assert not [each for each in re.findall(r'(?:href|action)="([^"]*)"', page) if "ann" in each]


def test_names_in_a_row_lead_to_all_that_is_like_it(desk: Desk) -> None:
    comment = desk.add_comment("See https://shoes.example/now")
    page = desk.get("/admin/queue").text
    for query in (
        f"status=pending&amp;author={comment}",
        "status=pending&amp;domain=example.org",
        "status=pending&amp;host=shoes.example",
    ):
        assert f'href="/admin/queue?{query}"' in page
        assert "shoes.example/now" in desk.get(f"/admin/queue?{query}".replace("&amp;", "&")).text


def test_numbers_of_what_is_repeated_and_reported_stand_beside_the_folders(desk: Desk) -> None:
    desk.add_alike(3)
    desk.change(desk.add_comment("A pelican"), open_reports=2)
    page = desk.get("/admin/queue").text
    quick = re.findall(r'<li><a href="([^"]+)">(\w+) <span class="count">(\d+)<', page)
    assert quick == [
        ("/admin/queue?status=pending&amp;repeated=1", "Repeated", "3"),
        ("/admin/queue?status=pending&amp;reported=1", "Reported", "1"),
    ]
    assert "Reported by 2 readers" in page


def test_reports_and_the_history_say_what_was_said_and_by_what(desk: Desk) -> None:
    comment_id = desk.add_comment("A pelican")
    with desk.written():
        comment = db.session.get_one(Comment, comment_id)
        place = {"site_id": comment.site_id, "comment_id": comment_id}
        note, reporter = "Is <b>this</b> true?", "account:x"
        db.session.add(Report(**place, reporter=reporter, cause=Cause.OFF_TOPIC, note=note))
        moved = {"before": Status.PUBLISHED, "after": Status.PENDING}
        late = clock.now() + timedelta(seconds=1)
        made = {"batch": ids.new(), "note": "Three of them", "created_at": late}
        db.session.add(Decision(**place, **moved, **made, action="reported"))
    page = desk.get(f"/admin/comments/{comment_id}").text
    for words in (
        "Off topic",
        "Is &lt;b&gt;this&lt;/b&gt; true?",
        "not ruled on yet",
        "Held",
        "Reports of readers",
        "Three of them",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("score", "words"),
    [(0.994, "Looks like spam to the filter: 99 %"), (0.5, "May be spam, says the filter: 50 %")],
)
def test_what_a_filter_said_that_may_not_hold_stands_in_the_row(
    desk: Desk, score: float, words: str
) -> None:
    teach(desk, spam=40, fine=60, holds=False)
    desk.change(desk.add_comment("A pelican"), spam_score=score)
    assert words in desk.get("/admin/queue").text


@pytest.mark.parametrize("score", [0.994, 0.59, 0.01])
def test_a_filter_that_has_hardly_learned_says_nothing_in_the_row(desk: Desk, score: float) -> None:
    teach(desk, spam=1, fine=0)
    desk.change(desk.add_comment("A pelican"), spam_score=score)
    page = desk.get("/admin/queue").text
    assert ("to the filter:" in page, "says the filter:" in page) == (False, False)


def test_what_it_said_before_it_could_decide_stays_unsaid(desk: Desk) -> None:
    teach(desk, spam=40, fine=60)
    early, fine = desk.add_comment("A pelican"), desk.add_comment("A swan")
    desk.change(early, spam_score=0.59)
    desk.change(fine, spam_score=0.01)
    page = desk.get("/admin/queue").text
    assert "says the filter: 59" not in page
    assert "Looks fine to the filter: 1 %" in page


def test_which_filters_decide_is_asked_once_however_many_rows(desk: Desk) -> None:
    teach(desk, spam=40, fine=60, holds=False)
    first = desk.add_comment("A pelican")
    desk.change(first, spam_score=0.5)
    desk.get("/admin/queue?group=none")
    with queries(desk.app, at_most=99) as alone:
        desk.get("/admin/queue?group=none")
    desk.change(*(desk.add_comment(f"Swan {number}") for number in range(5)), spam_score=0.5)
    with queries(desk.app, at_most=len(alone)):
        page = desk.get("/admin/queue?group=none").text
    assert page.count("May be spam, says the filter: 50 %") == 6


def test_the_page_of_a_comment_says_how_much_the_filter_has_learned(desk: Desk) -> None:
    teach(desk, spam=1, fine=0, text="pelican")
    page = desk.get(f"/admin/comments/{desk.add_comment('A pelican')}").text
    assert "It has learned from 1 comment (1 spam, 0 fine) and decides from 100 on" in page


@pytest.mark.parametrize(
    "typed", ["shoes.example", "Shoes.Example", "www.shoes.example", "https://shoes.example/now"]
)
def test_a_link_can_be_pasted_to_find_all_that_lead_to_its_host(desk: Desk, typed: str) -> None:
    comment = desk.add_comment("See https://shoes.example/now")
    desk.add_comment("See https://hats.example/now")
    page = desk.get(f"/admin/queue?host={typed}").text
    assert ROW.findall(page) == [f"{comment}.0"]
    assert [words for _, words in CHIP.findall(page)] == ["Links to shoes.example"]
