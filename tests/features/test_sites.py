"""Sites: changing one, and removing one with all that belongs to it, and nothing else."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, insert, select

from commentbox.accounts import people
from commentbox.comments import sites
from commentbox.errors import Invalid, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Batch, Comment, Policy, Role, Site, Thread
from commentbox.policy import Action


def count(model: type[Comment] | type[Thread]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_site_is_removed_however_deep_its_replies_go(
    site: Site, post: Callable[..., Comment]
) -> None:
    top = post("top")
    row = {name: getattr(top, name) for name in Comment.__mapper__.columns.keys()}  # noqa: SIM118
    chain = [top.id, *(ids.new() for _ in range(1_500))]
    rows = [row | {"id": chain[n], "parent_id": chain[n - 1]} for n in range(1, len(chain))]
    db.session.execute(insert(Comment), rows)
    assert sites.comment_count(site) == 1_501
    sites.remove(site)
    assert (count(Comment), count(Thread), sites.every()) == (0, 0, [])


def test_the_other_sites_stay(site: Site, post: Callable[..., Comment]) -> None:
    post("stays")
    other = sites.add("other", ["https://other.test", "https://other.test/"])
    assert other.origins == ["https://other.test"]
    sites.remove(other)
    assert (count(Comment), [left.name for left in sites.every()]) == (1, ["blog"])


def test_a_change_is_logged_with_what_was_before_and_nothing_else(site: Site) -> None:
    mia = people.invite("mia@example.org", site=site)
    assert sites.change(site, by=mia, policy=Policy.HOLD_ALL, link_limit=2, heading=" Say  it ")
    [noted] = db.session.scalars(select(Batch))
    assert (noted.action, noted.site_id, noted.account_id) == ("settings", site.id, mia.id)
    assert noted.details == {
        "before": {"policy": "publish", "heading": ""},
        "after": {"policy": "hold-all", "heading": "Say it"},
    }
    db.session.refresh(site)
    assert (site.policy, site.heading, site.revision) == (Policy.HOLD_ALL, "Say it", 1)


def test_what_is_as_it_was_is_no_change(site: Site) -> None:
    assert not sites.change(site, by=None, link_limit=2, requires_name=True)
    assert (db.session.scalars(select(Batch)).all(), site.revision) == ([], 0)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"link_limit": 0}, {"link_limit": "setting.range"}),
        ({"closes_after": -1}, {"closes_after": "setting.range"}),
        ({"reports_to_hold": 10**12}, {"reports_to_hold": "setting.range"}),
        ({"heading": "x" * 121}, {"heading": "setting.long"}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    site: Site, given: dict[str, object], fault: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        sites.change(site, by=None, **given, requires_name=False)
    assert refusal.value.fields == fault
    assert (site.requires_name, site.revision) == (True, 0)


def test_only_who_has_charge_of_a_site_changes_it(site: Site) -> None:
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    eve = people.invite("eve@example.org", site=sites.add("other", ["https://other.test"]))
    with pytest.raises(NotAllowed, match=r"site\.settings"):
        sites.change(site, by=ben, policy=Policy.HOLD_ALL)
    with pytest.raises(NotFound, match=r"site\.unknown"):
        sites.change(site, by=eve, policy=Policy.HOLD_ALL)
    assert site.policy is Policy.PUBLISH


def test_a_stranger_cannot_tell_a_site_from_none(site: Site) -> None:
    eve = people.invite("eve@example.org", site=sites.add("other", ["https://other.test"]))
    for name in ("blog", "nowhere", "\0"):
        with pytest.raises(NotFound, match=r"site\.unknown"):
            sites.named(name, roles=people.roles(eve), right=Action.SETTINGS)
