"""The page of one's own account, and adding ways to log in."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Account, Job, Session
from tests.walks import ADA, FROM_HERE, Person, Scripted, cookies

TOKEN = re.compile(r'name="token" value="([^"]+)"')
LATER = timedelta(minutes=11)


@pytest.fixture
def ada(person: Person) -> Person:
    """Return the browser of somebody who is logged in, in a frame and to the pages here."""
    person.enter()
    return person


def test_a_stranger_is_shown_the_ways_to_log_in(person: Person) -> None:
    page = person.client.get("/me")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert page.text.count('name="from" value="me"') == 2
    assert "Log in with Twitter" in page.text


def test_who_logs_in_there_comes_back_there(person: Person) -> None:
    answer = person.log_in(mode="page", **{"from": "me"})
    assert (answer.status_code, answer.location) == (303, "/me")
    page = person.client.get("/me").text
    assert "How you log in" in page
    assert 'value="Ada Lovelace"' in page


def test_a_person_has_one_colour_in_form_thread_and_account(ada: Person) -> None:
    me = ada.me().get_json()
    ada.reader.write(session=me["session"])
    shown = [me["html"], ada.reader.get().text, ada.client.get("/me").text]
    hues = [re.findall(r'class="avatar" data-hue="(\d+)"', page) for page in shown]
    assert [len(each) for each in hues] == [1, 1, 1]
    assert hues[0] == hues[1] == hues[2]


def test_who_was_dismissed_is_offered_no_way_to_lock_themselves_out(person: Person) -> None:
    person.reader.change(lambda: people.invite("mia@example.org"))
    mia = replace(ADA, email="mia@example.org", email_verified=True, is_authoritative=True)
    person.app.extensions["commentbox.providers"]["google"].script.people["code-of-ada"] = mia
    person.log_in(mode="page", **{"from": "me"})
    assert "Unlink" in person.client.get("/me").text
    person.reader.change(lambda: people.dismiss("mia@example.org"))
    person.log_in(mode="page", **{"from": "me"})
    assert "Unlink" not in person.client.get("/me").text


def test_the_session_of_a_frame_opens_no_page(person: Person) -> None:
    token = person.enter()["token"]
    fresh = person.app.test_client()
    page = fresh.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert "How you log in" not in page.text


def test_name_and_website_change_beside_all_that_was_written(ada: Person) -> None:
    ada.reader.write(session=ada.me().get_json()["session"])
    answer = _send(ada, "/me", name="Augusta", website="ada.example")
    assert answer.location == "/me?done=saved"
    assert "Saved. Readers see it" in ada.client.get(answer.location).text
    [comment] = ada.reader.comments()
    assert (comment.author_name, comment.author_website) == ("Augusta", "https://ada.example/")


def test_nobody_renames_themselves_all_the_time(ada: Person) -> None:
    names = [f"Ada {number}" for number in range(6)]
    answers = [_send(ada, "/me", name=name).status_code for name in names]
    assert answers == [303] * 5 + [429]
    assert 'value="Ada 4"' in ada.client.get("/me").text


def test_what_cannot_be_saved_is_kept_in_the_form_and_explained(ada: Person) -> None:
    page = _send(ada, "/me", name="Admin", website="javascript:alert(1)")
    assert page.status_code == 422
    assert "This name is taken by the people who run this site." in page.text
    assert "Enter a web address that starts with http:// or https://" in page.text
    assert 'value="javascript:alert(1)"' in page.text
    assert 'value="Ada Lovelace"' in ada.client.get("/me").text


@pytest.mark.parametrize("path", ["/me", "/me/sessions/end", "/me/sessions/{}/end"])
def test_a_form_of_another_page_changes_nothing(ada: Person, path: str) -> None:
    path = path.format(_sessions(ada)[0].id)
    form = {"token": _token(ada), "name": "Mallory"}
    foreign = ada.client.post(path, data=form, headers={"Origin": "https://evil.test"})
    forged = ada.client.post(path, data=form | {"token": "x"}, headers=FROM_HERE)
    assert (foreign.status_code, forged.status_code) == (403, 403)
    assert 'value="Ada Lovelace"' in ada.client.get("/me").text


def test_a_token_of_another_session_is_refused(ada: Person) -> None:
    token = _token(ada)
    ada.log_in(mode="page", **{"from": "me"})
    form = {"token": token, "name": "Mallory"}
    assert ada.client.post("/me", data=form, headers=FROM_HERE).status_code == 403


def test_the_log_ins_are_listed_with_where_they_hold(ada: Person) -> None:
    page = ada.client.get("/me").text
    assert "<b>blog.test</b>" in page
    assert "<b>The pages of this service</b> (here)" in page


def test_one_log_in_is_ended(ada: Person) -> None:
    me = ada.me().get_json()
    answer = _send(ada, f"/me/sessions/{me['session']}/end")
    assert answer.location == "/me?done=ended"
    assert ada.me().status_code == 204
    assert "How you log in" in ada.client.get("/me").text


def test_nobody_ends_the_log_in_of_somebody_else(
    ada: Person, providers: dict[str, Scripted]
) -> None:
    other = Person(ada.app)
    providers["google"].script.people["code-of-ben"] = replace(ADA, subject="2", name="Ben")
    begun = other.go_on(other.begin(mode="page", **{"from": "me"}))
    other.come_back(begun, code="code-of-ben")
    theirs = next(each.id for each in _sessions(ada) if each.id not in ada.client.get("/me").text)
    for session_id in (theirs, ids.new(), "x"):
        assert _send(ada, f"/me/sessions/{session_id}/end").status_code == 404
    assert "How you log in" in other.client.get("/me").text


def test_log_out_everywhere_ends_frames_and_pages_at_once(ada: Person) -> None:
    kept = cookies(ada.client)
    answer = _send(ada, "/me/sessions/end")
    for name, value in kept.items():
        ada.client.set_cookie(name, value)
    assert "You are logged out everywhere." in ada.client.get(answer.location).text
    assert (ada.me().status_code, _sessions(ada)) == (204, [])
    assert ada.client.post("/me", headers=FROM_HERE).status_code == 401


def test_the_picture_of_an_address_is_fetched_only_for_who_asks(ada: Person) -> None:
    assert "gravatar" not in ada.client.get("/me").text
    _send(ada, "/me", name="Ada", gravatar="on")
    assert not _jobs(ada)


def test_only_a_proved_address_may_have_a_picture(
    person: Person, providers: dict[str, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = person.app.extensions["commentbox.settings"]
    allowed = replace(settings, gravatar=True)
    monkeypatch.setitem(person.app.extensions, "commentbox.settings", allowed)
    proved = replace(ADA, email="ada@example.org", email_verified=True)
    for profile, times in ((replace(proved, email_verified=False), 0), (proved, 1)):
        providers["google"].script.people["code-of-ada"] = profile
        person.log_in(mode="page", **{"from": "me"})
        assert person.client.get("/me").text.count('name="gravatar"') == times
        _send(person, "/me", name="Ada", gravatar="on")
        assert len(_jobs(person)) == times
    page = person.client.get("/me").text
    assert 'name="gravatar" checked' in page
    assert "ada@example.org" not in page
    _send(person, "/me", name="Ada")
    assert 'name="gravatar" checked' not in person.client.get("/me").text


def test_the_page_knows_only_words_of_ours(ada: Person) -> None:
    page = ada.client.get("/me?done=<b>evil</b>&problem=comment.flood").text
    assert "evil" not in page
    assert "too quickly" not in page


def test_a_moderator_sees_where_they_moderate_from(ada: Person) -> None:
    with ada.app.app_context():
        account = db.session.scalars(select(Account.id)).one()
    ada.reader.change(lambda: setattr(db.session.get(Account, account), "email", "mia@example.org"))
    ada.reader.change(lambda: people.invite("mia@example.org"))
    ada.log_in(mode="desk")
    assert "<b>Moderation</b>" in ada.client.get("/me").text


def _send(person: Person, path: str, **form: str) -> Any:
    return person.client.post(path, data={"token": _token(person)} | form, headers=FROM_HERE)


def _token(person: Person) -> str:
    found = TOKEN.search(person.client.get("/me").text)
    return found[1] if found else ""


def _sessions(person: Person) -> list[Session]:
    with person.app.app_context():
        return list(db.session.scalars(select(Session)))


def _jobs(person: Person) -> list[Job]:
    with person.app.app_context():
        return list(db.session.scalars(select(Job).where(Job.kind == "gravatar.wanted")))
