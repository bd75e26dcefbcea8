"""Reading a thread, a page at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commentbox.comments import reading
from commentbox.errors import NotFound
from commentbox.lib import clock, tokens
from commentbox.models import Comment, Policy, Site, Status, Thread
from commentbox.moderation import status

Post = Callable[..., Comment]
NEWEST, OLDEST = reading.Order.NEWEST, reading.Order.OLDEST


@pytest.mark.parametrize("order", [NEWEST, OLDEST])
def test_pages_hold_every_comment_once_and_in_order(
    post: Post, thread: Thread, order: reading.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    posted = [post(f"Comment {n}").id for n in range(12)]
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = reading.page(thread, order=order, after=after)
        seen += [branch.root.id for branch in page.branches]
        after = page.more
    assert after is None
    assert seen == (posted if order is OLDEST else posted[::-1])


def test_a_branch_shows_its_first_replies_and_how_many_follow(post: Post, thread: Thread) -> None:
    root = post("Root")
    replies = [post(f"Reply {n}", parent=root).id for n in range(8)]
    branch = reading.page(thread, order=NEWEST).branches[0]
    assert [placed.comment.id for placed in branch.replies] == replies[:3]
    assert branch.unseen == 5
    rest = reading.replies(thread, root.id, after=branch.more)
    assert [placed.comment.id for placed in rest.replies] == replies[3:]
    assert rest.more is None


def test_each_reply_names_whom_it_answers(post: Post, thread: Thread) -> None:
    root = post("Root", name="Ann")
    reply = post("Reply", parent=root, name="Ben")
    post("Deeper", parent=reply, name="Cay")
    found = reading.page(thread, order=NEWEST).branches[0].replies
    assert [(placed.depth, placed.answers) for placed in found] == [(1, "Ann"), (2, "Ben")]


def test_a_hidden_author_is_not_named(post: Post, thread: Thread) -> None:
    root = post("Root", name="Ann")
    post("Reply", parent=root, name="Ben")
    status.move(root, Status.SPAM)
    assert reading.page(thread, order=NEWEST).branches[0].replies[0].answers == ""


def test_a_permalink_opens_the_replies_around_it(post: Post, thread: Thread) -> None:
    root = post("Root")
    replies = [post(f"Reply {n}", parent=root).id for n in range(60)]
    page = reading.around(thread, replies[30], order=NEWEST)
    shown = [placed.comment.id for placed in page.branches[0].replies]
    assert shown == replies[5:56]
    assert page.branches[0].earlier
    assert page.branches[0].more is not None
    assert page.focus == replies[30]


@pytest.mark.parametrize("order", [NEWEST, OLDEST])
def test_a_permalink_within_the_first_page_shows_that_page(
    post: Post, thread: Thread, order: reading.Order
) -> None:
    root = post("Root")
    reply = post("Reply", parent=root)
    post("Other")
    usual = reading.page(thread, order=order)
    for comment in (root, reply):
        page = reading.around(thread, comment.id, order=order)
        assert (page.branches, page.ahead, page.focus) == (usual.branches, "", comment.id)


def test_a_permalink_beyond_the_first_page_puts_its_branch_ahead(
    post: Post, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    posted = [post(f"Root {n}").id for n in range(4)]
    page = reading.around(thread, posted[0], order=NEWEST)
    assert [branch.root.id for branch in page.branches] == [posted[0], posted[3], posted[2]]
    assert page.ahead == posted[0]
    rest = reading.behind(posted[0], reading.page(thread, order=NEWEST, after=page.more))
    assert [branch.root.id for branch in rest.branches] == [posted[1]]


def test_a_comment_of_another_thread_or_a_hidden_one_is_unknown(
    post: Post, thread: Thread, site: Site
) -> None:
    hidden = post("Hidden")
    status.move(hidden, Status.TRASHED)
    other = Thread(site_id=site.id, key="https://blog.test/b", url="https://blog.test/b")
    for comment_id, place in [(hidden.id, thread), ("x", thread), (post("Shown").id, other)]:
        with pytest.raises(NotFound):
            reading.visible(place, comment_id)


def test_a_pending_comment_is_previewed_to_its_author_alone(
    post: Post, thread: Thread, site: Site
) -> None:
    site.policy = Policy.HOLD_ALL
    mine, other = tokens.new(), tokens.new()
    held = post("Held", key=mine)
    assert [p.comment.id for p in reading.previews(thread, author_key=mine)] == [held.id]
    assert reading.previews(thread, author_key=other) == []
    assert reading.page(thread, order=NEWEST).branches == []
    with clock.turned_by(timedelta(days=31)):
        assert reading.previews(thread, author_key=mine) == []
