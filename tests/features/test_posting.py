"""Posting a comment."""

from collections.abc import Callable

import pytest

from commentbox.comments import reading
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Comment, Policy, Site, Status, Thread
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


def test_the_same_words_from_one_browser_are_refused_while_they_wait(
    post: Post, site: Site
) -> None:
    site.policy = Policy.HOLD_ALL
    first = post("Same", key=(mine := tokens.new()))
    with pytest.raises(Conflict) as refusal:
        post("Same", key=mine, name="Annie", email="other@example.org")
    assert refusal.value.comment_id == first.id


@pytest.mark.parametrize("now", [Status.SPAM, Status.TRASHED])
def test_the_refusal_names_nothing_that_was_rejected(post: Post, site: Site, now: Status) -> None:
    """Whoever follows it to a comment that is gone would learn how a moderator decided."""
    site.policy = Policy.HOLD_ALL
    first = post("Same", key=(mine := tokens.new()))
    status.move(first, now)
    with pytest.raises(Conflict) as refusal:
        post("Same", key=mine)
    assert (refusal.value.code, refusal.value.comment_id) == ("comment.duplicate", None)


def test_of_two_twins_the_one_that_can_be_seen_is_named(post: Post, site: Site) -> None:
    site.policy = Policy.HOLD_ALL
    status.move(post("Same", key=(mine := tokens.new())), Status.SPAM)
    status.move(
        others := post("Same", key=tokens.new(), email="other@example.org"), Status.PUBLISHED
    )
    with pytest.raises(Conflict) as refusal:
        post("Same", key=mine)
    assert refusal.value.comment_id == others.id


@pytest.mark.parametrize("policy", [Policy.PUBLISH, Policy.HOLD_ALL])
def test_no_answer_tells_which_address_said_something(
    post: Post, site: Site, policy: Policy
) -> None:
    """Whoever guesses an address, a name and words learns the same with any other address."""
    site.policy = policy
    post("Guessed", name="Ann", email="ann@example.org")
    answers = [_answer(post, email) for email in ("other@example.org", "ann@example.org")]
    assert answers == [policy is Policy.PUBLISH] * 2


def test_others_may_say_the_same(post: Post, site: Site) -> None:
    post("Thanks!", name="Ann")
    assert post("Thanks!", name="Ben").is_published


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


def _answer(post: Post, email: str) -> bool:
    """Say whether the same words and name are refused from another browser with this address."""
    with db.session.begin_nested() as trial:
        try:
            post("Guessed", name="Ann", email=email, key=tokens.new())
        except Conflict:
            return True
        trial.rollback()
    return False
