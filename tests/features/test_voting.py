"""Votes: one for each reader, for what everybody can read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import people
from commentbox.comments import posting, threads
from commentbox.comments.voting import Voter, unvote, vote
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import begin_writing, db
from commentbox.jobs import retention
from commentbox.lib import clock, tokens
from commentbox.models import Comment, Policy, Site, Status, Vote
from commentbox.moderation import status
from tests.conftest import BLOG

Post = Callable[..., Comment]
AT_ONCE = 8


def guest(*, key: str | None = None, client: str = "here") -> Voter:
    return Voter(key=key or tokens.new(), client=client)


def counted(comment: Comment) -> tuple[int, int]:
    """Return the stored count and the number of rows."""
    db.session.refresh(comment)
    rows = select(func.count()).select_from(Vote).where(Vote.comment_id == comment.id)
    return comment.votes, db.session.scalar(rows) or 0


def test_a_reader_has_one_vote_and_may_take_it_back(post: Post) -> None:
    comment, ann, bob = post(), guest(client="ann"), guest(client="bob")
    assert vote(comment, by=ann)
    assert not vote(comment, by=ann)
    assert vote(comment, by=bob)
    assert counted(comment) == (2, 2)
    assert unvote(comment, by=ann)
    assert not unvote(comment, by=ann)
    assert counted(comment) == (1, 1)
    assert vote(comment, by=ann)
    assert counted(comment) == (2, 2)


def test_who_logged_in_has_one_vote_from_wherever_they_are(post: Post) -> None:
    comment, mia, sam = post(), people.invite("mia@example.org"), people.invite("sam@example.org")
    assert vote(comment, by=Voter(mia, client="here"))
    assert not vote(comment, by=Voter(mia, client="there"))
    assert vote(comment, by=Voter(sam, client="here"))
    assert counted(comment) == (2, 2)


def test_a_network_of_guests_has_one_vote_for_each_comment_a_day(post: Post) -> None:
    first, second = post("One"), post("Two")
    assert vote(first, by=guest())
    assert not vote(first, by=guest())
    assert vote(second, by=guest())
    with clock.turned_by(timedelta(hours=25)):
        retention.clean_up()
        assert vote(first, by=guest())
    assert counted(first) == (2, 2)


def test_nobody_takes_back_the_vote_of_another_guest_of_their_network(post: Post) -> None:
    comment = post()
    vote(comment, by=guest())
    assert not unvote(comment, by=guest())
    assert counted(comment) == (1, 1)


@pytest.mark.parametrize("act", [vote, unvote])
def test_only_what_readers_see_can_be_voted_for(post: Post, act: Callable[..., bool]) -> None:
    comment = post()
    status.move(comment, Status.SPAM)
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        act(comment, by=guest())


def test_a_guest_needs_the_secret_of_a_browser(post: Post) -> None:
    with pytest.raises(Invalid, match=r"field\.invalid"):
        vote(post(), by=Voter(key="short"))


def test_the_same_vote_at_once_counts_once(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        comment_id = _published()
        db.session.commit()
        db.session.remove()
    same = guest()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        won = list(readers.map(lambda _: _vote(app, comment_id, same), range(AT_ONCE)))
        others = [guest(client=f"network {number}") for number in range(AT_ONCE)]
        assert all(readers.map(lambda voter: _vote(app, comment_id, voter), others))
    assert won.count(True) == 1
    with app.app_context():
        assert counted(db.session.get_one(Comment, comment_id)) == (1 + AT_ONCE, 1 + AT_ONCE)


def _published() -> str:
    site = Site(name="blog", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(site)
    db.session.flush()
    return posting.post(
        threads.opened(site, threads.place(site, address=f"{BLOG}/article")),
        site,
        author=posting.Guest(name="Ann", email="ann@example.org"),
        draft=posting.Draft("Hello"),
        arrival=posting.Arrival(),
    ).id


def _vote(app: Flask, comment_id: str, voter: Voter) -> bool:
    with app.app_context():
        begin_writing()
        is_new = vote(db.session.get_one(Comment, comment_id), by=voter)
        db.session.commit()
        return is_new
