"""Moving many comments at once: as one by one, in as few statements as one."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from commentbox.comments import recount
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Status, Thread
from commentbox.moderation import status

Post = Callable[..., Comment]
PLACES = (Status.PENDING, Status.PUBLISHED, Status.SPAM, Status.TRASHED)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note what is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("seed", range(5))
def test_a_set_moved_at_once_stands_as_if_each_had_moved_alone(post: Post, seed: int) -> None:
    chance = random.Random(seed)
    comments = [post("Root")]
    for number in range(24):
        comments.append(post(f"Number {number}", parent=chance.choice([None, *comments])))
    for _ in range(6):
        chosen = chance.sample(comments, 9)
        wanted = [(each, chance.choice(PLACES)) for each in chosen]
        status.move_all((each, to) for each, to in wanted if each.status is not to)
        assert recount.drift() == []
        assert [each.status for each in chosen] == [to for _, to in wanted]


def test_moving_sixty_takes_no_more_statements_than_moving_three(post: Post) -> None:
    root = post("Root")
    comments = [post(f"Number {number}", parent=[None, root][number % 2]) for number in range(63)]
    for to in (Status.SPAM, Status.PENDING, Status.PUBLISHED):
        with statements() as few:
            status.move_all((each, to) for each in comments[:3])
        with statements() as many:
            status.move_all((each, to) for each in comments[3:])
        assert len(many) == len(few) <= 8
    assert recount.drift() == []


def test_a_move_says_when(post: Post) -> None:
    comment = post()
    before = clock.now()
    status.move(comment, Status.SPAM)
    db.session.refresh(comment)
    assert comment.moved_at
    assert before <= comment.moved_at <= clock.now()


def test_one_that_cannot_move_keeps_all_where_they_are(post: Post) -> None:
    gone, kept = post("Gone"), post("Kept")
    status.move(gone, Status.DELETED)
    with pytest.raises(Conflict, match=r"status\.impossible"):
        status.move_all([(kept, Status.SPAM), (gone, Status.SPAM)])
    assert kept.status is Status.PUBLISHED


def test_a_thread_is_called_what_the_first_of_a_set_calls_it(post: Post, thread: Thread) -> None:
    thread.title = ""
    comments = [post(f"Number {number}") for number in range(3)]
    status.move_all((each, Status.PENDING) for each in comments)
    for number, comment in enumerate(comments):
        comment.page_title, comment.page_url = f"Title {number}", f"https://blog.test/{number}"
    status.move_all((each, Status.PUBLISHED) for each in comments)
    assert (thread.title, thread.url) == ("Title 0", "https://blog.test/0")
    status.move_all((each, Status.SPAM) for each in comments)
    assert thread.title == ""
