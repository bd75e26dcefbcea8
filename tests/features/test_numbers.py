"""The figures of the last days."""

from collections.abc import Callable
from datetime import timedelta

from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Comment, Site, Status
from commentbox.moderation import numbers

Post = Callable[..., Comment]


def came(comment: Comment, *, as_: Status, by: str = "", days_ago: int = 0) -> None:
    comment.first_status, comment.caught_by = as_, by
    comment.created_at = clock.now() - timedelta(days=days_ago)
    db.session.flush()


def test_each_day_says_what_was_done_with_what_came_in(site: Site, post: Post) -> None:
    came(post("One"), as_=Status.PUBLISHED)
    came(post("Two"), as_=Status.PENDING, by="first")
    came(post("Three"), as_=Status.SPAM, by="words", days_ago=29)
    came(post("Four"), as_=Status.SPAM, by="words", days_ago=30)
    found = numbers.of([site.id])
    assert [each.day for each in found.days] == sorted({each.day for each in found.days})
    assert len(found.days) == numbers.DAYS
    assert (found.days[-1].published, found.days[-1].held, found.days[-1].spam) == (1, 1, 0)
    assert found.days[0].spam == 1
    assert found.total.total == 3
    assert sorted(found.caught) == [("first", 1), ("words", 1)]


def test_what_nobody_knows_the_reason_of_is_counted_and_not_named(site: Site, post: Post) -> None:
    came(post("One"), as_=Status.PENDING)
    found = numbers.of([site.id])
    assert (found.total.held, found.caught) == (1, [])


def test_what_the_first_judgement_got_wrong_is_counted(site: Site, post: Post) -> None:
    missed, freed = post("Buy"), post("Hello")
    came(missed, as_=Status.PUBLISHED)
    came(freed, as_=Status.SPAM, by="learned")
    missed.status, freed.status = Status.SPAM, Status.PUBLISHED
    db.session.flush()
    found = numbers.of([site.id])
    assert (found.missed, found.freed) == (1, 1)


def test_other_sites_and_none_count_nothing(site: Site, post: Post) -> None:
    post("One")
    assert numbers.of(["0" * 22]).total.total == 0
    assert numbers.of([]).total.total == 0
