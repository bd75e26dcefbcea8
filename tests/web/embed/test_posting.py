"""Posting from the frame."""

from datetime import timedelta
from typing import Any

import pytest

from commentbox.lib import clock, tokens
from commentbox.models import Status
from tests.conftest import BASE
from tests.reader import ANN, ARTICLE, Reader

SECOND = timedelta(seconds=1)


def test_a_published_comment_comes_back_as_it_is_shown(reader: Reader) -> None:
    answer = reader.write()
    comment = reader.comments()[0]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/c/{comment.id}"
    assert f'data-id="{comment.id}"' in answer.text
    assert 'data-status="published"' in answer.text
    assert tokens.digest(answer.headers["Commentbox-Author"]) == comment.author_key


def test_a_preview_leads_to_no_website(patient: Reader) -> None:
    answer = patient.write(comment="Mine", url="ann.example")
    assert "This is a preview" in answer.text
    assert "ann.example" not in answer.text


def test_a_held_comment_comes_back_as_a_preview(patient: Reader) -> None:
    answer = patient.write(comment="Held words https://x.example/")
    assert answer.status_code == 202
    assert "This is a preview; your comment will be visible after" in answer.text
    assert "<a href" not in answer.text
    assert "data-reply" not in answer.text
    assert "Held words" not in patient.get().text


def test_what_waits_is_shown_to_its_author_alone(patient: Reader) -> None:
    key = patient.write(comment="Mine").headers["Commentbox-Author"]
    mine = patient.get("mine", headers={"Commentbox-Author": key})
    assert mine.get_json()["count"] == 1
    assert "Mine" in mine.get_json()["previews"]
    assert mine.headers["Cache-Control"] == "private, no-store"
    for other in ({"Commentbox-Author": tokens.new()}, {"Commentbox-Author": "x"}, {}):
        assert patient.get("mine", headers=other).get_json() == {"previews": "", "count": 0}


def test_a_key_that_the_browser_made_is_kept(reader: Reader) -> None:
    key = tokens.new()
    answer = reader.write(headers={"Commentbox-Author": key})
    assert answer.headers["Commentbox-Author"] == key
    assert reader.comments()[0].author_key == tokens.digest(key)


def test_everything_wrong_is_named_at_once(reader: Reader) -> None:
    answer = reader.write(comment=" ", email="a@b", author="", url="javascript:alert(1)")
    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {
        "comment": "Please enter a comment",
        "email": "Invalid email address",
        "author": "Please enter your name here",
        "url": "Enter a web address that starts with http:// or https://",
    }
    assert reader.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("comment", "x" * 10_001, "Your comment is too long."),
        ("email", "a" * 100 + "@example.org", "Your email address is too long."),
        ("author", "x" * 246, "Your name is too long."),
        ("url", "https://example.org/" + "x" * 200, "Your URL is too long."),
        ("email", "", "Please enter your email address here"),
    ],
)
def test_each_field_has_its_own_words(reader: Reader, field: str, value: str, words: str) -> None:
    changed: dict[str, Any] = {field: value}
    answer = reader.write(**changed)
    assert answer.get_json()["fields"] == {field: words}


def test_a_form_sent_at_once_is_held_and_answered_like_any_other(reader: Reader) -> None:
    answer = reader.write(after=SECOND)
    assert answer.status_code == 202
    assert [reason["code"] for reason in reader.comments()[0].reasons] == ["trap", "first", "open"]
    assert "is awaiting moderation" in answer.text


def test_the_invisible_field_is_for_programs_alone(reader: Reader) -> None:
    assert reader.write(contact="buy").status_code == 202
    assert reader.comments()[0].status is Status.PENDING


@pytest.mark.parametrize("token", ["", "form.abc.def", "x" * 5000])
def test_a_missing_or_false_token_asks_to_try_again(reader: Reader, token: str) -> None:
    answer = reader.write(token=token)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "form.stale")
    assert reader.count() == 0


def test_a_token_lasts_a_day(reader: Reader) -> None:
    assert reader.write(after=timedelta(hours=23)).status_code == 201
    assert reader.write(comment="Late", after=timedelta(hours=25)).status_code == 403


@pytest.mark.parametrize("origin", ["", "null", "https://blog.test", "https://comments.test.evil"])
def test_only_our_own_pages_may_send_the_form(reader: Reader, origin: str) -> None:
    answer = reader.write(headers={"Origin": origin})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "origin.foreign")


def test_a_duplicate_names_the_comment_that_is_there(reader: Reader) -> None:
    reader.write()
    answer = reader.write()
    assert answer.status_code == 409
    assert answer.get_json()["comment_id"] == reader.comments()[0].id


def test_a_reply_to_a_comment_that_is_gone_is_refused(reader: Reader) -> None:
    answer = reader.write(parent="0" * 22)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "parent.gone")


def test_a_lost_answer_is_given_again(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    first, second = reader.write(headers=key), reader.write(headers=key)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (second.status_code, second.text) == (first.status_code, first.text)
    assert second.headers["Location"] == first.headers["Location"]
    assert reader.count() == 1


def test_a_lost_answer_brings_its_secret_again(patient: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    first, second = patient.write(headers=key), patient.write(headers=key)
    secret = second.headers["Commentbox-Author"]
    assert secret == first.headers["Commentbox-Author"]
    mine = patient.get("mine", headers={"Commentbox-Author": secret})
    assert mine.get_json()["count"] == 1


def test_a_secret_is_given_again_for_the_same_text_alone(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    first = reader.write(headers=key).headers["Commentbox-Author"]
    assert "Commentbox-Author" not in reader.write(comment="Other", headers=key).headers
    with clock.turned_by(timedelta(hours=25)):
        later = reader.write(comment="Other", headers=key)
    assert later.headers["Commentbox-Author"] != first


def test_no_secret_is_made_from_a_short_key(reader: Reader) -> None:
    key = {"Idempotency-Key": "guess-me"}
    assert tokens.is_token(reader.write(headers=key).headers["Commentbox-Author"])
    assert "Commentbox-Author" not in reader.write(headers=key).headers


def test_a_key_is_for_one_comment_and_one_browser(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    reader.write(headers=key)
    answer = reader.write(comment="Other", headers=key)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "key.reused")
    other = reader.write(comment="Other", headers=key | {"Commentbox-Author": tokens.new()})
    assert other.status_code == 201


def test_a_refusal_does_not_use_up_the_key(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    assert reader.write(comment="", headers=key).status_code == 422
    assert reader.write(headers=key).status_code == 201


def test_a_key_is_forgotten_after_a_day(reader: Reader) -> None:
    key = {"Idempotency-Key": tokens.new()}
    reader.write(headers=key)
    with clock.turned_by(timedelta(hours=25)):
        assert reader.write(comment="New", headers=key).status_code == 201
    assert reader.count() == 2


def test_an_unusable_key_is_refused(reader: Reader) -> None:
    answer = reader.write(headers={"Idempotency-Key": "short"})
    assert answer.get_json()["code"] == "key.invalid"


def test_the_first_comment_opens_the_thread_with_its_title(reader: Reader) -> None:
    token = reader.token()
    with clock.turned_by(SECOND * 3):
        reader.client.post(
            "/embed/blog/comments",
            data=ANN
            | {
                "token": token,
                "page_url": f"{ARTICLE}/?utm_source=x",
                "page_title": "An\narticle",
            },
            headers={"Origin": BASE},
        )
    page = reader.client.get("/t", query_string={"site": "blog", "url": ARTICLE})
    assert "Comments on An article" in reader.client.get(page.location).text


def test_who_posts_too_fast_is_told_when_to_try_again(hurried: Reader) -> None:
    for number in range(2):
        assert hurried.write(comment=f"Comment {number}").status_code == 201
    answer = hurried.write(comment="Third")
    assert (answer.status_code, answer.get_json()["code"]) == (429, "comment.flood")
    assert 0 < int(answer.headers["Retry-After"]) == answer.get_json()["retry_after"] <= 60
    assert hurried.write(comment="Third", after=timedelta(seconds=70)).status_code == 201
