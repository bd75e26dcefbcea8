"""What is dangerous at the desk waits for whoever has signed in only just now."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Identity, Job, Status
from tests.conftest import BASE
from tests.desk import MIA, Desk
from tests.reader import hidden_fields
from tests.walks import ADA, Scripted, led_to, scripted, way_back

LATER = timedelta(minutes=11)
AGAIN = "/admin/again?next="


@pytest.fixture
def providers(desk: Desk) -> dict[str, Scripted]:
    """Return what people can log in with."""
    return scripted(desk.app)


def test_nothing_is_deleted_for_good_by_an_old_sign_in(desk: Desk) -> None:
    comment = _spam(desk)
    folder = "/admin/queue?status=spam"
    with clock.turned_by(LATER):
        answer = _delete(desk, comment, back=folder)
        assert answer.location == f"{AGAIN}/admin/queue?status%3Dspam"
        assert desk.status(comment) is Status.SPAM
        page = desk.get(answer.location).text
        assert f'href="{folder}"' in page
        assert f'name="next" value="{folder}"' in page
        desk.post(desk.link())
        _delete(desk, comment, back=folder)
    assert desk.status(comment) is Status.DELETED


def test_what_can_be_undone_needs_no_fresh_sign_in(desk: Desk) -> None:
    comment = desk.add_comment()
    with clock.turned_by(LATER):
        _decide(desk, "trash", comment)
    assert desk.status(comment) is Status.TRASHED


def test_an_old_sign_in_ends_no_others(desk: Desk) -> None:
    with clock.turned_by(LATER):
        assert desk.post("/admin/sessions/end").location.startswith(AGAIN)


def test_the_link_that_is_sent_leads_back_to_where_one_was(desk: Desk) -> None:
    page = desk.get(f"{AGAIN}/admin/account").text
    form = page.partition('action="/admin/sign-in"')[2].partition("</form>")[0]
    sent = desk.post("/admin/sign-in", **hidden_fields(form))
    assert "Look into your mail" in sent.text
    with desk.app.app_context():
        [job] = db.session.scalars(select(Job).where(Job.kind == "sign_in.requested"))
    assert (job.payload["email"], job.payload["next"]) == (MIA, "/admin/account")
    assert 'href="/admin/queue"' in desk.get(f"{AGAIN}https://evil.test").text


def test_a_way_to_sign_in_is_added_and_signs_in(desk: Desk, providers: dict[str, Scripted]) -> None:
    assert led_to(_link(desk)) == "/admin/account?done=linked"
    page = desk.get("/admin/account?done=linked").text
    assert "You can sign in with that as well now." in page
    assert "Ada Lovelace" in page
    other = Desk(desk.app)
    assert led_to(_walk(other, mode="desk", next="/admin/account")) == "/admin/account"
    assert other.get("/admin/account").status_code == 200


def test_a_provider_that_was_linked_proves_it_again(
    desk: Desk, providers: dict[str, Scripted]
) -> None:
    _link(desk)
    with clock.turned_by(LATER):
        assert "Log in again with Google" in desk.get(f"{AGAIN}/admin/account").text
        assert "Log in again with Twitter" not in desk.get(f"{AGAIN}/admin/account").text
        assert "Sign in again to add another way" in desk.get("/admin/account").text
        _walk(desk, mode="desk", next="/admin/account")
        assert "Add Twitter" in desk.get("/admin/account").text


def test_an_old_sign_in_adds_and_takes_away_nothing(
    desk: Desk, providers: dict[str, Scripted]
) -> None:
    _link(desk)
    [path] = re.findall(r'action="(/admin/identities/[^"]+)"', desk.get("/admin/account").text)
    with clock.turned_by(LATER):
        refused = desk.post("/login/google", mode="link", **{"from": "desk"})
        assert refused.location == f"{AGAIN}/admin/account"
        assert desk.post(path).location.startswith(AGAIN)
        assert _identities(desk) == 1
    assert desk.post(path).location == "/admin/account?done=unlinked"
    assert _identities(desk) == 0


def test_what_another_moderator_logs_in_with_is_not_added(
    desk: Desk, providers: dict[str, Scripted]
) -> None:
    profile = replace(ADA, email="ben@example.org", email_verified=True, is_authoritative=True)
    providers["google"].script.people["code-of-ada"] = profile
    Desk(desk.app).link("ben@example.org")
    _walk(Desk(desk.app), mode="page", **{"from": "me"})
    answer = _link(desk)
    assert led_to(answer) == "/admin/account?problem=identity.taken"
    assert "Somebody else here logs in with this already." in desk.get(led_to(answer)).text


def test_who_is_no_moderator_cannot_add_a_way_to_the_desk(
    desk: Desk, providers: dict[str, Scripted]
) -> None:
    stranger = Desk(desk.app)
    providers["google"].script.people["code-of-ada"] = replace(ADA, email="mia@example.org")
    form = {"mode": "link", "from": "desk", "token": desk.token()}
    assert stranger.post("/login/google", **form).status_code == 401


def _link(desk: Desk) -> TestResponse:
    return _walk(desk, mode="link", token=desk.token(), **{"from": "desk"})


def _walk(desk: Desk, **form: str) -> TestResponse:
    begun = desk.post("/login/google", **({"token": ""} | form))
    away = desk.get(led_to(begun))
    # The way back is a request that another site began: the cookie of the desk stays at home.
    kept = desk.client.get_cookie("__Host-cb_admin", domain="comments.test")
    if kept:
        desk.client.delete_cookie("__Host-cb_admin", domain="comments.test")
    answer = desk.client.get(way_back(away), base_url=BASE)
    if kept and not desk.client.get_cookie("__Host-cb_admin", domain="comments.test"):
        desk.client.set_cookie("__Host-cb_admin", kept.value, domain="comments.test", secure=True)
    return answer


def _spam(desk: Desk) -> str:
    comment = desk.add_comment()
    _decide(desk, "spam", comment)
    return comment


def _decide(desk: Desk, act: str, comment: str) -> None:
    desk.post("/admin/decisions", only=f"{act} {comment}.{_revision(desk, comment)}")


def _delete(desk: Desk, comment: str, *, back: str) -> TestResponse:
    only = f"delete {comment}.{_revision(desk, comment)}"
    return desk.post("/admin/decisions", only=only, back=back, confirm="1")


def _revision(desk: Desk, comment: str) -> int:
    with desk.app.app_context():
        return db.session.get_one(Comment, comment).revision


def _identities(desk: Desk) -> int:
    with desk.app.app_context():
        return len(db.session.scalars(select(Identity)).all())
