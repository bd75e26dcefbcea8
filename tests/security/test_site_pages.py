"""Threats to the pages about a site and its people; each test begins with the row it answers."""

from html import escape, unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import api_keys, people
from commentbox.extensions import db
from commentbox.models import (
    Account,
    ApiKey,
    Batch,
    Block,
    BlockKind,
    Comment,
    Effect,
    Membership,
    Role,
    Scope,
    Site,
    Trust,
    Words,
)
from tests.corpora import lines
from tests.desk import MIA, Desk
from tests.security.test_admin import HOSTILE, Shape

PARTS = ("", "/words", "/blocks", "/people", "/keys")
PAGES = ["/admin/sites", *(f"/admin/sites/blog{part}" for part in PARTS), "/admin/people"]
TEMPLATES = "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} {% debug %} ../../etc/passwd"
SETTINGS: dict[str, Any] = {
    "policy": "publish",
    "link_limit": "2",
    "closes_after": "0",
    "reports_to_hold": "3",
}


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Return the browser of an admin of everything, beside a site `blog` with a comment."""
    desk = Desk(app)
    desk.add_site("blog")
    desk.sign_in()
    return desk


def browser(desk: Desk, address: str, *, site: str, role: Role) -> Desk:
    other = Desk(desk.app)
    other.sign_in(address, site=site, role=role)
    return other


def fill(desk: Desk, value: str) -> None:
    """Put a value into every row that these pages show, as if a check had been forgotten."""
    with desk.written():
        site = db.session.scalars(select(Site).where(Site.name == "blog")).one()
        mia = people.find(MIA)
        assert mia
        site.heading, mia.name = value, value
        ben = people.find("ben@example.org") or people.invite("ben@example.org", site=site)
        ben.name = value
        for table in (Block, ApiKey, Words):
            for row in db.session.scalars(select(table)):
                db.session.delete(row)
        db.session.flush()
        db.session.add(
            Block(site_id=site.id, kind=BlockKind.HOST, value=value, note=value, account_id=mia.id)
        )
        for effect in Effect:
            db.session.add(Words(site_id=site.id, effect=effect, entries=value))
        key, _ = api_keys.make(site, name="x", scopes=[Scope.READ], by=mia)
        key.name = value
        for comment in db.session.scalars(select(Comment)):
            comment.author_name = value
            comment.author_domain = comment.author_email = value


def test_g1_nothing_in_settings_words_blocks_people_or_keys_becomes_markup(desk: Desk) -> None:
    comment = desk.add_comment()
    pages = [*PAGES, f"/admin/comments/{comment}/ban"]
    fill(desk, "Plain")
    plain = [Shape(desk.get(page).text).found for page in pages]
    for typed in HOSTILE + lines("xss/*.txt")[:20]:
        fill(desk, typed)
        assert [Shape(desk.get(page).text).found for page in pages] == plain, typed


def test_g1_what_is_refused_or_tried_becomes_no_markup_either(desk: Desk) -> None:
    comment, evil = desk.add_comment(), HOSTILE[3]
    sent: list[tuple[str, dict[str, Any]]] = [
        ("/admin/sites/blog", SETTINGS | {"heading": evil, "link_limit": evil}),
        ("/admin/sites/blog/words", {"hold": evil, "spam": evil, "trial": evil, "try": "1"}),
        ("/admin/sites/blog/blocks", {"kind": evil, "value": evil, "span": evil, "note": evil}),
        ("/admin/sites/blog/people", {"email": evil, "role": "owner"}),
        ("/admin/sites/blog/keys", {"title": evil, "days": evil}),
        (f"/admin/comments/{comment}/ban", {"note": evil, "span": evil, "back": evil}),
    ]
    for path, form in sent:
        page = desk.post(path, **form).text
        assert evil not in page, path
        assert "svg onload" not in str(Shape(page).found), path
        assert escape(evil, quote=False) in unescape_quotes(page), path


def test_g6_a_template_in_a_setting_is_printed_as_it_is(desk: Desk) -> None:
    desk.post("/admin/sites/blog", **SETTINGS, heading=TEMPLATES)
    desk.post("/admin/sites/blog/words", hold=TEMPLATES, spam=TEMPLATES)
    desk.post("/admin/sites/blog/keys", title=TEMPLATES, scope="read")
    desk.post("/admin/account", name=TEMPLATES)
    block = {"kind": "host", "value": "shop.example", "span": "good", "note": TEMPLATES}
    desk.post("/admin/sites/blog/blocks", **block, seen="host shop.example", block="1")
    for page in ("", "/words", "/keys", "/people", "/blocks"):
        assert TEMPLATES in unescape(desk.get(f"/admin/sites/blog{page}").text), page
    shown = desk.get("/t?site=blog&url=https://blog.test/article").text
    assert TEMPLATES in unescape(shown)


@pytest.mark.parametrize(
    "name", ["../blog", "..%2fblog", "%2e%2e/blog", "blog%00", "BLOG", "blog/"]
)
def test_g6_no_spelling_of_a_path_reaches_a_site(desk: Desk, name: str) -> None:
    assert desk.get(f"/admin/sites/{name}").status_code in {308, 404}


def test_g4_nobody_raises_themselves_or_others_above_their_own_role(desk: Desk) -> None:
    owner = browser(desk, "owner@example.org", site="blog", role=Role.OWNER)
    mo = browser(desk, "mo@example.org", site="blog", role=Role.MODERATOR)
    before = roles(desk)
    for somebody in (owner, mo):
        for who in ("owner@example.org", "mo@example.org", MIA):
            for role in ("admin", *(["owner"] if somebody is mo else [])):
                for place in ("/admin/sites/blog/people", "/admin/people"):
                    answer = somebody.post(f"{place}/{account(desk, who)}", role=role)
                    assert answer.status_code in {403, 404}, (place, who, role)
        for place in ("/admin/sites/blog/people", "/admin/people"):
            answer = somebody.post(place, email="eve@example.org", role="admin")
            assert answer.status_code in {403, 404}
        assert somebody.post(f"/admin/people/{account(desk, MIA)}/remove").status_code in {403, 404}
    assert (roles(desk), logged(desk)) == (before, [])


def test_g4_the_last_owner_and_the_last_admin_stay_and_what_changes_is_logged(desk: Desk) -> None:
    owner = browser(desk, "owner@example.org", site="blog", role=Role.OWNER)
    own = f"/admin/sites/blog/people/{account(desk, 'owner@example.org')}"
    last = f"/admin/people/{account(desk, MIA)}"
    before = roles(desk)
    refused = [
        owner.post(own, role="moderator"),
        owner.post(f"{own}/remove"),
        desk.post(last, role="owner"),
        desk.post(f"{last}/remove"),
    ]
    assert all("problem=role.last" in answer.location for answer in refused)
    assert (roles(desk), logged(desk)) == (before, [])
    owner.post("/admin/sites/blog/people", email="eve@example.org", role="moderator")
    eve = f"/admin/sites/blog/people/{account(desk, 'eve@example.org')}"
    owner.post(eve, role="owner")
    owner.post(f"{eve}/remove")
    assert logged(desk) == ["invite", "role", "dismiss"]


def test_e5_an_owner_of_another_site_changes_nothing_here(desk: Desk) -> None:
    comment = desk.add_comment()
    fill(desk, "shop.example")
    desk.add_site("other")
    zoe = browser(desk, "zoe@example.org", site="other", role=Role.OWNER)
    with desk.app.app_context():
        key, block = (db.session.scalars(select(table.id)).one() for table in (ApiKey, Block))
    ben, before = account(desk, "ben@example.org"), counts(desk)
    for site in ("blog", "other"):
        for path in (
            f"/admin/sites/{site}/keys/{key}/revoke",
            f"/admin/sites/{site}/blocks/{block}/remove",
            f"/admin/sites/{site}/people/{ben}",
            f"/admin/sites/{site}/people/{ben}/remove",
            f"/admin/sites/{site}/people/{ben}/invitation",
        ):
            assert zoe.post(path, role="moderator").status_code == 404, path
    for part in PARTS:
        assert zoe.get(f"/admin/sites/blog{part}").status_code == 404
        assert zoe.post(f"/admin/sites/blog{part}", **SETTINGS).status_code == 404
    for part in ("ban", "trust", "trust/end"):
        assert zoe.post(f"/admin/comments/{comment}/{part}", purge="on").status_code == 404
    assert counts(desk) == before


def test_e4_a_moderator_reaches_blocks_and_bans_and_no_more(desk: Desk) -> None:
    comment = desk.add_comment()
    mo = browser(desk, "mo@example.org", site="blog", role=Role.MODERATOR)
    before = counts(desk)
    for part in ("", "/words", "/people", "/keys"):
        path = f"/admin/sites/blog{part}"
        assert mo.get(path).status_code == 403
        assert mo.post(path, **SETTINGS, email="eve@example.org", role="owner").status_code == 403
        assert f'href="{path}"' not in mo.get("/admin/sites").text
    assert counts(desk) == before
    assert mo.get("/admin/sites/blog/blocks").status_code == 200
    assert mo.get(f"/admin/comments/{comment}/ban").status_code == 200


def roles(desk: Desk) -> list[tuple[str, str]]:
    with desk.app.app_context():
        held = db.session.scalars(select(Membership)).all()
        return sorted((each.account_id, each.role.value) for each in held)


def logged(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return list(db.session.scalars(select(Batch.action).order_by(Batch.id)))


def account(desk: Desk, address: str) -> str:
    with desk.app.app_context():
        found = people.find(address)
        assert found
        return found.id


def counts(desk: Desk) -> list[object]:
    """Return what a forged request could change."""
    with desk.app.app_context():
        tables = (Account, Membership, Block, Trust, Words, Batch)
        counted = [db.session.scalar(select(func.count()).select_from(each)) for each in tables]
        live = db.session.scalar(select(func.count()).where(ApiKey.revoked_at.is_(None)))
        site = db.session.scalars(select(Site).where(Site.name == "blog")).one()
        return [*counted, live, site.revision]


def unescape_quotes(page: str) -> str:
    return page.replace("&#34;", '"').replace("&#39;", "'")
