"""Two discussions of one article become one."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import following, listing, merging, posting, recount, threads, voting
from commentbox.comments.voting import Voter
from commentbox.errors import Conflict, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Batch, Comment, Policy, Role, Site, Status, Subscription, Thread
from commentbox.moderation import status
from tests.conftest import BLOG

Post = Callable[..., Comment]
SLASHED = f"{BLOG}/article/comments"


@pytest.fixture
def other(site: Site) -> Thread:
    """Return a second thread of the same article."""
    return threads.opened(site, threads.place(site, address=SLASHED))


def say(thread: Thread, source: str, *, parent: Comment | None = None) -> Comment:
    return posting.post(
        thread,
        threads.site_of(thread),
        author=posting.Guest(name="Ben", email="ben@example.org"),
        draft=posting.Draft(source, parent_id=parent.id if parent else None),
        arrival=posting.Arrival(),
    )


def test_replies_keep_whom_they_answer_and_every_count_is_right(
    post: Post, thread: Thread, other: Thread
) -> None:
    post("Here")
    root = say(other, "There")
    reply = say(other, "An answer there", parent=root)
    status.move(root, Status.TRASHED)
    voting.vote(reply, by=Voter(key=tokens.new()))
    merging.merge(other, thread)
    db.session.refresh(reply)
    assert (reply.thread_id, reply.parent_id, reply.root_id) == (thread.id, root.id, root.id)
    assert (thread.comment_count, other.comment_count, reply.votes) == (2, 0, 1)
    assert recount.drift() == []


def test_both_addresses_lead_to_the_one_discussion(
    post: Post, site: Site, thread: Thread, other: Thread
) -> None:
    say(other, "There")
    old = other.key
    merging.merge(other, thread)
    assert threads.find(site, old) == threads.by_id(other.id) == thread
    assert threads.opened(site, threads.place(site, address=SLASHED)) == thread
    assert listing.counts(site, [old, thread.key]) == {old: 1, thread.key: 1}
    posted = say(other, "To the old address, from a form that was open")
    assert (posted.thread_id, thread.comment_count) == (thread.id, 2)


def test_a_thread_that_had_taken_another_in_takes_it_along(
    site: Site, thread: Thread, other: Thread
) -> None:
    third = threads.opened(site, threads.place(site, address=f"{BLOG}/third"))
    say(third, "First")
    merging.merge(third, other)
    merging.merge(other, thread)
    assert threads.find(site, third.key) == threads.find(site, other.key) == thread
    assert thread.comment_count == 1


def test_followers_move_and_nobody_follows_twice(thread: Thread, other: Thread) -> None:
    for place, address in ((thread, "ann"), (other, "ann"), (other, "ben"), (thread, "cy")):
        following.subscribe(place, f"{address}@example.org")
    mine = select(Subscription.id).where(Subscription.thread_id == other.id)
    for subscription in db.session.scalars(mine).all():
        following.confirm(subscription)
    merging.merge(other, thread)
    known = db.session.scalars(select(Subscription).order_by(Subscription.email)).all()
    assert [(each.email.partition("@")[0], bool(each.confirmed_at)) for each in known] == [
        *(("ann", True), ("ben", True), ("cy", False)),
    ]
    assert {each.thread_id for each in known} == {thread.id}


def test_what_waits_there_names_no_other_article(site: Site, thread: Thread, other: Thread) -> None:
    site.policy = Policy.HOLD_ALL
    waiting = say(other, "I wait")
    waiting.page_title, waiting.page_url = "Another title", SLASHED
    url = thread.url
    merging.merge(other, thread)
    db.session.refresh(waiting)
    status.move(waiting, Status.PUBLISHED)
    assert (thread.title, thread.url) == ("An article", url)


def test_a_merge_never_touches_another_site(post: Post, site: Site, thread: Thread) -> None:
    """Renaming a page has moved threads of other sites elsewhere: there was no filter by site."""
    twin = Site(name="twin", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(twin)
    db.session.flush()
    theirs = threads.opened(twin, threads.place(twin, address=f"{BLOG}/article"))
    mine, kept = post("Mine"), say(theirs, "Theirs")
    with pytest.raises(Conflict, match=r"thread\.elsewhere"):
        merging.merge(thread, theirs)
    with pytest.raises(Conflict, match=r"thread\.elsewhere"):
        merging.found(f"{BLOG}/article", thread.id)
    into = threads.opened(site, threads.place(site, address=SLASHED))
    [(source, found)] = merging.found(f"{BLOG}/article", SLASHED, site=site)
    merging.merge(source, found)
    for comment in (mine, kept):
        db.session.refresh(comment)
    assert (mine.thread_id, kept.thread_id) == (into.id, theirs.id)
    assert theirs.comment_count == 1


def test_a_thread_is_not_merged_into_itself(thread: Thread, other: Thread) -> None:
    with pytest.raises(Conflict, match=r"thread\.same"):
        merging.merge(thread, thread)
    merging.merge(other, thread)
    with pytest.raises(Conflict, match=r"thread\.same"):
        merging.merge(other, thread)


def test_owners_may_merge_and_the_log_says_who_did(
    site: Site, thread: Thread, other: Thread
) -> None:
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    zoe = people.invite("zoe@example.org", site=site, role=Role.OWNER)
    with pytest.raises(NotAllowed):
        merging.merge(other, thread, by=ben)
    people.dismiss("ben@example.org")
    with pytest.raises(NotFound):
        merging.merge(other, thread, by=ben)
    merging.merge(other, thread, by=zoe)
    [batch] = db.session.scalars(select(Batch))
    assert (batch.action, batch.account_id, batch.site_id) == ("merge", zoe.id, site.id)
