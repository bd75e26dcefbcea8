"""Decisions about comments."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.errors import Conflict, Invalid, NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Account, Comment, Decision, Job, Policy, Role, Site, Status, Thread
from commentbox.moderation import actions
from commentbox.moderation.actions import Seen

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    """Return an admin of the site, on which every comment waits."""
    site.policy = Policy.HOLD_ALL
    return people.invite("mia@example.org", site=site)


def seen(*comments: Comment) -> list[Seen]:
    return [Seen.of(comment) for comment in comments]


def told() -> list[str]:
    """Return the comments that subscribers will hear of."""
    kind = select(Job).where(Job.kind == "comment.published").order_by(Job.id)
    return [job.payload["comment_id"] for job in db.session.scalars(kind)]


def test_approving_publishes_counts_logs_and_tells(
    post: Post, thread: Thread, mia: Account
) -> None:
    comment = post()
    batch = actions.approve(seen(comment), by=mia)
    assert (comment.status, thread.comment_count, told()) == (Status.PUBLISHED, 1, [comment.id])
    [decision] = db.session.scalars(select(Decision))
    assert (decision.batch, decision.action, decision.account_id) == (batch.id, "approve", mia.id)
    assert (decision.before, decision.after) == (Status.PENDING, Status.PUBLISHED)


def test_many_comments_move_as_one_batch_and_come_back_as_one(
    post: Post, thread: Thread, mia: Account
) -> None:
    comments = [post(f"Number {number}") for number in range(3)]
    actions.approve(seen(comments[0]), by=mia)
    batch = actions.mark_spam(seen(*comments), by=mia)
    assert {comment.status for comment in comments} == {Status.SPAM}
    assert thread.comment_count == 0
    undone = actions.undo(batch.id, by=mia)
    assert [comment.status for comment in comments] == [Status.PUBLISHED, *[Status.PENDING] * 2]
    assert thread.comment_count == 1
    logged = db.session.scalars(select(Decision).where(Decision.batch == undone.id)).all()
    assert {(each.action, each.undoes) for each in logged} == {("undo", batch.id)}


def test_an_undo_leaves_alone_what_somebody_decided_since(post: Post, mia: Account) -> None:
    one, two = post("One"), post("Two")
    batch = actions.mark_spam(seen(one, two), by=mia)
    actions.approve(seen(two), by=mia)
    assert actions.undo(batch.id, by=mia).comments == [one]
    assert (one.status, two.status) == (Status.PENDING, Status.PUBLISHED)


def test_an_undo_leaves_alone_what_others_decided_back_and_forth(post: Post, mia: Account) -> None:
    comment = post()
    first = actions.approve(seen(comment), by=mia)
    actions.mark_spam(seen(comment), by=mia)
    actions.approve(seen(comment), by=mia)
    with pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(first.id, by=mia)
    assert comment.status is Status.PUBLISHED


def test_an_edit_since_does_not_stand_in_the_way_of_an_undo(post: Post, mia: Account) -> None:
    comment = post()
    batch = actions.approve(seen(comment), by=mia)
    actions.edit(Seen.of(comment), typed="Mended", by=mia)
    assert actions.undo(batch.id, by=mia).comments == [comment]


def test_a_batch_is_undone_once_and_an_undo_can_be_undone(post: Post, mia: Account) -> None:
    comment = post()
    batch = actions.trash(seen(comment), by=mia)
    undone = actions.undo(batch.id, by=mia)
    with pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(batch.id, by=mia)
    actions.undo(undone.id, by=mia)
    assert comment.status is Status.TRASHED


@pytest.mark.parametrize("act", [actions.approve, actions.mark_spam, actions.trash])
def test_a_comment_edited_since_it_was_seen_is_not_decided_about(
    post: Post, mia: Account, act: Callable[..., actions.Done]
) -> None:
    fresh, stale = post("Fresh"), post("Harmless")
    before = seen(fresh, stale)
    actions.edit(Seen.of(stale), typed="Buy now", by=mia)
    with pytest.raises(Conflict, match=r"comment\.edited") as refusal:
        act(before, by=mia)
    assert refusal.value.comment_id == stale.id
    assert fresh.status is Status.PENDING


def test_what_is_there_already_is_skipped(post: Post, mia: Account) -> None:
    comment = post()
    actions.approve(seen(comment), by=mia)
    assert actions.approve(seen(comment), by=mia).comments == []
    assert told() == [comment.id]


@pytest.mark.parametrize("removal", [actions.mark_spam, actions.trash])
def test_restoring_brings_back_what_was_before(
    post: Post, mia: Account, removal: Callable[..., actions.Done]
) -> None:
    waiting, shown = post("Waiting"), post("Shown")
    actions.approve(seen(shown), by=mia)
    removal(seen(waiting, shown), by=mia)
    actions.trash(seen(waiting, shown), by=mia)
    actions.restore(seen(waiting, shown), by=mia)
    assert (waiting.status, shown.status) == (Status.PENDING, Status.PUBLISHED)


def test_deleting_erases_everything_and_is_final(post: Post, mia: Account) -> None:
    comment = post("My secret")
    batch = actions.delete(seen(comment), by=mia)
    db.session.refresh(comment)
    assert comment.status is Status.DELETED
    assert {comment.source, comment.html, comment.author_name, comment.author_email} == {""}
    assert (comment.author_key, comment.client, comment.reasons) == (None, None, [])
    with pytest.raises(Conflict):
        actions.undo(batch.id, by=mia)
    with pytest.raises(Conflict):
        actions.edit(Seen.of(comment), typed="Back", by=mia)


def test_a_moderator_may_trash_but_not_delete(post: Post, site: Site, mia: Account) -> None:
    comment = post()
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    actions.trash(seen(comment), by=ben)
    with pytest.raises(NotAllowed, match=r"comment\.delete"):
        actions.delete(seen(comment), by=ben)


def test_editing_renders_anew_and_changes_the_page(
    post: Post, thread: Thread, mia: Account
) -> None:
    comment = post("Old")
    actions.approve(seen(comment), by=mia)
    page = thread.revision
    with clock.turned_by(timedelta(minutes=1)):
        actions.edit(Seen.of(comment), typed="*New*", by=mia)
    assert (comment.source, comment.html, comment.revision) == ("*New*", "<p><em>New</em></p>", 1)
    assert comment.edited_at
    assert comment.edited_at > comment.created_at
    assert thread.revision > page


def test_an_edited_comment_is_found_by_what_it_says_now(post: Post, mia: Account) -> None:
    words = "All about the quiet river and the stone at https://old.test/page before it is gone"
    first, alike = post(words, email="one@example.org"), post(words + " now", email="two@x.test")
    assert (alike.cluster, alike.link_hosts) == (first.id, " old.test ")
    typed = "Something else altogether, with a link to https://new.test/ in the middle of it"
    actions.edit(Seen.of(alike), typed=typed, by=mia)
    assert (alike.cluster, alike.link_host, alike.link_hosts) == (
        *(alike.id, "new.test"),
        " new.test ",
    )
    later = post(typed + " again", email="three@example.org")
    assert later.cluster == alike.id


@pytest.mark.parametrize(
    ("typed", "code"), [(" ", "comment.empty"), ("x" * 10_001, "comment.too_long")]
)
def test_an_edit_follows_the_rules_of_posting(
    post: Post, mia: Account, typed: str, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        actions.edit(Seen.of(post()), typed=typed, by=mia)


def test_an_edit_of_what_somebody_else_edited_is_refused(post: Post, mia: Account) -> None:
    before = Seen.of(comment := post())
    actions.edit(before, typed="First", by=mia)
    with pytest.raises(Conflict, match=r"comment\.edited"):
        actions.edit(before, typed="Second", by=mia)
    assert comment.source == "First"


def test_a_stranger_to_the_site_finds_no_such_comment(post: Post, mia: Account) -> None:
    comment = post()
    batch = actions.trash(seen(comment), by=mia)
    elsewhere = Site(name="other", origins=["https://other.test"])
    db.session.add(elsewhere)
    db.session.flush()
    zoe = people.invite("zoe@example.org", site=elsewhere)
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        actions.approve(seen(comment), by=zoe)
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        actions.approve([Seen(ids.new(), 0)], by=zoe)
    with pytest.raises(NotFound, match=r"decision\.unknown"):
        actions.undo(batch.id, by=zoe)


@pytest.mark.parametrize("unknown", ["", "x", "0" * ids.LENGTH])
def test_one_unknown_comment_stops_the_whole_batch(post: Post, mia: Account, unknown: str) -> None:
    comment = post()
    with pytest.raises(NotFound):
        actions.approve([Seen.of(comment), Seen(unknown, 0)], by=mia)
    assert comment.status is Status.PENDING


def test_a_batch_has_an_end(post: Post, mia: Account) -> None:
    many = [Seen(ids.new(), 0) for _ in range(actions.MOST + 1)]
    with pytest.raises(Invalid, match=r"selection\.too_many"):
        actions.trash(many, by=mia)


def test_an_unknown_batch_cannot_be_undone(mia: Account) -> None:
    with pytest.raises(NotFound, match=r"decision\.unknown"):
        actions.undo(ids.new(), by=mia)
