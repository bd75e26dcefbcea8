"""The queue and its decisions, without script."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Decision, Role, Status
from tests.desk import Desk

MORE = re.compile(r'class="more" href="([^"]+)"')
ROW = re.compile(r'name="comment" value="([^"]+)"')
UNDO = re.compile(r'action="(/admin/decisions/\w+/undo)"')


def test_the_desk_opens_with_what_waits(desk: Desk) -> None:
    assert desk.get("/admin/").location == "/admin/queue?status=pending"
    desk.add_comment("Is this on?", name="Ann")
    page = desk.get("/admin/queue").text
    for words in ("Is this on?", "Ann", "ann@example.org", "An article", "Every comment waits"):
        assert words in page
    assert "<title>(1) Pending" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [("pending", "Nothing waits"), ("spam", "No spam"), ("trashed", "is empty"), ("x", "Nothing")],
)
def test_an_empty_folder_says_so(desk: Desk, status: str, words: str) -> None:
    assert words in desk.get(f"/admin/queue?status={status}").text


def test_whoever_empties_the_last_page_is_led_to_what_is_left(desk: Desk) -> None:
    for number in range(51):
        desk.add_comment(f"Number {number}", name=f"Ann {number}")
    more = MORE.search(desk.get("/admin/queue?group=none").text)
    assert more
    last = unescape(more[1])
    [row] = ROW.findall(desk.get(last).text)
    page = desk.get(desk.post("/admin/decisions", only=f"trash {row}", back=last).location).text
    assert "1 comment moved to the trash." in page
    assert "Nothing waits" not in page
    assert "There are no more." in page
    assert '<a href="/admin/queue?status=pending&amp;group=none">Go to the first page</a>' in page
    emptied = desk.get(last.replace("pending", "spam")).text
    assert "No spam here." in emptied
    assert "first page" not in emptied


def test_one_button_decides_about_one_comment_and_can_be_undone(desk: Desk) -> None:
    one, two = desk.add_comment("One"), desk.add_comment("Two")
    answer = desk.post("/admin/decisions", only=f"approve {one}.0", comment=f"{two}.0")
    assert (desk.status(one), desk.status(two)) == (Status.PUBLISHED, Status.PENDING)
    page = desk.get(answer.location).text
    assert "1 comment approved." in page
    undo = UNDO.search(page)
    assert undo
    again = desk.get(desk.post(undo[1]).location).text
    assert "Undone: 1 comment is back where it was." in again
    assert desk.status(one) is Status.PENDING


def test_an_undo_says_what_it_left_as_others_decided_meanwhile(desk: Desk) -> None:
    one, two = desk.add_comment("One"), desk.add_comment("Two")
    chosen = [f"{one}.0", f"{two}.0"]
    answer = desk.post("/admin/decisions", decision="approve", comment=chosen)
    undo = UNDO.search(desk.get(answer.location).text)
    assert undo
    desk.post("/admin/decisions", only=f"spam {two}.0")
    page = desk.get(desk.post(undo[1]).location).text
    assert "Undone: 1 comment is back where it was." in page
    assert "1 comment is left as it is: somebody has changed it since." in page
    assert (desk.status(one), desk.status(two)) == (Status.PENDING, Status.SPAM)


def test_an_undo_that_comes_too_late_says_so_and_changes_nothing(desk: Desk) -> None:
    comment = desk.add_comment("One")
    answer = desk.post("/admin/decisions", only=f"approve {comment}.0")
    undo = UNDO.search(desk.get(answer.location).text)
    assert undo
    desk.post("/admin/decisions", only=f"spam {comment}.0")
    page = desk.get(desk.post(undo[1]).location).text
    assert "Nothing was undone: it was decided anew since." in page
    assert desk.status(comment) is Status.SPAM


def test_a_selection_is_decided_about_at_once(desk: Desk) -> None:
    comments = [desk.add_comment(f"Number {number}") for number in range(3)]
    chosen = [f"{each}.0" for each in comments]
    back = "/admin/queue?status=pending"
    answer = desk.post("/admin/decisions", back=back, decision="spam", comment=chosen)
    assert answer.location.startswith("/admin/queue?status=pending&done=")
    assert "3 comments marked as spam." in desk.get(answer.location).text
    assert {desk.status(each) for each in comments} == {Status.SPAM}
    assert len({each.batch for each in decisions(desk)}) == 1


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("approve", Status.PUBLISHED),
        ("spam", Status.SPAM),
        ("trash", Status.TRASHED),
        ("delete", Status.DELETED),
    ],
)
def test_every_button_does_what_it_says(desk: Desk, action: str, status: Status) -> None:
    comment = desk.add_comment()
    desk.post("/admin/decisions", only=f"{action} {comment}.0", confirm="1")
    assert desk.status(comment) is status


def test_a_comment_can_be_restored(desk: Desk) -> None:
    comment = desk.add_comment()
    desk.post("/admin/decisions", only=f"trash {comment}.0")
    assert "Restore" in desk.get("/admin/queue?status=trashed").text
    desk.post("/admin/decisions", only=f"restore {comment}.0")
    assert desk.status(comment) is Status.PENDING


def test_what_was_edited_meanwhile_is_not_approved_but_explained(desk: Desk) -> None:
    comment = desk.add_comment("Harmless")
    desk.post(f"/admin/comments/{comment}", revision="0", comment="Buy now")
    answer = desk.post("/admin/decisions", only=f"approve {comment}.0")
    assert "This comment has been edited since you saw it." in desk.get(answer.location).text
    assert desk.status(comment) is Status.PENDING


@pytest.mark.parametrize("page", ["/admin/queue?status=pending", "/admin/comments/{}"])
def test_what_somebody_else_decided_meanwhile_is_left_and_explained(desk: Desk, page: str) -> None:
    comment = desk.add_comment()
    [seen] = set(re.findall(r'name="seen" value="([^"]+)"', desk.get(page.format(comment)).text))
    desk.post("/admin/decisions", only=f"trash {comment}.0")
    answer = desk.post("/admin/decisions", only=f"spam {comment}.0", seen=seen)
    told = desk.get(answer.location).text
    assert "Somebody has decided about a comment since you saw it." in told
    assert desk.status(comment) is Status.TRASHED


def test_nothing_selected_is_explained(desk: Desk) -> None:
    answer = desk.post("/admin/decisions", decision="spam")
    assert "Select at least one comment first." in desk.get(answer.location).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"decision": "explode", "comment": "x.0"}, 422),
        ({"decision": "spam", "comment": "x"}, 404),
        ({"decision": "spam", "comment": "x.-1"}, 404),
        ({"decision": "spam", "comment": f"{'0' * 22}.0"}, 404),
        ({"only": "spam"}, 303),
    ],
)
def test_made_up_decisions_are_refused(desk: Desk, form: dict[str, str], status: int) -> None:
    assert desk.post("/admin/decisions", **form).status_code == status


def test_the_filter_finds_words_and_sites(desk: Desk) -> None:
    desk.add_site("other")
    desk.add_comment("A pelican")
    desk.add_comment("A heron", site="other")
    assert "heron" not in desk.get("/admin/queue?q=pelican").text
    assert "pelican" not in desk.get("/admin/queue?site=other").text
    assert desk.get("/admin/queue?site=nowhere").status_code == 404


def test_pages_follow_each_other(desk: Desk) -> None:
    for number in range(51):
        desk.add_comment(f"Number {number:02}")
    first = desk.get("/admin/queue").text
    more = MORE.search(first)
    assert more
    assert "Number 00" not in first
    assert "Number 00" in desk.get(unescape(more[1])).text
    assert desk.get("/admin/queue?after=x").status_code == 422


def test_a_search_that_finds_nothing_says_where_something_is(desk: Desk) -> None:
    for number in range(3):
        found = desk.add_comment(f"A pelican, number {number}")
        if number:
            desk.post("/admin/decisions", only=f"approve {found}.0")
    page = desk.get("/admin/queue?status=spam&q=pelican").text
    said = page[page.index('class="empty"') :]
    assert re.findall(r'href="([^"]+)">([^<]*)<', said.partition("</div>")[0]) == [
        ("/admin/queue?status=pending&amp;q=pelican", "Pending: 1"),
        ("/admin/queue?status=published&amp;q=pelican", "Published: 2"),
    ]
    nowhere = desk.get("/admin/queue?status=spam&q=unicorn").text
    assert "No comment here matches these words." in nowhere
    assert "q=unicorn" not in nowhere.partition('class="empty"')[2]


def test_a_published_comment_has_a_link_to_its_place(desk: Desk) -> None:
    comment = desk.add_comment()
    assert f'href="/c/{comment}"' not in desk.get("/admin/queue").text
    desk.post("/admin/decisions", only=f"approve {comment}.0")
    for path in ("/admin/queue?status=published", f"/admin/comments/{comment}"):
        assert f'<a href="/c/{comment}" target="_blank"' in desk.get(path).text


def test_counts_are_told_to_the_page(desk: Desk) -> None:
    desk.add_comment()
    counts = desk.client.get("/admin/counts", base_url="https://comments.test").get_json()
    assert counts == {"pending": 1, "published": 0, "spam": 0, "trashed": 0}


@pytest.mark.parametrize(
    ("action", "folder", "are_shown"),
    [("approve", "published", False), ("trash", "trashed", False), ("spam", "spam", True)],
)
def test_reasons_for_holding_are_shown_only_while_they_matter(
    desk: Desk, action: str, folder: str, *, are_shown: bool
) -> None:
    comment = desk.add_comment()
    desk.post("/admin/decisions", only=f"{action} {comment}.0")
    page = desk.get(f"/admin/queue?status={folder}").text
    assert ("Every comment waits on this site" in page) is are_shown


def test_a_moderator_sees_no_button_for_deleting_and_cannot_delete(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    comment = desk.add_comment()
    ben = browser_of("ben@example.org", site="blog", role=Role.MODERATOR)
    ben.post("/admin/decisions", only=f"trash {comment}.0")
    assert "Delete for good" not in ben.get("/admin/queue?status=trashed").text
    assert "Delete for good" in desk.get("/admin/queue?status=trashed").text
    assert ben.post("/admin/decisions", only=f"delete {comment}.0").status_code == 403
    assert desk.status(comment) is Status.TRASHED


def decisions(desk: Desk) -> list[Decision]:
    with desk.app.app_context():
        return list(db.session.scalars(select(Decision)))
