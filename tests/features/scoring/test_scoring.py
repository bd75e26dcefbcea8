"""The outside scorer: asked where a site wants it, held without an answer, told what people say."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.adapters import scorer as scorers
from commentbox.adapters.http import Unreachable
from commentbox.adapters.scorer import Scorer
from commentbox.extensions import db
from commentbox.lib import clock, networks
from commentbox.models import Account, Comment, Job, Site, Status
from commentbox.moderation import actions, reasons
from commentbox.moderation.actions import Seen
from tests.akismet import HAM, KEY, SPAM, THANKS, Akismet
from tests.outside import Reply, hangs, says
from tests.postbox import Postbox, work

Send = Callable[..., Comment]
LATER = timedelta(minutes=15)
DISCARD = says(b"true", kind="text/plain", headers={"X-akismet-pro-tip": "discard"})
TROUBLE = {
    "invalid": says(b"invalid", headers={"X-akismet-debug-help": "Empty key"}),
    "page": says(b"<html>true</html>", kind="text/html"),
    "nothing": says(b""),
    "broken": says(b"true", status="500 Oh dear"),
    "refused": says(b"true", status="403 No"),
    "away": says(b"true", status="302 Away", headers={"Location": "http://127.0.0.1:1/"}),
    "huge": says(b"true" + b" " * 2_000_000),
    "long": says(b"true" + b" " * 2_000),
}


def do_jobs(app: Flask, comment: Comment, *, later: timedelta = timedelta(0)) -> Comment:
    """Do what is due, and return the comment as it is then."""
    comment_id = comment.id
    work(app, Postbox(), later=later)
    return db.session.get_one(Comment, comment_id)


def payloads() -> list[dict[str, object]]:
    kinds = ("comment.scoring", "scorer.feedback")
    return list(db.session.scalars(select(Job.payload).where(Job.kind.in_(kinds))))


def test_what_is_fine_appears_once_the_scorer_has_said_so(
    app: Flask, outside: Akismet, send: Send
) -> None:
    comment = send()
    assert comment.status is Status.PENDING
    comment = do_jobs(app, comment)
    assert (comment.status, comment.first_status) == (Status.PUBLISHED, Status.PUBLISHED)
    assert len(outside.asked) == 1


def test_no_more_is_sent_than_the_docs_say(app: Flask, outside: Akismet, send: Send) -> None:
    do_jobs(app, send("Hello **you**"))
    assert outside.asked == [
        (
            "comment-check",
            {
                "api_key": KEY,
                "blog": "https://blog.test",
                "permalink": "https://blog.test/article",
                "comment_type": "comment",
                "comment_author": "Ann",
                "comment_author_email": "ann@example.org",
                "comment_author_url": "https://ann.test/",
                "comment_content": "Hello **you**",
                "user_ip": "203.0.113.0",
            },
        )
    ]
    assert b"Mozilla" not in outside.listener.requests[0]


def test_no_address_is_kept_once_the_answer_is_there(
    app: Flask, outside: Akismet, send: Send
) -> None:
    comment = send()
    assert payloads() == [{"comment_id": comment.id, "network": "203.0.113.0"}]
    do_jobs(app, comment)
    assert payloads() == [{}]


@pytest.mark.parametrize("reply", [SPAM, DISCARD], ids=["spam", "discard"])
def test_spam_goes_to_the_spam_folder_and_is_never_deleted(
    app: Flask, outside: Akismet, send: Send, reply: Reply
) -> None:
    outside.reply = reply
    comment = do_jobs(app, send())
    assert (comment.status, comment.caught_by) == (Status.SPAM, "scorer")
    assert comment.source == "Hello"
    assert reasons.shown(comment)


@pytest.mark.parametrize("trouble", TROUBLE)
def test_without_a_clear_answer_a_comment_is_held_after_some_attempts(
    app: Flask, outside: Akismet, send: Send, trouble: str
) -> None:
    outside.reply = TROUBLE[trouble]
    comment = do_jobs(app, send())
    assert (comment.status, len(outside.asked)) == (Status.PENDING, 1)
    for attempt in (1, 2):
        comment = do_jobs(app, comment, later=attempt * LATER)
    assert (comment.status, comment.caught_by) == (Status.PENDING, "scorer-failed")
    assert len(outside.asked) == 3
    told = select(Job.kind).where(Job.kind == "comment.pending")
    assert db.session.scalars(told).all() == ["comment.pending"]
    assert reasons.shown(comment)


def test_an_answer_to_a_later_attempt_is_as_good(app: Flask, outside: Akismet, send: Send) -> None:
    outside.reply = TROUBLE["broken"]
    comment = do_jobs(app, send())
    outside.reply = HAM
    assert do_jobs(app, comment, later=LATER).status is Status.PUBLISHED


def test_a_scorer_that_hangs_is_given_up_in_time(
    outside: Akismet, monkeypatch: pytest.MonkeyPatch, writing: None
) -> None:
    outside.reply = hangs()
    monkeypatch.setattr(scorers, "SECONDS", 0.3)
    before = time.monotonic()
    with pytest.raises(Unreachable, match="slow"):
        Scorer(url=outside.url, key=KEY).is_spam({"comment_content": "Hello"})
    assert time.monotonic() - before < 3


def test_a_comment_that_is_refused_at_once_keeps_no_other_from_being_asked_about(
    app: Flask, outside: Akismet, send: Send
) -> None:
    outside.reply = TROUBLE["refused"]
    comments = [send(f"Words {number}") for number in range(3)]
    do_jobs(app, comments[0])
    assert len(outside.asked) == 3


@pytest.mark.parametrize("reason", ["the site", "the service"])
def test_nothing_is_sent_where_it_is_not_wanted_any_more(
    app: Flask, outside: Akismet, send: Send, site: Site, reason: str
) -> None:
    comment = send()
    if reason == "the site":
        site.asks_scorer = False
    else:
        known = app.extensions["commentbox.settings"]
        app.extensions["commentbox.settings"] = replace(known, akismet_key="")
    comment = do_jobs(app, comment)
    assert (comment.status, comment.caught_by) == (Status.PENDING, "scorer-failed")
    assert outside.asked == []


def test_what_somebody_decided_meanwhile_stands(
    app: Flask, outside: Akismet, send: Send, mia: Account
) -> None:
    comment = send()
    actions.trash([Seen.of(comment)], by=mia)
    assert do_jobs(app, comment).status is Status.TRASHED


@pytest.mark.parametrize(
    ("reply", "decide", "call"),
    [
        (HAM, actions.mark_spam, "submit-spam"),
        (SPAM, actions.approve, "submit-ham"),
        (SPAM, actions.mark_spam, None),
        (HAM, actions.trash, None),
    ],
    ids=["missed", "mistaken", "there already", "trash"],
)
def test_the_scorer_learns_what_people_decide(
    app: Flask,
    outside: Akismet,
    send: Send,
    mia: Account,
    reply: Reply,
    decide: Callable[..., object],
    call: str | None,
) -> None:
    outside.reply = reply
    comment = do_jobs(app, send())
    outside.reply = THANKS
    decide([Seen.of(comment)], by=mia)
    do_jobs(app, comment, later=LATER)
    told = [each for each, _ in outside.asked[1:]]
    assert told == ([call] if call else [])
    if call:
        checked, said = outside.asked[0][1], outside.asked[1][1]
        assert said == checked | {"user_ip": "127.0.0.1"}


def test_what_is_taken_back_at_once_is_not_told(
    app: Flask, outside: Akismet, send: Send, mia: Account
) -> None:
    comment = do_jobs(app, send())
    with clock.turned_by(LATER):  # `work` has turned it, too: the log stays in order
        done = actions.mark_spam([Seen.of(comment)], by=mia)
        actions.undo(done.id, by=mia)
    assert len(payloads()) == 2
    do_jobs(app, comment, later=2 * LATER)
    assert (payloads(), len(outside.asked)) == ([{}, {}], 1)


def test_of_what_the_scorer_never_saw_it_is_told_nothing(
    app: Flask, outside: Akismet, send: Send, mia: Account
) -> None:
    comment = do_jobs(app, send(has_scorer=False))
    actions.mark_spam([Seen.of(comment)], by=mia)
    do_jobs(app, comment, later=LATER)
    assert outside.asked == []


def test_one_job_tells_of_many_one_by_one(
    app: Flask, outside: Akismet, send: Send, mia: Account
) -> None:
    comments = [send(f"Words {number}") for number in range(3)]
    do_jobs(app, comments[0])
    outside.reply = THANKS
    seen = [Seen.of(db.session.get_one(Comment, each.id)) for each in comments]
    actions.mark_spam(seen, by=mia)
    assert len([each for each in payloads() if "comment_ids" in each]) == 1
    do_jobs(app, comments[0], later=LATER)
    assert [each for each, _ in outside.asked[3:]] == ["submit-spam"] * 3


def test_what_the_scorer_does_not_take_keeps_nothing_else_from_it(
    app: Flask, outside: Akismet, send: Send, mia: Account
) -> None:
    comments = [send(f"Words {number}") for number in range(3)]
    do_jobs(app, comments[0])
    outside.reply = TROUBLE["refused"]
    seen = [Seen.of(db.session.get_one(Comment, each.id)) for each in comments]
    actions.mark_spam(seen, by=mia)
    do_jobs(app, comments[0], later=LATER)
    told = [said["comment_content"] for _, said in outside.asked[3:]]
    assert sorted(told) == ["Words 0", "Words 1", "Words 2"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_truncated_address_names_nobody(address: str, network: str) -> None:
    assert networks.truncated(address) == network
