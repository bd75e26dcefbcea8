"""The conversation as a page of our own, without script."""

import re
from datetime import timedelta
from typing import Any

import pytest

from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Subscription
from tests.reader import ARTICLE, Reader, hidden_fields

PLACE = f"/t?site=blog&url={ARTICLE}"


def test_the_first_comment_opens_the_page_of_the_thread(reader: Reader) -> None:
    answer = reader.send(PLACE)
    comment = reader.comments()[0]
    assert answer.status_code == 303
    assert answer.location.startswith(f"/t/{comment.thread_id}?comment={comment.id}#comment-")
    assert "Hello" in reader.client.get(answer.location).text
    assert reader.client.get(PLACE).location == f"/t/{comment.thread_id}"


def test_the_page_names_its_article_and_runs_one_script(reader: Reader) -> None:
    path = f"/t/{reader.fill(10)}"
    page = reader.client.get(path)
    assert f'<a href="{ARTICLE}"><bdi>An article</bdi></a>' in page.text
    assert re.findall(r"<script[^>]*/(\w+/\w+\.js)\"></script>", page.text) == ["page/keep.js"]
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_enter_in_a_field_presses_the_button_that_posts(reader: Reader) -> None:
    first = re.findall(r"<button[^>]*>[^<]*", reader.client.get(PLACE).text)[0]
    assert first.endswith(">Post Comment")
    assert "name=" not in first
    assert "formaction=" not in first


def test_what_was_typed_stays_when_it_cannot_be_stored(reader: Reader) -> None:
    page = reader.send(PLACE, comment="My <words>", email="a@b", author="Ann & Ben")
    assert page.status_code == 422
    assert "My &lt;words&gt;</textarea>" in page.text
    assert 'value="Ann &amp; Ben"' in page.text
    assert "Invalid email address" in page.text
    assert reader.count() == 0


def test_a_corrected_form_may_be_sent_at_once(reader: Reader) -> None:
    page = reader.send(PLACE, email="a@b")
    path = "/t?site=blog&url=" + ARTICLE
    kept = hidden_fields(page.text)
    answer = reader.send(path, token=kept["token"], key=kept["key"])
    assert answer.status_code == 303
    assert reader.comments()[0].is_published


def test_a_stale_form_keeps_its_words_and_gets_a_fresh_token(reader: Reader) -> None:
    page = reader.send(PLACE, after=timedelta(hours=25))
    assert page.status_code == 403
    assert "Please try again." in page.text
    assert "Hello</textarea>" in page.text


def test_a_form_sent_twice_stores_one_comment(reader: Reader) -> None:
    hidden = hidden_fields(reader.client.get(PLACE).text)
    first = reader.send(PLACE, key=hidden["key"])
    reader.client.delete_cookie("__Host-cb_author")
    second = reader.send(f"/t/{reader.comments()[0].thread_id}", key=hidden["key"])
    assert (second.status_code, second.location) == (303, first.location)
    assert reader.count() == 1


def test_a_form_that_is_sent_again_after_its_answer_stores_one_comment(reader: Reader) -> None:
    hidden = hidden_fields(reader.client.get(PLACE).text)
    first = reader.send(PLACE, key=hidden["key"])
    second = reader.send(f"/t/{reader.comments()[0].thread_id}", key=hidden["key"])
    assert (second.status_code, second.location) == (303, first.location)
    assert reader.count() == 1


def test_a_lost_answer_brings_its_cookie_again(patient: Reader) -> None:
    hidden = hidden_fields(patient.client.get(PLACE).text)
    patient.send(PLACE, key=hidden["key"], comment="Waiting words")
    patient.client.delete_cookie("__Host-cb_author")
    again = patient.send(_thread(patient), key=hidden["key"], comment="Waiting words")
    assert "Waiting words" in patient.client.get(again.location).text


def test_an_error_comes_with_a_fresh_key(reader: Reader) -> None:
    hidden = hidden_fields(reader.client.get(PLACE).text)
    page = reader.send(PLACE, key=hidden["key"], email="a@b")
    assert hidden_fields(page.text)["key"] not in {"", hidden["key"]}


def test_other_words_under_a_used_key_come_back_and_can_be_sent(reader: Reader) -> None:
    hidden = hidden_fields(reader.client.get(PLACE).text)
    reader.send(PLACE, key=hidden["key"])
    reader.client.delete_cookie("__Host-cb_author")
    page = reader.send(_thread(reader), key=hidden["key"], comment="Other words")
    assert page.status_code == 422
    assert "Other words</textarea>" in page.text
    assert "Press the button again to post this one too." in page.text
    kept = hidden_fields(page.text)
    sent = reader.send(_thread(reader), comment="Other words", key=kept["key"])
    assert (sent.status_code, reader.count()) == (303, 2)


def test_the_author_sees_what_waits_and_nobody_else_does(patient: Reader) -> None:
    path = patient.send(PLACE, comment="Waiting words").location
    mine = patient.client.get(path).text
    assert "This is a preview; your comment will be visible after it has been approved." in mine
    assert "Waiting words" in mine
    assert "Waiting words" not in Reader(patient.app).client.get(path).text


def test_the_secret_of_a_browser_is_in_a_cookie_that_script_cannot_read(reader: Reader) -> None:
    cookie = reader.send(PLACE).headers["Set-Cookie"]
    assert cookie.startswith("__Host-cb_author=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert f"Max-Age={30 * 24 * 3600}" in cookie.split("; ")
    value = cookie.split(";")[0].removeprefix("__Host-cb_author=")
    assert reader.comments()[0].author_key == tokens.digest(value)


def test_reading_sets_no_cookie(reader: Reader) -> None:
    assert "Set-Cookie" not in reader.client.get(f"/t/{reader.fill(10)}").headers
    assert "Set-Cookie" not in reader.get().headers


def test_a_reply_is_written_without_script(reader: Reader) -> None:
    reader.send(PLACE)
    comment = reader.comments()[0]
    page = f"/t/{comment.thread_id}?replytocom={comment.id}"
    assert "Leave a Reply to Ann" in reader.client.get(page).text
    assert reader.send(page, comment="Answer").status_code == 303
    assert reader.comments()[1].parent_id == comment.id


def test_every_comment_is_reached_by_links(reader: Reader) -> None:
    waiting, seen, ids = [f"/t/{reader.fill(600)}"], set(), set()
    while waiting:
        path = waiting.pop().replace("&amp;", "&")
        if path not in seen:
            seen.add(path)
            page = reader.client.get(path).text
            ids |= set(re.findall(r'data-id="(\w{22})"', page))
            waiting += re.findall(r'<a class="more" [^>]*href="([^"]+)"', page)
    assert len(ids) == 600


def test_a_reply_is_cancelled_by_a_link(reader: Reader) -> None:
    reader.send(PLACE)
    path = _thread(reader)
    page = reader.client.get(f"{path}?replytocom={reader.comments()[0].id}").text
    assert f'id="cancel-comment-reply-link" href="{path}#respond">Cancel reply</a>' in page
    assert "Cancel reply" not in reader.client.get(path).text


def test_no_button_is_shown_that_only_a_script_could_answer(reader: Reader) -> None:
    reader.send(PLACE)
    path = _thread(reader)
    for address in (path, f"{path}?replytocom={reader.comments()[0].id}"):
        assert '<button type="button"' not in reader.client.get(address).text


def test_a_duplicate_leads_to_the_comment_that_is_there(reader: Reader) -> None:
    reader.send(PLACE)
    comment = reader.comments()[0]
    page = reader.send(_thread(reader))
    where = f"{_thread(reader)}?comment={comment.id}#comment-{comment.id}"
    assert page.status_code == 409
    assert f'<a href="{where}">See that comment</a>' in page.text


def test_a_duplicate_of_what_waits_leads_its_author_to_the_preview(patient: Reader) -> None:
    patient.send(PLACE)
    row = f'<a href="#comment-{patient.comments()[0].id}">See that comment</a>'
    assert row in patient.send(_thread(patient)).text
    patient.client.delete_cookie("__Host-cb_author")
    assert "See that comment" not in patient.send(_thread(patient)).text


def test_who_asked_for_mail_is_told_to_look_for_it(reader: Reader) -> None:
    told = "Check your email to confirm notifications.</p>"
    asked = reader.client.get(reader.send(PLACE, subscribe="1").location).text
    other = reader.client.get(reader.send(_thread(reader), comment="Other").location).text
    assert (f'id="asked" role="status">{told}' in asked, 'id="asked"' in other) == (True, False)


def test_without_a_mail_server_no_mail_is_offered_or_asked_for(unposted: Reader) -> None:
    pages = [unposted.client.get(PLACE).text, unposted.get().text]
    assert not any("Notify me of new comments" in page for page in pages)
    assert "asked" not in unposted.send(PLACE, subscribe="1").location
    with unposted.app.app_context():
        assert db.session.query(Subscription).count() == 0


@pytest.mark.parametrize("trap", [{"contact": "x"}, {"after": timedelta(seconds=1)}])
def test_what_a_program_posts_subscribes_nobody(reader: Reader, trap: dict[str, Any]) -> None:
    assert "Notify me of new comments" in reader.client.get(PLACE).text
    assert reader.send(PLACE, subscribe="1", **trap).status_code == 303
    with reader.app.app_context():
        assert db.session.query(Subscription).count() == 0


def test_notifications_are_asked_for_with_the_comment(reader: Reader) -> None:
    reader.send(PLACE, subscribe="1")
    with reader.app.app_context():
        found = db.session.query(Subscription).one()
        assert (found.email, found.confirmed_at) == ("ann@example.org", None)


def test_a_form_from_elsewhere_is_refused(reader: Reader) -> None:
    hidden = hidden_fields(reader.client.get(PLACE).text)
    answer = reader.client.post(PLACE, data=hidden, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403


def _thread(reader: Reader) -> str:
    return f"/t/{reader.comments()[0].thread_id}"
