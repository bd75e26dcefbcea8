"""The first judgement of a new comment."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commentbox.comments import posting
from commentbox.errors import TooFast
from commentbox.lib import clock, tokens
from commentbox.models import Comment, Policy, Site, Status, Thread
from commentbox.moderation import intake
from commentbox.moderation.intake import Facts, first_status, signals
from commentbox.moderation.status import move

Post = Callable[..., Comment]


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        (Facts(Policy.HOLD_FIRST, 2, links=0, approved_before=0), Status.PENDING),
        (Facts(Policy.HOLD_FIRST, 2, links=0, approved_before=1), Status.PUBLISHED),
        (Facts(Policy.HOLD_FIRST, 2, links=2, approved_before=9), Status.PENDING),
        (Facts(Policy.HOLD_FIRST, 2, links=1, approved_before=9), Status.PUBLISHED),
        (Facts(Policy.HOLD_ALL, 2, links=0, approved_before=9), Status.PENDING),
        (Facts(Policy.PUBLISH, 2, links=0, approved_before=0), Status.PUBLISHED),
        (Facts(Policy.PUBLISH, 2, links=2, approved_before=0), Status.PENDING),
        (Facts(Policy.PUBLISH, 2, links=0, approved_before=9, is_trap=True), Status.PENDING),
        (
            Facts(Policy.HOLD_ALL, 2, links=5, approved_before=0, is_moderator=True),
            Status.PUBLISHED,
        ),
    ],
)
def test_one_function_decides(facts: Facts, first: Status) -> None:
    assert first_status(signals(facts)) is first


def test_all_reasons_are_kept_with_the_comment(post: Post, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    held = post("https://a.example https://b.example https://c.example")
    assert held.reasons == [{"code": "links", "value": 3}, {"code": "first", "value": ""}]


def test_trust_hangs_on_the_browsers_secret_not_on_what_was_typed(post: Post, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    mine = tokens.new()
    first = post("First", key=mine)
    move(first, Status.PUBLISHED)
    assert post("Second", key=mine).is_published
    assert not post("Typed the same name and address").is_published
    assert not post("Other browser", key=tokens.new()).is_published
    assert not post("Other address", key=mine, email="eve@example.org").is_published


def test_a_signal_is_stored_with_its_figure() -> None:
    assert intake.Signal("links", 3).as_reason() == {"code": "links", "value": 3}


def test_a_client_that_posts_too_fast_waits(thread: Thread, site: Site) -> None:
    arrival = posting.Arrival(client="one network", flood=(2, 60))
    author = posting.Guest(name="Ann", email="ann@example.org")

    def post(text: str) -> Comment:
        draft = posting.Draft(text)
        return posting.post(thread, site, author=author, draft=draft, arrival=arrival)

    post("One")
    post("Two")
    with pytest.raises(TooFast) as refusal:
        post("Three")
    assert 50 < refusal.value.retry_after <= 60
    with clock.turned_by(timedelta(seconds=61)):
        assert post("Three").is_published
