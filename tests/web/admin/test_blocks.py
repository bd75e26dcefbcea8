"""What a site takes no comments from, at the desk."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from commentbox.extensions import RoutedSession, db
from commentbox.lib import clock
from commentbox.models import Block, BlockKind, Role, Site
from commentbox.moderation import previews, queue
from commentbox.web.admin import blocks
from tests.desk import Desk
from tests.reader import queries

PAGE = "/admin/sites/blog/blocks"
FORM = {"kind": "domain", "value": "example.org", "span": "week", "note": "A farm"}
SEEN = {"block": "1", "seen": "domain example.org"}


def stored(desk: Desk) -> list[Block]:
    with desk.app.app_context():
        return list(db.session.scalars(select(Block).order_by(Block.id)))


def test_a_block_is_looked_at_before_it_is_set(desk: Desk) -> None:
    desk.add_comment("One")
    desk.add_comment("Two")
    page = desk.post(PAGE, **FORM).text
    assert "This would have hit 2 comments on this site." in page
    assert "status=published&amp;site=blog&amp;domain=example.org" in page
    assert 'value="A farm"' in page
    assert stored(desk) == []
    answer = desk.post(PAGE, **FORM, **SEEN)
    assert "Blocked." in desk.get(answer.location).text
    [block] = stored(desk)
    assert (block.kind, block.value, block.note) == (BlockKind.DOMAIN, "example.org", "A farm")
    assert block.until
    assert timedelta(days=6) < block.until - clock.now() <= timedelta(days=7)


def test_of_very_many_comments_it_says_at_least(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add_comment("One")
    monkeypatch.setattr(queue, "COUNTED", 1)
    assert "This would have hit at least 1 comments on this site." in desk.post(PAGE, **FORM).text


@pytest.mark.parametrize(("field", "words"), [("value", "behind the @"), ("span", "over already")])
def test_what_cannot_be_used_is_named_beside_its_field(desk: Desk, field: str, words: str) -> None:
    page = desk.post(PAGE, **(FORM | {field: "*.shop.example"})).text
    [said] = re.findall(r'<p class="error" id="([a-z]+)-wrong" role="alert">([^<]+)', page)
    assert (said[0], words in said[1]) == (field, True)
    assert re.findall(r'id="([a-z]+)"[^>]* aria-invalid="true" autofocus', page) == [field]


def test_nobody_waits_to_write_while_it_is_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, waits = previews.of, []

    def of(*asked: Any) -> previews.Preview:
        waits.append(cast(RoutedSession, db.session()).writes)
        return look(*asked)

    monkeypatch.setattr(previews, "of", of)
    assert "This would have hit 0 comments" in desk.post(PAGE, **FORM).text
    assert waits == [False]


def test_who_is_about_to_shut_out_everybody_is_told(desk: Desk) -> None:
    warning = "Very many people have their mail there"
    assert warning in desk.post(PAGE, **(FORM | {"value": " @Gmail.com"})).text
    assert warning not in desk.post(PAGE, **FORM).text


def test_another_value_than_was_seen_is_looked_at_first(desk: Desk) -> None:
    page = desk.post(PAGE, **(FORM | {"value": "other.example"}), **SEEN)
    assert (page.status_code, stored(desk)) == (200, [])
    assert "This would have hit 0 comments" in page.text
    desk.post(PAGE, **FORM, block="1")
    assert stored(desk) == []


def test_the_comments_of_an_address_are_shown_without_it_in_the_link(desk: Desk) -> None:
    comment = desk.add_comment()
    page = desk.post(PAGE, **(FORM | {"kind": "email", "value": "Ann+x@Example.org"})).text
    assert "This would have hit 1 comment on this site." in page
    links = re.findall(r'href="(/admin/queue[^"]*author[^"]*)"', page)
    assert links
    assert all(comment in link and "%40" not in link for link in links)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("email", "ann@", "Enter an email address"),
        ("domain", "not a domain", "behind the @"),
        ("host", "blog.test", "not one of this site"),
        ("host", "https://*.shop.example/", "A * stands for nothing here"),
        ("network", "10.0.0.0/2", "nothing wider"),
        ("account", "x", "cannot be used"),
        ("anything", "x", "cannot be used"),
    ],
)
def test_what_cannot_be_blocked_is_explained_and_kept(
    desk: Desk, kind: str, value: str, words: str
) -> None:
    form = {"kind": kind, "value": value, "seen": f"{kind} {value}", "block": "1"}
    answer = desk.post(PAGE, **(FORM | form))
    assert answer.status_code == 422
    assert words in answer.text.partition('id="value-wrong"')[2].partition("</p>")[0]
    assert f'value="{value}"' in answer.text
    assert stored(desk) == []


def test_a_block_is_removed_from_the_list(desk: Desk) -> None:
    desk.post(PAGE, **FORM, **SEEN)
    page = desk.get(PAGE).text
    assert "A farm" in page
    [path] = re.findall(rf'action="({PAGE}/\w+/remove)"', page)
    assert "The block is removed." in desk.get(desk.post(path).location).text
    assert stored(desk) == []
    assert desk.post(path).status_code == 404


def test_older_blocks_are_on_the_next_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PAGE", 2)
    for number in range(3):
        form = FORM | {"value": f"{number}.example", "seen": f"domain {number}.example"}
        desk.post(PAGE, **form, block="1")
    first = desk.get(PAGE).text
    [more] = re.findall(r'class="more" href="([^"]+)"', first)
    assert ["0.example" in first, "2.example" in first] == [False, True]
    second = desk.get(more).text
    assert ["0.example" in second, "2.example" in second] == [True, False]
    assert desk.get(f"{PAGE}?after=x").status_code == 422


def test_many_blocks_cost_no_more_queries_than_one(desk: Desk) -> None:
    asked = []
    for first, last in ((0, 1), (1, 20)):
        with desk.written():
            site = db.session.scalars(select(Site)).one()
            for number in range(first, last):
                value = f"{number}.example"
                db.session.add(Block(site_id=site.id, kind=BlockKind.HOST, value=value))
        with queries(desk.app, at_most=20) as statements:
            desk.get(PAGE)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_moderators_block_on_their_own_sites_only(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    mo = browser_of("mo@example.org", site="blog", role=Role.MODERATOR)
    zoe = browser_of("zoe@example.org", site="other", role=Role.MODERATOR)
    assert f'href="{PAGE}"' in mo.get("/admin/sites").text
    assert mo.post(PAGE, **FORM, **SEEN).status_code == 303
    [block] = stored(desk)
    assert zoe.get(PAGE).status_code == 404
    assert zoe.post(PAGE, **FORM, **SEEN).status_code == 404
    for site in ("blog", "other"):
        assert zoe.post(f"/admin/sites/{site}/blocks/{block.id}/remove").status_code == 404
    assert len(stored(desk)) == 1


def test_what_was_blocked_from_a_comment_is_named_without_ids(desk: Desk) -> None:
    with desk.written():
        site = db.session.scalars(select(Site)).one()
        for kind, value in ((BlockKind.ACCOUNT, "0" * 22), (BlockKind.CLIENT, "a" * 32)):
            db.session.add(Block(site_id=site.id, kind=kind, value=value))
    page = desk.get(PAGE).text
    assert "somebody who is not here any more" in page
    assert "0" * 22 not in page
    assert "a" * 32 not in page
