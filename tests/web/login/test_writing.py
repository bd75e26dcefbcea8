"""Writing as the person who is logged in, from the frame and from the page without script."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Policy, Site, Subscription
from tests.conftest import BASE
from tests.reader import ANN, Reader, hidden_fields
from tests.walks import ADA, FROM_HERE, Person, Scripted, cookies

EXPIRED = "Your login has expired. Log in again to post; your comment is kept."


def test_a_comment_is_by_the_person_whom_the_form_showed(person: Person) -> None:
    me = person.enter()
    answer = person.reader.write(session=me["session"], author="Somebody else")
    [comment] = person.reader.comments()
    assert (answer.status_code, comment.author_name) == (201, "Ada Lovelace")
    assert (comment.author_provider, comment.author_key) == ("google", None)
    assert "Commentbox-Author" not in answer.headers


def test_a_token_serves_where_the_browser_keeps_no_cookie(person: Person) -> None:
    me = person.enter()
    for name in cookies(person.client):
        person.client.delete_cookie(name)
    bearer = {"Authorization": f"Bearer {me['token']}"}
    assert person.me(**bearer).get_json()["name"] == "Ada Lovelace"
    assert person.reader.write(headers=bearer, session=me["session"]).status_code == 201
    assert person.reader.comments()[0].author_name == "Ada Lovelace"


def test_an_empty_session_means_a_guest_although_somebody_is_logged_in(person: Person) -> None:
    person.enter()
    assert person.reader.write(session="").status_code == 201
    [comment] = person.reader.comments()
    assert (comment.author_name, comment.account_id) == ("Ann", None)


def test_a_login_that_has_ended_posts_nothing(person: Person) -> None:
    me = person.enter()
    person.client.post("/logout", json={"site": "blog"}, headers=FROM_HERE)
    answer = person.reader.write(session=me["session"])
    assert (answer.status_code, answer.get_json()["code"]) == (401, "session.expired")
    assert answer.get_json()["detail"] == EXPIRED
    assert person.reader.count() == 0


def test_nobody_posts_as_another_than_the_form_showed(
    person: Person, providers: dict[str, Scripted]
) -> None:
    me = person.enter()
    bob = replace(ADA, subject="bob", name="Bob")
    providers["twitter"].script.people["code-of-ada"] = bob
    person.log_in("twitter")
    person.redeem()
    assert person.me().get_json()["name"] == "Bob"
    assert person.reader.write(session=me["session"]).status_code == 401
    assert person.reader.count() == 0


def test_a_lost_answer_is_given_again_after_another_log_in(person: Person) -> None:
    key = {"Idempotency-Key": tokens.new()}
    first = person.reader.write(headers=key, session=person.enter()["session"])
    again = person.reader.write(headers=key, session=_again(person)["session"])
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert person.reader.count() == 1


def test_everything_wrong_with_a_member_s_comment_is_named(person: Person) -> None:
    answer = person.reader.write(session=person.enter()["session"], comment=" ")
    assert answer.get_json()["fields"] == {"comment": "Please enter a comment"}


def test_what_waits_is_shown_to_its_author_alone(person: Person) -> None:
    me = person.enter()
    person.reader.change(lambda: _hold(db.session.query(Site).one()))
    person.reader.write(session=me["session"], comment="Mine")
    assert "Mine" in person.reader.get("mine").get_json()["previews"]
    assert Reader(person.app).get("mine").get_json()["count"] == 0


def test_news_go_to_an_address_that_the_provider_verified(
    person: Person, providers: dict[str, Scripted]
) -> None:
    people = providers["google"].script.people
    for verified, count in ((False, 0), (True, 1)):
        people["code-of-ada"] = replace(ADA, email="ada@example.org", email_verified=verified)
        me: dict[str, Any] = _again(person)
        assert me["has_mail"] is verified
        person.reader.write(session=me["session"], comment=f"{count}", subscribe="1")
        with person.app.app_context():
            assert db.session.query(Subscription).count() == count


def test_whoever_logged_in_without_an_address_may_add_one_for_news(person: Person) -> None:
    me = person.enter()
    wish: dict[str, Any] = {
        "session": me["session"],
        "subscribe": "1",
        "email": "guest@example.org",
    }
    refused = person.reader.write(**wish, comment="One", mail_to="a@b")
    assert refused.get_json()["fields"] == {"mail_to": "Invalid email address"}
    assert person.reader.write(**wish, comment="Two", mail_to="ada@example.org").status_code == 201
    with person.app.app_context():
        [asked] = db.session.query(Subscription)
        assert (asked.email, asked.confirmed_at) == ("ada@example.org", None)


def test_the_frame_asks_who_is_logged_in(person: Person) -> None:
    assert (person.me().status_code, person.me().data) == (204, b"")
    person.enter()
    answer = person.me()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    assert set(answer.json) == {"html", "name", "provider", "label", "session", "has_mail"}


def test_the_page_without_script_offers_the_providers(person: Person) -> None:
    page = person.client.get(f"/t/{person.reader.fill(10)}").text
    assert 'id="postas-google" formaction="/login/google"' in page
    assert 'aria-label="Log in with Twitter"' in page
    assert page.count("<script") == page.count('<script type="module" src="/static/') == 1


def test_somebody_logs_in_and_writes_without_script(person: Person) -> None:
    path = f"/t/{person.reader.fill(10)}"
    person.log_in(mode="page", thread=path.removeprefix("/t/"))
    page = person.client.get(path).text
    assert "You are commenting using your Google account." in page
    assert '<spanclass="sign"><svg' in "".join(page.split())
    assert 'name="email"' not in page
    answer = person.reader.send(path, comment="By Ada")
    assert answer.status_code == 303
    comment = person.reader.comments()[-1]
    assert (comment.source, comment.author_name) == ("By Ada", "Ada Lovelace")


def test_who_is_logged_in_may_write_as_a_guest_without_script(person: Person) -> None:
    path = f"/t/{person.reader.fill(10)}"
    person.log_in(mode="page", thread=path.removeprefix("/t/"))
    assert f'href="{path}?as=guest#respond">Change</a>' in (person.client.get(path).text)
    page = person.reader.send(f"{path}?as=guest", email="a@b")
    assert (page.status_code, 'name="email"' in page.text) == (422, True)
    person.reader.send(f"{path}?as=guest", comment="By Ann")
    assert person.reader.comments()[-1].author_name == "Ann"


def test_a_login_that_ends_while_writing_keeps_the_words_without_script(person: Person) -> None:
    path = f"/t/{person.reader.fill(10)}"
    person.log_in(mode="page", thread=path.removeprefix("/t/"))
    hidden = hidden_fields(person.client.get(path).text)
    person.client.post("/logout", data={"thread": path.removeprefix("/t/")}, headers=FROM_HERE)
    with clock.turned_by(timedelta(seconds=3)):
        form = hidden | {"comment": "Kept words"}
        page = person.client.post(path, data=form, headers={"Origin": BASE})
    assert page.status_code == 401
    assert EXPIRED in page.text
    assert "Kept words</textarea>" in page.text
    assert 'name="session"' not in page.text


def test_somebody_logs_out_without_script(person: Person) -> None:
    thread = person.reader.fill(10)
    person.log_in(mode="page", thread=thread)
    answer = person.client.post("/logout", data={"thread": thread}, headers=FROM_HERE)
    assert (answer.status_code, answer.location) == (303, f"/t/{thread}")
    assert "You are commenting" not in person.client.get(f"/t/{thread}").text


def test_a_guest_s_fields_do_not_matter_to_a_member(person: Person) -> None:
    fields: dict[str, Any] = dict.fromkeys(ANN, "") | {"comment": "Just this"}
    assert person.reader.write(session=person.enter()["session"], **fields).status_code == 201


def _again(person: Person) -> dict[str, str]:
    """Log in once more through the provider, whoever is logged in."""
    person.come_back(person.go_on(person.begin(), "?another=1"))
    found: dict[str, str] = person.redeem().get_json()
    person.verifier = tokens.new()
    return found


def _hold(site: Site) -> None:
    site.policy = Policy.HOLD_ALL
