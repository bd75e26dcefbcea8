"""Keeping the author of a comment away, and trusting one."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.accounts import identities
from commentbox.comments import posting, threads
from commentbox.extensions import db
from commentbox.models import Block, Comment, Role, Site, Status, Trust
from commentbox.moderation import queue
from commentbox.providers.base import Profile
from tests.desk import Desk

ADA = Profile(provider="google", issuer="https://accounts.google.com", subject="100", name="Ada")
BACK = "/admin/queue?status=published"


def page_of(comment: str) -> str:
    return f"/admin/comments/{comment}/ban"


def blocks(desk: Desk) -> list[tuple[str, str]]:
    with desk.app.app_context():
        found = db.session.scalars(select(Block).order_by(Block.kind))
        return sorted((block.kind.value, block.value) for block in found)


def offers(page: str) -> dict[str, bool]:
    """Return what can be ticked, and whether it is already."""
    found = re.findall(r'name="what" value="([^"]+)"( checked)?', page)
    return {unescape(value): bool(checked) for value, checked in found}


@pytest.fixture
def by_ada(desk: Desk) -> str:
    """Return a comment of somebody who has logged in."""
    with desk.written():
        site = db.session.scalars(select(Site)).one()
        thread = threads.opened(site, threads.place(site, address="https://blog.test/article"))
        author = posting.Member(*identities.recognised(ADA))
        draft, arrival = posting.Draft("Hello"), posting.Arrival(client="c" * 32)
        return posting.post(thread, site, author=author, draft=draft, arrival=arrival).id


def test_the_page_offers_what_is_known_and_ticks_the_person_alone(desk: Desk) -> None:
    comment = desk.add_comment("See https://shop.example/now")
    offered = offers(desk.get(page_of(comment)).text)
    assert offered == {
        "email ann@example.org": True,
        "domain example.org": False,
        "host shop.example": False,
    }


def test_the_queue_and_the_comment_lead_there_and_back_again(desk: Desk) -> None:
    comment = desk.add_comment()
    for page in ("/admin/queue", f"/admin/comments/{comment}"):
        [way] = re.findall(rf'href="({page_of(comment)}[^"]*)"', desk.get(page).text)
        back = re.findall(r'class="back" href="([^"]+)"', desk.get(unescape(way)).text)
        assert back[0].startswith(page)
        assert back[0].endswith(f"#comment-{comment}") == (page == "/admin/queue")


def test_the_page_begins_with_what_is_ticked(desk: Desk) -> None:
    page = desk.get(page_of(desk.add_comment("See https://shop.example/now"))).text
    assert re.findall(r"<(\w+) [^>]*\bautofocus", page) == ["input"]
    assert re.findall(r'id="([^"]+)"[^>]*\bautofocus', page) == ["what-1"]


@pytest.mark.parametrize(("counted", "words"), [(1, "1+ comment<"), (1000, "1 comment<")])
def test_where_not_all_is_counted_the_page_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, counted: int, words: str
) -> None:
    monkeypatch.setattr(queue, "COUNTED", counted)
    comment = desk.add_comment()
    page = desk.get(page_of(comment)).text
    assert f"Also move everything by this person to spam: {words}" in page


def test_a_ban_blocks_what_is_ticked_and_leads_back(desk: Desk) -> None:
    comment = desk.add_comment()
    form: dict[str, Any] = {
        "what": ["email ann@example.org"],
        "span": "good",
        "note": "Rude",
        "back": BACK,
    }
    answer = desk.post(page_of(comment), **form)
    assert answer.location == f"{BACK}&done=barred.{comment}#comment-{comment}"
    assert "What you chose of Ann is blocked." in desk.get(answer.location).text
    assert blocks(desk) == [("email", "ann@example.org")]
    assert desk.status(comment) is Status.PENDING


def test_everything_by_the_person_goes_to_spam_and_comes_back(desk: Desk) -> None:
    first, second = desk.add_comment("One"), desk.add_comment("Two")
    assert "everything by this person to spam: 2 comments" in desk.get(page_of(first)).text
    form: dict[str, Any] = {
        "what": ["email ann@example.org"],
        "span": "day",
        "purge": "on",
        "back": BACK,
    }
    location = desk.post(page_of(first), **form).location
    assert location.endswith(f"#comment-{first}")
    page = desk.get(location).text
    assert "2 comments marked as spam. The author is blocked, also when this is undone." in page
    assert {desk.status(each) for each in (first, second)} == {Status.SPAM}
    [undo] = re.findall(r'action="(/admin/decisions/\w+/undo)"', page)
    desk.post(undo)
    assert {desk.status(each) for each in (first, second)} == {Status.PENDING}
    assert len(blocks(desk)) == 1


def test_nothing_but_what_is_offered_is_blocked(desk: Desk) -> None:
    comment = desk.add_comment()
    form: dict[str, Any] = {
        "what": ["email eve@example.org", "host blog.test", "nonsense"],
        "span": "good",
    }
    answer = desk.post(page_of(comment), **form)
    assert answer.status_code == 422
    assert "Choose at least one thing to do." in answer.text
    answer = desk.post(page_of(comment), what=["email ann@example.org"], span="ever")
    assert answer.status_code == 422
    assert blocks(desk) == []


def test_an_author_who_logged_in_is_trusted_and_no_more(desk: Desk, by_ada: str) -> None:
    assert "Trust this author" in desk.get(page_of(by_ada)).text
    answer = desk.post(f"/admin/comments/{by_ada}/trust", back=BACK)
    assert answer.location.endswith(f"#comment-{by_ada}")
    assert "What Ada writes appears at once from now on" in desk.get(answer.location).text
    assert trusted(desk) == 1
    assert "Trust no more" in desk.get(page_of(by_ada)).text
    answer = desk.post(f"/admin/comments/{by_ada}/trust/end", back=BACK)
    assert answer.location.endswith(f"#comment-{by_ada}")
    assert "What Ada writes is judged as anybody" in desk.get(answer.location).text
    assert trusted(desk) == 0


def test_a_guest_can_be_blocked_but_not_trusted(desk: Desk) -> None:
    comment = desk.add_comment()
    assert "Trust this author" not in desk.get(page_of(comment)).text
    assert desk.post(f"/admin/comments/{comment}/trust").status_code == 404
    assert trusted(desk) == 0


def test_an_account_is_blocked_by_its_id(desk: Desk, by_ada: str) -> None:
    [(what, is_ticked)] = [
        each for each in offers(desk.get(page_of(by_ada)).text).items() if "account" in each[0]
    ]
    assert is_ticked
    desk.post(page_of(by_ada), what=[what], span="month", back=BACK)
    with desk.app.app_context():
        comment = db.session.get_one(Comment, by_ada)
    assert blocks(desk) == [("account", comment.account_id)]


def test_who_moderates_here_is_not_blocked_from_their_own_comment(desk: Desk) -> None:
    comment = desk.add_comment()
    with desk.written():
        db.session.get_one(Comment, comment).is_official = True
    page = desk.get(page_of(comment)).text
    assert "take their role before you block them" in page
    form: dict[str, Any] = {"what": ["email ann@example.org"], "span": "good"}
    assert desk.post(page_of(comment), **form).status_code == 422
    assert blocks(desk) == []


def test_nobody_is_banned_or_trusted_from_another_site(
    desk: Desk, by_ada: str, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    zoe = browser_of("zoe@example.org", site="other", role=Role.OWNER)
    mo = browser_of("mo@example.org", site="blog", role=Role.MODERATOR)
    form = {"purge": "on", "span": "good"}
    assert zoe.get(page_of(by_ada)).status_code == 404
    assert zoe.post(page_of(by_ada), **form).status_code == 404
    assert zoe.post(f"/admin/comments/{by_ada}/trust").status_code == 404
    assert "Ada" not in zoe.get(f"/admin/queue?done=trusted.{by_ada}").text
    assert zoe.get("/admin/queue?done=trusted.nonsense").status_code == 200
    assert (trusted(desk), desk.status(by_ada)) == (0, Status.PENDING)
    assert mo.post(page_of(by_ada), **form).status_code == 303
    assert desk.status(by_ada) is Status.SPAM


def trusted(desk: Desk) -> int:
    with desk.app.app_context():
        return len(db.session.scalars(select(Trust)).all())
