"""Reporting a comment as somebody who logged in."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from commentbox.accounts import email_code
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import Comment, Draft, EmailCode, Report, Status
from tests.conftest import SECRET
from tests.reader import hidden_fields
from tests.walks import FROM_HERE, Person, Scripted, cookies


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a service that sends mail."""
    return replace(settings, smtp_url="smtp://mail.test:587")


@pytest.fixture
def path(person: Person) -> str:
    """Return the page on which a comment is reported."""
    person.reader.fill(10)
    return f"/c/{person.reader.comments()[0].id}/report"


def report(person: Person, path: str, **fields: str) -> int:
    form = hidden_fields(person.client.get(path).text) | {"cause": "spam"} | fields
    return person.client.post(path, data=form, headers=FROM_HERE).status_code


def accounts(person: Person) -> list[str | None]:
    with person.app.app_context():
        return list(db.session.scalars(select(Report.account_id)))


def log_in_there(person: Person, path: str, provider: str = "google") -> str:
    """Log in by a button of the page, and return where that leads."""
    fields = hidden_fields(person.client.get(path).text)
    doors = {name: fields[name] for name in ("mode", "thread", "reported")}
    answer = person.log_in(provider, **doors)
    return str(answer.location)


def test_a_login_from_the_page_leads_back_to_it(person: Person, path: str) -> None:
    assert log_in_there(person, path) == path
    page = person.client.get(path).text
    assert "You report as Ada Lovelace. Only moderators see that." in page
    assert "/login/" not in page


def test_a_code_by_mail_leads_back_to_it(person: Person, path: str) -> None:
    form = hidden_fields(person.client.get(path).text) | {"email": "ann@example.org"}
    sent = person.client.post("/me/code", data=form, headers=FROM_HERE)
    asked = person.client.get(sent.location).text
    assert f'href="{path}">Back to the conversation' in asked
    form = hidden_fields(asked) | {"code": _code(person)}
    assert person.client.post("/me/code/finish", data=form, headers=FROM_HERE).location == path


def press(person: Person, path: str, action: str, **fields: str) -> TestResponse:
    """Press another button of the form than its own."""
    words = {"cause": "abuse", "note": "Not <sent> yet"}
    form = hidden_fields(person.client.get(path).text) | words | fields
    return person.client.post(action, data=form, headers=FROM_HERE)


def shows_the_words(person: Person, path: str) -> bool:
    """Say whether the page has the cause and the note that were filled in."""
    page = person.client.get(path).text
    return 'value="abuse" required checked>' in page and "Not &lt;sent&gt; yet</textarea>" in page


def test_a_login_gives_back_what_was_filled_in(person: Person, path: str) -> None:
    page = person.client.get(path).text
    assert 'form="report" formaction="/login/google"' in page
    away = person.go_on(press(person, path, "/login/google"))
    assert person.come_back(away).location == path
    assert shows_the_words(person, path)
    assert "sent" not in " ".join([away.location, *cookies(person.client).values()])


def test_a_code_by_mail_gives_it_back_as_well(person: Person, path: str) -> None:
    assert 'form="report" formaction="/me/code"' in person.client.get(path).text
    asked = press(person, path, "/me/code").location
    form = hidden_fields(person.client.get(asked).text) | {"email": "ann@example.org"}
    assert form["reported"] == path.split("/")[2]
    person.client.post("/me/code", data=form, headers=FROM_HERE)
    assert shows_the_words(person, path)


def test_who_refuses_to_log_in_goes_on_with_the_report(person: Person, path: str) -> None:
    away = person.go_on(press(person, path, "/login/google"))
    page = person.come_back(away, code="", error="access_denied")
    assert f'href="{path}">Go back' in page.text
    assert shows_the_words(person, path)


def test_a_report_that_was_sent_is_not_filled_in_again(person: Person, path: str) -> None:
    press(person, path, "/login/google")
    assert not shows_the_words(person, path.replace(path.split("/")[2], other_than(person, path)))
    assert report(person, path, cause="abuse", note="Not <sent> yet") == 200
    assert not shows_the_words(person, path)
    with person.app.app_context():
        assert db.session.query(Draft).count() == 0


def test_a_report_and_a_comment_that_wait_are_kept_apart(person: Person, path: str) -> None:
    thread = f"/t/{person.reader.comments()[0].thread_id}"
    press(person, path, "/login/google")
    press(person, thread, "/login/google", comment="My comment")
    assert shows_the_words(person, path)
    assert "My comment</textarea>" in person.client.get(thread).text


def other_than(person: Person, path: str) -> str:
    """Return another comment than that of a page."""
    return next(each.id for each in person.reader.comments() if each.id not in path)


def test_the_report_is_theirs_and_no_cookie_of_a_guest_is_set(person: Person, path: str) -> None:
    log_in_there(person, path)
    assert report(person, path) == 200
    assert report(person, path, cause="abuse") == 200
    [account] = accounts(person)
    assert account
    assert "__Host-cb_author" not in cookies(person.client)


def test_nobody_reports_as_another_than_the_page_showed(
    person: Person, path: str, providers: dict[str, Scripted]
) -> None:
    log_in_there(person, path)
    assert report(person, path, session="") == 200
    assert accounts(person) == [None]
    assert report(person, path, session="somebody") == 401
    assert accounts(person) == [None]


def test_three_readers_who_logged_in_have_a_comment_wait(
    person: Person, path: str, providers: dict[str, Scripted]
) -> None:
    script = providers["google"].script
    ada = script.people["code-of-ada"]
    for name in ("ada", "bob", "eve"):
        person.client.delete_cookie("__Host-cb_home")
        script.people["code-of-ada"] = replace(ada, subject=name, name=name.title())
        log_in_there(person, path)
        assert report(person, path) == 200
    with person.app.app_context():
        comment = db.session.get_one(Comment, path.split("/")[2])
        assert (comment.status, comment.open_reports) == (Status.PENDING, 3)
    assert person.client.get(path).status_code == 404


@pytest.mark.parametrize("reported", ["nonsense", "//evil.test", "../../admin"])
def test_a_login_leads_to_no_page_that_a_form_makes_up(
    person: Person, path: str, reported: str
) -> None:
    fields = hidden_fields(person.client.get(path).text)
    answer = person.log_in(mode="page", thread=fields["thread"], reported=reported)
    assert answer.location == f"/t/{fields['thread']}"


def _code(person: Person) -> str:
    """Return the digits as the mail would say them."""

    def write() -> str:
        written = email_code.write(db.session.scalars(select(EmailCode.id)).one(), secret=SECRET)
        assert written
        return written[1]

    return str(person.reader.change(write))
