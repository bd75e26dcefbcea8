"""An outside scorer that takes its time and says nothing: nothing else waits for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from commentbox.adapters import scorer as scorers
from commentbox.extensions import db
from commentbox.models import Account, Comment, Status
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen
from tests.akismet import HAM, Akismet
from tests.outside import hangs
from tests.postbox import Postbox, work

Send = Callable[..., Comment]
LATER = timedelta(minutes=15)


@pytest.fixture
def comments(send: Send) -> list[Comment]:
    """Return comments that the scorer is to be asked about."""
    return [send(f"Words {number}") for number in range(3)]


@pytest.fixture
def hang(outside: Akismet, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function from which on the scorer takes its time and says nothing."""

    def hang() -> None:
        monkeypatch.setattr(scorers, "SECONDS", 0.3)
        monkeypatch.setattr(scorers, "PATIENCE", 0.2)
        outside.reply = hangs()

    return hang


def now(comments: list[Comment]) -> list[Comment]:
    """Return the comments as they are once jobs have been done."""
    return [db.session.get_one(Comment, each.id) for each in comments]


def test_it_is_asked_nothing_for_a_minute_and_then_about_all(
    app: Flask, outside: Akismet, comments: list[Comment], hang: Callable[[], None]
) -> None:
    hang()
    work(app, Postbox(), later=timedelta(seconds=90))
    assert len(outside.asked) == 2
    outside.reply = HAM
    work(app, Postbox(), later=LATER)
    assert {each.status for each in now(comments)} == {Status.PUBLISHED}


def test_it_leaves_all_to_moderators_when_that_lasts(
    app: Flask, comments: list[Comment], hang: Callable[[], None]
) -> None:
    hang()
    for minutes in (2, 5):
        work(app, Postbox(), later=timedelta(minutes=minutes))
    assert {each.caught_by for each in now(comments)} == {"scorer-failed"}


def test_it_is_told_nothing_for_a_minute_either(
    app: Flask,
    outside: Akismet,
    comments: list[Comment],
    hang: Callable[[], None],
    mia: Account,
) -> None:
    work(app, Postbox())
    hang()
    actions.mark_spam([Seen.of(each) for each in now(comments)], by=mia)
    work(app, Postbox(), later=LATER)
    assert len(outside.asked) == len(comments) + 1
