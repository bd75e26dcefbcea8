"""What is told of decisions that stand beside nobody's account."""

import pytest
from sqlalchemy import delete, select

from commentbox.accounts import people
from commentbox.comments import closing, sites, threads
from commentbox.extensions import db
from commentbox.models import Account, BlockKind, Comment, Effect, Role, Status, Thread
from commentbox.moderation import actions, appointing, blocking, decisions, log, wordlists
from tests.desk import Desk


def test_what_somebody_decided_who_is_gone_is_nothing_that_the_service_did(desk: Desk) -> None:
    one = desk.add_comment("One")
    with desk.written():
        ben = people.invite("ben@example.org")
        actions.mark_spam([actions.Seen(one, 0)], by=ben)
        db.session.execute(delete(Account).where(Account.id == ben.id))
    for path in ("/admin/log", f"/admin/comments/{one}"):
        page = desk.get(path).text
        assert "Somebody whose account is gone" in page
        assert "the service" not in page
        assert "The outside spam service" not in page


def test_what_somebody_changed_who_is_gone_is_nothing_that_the_service_did(desk: Desk) -> None:
    one = desk.add_comment("One")
    with desk.written():
        ben, site = people.invite("ben@example.org"), threads.site_named("blog")
        actions.edit(actions.Seen(one, 0), typed="Another", by=ben)
        sites.change(site, by=ben, link_limit=5)
        wordlists.save(site, Effect.HOLD, "casino", by=ben)
        blocking.add(site, BlockKind.DOMAIN, "b.test", by=ben)
        closing.close(db.session.scalars(select(Thread)).one(), by=ben)
        db.session.execute(delete(Account).where(Account.id == ben.id))
    page = desk.get("/admin/log").text
    assert page.count("Somebody whose account is gone") == 5
    assert "the service" not in page


def test_what_the_command_line_changed_is_told_as_the_service_even_without_a_site(
    desk: Desk,
) -> None:
    with desk.written():
        sites.change(threads.site_named("blog"), by=None, link_limit=5)
        appointing.appoint("ben@example.org", site=None, role=Role.ADMIN)
    page = desk.get("/admin/log").text
    assert page.count("the service") == 2
    assert "account is gone" not in page


@pytest.mark.parametrize(
    ("action", "told", "logged"),
    [
        ("reported", "Reports of readers", "Held 1 comment that readers reported"),
        ("settled", "The outside spam service", "Settled 1 comment as the outside spam service"),
    ],
)
def test_what_the_service_did_by_itself_is_told_as_that(
    desk: Desk, action: str, told: str, logged: str
) -> None:
    one = desk.add_comment("One")
    with desk.written():
        comment = db.session.get_one(Comment, one)
        batch = log.begin(action, by=None, site_ids=[comment.site_id], total=1)
        decisions.move(batch, [(comment, Status.SPAM)])
        log.finish(batch)
    assert told in desk.get(f"/admin/comments/{one}").text
    page = desk.get("/admin/log").text
    assert logged in page
    assert "the service" in page
