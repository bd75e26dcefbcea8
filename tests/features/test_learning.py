"""From a moderator's decision to what the filter says of the next comment, and back."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from commentbox.accounts import people
from commentbox.extensions import db
from commentbox.jobs.worker import run_once
from commentbox.lib import clock
from commentbox.models import Account, Comment, Job, Policy, Site, SpamModel, Status
from commentbox.moderation import actions, teaching
from commentbox.moderation.actions import Seen
from commentbox.spam import judging
from commentbox.tasks import learning

Post = Callable[..., Comment]
TEXT = "Cheap watches number {} for you, order now at our shop"


@pytest.fixture
def mia(site: Site) -> Account:
    """Return an admin of everything."""
    return people.invite("mia@example.org")


def seen(comments: list[Comment]) -> list[Seen]:
    return [Seen.of(comment) for comment in comments]


def done() -> None:
    """Learn all that there is to learn, as the worker does."""
    db.session.execute(delete(Job).where(Job.kind != "spam.learn"))
    while run_once(learning.handlers(), clock.now()):
        pass
    assert not db.session.scalars(select(Job).where(Job.done_at.is_(None))).all()


def known() -> tuple[bytes, int, int] | None:
    """Return what the filter has learned."""
    columns = (SpamModel.content, SpamModel.spam, SpamModel.fine)
    row = db.session.execute(select(*columns)).one_or_none()
    return (row.content, row.spam, row.fine) if row else None


def test_what_a_moderator_decides_is_known_at_the_next_comment(
    site: Site, post: Post, mia: Account
) -> None:
    spam = post(TEXT.format("one"))
    actions.mark_spam(seen([spam]), by=mia)
    assert judging.judge(site.id, spam.source, hosts=[]).score is None
    done()
    score = judging.judge(site.id, spam.source, hosts=[]).score
    assert score is not None
    assert score > 0.5


def test_taking_back_and_deciding_again_restores_every_byte(post: Post, mia: Account) -> None:
    comments = [post(text) for text in ("Buy my watches", "A good point about bridges", "Thanks")]
    actions.mark_spam(seen(comments[:1]), by=mia)
    done()
    first = known()
    batch = actions.mark_spam(seen(comments[1:]), by=mia)
    done()
    second = known()
    assert second != first
    undone = actions.undo(batch.id, by=mia)
    done()
    assert known() == first
    actions.undo(undone.id, by=mia)
    done()
    assert known() == second


def test_what_is_restored_to_wait_again_is_forgotten(site: Site, post: Post, mia: Account) -> None:
    site.policy = Policy.HOLD_ALL
    comment = post("Buy my watches")
    actions.mark_spam(seen([comment]), by=mia)
    done()
    actions.restore(seen([comment]), by=mia)
    done()
    assert known() == (b"", 0, 0)


def test_twenty_authors_of_the_same_text_teach_once(post: Post, mia: Account) -> None:
    comments = [
        post(TEXT.format(number), name=f"Reader {number}", email=f"reader{number}@example.org")
        for number in range(20)
    ]
    for comment in comments:
        comment.cluster = comments[0].id
    actions.mark_spam(seen(comments), by=mia)
    done()
    row = known()
    assert row is not None
    assert row[1:] == (1, 0)


def test_what_a_long_batch_does_not_speak_of_is_forgotten(
    post: Post, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = [post(text) for text in ("Buy my watches", "A good point about bridges", "Thanks")]
    for comment in comments:
        comment.status = Status.PENDING
    actions.approve(seen(comments), by=mia)
    done()
    fine = known()
    monkeypatch.setattr(teaching, "MOST_LESSONS", 1)
    batch = actions.mark_spam(seen(comments), by=mia)
    done()
    row = known()
    assert row is not None
    assert row[1:] == (1, 0)
    actions.undo(batch.id, by=mia)
    done()
    assert known() == fine
