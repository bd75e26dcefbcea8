"""Those who moderate: inviting people, changing their roles and taking them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.accounts import people, sessions, signin
from commentbox.errors import CommentboxError, Conflict, NotAllowed, NotFound
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock
from commentbox.models import Account, Batch, Job, Role, Session, SignInLink, Site
from commentbox.moderation import appointing, members
from tests.postbox import Postbox, work

Here = Callable[..., Account]
BEN = "ben@example.org"


@pytest.fixture
def here(site: Site) -> Here:
    """Return a function that gives somebody a role who has been here: `here("ben@…", role)`."""

    def here(address: str, role: Role = Role.OWNER, *, everywhere: bool = False) -> Account:
        account = people.invite(address, site=None if everywhere else site, role=role)
        account.arrive()
        db.session.flush()
        return account

    return here


def roles(account: Account) -> list[tuple[str | None, Role]]:
    return [(each.site_id, each.role) for each in people.roles(account)]


def noted() -> list[str]:
    return list(db.session.scalars(select(Batch.action).order_by(Batch.id)))


def test_who_is_invited_gets_a_link_that_holds_for_a_week(
    app: Flask, site: Site, here: Here
) -> None:
    owner = here("mia@example.org")
    owner.name = "Mia <b>"
    ben = members.invite(BEN, site=site, role=Role.MODERATOR, by=owner)
    assert roles(ben) == [(site.id, Role.MODERATOR)]
    postbox = Postbox()
    work(app, postbox)
    [letter] = postbox.to(BEN)
    assert "Mia <b> invites you to moderate the comments of blog.test." in letter.text
    assert "Mia &lt;b&gt; invites you to moderate the comments of blog.test." in letter.html
    assert "within 7 days" in letter.text
    assert "within 7 days" in letter.html
    token = letter.text.partition("/admin/sign-in/")[2].split()[0]
    with clock.turned_by(timedelta(days=6)):
        assert signin.whose(token).id == ben.id
    with clock.turned_by(timedelta(days=8)), pytest.raises(CommentboxError, match=r"link\.used"):
        signin.redeem(token)


def test_who_was_dismissed_before_the_mail_went_out_gets_none(
    app: Flask, site: Site, here: Here
) -> None:
    owner = here("mia@example.org")
    ben = members.invite(BEN, site=site, role=Role.MODERATOR, by=owner)
    members.remove(ben.id, site=site, by=owner)
    postbox = Postbox()
    work(app, postbox)
    assert (postbox.letters, db.session.scalars(select(SignInLink)).all()) == ([], [])


def test_each_change_is_in_the_log_without_anybodys_address(site: Site, here: Here) -> None:
    owner = here("mia@example.org")
    ben = members.invite(BEN, site=site, role=Role.MODERATOR, by=owner)
    members.change(ben.id, site=site, role=Role.OWNER, by=owner)
    members.change(ben.id, site=site, role=Role.OWNER, by=owner)
    members.remove(ben.id, site=site, by=owner)
    assert noted() == ["invite", "role", "dismiss"]
    logged = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert {(each.site_id, each.account_id) for each in logged} == {(site.id, owner.id)}
    assert [each.details.get("role") for each in logged] == ["moderator", "owner", None]
    assert all(each.details["person"] == ben.id and BEN not in str(each.details) for each in logged)


def test_nobody_is_invited_twice(site: Site, here: Here) -> None:
    owner = here("mia@example.org")
    here("root@example.org", Role.ADMIN, everywhere=True)
    for address in ("Mia@example.org", "root@example.org"):
        with pytest.raises(Conflict, match=r"member\.known"):
            members.invite(address, site=site, role=Role.OWNER, by=owner)


def test_nobody_is_invited_twice_by_another_spelling_of_the_domain(site: Site, here: Here) -> None:
    owner, address = here("mia@example.org"), "ben@bücher.example"
    ben = members.invite(address, site=site, role=Role.MODERATOR, by=owner)
    with pytest.raises(Conflict, match=r"member\.known"):
        members.invite(address, site=site, role=Role.OWNER, by=owner)
    appointing.appoint(address, site=site, role=Role.MODERATOR)
    assert (roles(ben), noted()) == ([(site.id, Role.MODERATOR)], ["invite"])


def test_an_invitation_is_sent_again_until_the_person_is_here(site: Site, here: Here) -> None:
    owner = here("mia@example.org")
    ben = members.invite(BEN, site=site, role=Role.MODERATOR, by=owner)
    members.invite_again(ben.id, site=site, by=owner)
    assert [job.kind for job in db.session.scalars(select(Job))] == ["invitation.requested"] * 2
    ben.arrive()
    with pytest.raises(Conflict, match=r"member\.arrived"):
        members.invite_again(ben.id, site=site, by=owner)


@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_who_loses_the_last_role_is_out_at_once(site: Site, here: Here, role: Role) -> None:
    owner, ben = here("mia@example.org"), here(BEN, role)
    sessions.begin(ben, device="", days=1)
    signin.link_for(ben, valid=signin.BY_HAND)
    members.remove(ben.id, site=site, by=owner)
    assert roles(ben) == []
    assert (db.session.scalars(select(Session)).all(), people.is_sent_links(ben)) == ([], False)
    assert db.session.scalars(select(SignInLink)).all() == []


def test_who_has_a_role_elsewhere_stays_signed_in(site: Site, here: Here) -> None:
    owner, ben = here("mia@example.org"), here(BEN)
    elsewhere = another_site()
    people.invite(BEN, site=elsewhere)
    sessions.begin(ben, device="", days=1)
    members.remove(ben.id, site=site, by=owner)
    assert roles(ben) == [(elsewhere.id, Role.OWNER)]
    assert db.session.scalars(select(Session)).all()


def test_a_moderator_gives_and_takes_nothing(site: Site, here: Here) -> None:
    owner, mo = here("mia@example.org"), here("mo@example.org", Role.MODERATOR)
    with pytest.raises(NotAllowed, match=r"site\.invite"):
        members.invite(BEN, site=site, role=Role.MODERATOR, by=mo)
    with pytest.raises(NotAllowed, match=r"site\.invite"):
        members.change(mo.id, site=site, role=Role.OWNER, by=mo)
    with pytest.raises(NotAllowed, match=r"site\.invite"):
        members.remove(owner.id, site=site, by=mo)


def test_an_owner_gives_no_role_above_their_own_and_none_elsewhere(site: Site, here: Here) -> None:
    owner, ben = here("mia@example.org"), here(BEN, Role.MODERATOR)
    with pytest.raises(NotAllowed, match=r"role\.above"):
        members.change(ben.id, site=site, role=Role.ADMIN, by=owner)
    with pytest.raises(NotFound, match=r"page\.unknown"):
        members.invite("eve@example.org", site=None, role=Role.MODERATOR, by=owner)
    with pytest.raises(NotFound, match=r"site\.unknown"):
        members.invite("eve@example.org", site=another_site(), role=Role.MODERATOR, by=owner)
    assert noted() == []


def test_an_owner_of_all_sites_takes_no_admins_role(site: Site, here: Here) -> None:
    admin = here("root@example.org", Role.ADMIN, everywhere=True)
    owner = here("mia@example.org", everywhere=True)
    with pytest.raises(NotAllowed, match=r"role\.above"):
        members.remove(admin.id, site=None, by=owner)
    with pytest.raises(NotAllowed, match=r"role\.above"):
        members.change(owner.id, site=None, role=Role.ADMIN, by=owner)


def test_a_role_on_all_sites_is_out_of_reach_from_one(site: Site, here: Here) -> None:
    owner, admin = here("mia@example.org"), here("root@e.test", Role.ADMIN, everywhere=True)
    with pytest.raises(NotFound, match=r"member\.unknown"):
        members.remove(admin.id, site=site, by=owner)


def test_the_last_owner_stays_until_somebody_else_is_one(site: Site, here: Here) -> None:
    owner = here("mia@example.org")
    invited = members.invite(BEN, site=site, role=Role.OWNER, by=owner)
    with pytest.raises(Conflict, match=r"role\.last"):
        members.remove(owner.id, site=site, by=owner)
    with pytest.raises(Conflict, match=r"role\.last"):
        members.change(owner.id, site=site, role=Role.MODERATOR, by=owner)
    invited.arrive()
    db.session.flush()
    members.change(owner.id, site=site, role=Role.MODERATOR, by=owner)
    assert roles(owner) == [(site.id, Role.MODERATOR)]


def test_the_last_admin_stays(here: Here) -> None:
    admin = here("root@example.org", Role.ADMIN, everywhere=True)
    blocked = here("gone@example.org", Role.ADMIN, everywhere=True)
    people.block(blocked)
    here("mia@example.org", everywhere=True)
    with pytest.raises(Conflict, match=r"role\.last"):
        members.remove(admin.id, site=None, by=admin)
    with pytest.raises(Conflict, match=r"role\.last"):
        members.change(admin.id, site=None, role=Role.OWNER, by=admin)


def test_an_admin_of_all_sites_can_dismiss_the_last_owner_of_one(site: Site, here: Here) -> None:
    owner, admin = here("mia@example.org"), here("root@e.test", Role.ADMIN, everywhere=True)
    with pytest.raises(Conflict, match=r"role\.last"):
        members.remove(owner.id, site=site, by=owner)
    members.remove(owner.id, site=site, by=admin)
    assert roles(owner) == []


def test_people_are_listed_once_with_the_highest_role_of_a_place(site: Site, here: Here) -> None:
    here("mo@example.org", Role.MODERATOR)
    here("mia@example.org", Role.MODERATOR)
    here("mia@example.org", Role.OWNER)
    here("root@example.org", Role.ADMIN, everywhere=True)
    people.invite("eve@example.org", site=another_site())
    assert [
        (each.account.email, each.role, each.is_everywhere) for each in members.listed(site)
    ] == [
        ("mia@example.org", Role.OWNER, False),
        ("mo@example.org", Role.MODERATOR, False),
        ("root@example.org", Role.ADMIN, True),
    ]
    assert [each.account.email for each in members.listed(None)] == ["root@example.org"]


def test_what_the_command_line_gives_and_takes_is_logged_too(site: Site) -> None:
    ben = appointing.appoint(BEN, site=site, role=Role.MODERATOR, name="Ben").account
    appointing.appoint(BEN, site=site, role=Role.MODERATOR)
    appointing.appoint(BEN, site=site)
    [taken] = appointing.dismiss(BEN, places=[site])
    assert taken == (Role.MODERATOR, site)
    logged = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert [(each.action, each.account_id) for each in logged] == [
        ("invite", None),
        ("dismiss", None),
    ]
    assert (ben.name, roles(ben)) == ("Ben", [])


def test_another_role_is_given_instead_of_theirs_and_logged_as_that(site: Site, here: Here) -> None:
    ben = here(BEN)
    made = appointing.appoint(BEN, site=site, role=Role.MODERATOR)
    assert (made.role, made.before) == (Role.MODERATOR, Role.OWNER)
    assert roles(ben) == [(site.id, Role.MODERATOR)]
    [logged] = db.session.scalars(select(Batch))
    told = {"person": ben.id, "role": "moderator", "of_service": True}
    assert (logged.action, logged.details) == ("role", told)


def test_each_role_that_is_taken_is_logged_where_it_held(site: Site, here: Here) -> None:
    ben, elsewhere = here(BEN), another_site()
    sessions.begin(ben, device="", days=1)
    people.invite(BEN, site=elsewhere)
    here(BEN, Role.MODERATOR, everywhere=True)
    appointing.dismiss(BEN)
    logged = db.session.execute(select(Batch.action, Batch.site_id)).all()
    assert set(logged) == {("dismiss", site.id), ("dismiss", elsewhere.id), ("dismiss", None)}
    assert (roles(ben), db.session.scalars(select(Session)).all()) == ([], [])


def test_two_owners_who_dismiss_each_other_at_once_leave_one(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        site = Site(name="blog", origins=["https://blog.test"])
        db.session.add(site)
        db.session.flush()
        both = [people.invite(f"{name}@example.org", site=site) for name in ("mia", "ben")]
        for account in both:
            account.arrive()
        mia_id, ben_id = (account.id for account in both)
        db.session.commit()
    for _ in range(5):
        with ThreadPoolExecutor(2) as at_once:
            list(
                at_once.map(lambda pair: _dismiss(app, *pair), [(mia_id, ben_id), (ben_id, mia_id)])
            )
        with app.app_context():
            left = [
                each.account.id for each in members.listed(db.session.scalars(select(Site)).one())
            ]
            assert len(left) == 1
            begin_writing()
            people.invite("mia@example.org", site=db.session.scalars(select(Site)).one())
            people.invite("ben@example.org", site=db.session.scalars(select(Site)).one())
            db.session.commit()


def _dismiss(app: Flask, by: str, who: str) -> None:
    with app.app_context(), suppress(CommentboxError):
        begin_writing()
        site = db.session.scalars(select(Site)).one()
        members.remove(who, site=site, by=db.session.get_one(Account, by))
        db.session.commit()


def another_site() -> Site:
    site = Site(name="other", origins=["https://other.test"])
    db.session.add(site)
    db.session.flush()
    return site
