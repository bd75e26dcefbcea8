"""Those who moderate, at the desk: inviting them, changing roles, taking them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Job, Role
from tests.desk import MIA, Desk
from tests.postbox import Postbox, work

PAGE = "/admin/sites/blog/people"
ALL = "/admin/people"
BEN = "ben@example.org"


def account_id(desk: Desk, address: str) -> str:
    with desk.app.app_context():
        account = people.find(address)
        assert account
        return account.id


def roles(desk: Desk, address: str) -> list[str]:
    with desk.app.app_context():
        account = people.find(address)
        return [role.role.value for role in people.roles(account)] if account else []


def test_somebody_is_invited_written_to_and_listed(desk: Desk) -> None:
    answer = desk.post(PAGE, email=f" {BEN} ", role="moderator")
    page = desk.get(answer.location).text
    assert "The invitation is on its way." in page
    assert BEN in page
    assert "invited, has not been here yet" in page
    assert roles(desk, BEN) == ["moderator"]
    with desk.app.app_context():
        [job] = db.session.scalars(select(Job).where(Job.kind == "invitation.requested"))
        assert job.payload["account_id"] == account_id(desk, BEN)


def test_somebody_is_invited_by_name_which_whoever_has_one_keeps(desk: Desk) -> None:
    desk.post(PAGE, email=BEN, name=" Ben  Okafor ", role="moderator")
    assert "<b><bdi>Ben Okafor</bdi></b>" in desk.get(PAGE).text
    desk.add_site("other")
    desk.post("/admin/sites/other/people", email=BEN, name="Somebody else", role="moderator")
    assert "<b><bdi>Ben Okafor</bdi></b>" in desk.get("/admin/sites/other/people").text
    answer = desk.post(PAGE, email="eve@example.org", name="x" * 300, role="moderator")
    assert (answer.status_code, 'id="name-wrong"' in answer.text) == (422, True)
    assert roles(desk, "eve@example.org") == []


def test_d3_an_invitation_is_taken_up_once_by_the_button_and_not_by_looking(desk: Desk) -> None:
    desk.post(PAGE, email=BEN, role="moderator")
    postbox, ben = Postbox(), Desk(desk.app)
    with desk.app.app_context():
        work(desk.app, postbox)
    [letter] = postbox.to(BEN)
    [path] = re.findall(r"https://comments\.test(/admin/sign-in/\S+)", letter.text)
    for _ in range(3):
        assert BEN in ben.get(path, Purpose="prefetch").text
    assert ben.get("/admin/queue").status_code == 303
    ben.post(path)
    assert ben.get("/admin/sites/blog/blocks").status_code == 200
    assert ben.get(path).status_code == 410
    assert "here since" in desk.get(PAGE).text.partition(BEN)[2]


def test_without_a_mail_server_the_page_says_what_to_do(desk: Desk) -> None:
    mailer = desk.app.extensions["commentbox.mailer"]
    desk.app.extensions["commentbox.mailer"] = replace(mailer, url="")
    assert "commentbox admins add EMAIL prints a link" in desk.get(PAGE).text
    answer = desk.post(PAGE, email=BEN, role="moderator")
    said = desk.get(answer.location).text
    assert "No mail was sent: commentbox admins add EMAIL prints a link" in said
    assert "Invite again" not in desk.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [("ben@", 422, "Invalid email address"), (MIA, 409, "has a role here already")],
)
def test_who_cannot_be_invited_is_explained_beside_the_address(
    desk: Desk, typed: str, status: int, words: str
) -> None:
    answer = desk.post(PAGE, email=typed, role="owner")
    assert answer.status_code == status
    assert words in answer.text.partition('id="email-wrong"')[2].partition("</p>")[0]
    assert f'value="{typed}"' in answer.text
    assert 'value="owner" checked' in answer.text


def test_a_role_is_changed_and_taken(desk: Desk, browser_of: Callable[..., Desk]) -> None:
    ben = browser_of(BEN, site="blog", role=Role.MODERATOR)
    path = f"{PAGE}/{account_id(desk, BEN)}"
    assert "The role is changed." in desk.get(desk.post(path, role="owner").location).text
    assert roles(desk, BEN) == ["owner"]
    assert ben.get(PAGE).status_code == 200
    assert "no role here any more" in desk.get(desk.post(f"{path}/remove").location).text
    assert roles(desk, BEN) == []
    assert ben.get("/admin/queue").status_code == 303


def test_who_gives_up_their_own_role_is_not_led_before_a_closed_door(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    browser_of("zoe@example.org", site="blog")
    ben = browser_of(BEN, site="blog")
    path = f"{PAGE}/{account_id(desk, BEN)}"
    assert "The role is changed." in ben.get(ben.post(path, role="moderator").location).text
    assert ben.post(path, role="owner").status_code == 403
    desk.post(f"{path}", role="owner")
    assert ben.get(ben.post(f"{path}/remove").location).status_code == 303
    assert roles(desk, BEN) == []


def test_the_last_owner_is_told_why_they_stay(browser_of: Callable[..., Desk], desk: Desk) -> None:
    ben = browser_of(BEN, site="blog")
    answer = ben.post(f"{PAGE}/{account_id(desk, BEN)}/remove")
    assert "Somebody must be left" in ben.get(answer.location).text
    assert roles(desk, BEN) == ["owner"]


def test_the_invitation_is_sent_again(desk: Desk) -> None:
    desk.post(PAGE, email=BEN, role="moderator")
    path = f"{PAGE}/{account_id(desk, BEN)}/invitation"
    assert f'action="{path}"' in desk.get(PAGE).text
    desk.post(path)
    with desk.app.app_context():
        asked = select(Job).where(Job.kind == "invitation.requested")
        assert len(db.session.scalars(asked).all()) == 2


def test_an_old_sign_in_gives_and_takes_nothing(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    browser_of(BEN, site="blog", role=Role.MODERATOR)
    path = f"{PAGE}/{account_id(desk, BEN)}"
    with clock.turned_by(timedelta(minutes=11)):
        page = desk.get(PAGE).text
        assert "Sign in again to invite people" in page
        assert 'name="role"' not in page
        answers = [
            desk.post(PAGE, email="eve@example.org", role="owner"),
            desk.post(path, role="owner"),
            desk.post(f"{path}/remove"),
            desk.post(f"{path}/invitation"),
        ]
    assert {answer.location for answer in answers} == {f"/admin/again?next={PAGE}"}
    assert (roles(desk, "eve@example.org"), roles(desk, BEN)) == ([], ["moderator"])


def test_invitations_are_slowed_down(desk: Desk) -> None:
    tried = [desk.post(PAGE, email="ben@", role="owner").status_code for _ in range(11)]
    assert (tried[0], tried[-1]) == (422, 429)


def test_admins_of_all_sites_have_a_page_of_their_own(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    assert f'href="{ALL}"' in desk.get("/admin/sites").text
    desk.post(ALL, email=BEN, role="admin")
    assert BEN in desk.get(ALL).text
    assert roles(desk, BEN) == ["admin"]
    zoe = browser_of("zoe@example.org", site="blog")
    assert f'href="{ALL}"' not in zoe.get("/admin/sites").text
    assert zoe.get(ALL).status_code == 404
    assert zoe.post(ALL, email="eve@example.org", role="moderator").status_code == 404
    mo = browser_of("mo@example.org", role=Role.MODERATOR)
    assert mo.get(ALL).status_code == 403


def test_an_owner_of_one_site_learns_no_address_of_who_serves_all(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    page = browser_of(BEN, site="blog").get(PAGE).text
    assert MIA not in page
    assert "of all sites" in page


@pytest.mark.usefixtures("stranger")
def test_moderators_see_no_list_of_people(browser_of: Callable[..., Desk]) -> None:
    mo = browser_of("mo@example.org", site="blog", role=Role.MODERATOR)
    assert mo.get(PAGE).status_code == 403
    assert mo.post(PAGE, email=BEN, role="moderator").status_code == 403
