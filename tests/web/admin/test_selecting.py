"""Deciding about several comments at once, without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Batch, Comment, Decision, Role, Status
from commentbox.moderation import filters
from tests.desk import Desk

SEEN = re.compile(r'name="seen" value="([^"]+)"')
ACTION = re.compile(r'id="queue" method="post" action="([^"]+)"')
ROW = re.compile(r'name="comment" value="((?:group\.)?\w+\.\d+)"')


def decide(desk: Desk, page: str, action: str, *rows: str) -> str:
    """Send the form of a page of the queue, and return what is said then."""
    shown = desk.get(page).text
    target, seen = ACTION.search(shown), SEEN.search(shown)
    assert target
    assert seen
    sent: dict[str, Any] = {
        "decision": action,
        "comment": list(rows),
        "seen": seen[1],
        "back": page,
    }
    answer = desk.post(target[1].replace("&amp;", "&"), **sent)
    said = re.search(r"data-notice.*?<p[^>]*>([^<]*)<", desk.get(answer.location).text, re.S)
    return said[1] if said else f"{answer.status_code}"


def test_deciding_about_a_folded_row_takes_all_of_it_and_is_undone_as_one(desk: Desk) -> None:
    sold, other = desk.add_alike(3), desk.add_comment("A pelican")
    said = decide(desk, "/admin/queue", "spam", f"group.{sold[-1]}.0")
    assert said == "3 comments marked as spam."
    assert {desk.status(each) for each in sold} == {Status.SPAM}
    assert desk.status(other) is Status.PENDING
    with desk.app.app_context():
        [batch] = set(db.session.scalars(select(Decision.batch)))
    desk.post(f"/admin/decisions/{batch}/undo")
    assert {desk.status(each) for each in sold} == {Status.PENDING}


def test_the_button_of_a_folded_row_takes_all_of_it_too(desk: Desk) -> None:
    sold = desk.add_alike(2)
    desk.post("/admin/decisions", only=f"trash group.{sold[-1]}.0")
    assert {desk.status(each) for each in sold} == {Status.TRASHED}


def test_a_hundred_comments_with_twelve_texts_are_gone_in_one_form(desk: Desk) -> None:
    first = desk.add_comment("Text")
    with desk.written():
        model = db.session.get_one(Comment, first)
        columns = {each.key: getattr(model, each.key) for each in Comment.__table__.columns}
        heads = [ids.new() for _ in range(12)]
        for at in range(100):
            one = ids.new()
            mine = {"id": one, "root_id": one, "cluster": heads[at % 12], "fingerprint": one}
            db.session.add(Comment(**columns | mine | {"person": f"email:{at}@x.example"}))
        for _ in range(60):
            one = ids.new()
            db.session.add(Comment(**columns | {"id": one, "root_id": one, "cluster": one}))
    page = "/admin/queue?repeated=1"
    rows = ROW.findall(desk.get(page).text)
    assert len(rows) == 12
    assert decide(desk, page, "spam", *rows) == "100 comments marked as spam."
    counts = desk.client.get("/admin/counts", base_url="https://comments.test").get_json()
    assert counts == {"pending": 61, "published": 0, "spam": 100, "trashed": 0}


def test_all_that_match_are_decided_about_but_nothing_that_came_later(desk: Desk) -> None:
    found = [desk.add_comment(f"A pelican, number {at}") for at in range(51)]
    other = desk.add_comment("A heron")
    page = "/admin/queue?q=pelican"
    shown = desk.get(page).text
    assert "All 51 that match" in shown
    on_its_way = desk.add_comment("A pelican that nobody could see yet", ago=filters.IN_FLIGHT / 2)
    late = desk.add_comment("A late pelican", ago=-filters.IN_FLIGHT)
    target, seen = ACTION.search(shown), SEEN.search(shown)
    assert target
    assert seen
    address = target[1].replace("&amp;", "&")
    desk.post(address, decision="approve", all="1", seen=seen[1], back=page)
    assert {desk.status(each) for each in found} == {Status.PUBLISHED}
    assert {desk.status(each) for each in (other, on_its_way, late)} == {Status.PENDING}


def test_all_that_match_is_offered_only_where_one_page_does_not_show_it(desk: Desk) -> None:
    desk.add_comment("One")
    assert 'name="all"' not in desk.get("/admin/queue").text
    desk.add_alike(2)
    assert 'name="all"' in desk.get("/admin/queue").text


def test_many_are_decided_about_in_the_background_and_the_page_says_how_far_it_is(
    desk: Desk,
) -> None:
    comment = desk.add_comment()
    with desk.written():
        account = db.session.scalars(select(Comment)).one()
        batch = Batch(site_id=account.site_id, action="spam", total=20_000, done=12_000)
        db.session.add(batch)
        db.session.flush()
        batch_id = batch.id
    page = desk.get(f"/admin/queue?status=pending&done={batch_id}").text
    assert "Marking as spam: 12,000 of 20,000 comments." in page
    assert '<progress max="20000" value="12000"' in page
    assert f'href="/admin/queue?status=pending&amp;done={batch_id}">Refresh' in page
    told = desk.get(f"/admin/decisions/{batch_id}").get_json()
    assert (told["done"], told["total"], told["goes_on"]) == (12_000, 20_000, True)
    assert desk.status(comment) is Status.PENDING


def test_g9_a_batch_of_another_site_tells_nothing(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    answer = desk.post("/admin/decisions", only=f"trash {desk.add_comment()}.0")
    batch = answer.location.partition("done=")[2]
    zoe = browser_of("zoe@example.org", site="other", role=Role.OWNER)
    assert "data-notice" not in zoe.get(f"/admin/queue?done={batch}").text
    assert zoe.get(f"/admin/decisions/{batch}").status_code == 404
    assert desk.get(f"/admin/decisions/{batch}").get_json()["words"] == (
        "1 comment moved to the trash."
    )


def test_g9_nothing_of_another_site_is_taken_by_a_group_or_by_all_that_match(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    foreign = desk.add_alike(2)
    zoe = browser_of("zoe@example.org", site="other", role=Role.OWNER)
    assert zoe.post("/admin/decisions", only=f"spam group.{foreign[-1]}.0").status_code == 404
    path = "/admin/decisions?site=blog"
    assert zoe.post(path, decision="spam", all="1").status_code == 404
    zoe.post("/admin/decisions", decision="spam", all="1")
    assert {desk.status(each) for each in foreign} == {Status.PENDING}


def test_g9_too_many_rows_are_refused(desk: Desk) -> None:
    rows = [f"group.{ids.new()}.0" for _ in range(201)]
    assert desk.post("/admin/decisions", decision="spam", comment=rows).status_code == 422


def test_the_log_keeps_no_address_of_authors_whose_comments_were_taken(desk: Desk) -> None:
    first = desk.add_comment("One")
    desk.post("/admin/decisions?group=author", only=f"spam group.{first}.0")
    assert desk.status(first) is Status.SPAM
    with desk.app.app_context():
        kept = str(db.session.scalars(select(Batch.details)).one())
    assert "author" in kept
    assert "ann@example.org" not in kept


@pytest.mark.parametrize("seen", ["x", "0001-01-01T00:00:00+23:00", "2026-13-01"])
def test_e11_a_made_up_moment_is_refused(desk: Desk, seen: str) -> None:
    comment = desk.add_comment()
    form = {"decision": "spam", "comment": f"group.{comment}.0", "seen": seen}
    assert desk.post("/admin/decisions", **form).status_code == 422


def test_what_a_colleague_has_decided_about_is_left_to_them_and_counted(desk: Desk) -> None:
    sold, others = desk.add_alike(5), [desk.add_comment(f"Other {at}") for at in range(3)]
    found = SEEN.search(desk.get("/admin/queue").text)
    assert found
    seen = found[1]
    desk.post("/admin/decisions", decision="trash", comment=[f"{each}.0" for each in sold[:2]])
    desk.post("/admin/decisions", decision="approve", comment=f"{others[0]}.0")
    folded, alone = [f"group.{sold[-1]}.0"], [f"{each}.0" for each in others]
    left = "left as {} {}: somebody has changed {} since."
    assert _mark(desk, seen, folded) == (
        f"3 comments marked as spam. 2 comments are {left.format('they', 'are', 'them')}"
    )
    assert _mark(desk, seen, alone) == (
        f"2 comments marked as spam. 1 comment is {left.format('it', 'is', 'it')}"
    )
    assert desk.status(others[0]) is Status.PUBLISHED
    for rows in (folded, alone):
        assert _mark(desk, seen, rows).startswith("Somebody has decided about these already.")


def test_what_was_edited_is_left_and_counted_beside_a_folded_row_too(desk: Desk) -> None:
    sold, others = desk.add_alike(3), [desk.add_comment(f"Other {at}") for at in range(2)]
    found = SEEN.search(desk.get("/admin/queue").text)
    assert found
    desk.post(f"/admin/comments/{others[0]}", revision="0", comment="Another text")
    rows = [f"group.{sold[-1]}.0", *(f"{each}.0" for each in others)]
    assert _mark(desk, found[1], rows) == (
        "4 comments marked as spam. 1 comment is left as it is: somebody has changed it since."
    )
    assert desk.status(others[0]) is Status.PENDING


def _mark(desk: Desk, seen: str, rows: list[str]) -> str:
    """Mark rows of a page as spam, and return what is said then."""
    form: dict[str, Any] = {"seen": seen, "back": "/admin/queue", "comment": rows}
    said = desk.get(desk.post("/admin/decisions", decision="spam", **form).location).text
    found = re.search(r"data-notice.*?<p[^>]*>([^<]*)<", said, re.S)
    return found[1] if found else ""
