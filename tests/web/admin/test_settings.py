"""A site's settings at the desk: who sees them, what is saved, what is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Batch, Policy, Role, Site
from tests.desk import Desk, teach

PAGE = "/admin/sites/blog"
FORM = {
    "policy": "hold-all",
    "link_limit": "4",
    "closes_after": "30",
    "reports_to_hold": "0",
    "heading": "Say something",
    "filter_publishes": "on",
    "requires_name": "on",
}


def stored(desk: Desk) -> Site:
    with desk.app.app_context():
        return db.session.scalars(select(Site).where(Site.name == "blog")).one()


def test_all_settings_of_a_site_are_saved_and_shown(desk: Desk) -> None:
    answer = desk.post(PAGE, **FORM)
    page = desk.get(answer.location).text
    assert "The settings are saved." in page
    site = stored(desk)
    assert (site.policy, site.link_limit, site.closes_after) == (Policy.HOLD_ALL, 4, 30)
    assert (site.reports_to_hold, site.heading) == (0, "Say something")
    assert (site.filter_holds, site.filter_publishes) == (False, True)
    assert (site.requires_name, site.requires_email, site.offers_subscription) == (
        True,
        False,
        False,
    )
    for shown in (
        'value="hold-all" checked',
        'min="0" max="3650" step="1" value="30"',
        'name="filter_publishes" value="on" checked',
        'value="Say something"',
    ):
        assert shown in page
    assert 'name="filter_holds" value="on" checked' not in page


@pytest.mark.parametrize(
    ("spam", "fine", "words"),
    [
        (0, 0, "It has learned from no comment yet, and decides from 100 on, 30 of each."),
        (40, 51, "from 91 comments (40 spam, 51 fine) and decides from 100 on, 30 of each."),
        (29, 80, "from 109 comments (29 spam, 80 fine) and decides from 100 on, 30 of each."),
        (40, 60, "from 100 comments (40 spam, 60 fine), which is enough to decide."),
    ],
)
def test_how_far_the_filter_has_come_stands_beside_it(
    desk: Desk, spam: int, fine: int, words: str
) -> None:
    teach(desk, spam=spam, fine=fine)
    assert words in desk.get(PAGE).text
    assert words in desk.get("/admin/numbers").text


def test_the_hint_beside_links_tells_whom_it_spares(desk: Desk) -> None:
    assert "under every policy, unless its author has earned trust" in desk.get(PAGE).text


def test_a_site_without_a_filter_yet_has_learned_nothing(desk: Desk) -> None:
    assert "learned from no comment yet" in desk.get(PAGE).text


def test_a_refused_form_does_not_tell_again_what_was_saved_before(desk: Desk) -> None:
    saved = desk.post(PAGE, **FORM).location
    page = desk.post(saved, **(FORM | {"link_limit": "many"})).text
    assert "Nothing was saved" in page
    assert "The settings are saved." not in page
    assert '<main id="main" tabindex="-1">' in page
    assert page.count(" autofocus") == 1


def test_a_form_that_is_saved_as_it_came_changes_nothing(desk: Desk) -> None:
    desk.post(PAGE, **FORM)
    desk.post(PAGE, **FORM)
    with desk.app.app_context():
        assert len(db.session.scalars(select(Batch.id)).all()) == 1


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("link_limit", "0", "Enter a number from 1 to 1000."),
        ("link_limit", "many", "Enter a whole number."),
        ("link_limit", "", "Enter a whole number."),
        ("closes_after", "9" * 40, "Enter a whole number."),
        ("reports_to_hold", "-1", "Enter a whole number."),
        ("heading", "x" * 121, "too long"),
        ("policy", "anything", "cannot be used"),
    ],
)
def test_what_cannot_be_saved_is_explained_in_place_and_all_is_kept(
    desk: Desk, name: str, typed: str, words: str
) -> None:
    answer = desk.post(PAGE, **(FORM | {name: typed}))
    assert answer.status_code == 422
    said = answer.text.partition(f'id="{name}-wrong"')[2].partition("</p>")[0]
    assert words in said
    assert answer.text.count("autofocus") == (name != "policy")
    assert name == "heading" or 'value="Say something"' in answer.text
    assert stored(desk).link_limit == 2


def test_the_outside_service_is_offered_only_where_there_is_one(desk: Desk) -> None:
    assert "asks_scorer" not in desk.get(PAGE).text
    desk.post(PAGE, **FORM, asks_scorer="on")
    assert not stored(desk).asks_scorer
    with_key = replace(desk.app.extensions["commentbox.settings"], akismet_key="secret-of-ours")
    desk.app.extensions["commentbox.settings"] = with_key
    page = desk.get(PAGE).text
    assert "sent to rest.akismet.com first" in page
    assert "it leaves this machine" in page
    assert "secret-of-ours" not in page
    desk.post(PAGE, **FORM, asks_scorer="on")
    assert stored(desk).asks_scorer
    desk.post(PAGE, **FORM)
    assert not stored(desk).asks_scorer


def test_moderators_see_no_settings_and_change_none(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    ben = browser_of("ben@example.org", site="blog", role=Role.MODERATOR)
    assert f'href="{PAGE}"' not in ben.get("/admin/sites").text
    assert ben.get(PAGE).status_code == 403
    assert ben.post(PAGE, **FORM).status_code == 403
    assert stored(desk).policy is Policy.HOLD_ALL
    assert stored(desk).link_limit == 2


def test_owners_find_their_own_sites_only(desk: Desk, browser_of: Callable[..., Desk]) -> None:
    desk.add_site("other")
    zoe = browser_of("zoe@example.org", site="other")
    page = zoe.get("/admin/sites").text
    assert 'href="/admin/sites/other"' in page
    assert "blog" not in page
    assert [zoe.get(path).status_code for path in (PAGE, "/admin/sites/nowhere")] == [404, 404]
    assert zoe.post(PAGE, **FORM).status_code == 404
    assert stored(desk).link_limit == 2
