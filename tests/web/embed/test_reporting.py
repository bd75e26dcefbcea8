"""The page on which a reader reports a comment."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from commentbox.comments import closing, threads
from commentbox.extensions import db
from commentbox.lib import clock, ids, tokens
from commentbox.models import Cause, Comment, Report, Status, Thread
from commentbox.moderation import rulings, status
from commentbox.web.kit.reports import PER_MINUTE
from tests.conftest import BASE
from tests.reader import Reader, hidden_fields, queries

HERE = {"Origin": BASE}


@pytest.fixture
def path(reader: Reader) -> str:
    """Return the page on which a comment is reported."""
    return page_of(reader)


def page_of(reader: Reader, words: str = "Buy <b>now</b> at https://shop.example") -> str:
    reader.write(comment=words)
    return f"/c/{reader.comments()[-1].id}/report"


def send(reader: Reader, path: str, headers: dict[str, str] = HERE, **fields: str) -> Any:
    """Fill in the form and send it."""
    form = hidden_fields(reader.client.get(path).text) | {"cause": "spam", "note": ""} | fields
    return reader.client.post(path, data=form, headers=headers)


def reports(reader: Reader) -> list[Report]:
    with reader.app.app_context():
        return list(db.session.scalars(select(Report).order_by(Report.id)))


def open_reports(reader: Reader) -> int:
    with reader.app.app_context():
        return db.session.scalar(select(func.sum(Comment.open_reports))) or 0


def test_a_report_is_stored_and_thanked_for(reader: Reader, path: str) -> None:
    answer = send(reader, path, cause="abuse", note="Rude")
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    [report] = reports(reader)
    assert (report.cause, report.note, report.account_id) == (Cause.ABUSE, "Rude", None)
    assert open_reports(reader) == 1


def test_the_page_shows_what_is_reported_and_runs_no_script(reader: Reader, path: str) -> None:
    page = reader.client.get(path)
    assert "Buy &lt;b&gt;now&lt;/b&gt; at https://shop.example" in page.text
    assert 'href="https://shop.example' not in page.text
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_reading_the_page_writes_nothing(reader: Reader, path: str) -> None:
    with queries(reader.app, at_most=4) as sent:
        assert "Set-Cookie" not in reader.client.get(path).headers
    assert all(statement.startswith(("SELECT", "PRAGMA")) for statement in sent)


def test_every_comment_leads_to_its_report_for_everybody_alike(reader: Reader, path: str) -> None:
    link = f'href="{path}" target="_blank" rel="noopener" aria-label="Report Ann">Report</a>'
    assert link in reader.get().text
    assert link in reader.client.get(f"/t/{reader.comments()[0].thread_id}").text


def test_a_closed_thread_takes_reports(reader: Reader, path: str) -> None:
    def close() -> None:
        closing.close(db.session.scalars(select(Thread)).one())

    reader.change(close)
    with clock.turned_by(timedelta(seconds=2)):
        assert f'href="{path}"' in reader.get().text
    assert send(reader, path).status_code == 200
    assert open_reports(reader) == 1


def test_a_browser_reports_once_however_often_it_sends(reader: Reader, path: str) -> None:
    form = hidden_fields(reader.client.get(path).text) | {"cause": "spam"}
    reader.client.post(path, data=form, headers=HERE)
    reader.client.delete_cookie("__Host-cb_author")
    reader.client.post(path, data=form, headers=HERE)
    send(reader, path, cause="other", note="Again")
    [report] = reports(reader)
    assert (report.cause, report.note) == (Cause.OTHER, "Again")
    assert open_reports(reader) == 1


def test_the_author_is_told_that_it_is_their_own(reader: Reader) -> None:
    place = f"/t/{reader.fill(10)}"
    reader.send(place, comment="My own")
    with reader.app.app_context():
        own = db.session.scalars(select(Comment.id).where(Comment.source == "My own")).one()
    answer = send(reader, f"/c/{own}/report")
    assert (answer.status_code, "You wrote this comment yourself." in answer.text) == (409, True)
    assert reports(reader) == []


def test_who_reports_again_after_a_ruling_learns_that_it_was_decided(
    reader: Reader, path: str
) -> None:
    send(reader, path)

    def refuse() -> None:
        rulings.rule(db.session.scalars(select(Comment)).all(), upheld=False, batch=ids.new())

    reader.change(refuse)
    answer = send(reader, path, cause="abuse")
    assert (answer.status_code, "A moderator will see" in answer.text) == (409, False)
    assert "A moderator has decided about your report already." in answer.text
    assert [report.cause for report in reports(reader)] == [Cause.SPAM]


@pytest.mark.parametrize("cause", ["", "treason"])
def test_who_chose_no_cause_is_asked_and_keeps_their_words(
    reader: Reader, path: str, cause: str
) -> None:
    answer = send(reader, path, cause=cause, note="My <words>")
    assert (answer.status_code, "Choose what is wrong with it." in answer.text) == (422, True)
    assert "My &lt;words&gt;</textarea>" in answer.text
    assert reports(reader) == []


def test_the_fault_is_where_the_page_puts_the_focus(reader: Reader, path: str) -> None:
    assert "autofocus" not in reader.client.get(path).text
    nothing_chosen = send(reader, path, cause="").text
    assert 'role="radiogroup" aria-invalid="true" aria-describedby="cause-wrong"' in nothing_chosen
    focused = 'value="spam" required autofocus aria-describedby="cause-wrong">'
    assert (nothing_chosen.count("autofocus"), focused in nothing_chosen) == (1, True)
    long_note = send(reader, path, note="x" * 501).text
    described = 'aria-invalid="true" aria-describedby="note-wrong" autofocus>'
    assert (long_note.count("autofocus"), described in long_note) == (1, True)
    forged = send(reader, path, token="forged").text
    alert = 'role="alert" tabindex="-1" autofocus>Please try again.'
    assert (forged.count("autofocus"), alert in forged) == (1, True)


def test_the_thanks_lead_back_to_the_comment(reader: Reader, path: str) -> None:
    back = f'.test/article#comment-{path.split("/")[2]}">Back to the article'
    assert back in reader.client.get(path).text
    assert back in send(reader, path).text


def test_a_long_note_is_refused_beside_its_field(reader: Reader, path: str) -> None:
    answer = send(reader, path, note="x" * 501)
    assert answer.status_code == 422
    assert 'id="note-wrong" role="alert">Say it in fewer words.' in answer.text


def test_what_readers_do_not_see_has_no_such_page(reader: Reader, path: str) -> None:
    def hide() -> None:
        status.move(db.session.scalars(select(Comment)).one(), Status.SPAM)

    form = hidden_fields(reader.client.get(path).text) | {"cause": "spam"}
    reader.change(hide)
    assert reader.client.get(path).status_code == 404
    assert reader.client.post(path, data=form, headers=HERE).status_code == 404
    assert reader.client.get(f"/c/{ids.new()}/report").status_code == 404
    assert reader.client.get("/c/nonsense/report").status_code == 404


@pytest.mark.parametrize("origin", ["https://blog.test", "https://evil.test", "null", ""])
def test_a_report_from_elsewhere_is_refused(reader: Reader, path: str, origin: str) -> None:
    headers = {"Origin": origin} if origin else {}
    assert send(reader, path, headers).status_code == 403
    assert reports(reader) == []


def test_a_forged_form_is_refused_and_can_be_sent_anew(reader: Reader, path: str) -> None:
    answer = send(reader, path, token="forged")
    assert (answer.status_code, "Please try again." in answer.text) == (403, True)
    form = hidden_fields(answer.text) | {"cause": "spam"}
    assert reader.client.post(path, data=form, headers=HERE).status_code == 200


def test_a_network_of_guests_reports_only_so_quickly(reader: Reader) -> None:
    paths = [page_of(reader, f"Words {number}") for number in range(PER_MINUTE + 1)]
    for path in paths[:-1]:
        reader.client.delete_cookie("__Host-cb_author")
        assert send(reader, path).status_code == 200
    answer = send(reader, paths[-1])
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
    assert open_reports(reader) == PER_MINUTE


def test_the_secret_that_a_browser_has_is_the_one_that_reports(reader: Reader, path: str) -> None:
    secret = tokens.new()
    reader.client.set_cookie("__Host-cb_author", secret, domain="localhost", secure=True)
    send(reader, path)
    assert [report.reporter for report in reports(reader)] == [tokens.digest(secret)]


def test_where_nobody_can_log_in_nothing_is_said_of_it(reader: Reader, path: str) -> None:
    reader.app.extensions["commentbox.providers"] = {}
    page = reader.client.get(path).text
    assert "/login/" not in page


def test_the_thread_is_found_by_its_comment(reader: Reader, path: str) -> None:
    with reader.app.app_context():
        thread = threads.by_id(reader.comments()[0].thread_id)
    assert f'href="{thread.url}#comment-' in reader.client.get(path).text
