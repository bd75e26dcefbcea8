"""Adding another way to log in: both are shown only just now, by the same browser."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Identity
from tests.walks import ADA, Person, Scripted


def test_another_identity_is_added_to_whoever_is_logged_in(person: Person) -> None:
    person.enter()
    page = person.log_in("twitter", mode="link")
    assert (page.status_code, page.location) == (303, "/me?done=linked")
    assert _counts(person) == (1, 2)
    person.log_in("twitter", mode="page")
    assert _counts(person) == (1, 2)


def test_an_identity_of_somebody_else_is_not_taken(
    person: Person, providers: dict[str, Scripted]
) -> None:
    other = Person(person.app)
    other.log_in("twitter", mode="page")
    person.enter()
    assert person.log_in("twitter", mode="link").location == "/me?problem=identity.taken"
    assert _counts(person) == (2, 2)


def test_a_log_in_of_yesterday_adds_nothing(person: Person) -> None:
    person.enter()
    with clock.turned_by(timedelta(minutes=11)):
        assert person.begin("twitter", mode="link").status_code == 401
    assert _counts(person) == (1, 1)


def test_a_stranger_adds_nothing(person: Person) -> None:
    assert person.begin("twitter", mode="link").status_code == 401


def test_who_logs_out_meanwhile_adds_nothing(person: Person) -> None:
    person.enter()
    answer = person.go_on(person.begin("twitter", mode="link"))
    home = next(name for name in person.client._cookies or {} if "cb_home" in str(name))
    person.client.delete_cookie(home[2])
    assert person.come_back(answer).status_code == 403
    assert _counts(person) == (1, 1)


def test_who_comes_from_their_own_page_shows_anew_who_they_are(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.enter()
    fields = {"mode": "page", "from": "me"}
    assert person.log_in(**fields).location == "/me"
    assert len(providers["google"].script.asked) == 2
    answer = person.go_on(person.begin(**fields))
    page = person.come_back(answer, error="access_denied", code="")
    assert 'href="/me"' in page.text


def test_the_same_address_adds_nothing_by_itself(
    person: Person, providers: dict[str, Scripted]
) -> None:
    person.enter()
    same = replace(ADA, email="ada@example.org", email_verified=True, subject="another")
    providers["google"].script.people["code-of-ada"] = same
    person.come_back(person.go_on(person.begin(), "?another=1"))
    assert _counts(person) == (2, 2)


def _counts(person: Person) -> tuple[int, int]:
    """Return how many people there are, and how many identities."""
    with person.app.app_context():
        counts = [select(func.count()).select_from(table) for table in (Account, Identity)]
        people, found = (db.session.scalar(count) or 0 for count in counts)
        return people, found
