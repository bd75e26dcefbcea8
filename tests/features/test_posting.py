"""Posting a comment."""

from collections.abc import Callable

import pytest

from commentbox.comments import reading
from commentbox.errors import Conflict
from commentbox.models import Comment, Status, Thread
from commentbox.moderation import status

Post = Callable[..., Comment]


def test_a_published_comment_is_counted_and_changes_the_page(post: Post, thread: Thread) -> None:
    revision = thread.revision
    post("First")
    assert thread.comment_count == 1
    assert thread.revision > revision


def test_a_reply_stands_below_what_it_answers(post: Post, thread: Thread) -> None:
    root = post("Question")
    reply = post("Answer", parent=root, name="Ben")
    branch = reading.page(thread, order=reading.Order.NEWEST).branches[0]
    assert branch.root.id == root.id
    assert [(placed.comment.id, placed.depth) for placed in branch.replies] == [(reply.id, 1)]
    assert root.shown_replies == 1


def test_the_same_words_twice_by_one_author_are_refused(post: Post) -> None:
    first = post("Same")
    with pytest.raises(Conflict) as refusal:
        post("Same")
    assert refusal.value.code == "comment.duplicate"
    assert refusal.value.comment_id == first.id


def test_a_hidden_comment_keeps_a_place_for_its_replies(post: Post, thread: Thread) -> None:
    root = post("Spam")
    middle = post("Middle", parent=root)
    leaf = post("Leaf", parent=middle)
    status.move(root, Status.SPAM)
    status.move(middle, Status.TRASHED)
    assert (root.is_shown, middle.is_shown, root.shown_replies, thread.comment_count) == (
        True,
        True,
        2,
        1,
    )
    status.move(leaf, Status.SPAM)
    assert (root.is_shown, middle.is_shown, root.shown_replies, thread.comment_count) == (
        False,
        False,
        0,
        0,
    )
    status.move(leaf, Status.PUBLISHED)
    assert (root.is_shown, middle.is_shown, root.shown_replies) == (True, True, 2)


def test_a_reply_to_a_hidden_comment_is_refused(post: Post) -> None:
    root = post("Spam")
    status.move(root, Status.SPAM)
    with pytest.raises(Conflict, match=r"parent\.gone"):
        post("Reply", parent=root)
