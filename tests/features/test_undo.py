"""Taking decisions back: what was, is again, as long as nobody has decided anything else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from commentbox.accounts import people
from commentbox.comments import recount, reporting
from commentbox.comments.reporting import Reporter
from commentbox.errors import Conflict
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import (
    Account,
    Batch,
    Cause,
    Comment,
    Decision,
    Job,
    Policy,
    Report,
    Site,
    SpamLabel,
    SpamModel,
    Status,
)
from commentbox.moderation import actions, teaching
from commentbox.moderation.actions import Seen
from commentbox.spam import training

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    """Return an admin of the site, which publishes at once."""
    return people.invite("mia@example.org", site=site)


@pytest.fixture
def reported(post: Post) -> Comment:
    """Return a published comment of which two readers have a report open."""
    comment = post("Buy")
    for _ in range(2):
        reporting.report(comment, by=Reporter(key=tokens.new()), cause=Cause.SPAM)
    return comment


def rulings() -> set[str]:
    return set(db.session.scalars(select(Report.ruling)))


def test_each_action_has_a_row_in_the_log(post: Post, site: Site, mia: Account) -> None:
    done = actions.trash([Seen.of(post("One")), Seen.of(post("Two"))], by=mia)
    [batch] = db.session.scalars(select(Batch))
    assert (batch.id, batch.action, batch.site_id) == (done.id, "trash", site.id)
    assert (batch.account_id, batch.total, batch.done) == (mia.id, 2, 2)
    assert batch.finished_at
    undone = actions.undo(done.id, by=mia)
    assert db.session.get_one(Batch, undone.id).undoes == done.id


def test_what_changes_nothing_is_not_in_the_log(post: Post, mia: Account) -> None:
    assert actions.approve([Seen.of(post())], by=mia).comments == []
    assert db.session.scalars(select(Batch)).all() == []


def test_an_action_over_two_sites_belongs_to_neither_in_the_log(post: Post, mia: Account) -> None:
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    people.invite("mia@example.org", site=other)
    here, there = post("Here"), post("There")
    there.site_id = other.id
    db.session.flush()
    done = actions.trash([Seen.of(here), Seen.of(there)], by=mia)
    assert db.session.get_one(Batch, done.id).site_id is None


def test_removing_upholds_reports_and_undoing_opens_them_again(
    reported: Comment, mia: Account
) -> None:
    done = actions.mark_spam([Seen.of(reported)], by=mia)
    assert (rulings(), reported.open_reports) == ({"upheld"}, 0)
    undone = actions.undo(done.id, by=mia)
    assert (rulings(), reported.open_reports) == ({"open"}, 2)
    actions.undo(undone.id, by=mia)
    assert (rulings(), reported.open_reports) == ({"upheld"}, 0)
    assert recount.drift() == []


def test_approving_what_is_published_refuses_its_reports(reported: Comment, mia: Account) -> None:
    done = actions.approve([Seen.of(reported)], by=mia)
    assert (done.comments, rulings(), reported.open_reports) == ([reported], {"refused"}, 0)
    [decision] = db.session.scalars(select(Decision))
    assert (decision.before, decision.after) == (Status.PUBLISHED, Status.PUBLISHED)
    undone = actions.undo(done.id, by=mia)
    assert (rulings(), reported.open_reports) == ({"open"}, 2)
    actions.undo(undone.id, by=mia)
    assert (rulings(), reported.open_reports) == ({"refused"}, 0)


def test_what_somebody_decided_whose_account_is_gone_is_taken_back_like_all_else(
    reported: Comment, site: Site, mia: Account
) -> None:
    ben = people.invite("ben@example.org", site=site)
    done = actions.mark_spam([Seen.of(reported)], by=mia)
    db.session.execute(delete(Account).where(Account.id == mia.id))
    db.session.expire_all()
    undone = actions.undo(done.id, by=ben)
    assert (rulings(), reported.open_reports) == ({"open"}, 2)
    assert undone.comments == [reported]


def test_an_undo_opens_no_report_of_what_was_decided_since(
    reported: Comment, post: Post, mia: Account
) -> None:
    other = post("Fine")
    done = actions.mark_spam([Seen.of(reported), Seen.of(other)], by=mia)
    actions.trash([Seen.of(reported)], by=mia)
    assert actions.undo(done.id, by=mia).comments == [other]
    assert rulings() == {"upheld"}


def test_after_thirty_days_nothing_is_undone(post: Post, mia: Account) -> None:
    comment = post()
    done = actions.trash([Seen.of(comment)], by=mia)
    with clock.turned_by(timedelta(days=31)), pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(done.id, by=mia)
    with clock.turned_by(timedelta(days=29)):
        actions.undo(done.id, by=mia)
    assert comment.status is Status.PUBLISHED


def test_an_edit_is_not_undone(post: Post, mia: Account) -> None:
    done = actions.edit(Seen.of(post()), typed="Mended", by=mia)
    with pytest.raises(Conflict, match=r"undo\.late"):
        actions.undo(done.id, by=mia)


def in_force() -> dict[str, bool]:
    """Return what the filter is told of each comment: is it spam?"""
    query = select(SpamLabel).where(SpamLabel.withdrawn_by.is_(None)).order_by(SpamLabel.id)
    last = {label.comment_id: label.is_spam for label in db.session.scalars(query)}
    return {comment_id: said for comment_id, said in last.items() if said is not None}


def learned(site: Site) -> bytes:
    training.learn(site.id)
    model = db.session.get(SpamModel, site.id, populate_existing=True)
    return model.content if model else b""


def test_approving_and_marking_spam_teach_and_trash_does_not(post: Post, mia: Account) -> None:
    fine, spam, trash = post("Fine"), post("Spam"), post("Trash")
    actions.trash([Seen.of(fine), Seen.of(trash)], by=mia)
    actions.approve([Seen.of(fine)], by=mia)
    actions.mark_spam([Seen.of(spam)], by=mia)
    assert in_force() == {fine.id: False, spam.id: True}
    actions.restore([Seen.of(spam)], by=mia)
    assert in_force() == {fine.id: False, spam.id: False}


def test_what_is_restored_to_wait_teaches_nothing_any_more(
    post: Post, site: Site, mia: Account
) -> None:
    site.policy = Policy.HOLD_ALL
    comment = post("Who knows")
    actions.mark_spam([Seen.of(comment)], by=mia)
    actions.restore([Seen.of(comment)], by=mia)
    assert (comment.status, in_force()) == (Status.PENDING, {})


def test_an_undo_brings_the_filter_back_to_the_very_bytes(
    post: Post, site: Site, mia: Account
) -> None:
    fine, one, two = post("A fine word"), post("Buy one"), post("Buy two")
    actions.approve([Seen.of(each) for each in (fine, one)], by=mia)
    actions.mark_spam([Seen.of(one)], by=mia)
    told, before = in_force(), learned(site)
    done = actions.mark_spam([Seen.of(fine), Seen.of(two)], by=mia)
    assert learned(site) != before
    undone = actions.undo(done.id, by=mia)
    assert (in_force(), learned(site)) == (told, before)
    actions.undo(undone.id, by=mia)
    assert in_force() == {each.id: True for each in (fine, one, two)}


def test_an_undo_leaves_to_the_filter_what_was_decided_since(post: Post, mia: Account) -> None:
    one, two = post("One"), post("Two")
    done = actions.mark_spam([Seen.of(one), Seen.of(two)], by=mia)
    actions.approve([Seen.of(two)], by=mia)
    actions.undo(done.id, by=mia)
    assert in_force() == {two.id: False}


def test_each_decision_that_teaches_has_the_filter_learn_soon(
    post: Post, site: Site, mia: Account
) -> None:
    comment = post("Buy")
    actions.trash([Seen.of(comment)], by=mia)
    jobs = select(Job.payload).where(Job.kind == "spam.learn")
    assert db.session.scalars(jobs).all() == []
    actions.mark_spam([Seen.of(comment)], by=mia)
    assert db.session.scalars(jobs).all() == [{"site_id": site.id}]


def test_a_long_batch_teaches_only_so_much(
    post: Post, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "MOST_LESSONS", 3)
    comments = [post(f"Number {number}") for number in range(7)]
    actions.mark_spam([Seen.of(each) for each in comments], by=mia)
    assert len(in_force()) == 3
