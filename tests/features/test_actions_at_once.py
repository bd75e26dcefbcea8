"""Several moderators at the same comments at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import posting, recount, threads
from commentbox.errors import Conflict
from commentbox.extensions import begin_writing, db
from commentbox.models import Comment, Policy, Site
from commentbox.moderation import actions
from commentbox.moderation.actions import Done, Seen

ROUNDS = 8
Act = Callable[..., Done]


def test_opposite_decisions_at_once_neither_block_each_other_nor_break_a_count(app: Flask) -> None:
    with app.app_context():
        comment_ids = _some_comments()
    acts = [actions.approve, actions.mark_spam, actions.trash] * ROUNDS
    with ThreadPoolExecutor(3) as moderators:
        orders = [comment_ids, comment_ids[::-1]] * len(acts)
        done = list(moderators.map(lambda act, order: _decide(app, act, order), acts, orders))
    assert all(done)
    with app.app_context():
        assert recount.drift() == []
        assert len(set(db.session.scalars(select(Comment.status)))) == 1


def _some_comments() -> list[str]:
    """Post in several threads of a site, with an admin `mia`."""
    begin_writing()
    site = Site(name="blog", origins=["https://blog.test"], policy=Policy.HOLD_ALL)
    db.session.add(site)
    db.session.flush()
    people.invite("mia@example.org")
    found = [_post(site, number) for number in range(6)]
    db.session.commit()
    db.session.remove()
    return found


def _post(site: Site, number: int) -> str:
    place = threads.place(site, address=f"https://blog.test/{number % 3}")
    return posting.post(
        threads.opened(site, place),
        site,
        author=posting.Guest(name="Ann", email="ann@example.org"),
        draft=posting.Draft(f"Number {number}"),
        arrival=posting.Arrival(),
    ).id


def _decide(app: Flask, act: Act, comment_ids: list[str]) -> bool:
    with app.app_context():
        begin_writing()
        mia = people.find("mia@example.org")
        assert mia
        try:
            act([Seen(each, 0) for each in comment_ids], by=mia)
        except Conflict:
            db.session.rollback()
        db.session.commit()
        return True
