"""Comments that say nearly the same."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from commentbox.accounts import people
from commentbox.comments import posting, threads
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Comment, Likeness, Policy, Site, Status, Thread
from commentbox.moderation import actions, decisions, log
from commentbox.moderation.status import move
from tests.conftest import BLOG

Post = Callable[..., Comment]
LOAN = "Get your cheap loan today from {} at best-loans.example, no questions asked at all"
FIRST = "My grandmother baked this bread every single Sunday until the war began"


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates the site."""
    return people.invite("mia@example.org")


def reject(comments: Iterable[Comment], by: Account) -> None:
    actions.mark_spam([actions.Seen.of(comment) for comment in comments], by=by)


def test_near_duplicates_are_in_the_cluster_of_the_first(post: Post) -> None:
    one = post(LOAN.format("Ann"), name="Ann")
    two = post(LOAN.format("Benjamin"), name="Ben")
    three = post(LOAN.format("Cleo"), name="Cleo")
    other = post(FIRST, name="Dora")
    assert one.cluster == two.cluster == three.cluster == one.id
    assert other.cluster == other.id


def test_marks_are_kept_with_each_comment_and_go_with_it(post: Post, mia: Account) -> None:
    comment = post(FIRST)
    marks = select(func.count()).select_from(Likeness)
    assert db.session.scalar(marks) == 4
    actions.trash([actions.Seen.of(comment)], by=mia)
    actions.delete([actions.Seen.of(comment)], by=mia)
    assert db.session.scalar(marks) == 0
    assert post(FIRST, name="Ben").cluster != comment.id


def test_what_is_like_a_rejected_comment_is_held(post: Post, mia: Account) -> None:
    reject([post(LOAN.format("Ann"), name="Ann")], mia)
    again = post(LOAN.format("Ben"), name="Ben", email="ben@example.org")
    assert (again.status, again.caught_by) == (Status.PENDING, "like-rejected")


def test_what_was_rejected_of_three_persons_is_spam(post: Post, mia: Account) -> None:
    sent = [
        post(LOAN.format(name), name=name, email=f"{name}@example.org")
        for name in ("Ann", "Ben", "Cleo")
    ]
    reject(sent[:2], mia)
    assert post(LOAN.format("Dora"), name="Dora").status is Status.PENDING
    reject(sent[2:], mia)
    caught = post(LOAN.format("Emil"), name="Emil")
    assert (caught.status, caught.caught_by) == (Status.SPAM, "like-spam")
    assert {"code": "like-spam", "value": 3} in caught.reasons


def test_one_person_s_rejected_comments_count_once(post: Post, mia: Account) -> None:
    mine = [post(LOAN.format(name), key=tokens.new()) for name in ("Ann", "Ben", "Cleo", "Dora")]
    reject(mine, mia)
    assert post(LOAN.format("Emil"), name="Emil").caught_by == "like-rejected"


def test_only_a_person_s_decision_makes_a_comment_rejected(post: Post) -> None:
    """What the service itself put away is no lesson: it would confirm its own mistakes."""
    move(post(LOAN.format("Ann"), name="Ann"), Status.SPAM)
    assert post(LOAN.format("Ben"), name="Ben").is_published


def test_what_was_rejected_by_somebody_whose_account_is_gone_stays_rejected(
    post: Post, mia: Account
) -> None:
    actions.mark_spam([actions.Seen.of(post(LOAN.format("Ann"), name="Ann"))], by=mia)
    db.session.execute(delete(Account).where(Account.id == mia.id))
    assert post(LOAN.format("Ben"), name="Ben").caught_by == "like-rejected"


def test_what_the_outside_scorer_put_away_rejects_nothing(post: Post) -> None:
    sent = post(LOAN.format("Ann"), name="Ann")
    batch = log.begin("settled", by=None, site_ids=[sent.site_id], total=1)
    decisions.move(batch, [(sent, Status.SPAM)])
    assert post(LOAN.format("Ben"), name="Ben").is_published


def test_a_decision_that_was_taken_back_rejects_nothing(post: Post, mia: Account) -> None:
    sent = post(LOAN.format("Ann"), name="Ann")
    done = actions.mark_spam([actions.Seen.of(sent)], by=mia)
    actions.undo(done.id, by=mia)
    assert post(LOAN.format("Ben"), name="Ben").is_published


def test_an_author_who_says_the_same_elsewhere_within_a_day_waits(
    post: Post, site: Site, thread: Thread
) -> None:
    mine = tokens.new()
    elsewhere = threads.opened(site, threads.place(site, address=f"{BLOG}/other"))

    def again(text: str) -> Comment:
        return posting.post(
            elsewhere,
            site,
            author=posting.Guest(name="Ann", email="ann@example.org", key=mine),
            draft=posting.Draft(text),
            arrival=posting.Arrival(),
        )

    post(FIRST, key=mine)
    assert again(f"{FIRST} in spring").caught_by == "like-own"
    with clock.turned_by(timedelta(days=1, minutes=1)):
        assert again(f"{FIRST} in autumn").is_published


def test_many_authors_who_say_the_same_within_a_day_wait(post: Post) -> None:
    names = ("Ann", "Ben", "Cleo")
    assert all(post(FIRST, name=name, email=f"{name}@example.org").is_published for name in names)
    fourth = post(f"{FIRST} again", name="Dora", email="dora@example.org")
    assert (fourth.status, fourth.caught_by) == (Status.PENDING, "like-others")
    with clock.turned_by(timedelta(days=1, minutes=1)):
        assert post(f"{FIRST} yes", name="Emil", email="emil@example.org").is_published


@pytest.mark.parametrize(
    "words",
    [
        "Thanks!",
        "Great post, thank you",
        "I love this song",
        "https://video.example/watch?v=12345678",
    ],
)
def test_what_anybody_may_say_by_chance_makes_nobody_wait(
    post: Post, mia: Account, words: str
) -> None:
    sent = [post(words, name=f"A{n}", email=f"a{n}@example.org") for n in range(4)]
    assert all(comment.is_published for comment in sent)
    reject(sent, mia)
    last = post(words, name="Last")
    assert last.is_published
    assert last.cluster == sent[0].cluster


def test_a_short_text_that_leads_somewhere_is_no_chance(post: Post, mia: Account) -> None:
    for number, words in enumerate(("Win much at https://win.example", "Call +44 7700 900123")):
        reject([post(words, name=f"A{number}")], mia)
        assert post(words, name=f"B{number}").caught_by == "like-rejected"


def test_an_author_s_website_is_no_link_of_what_they_say(thread: Thread, site: Site) -> None:
    ben = posting.Guest(name="Ben", email="ben@example.org", website="https://ben.example/")
    for words in ("Thanks for part 1", "Thanks for part 2"):
        draft, arrival = posting.Draft(words), posting.Arrival()
        assert posting.post(thread, site, author=ben, draft=draft, arrival=arrival).is_published


def test_another_site_has_no_part_in_it(post: Post, mia: Account) -> None:
    reject([post(LOAN.format("Ann"), name="Ann")], mia)
    other = Site(name="other", origins=["https://other.test"], policy=Policy.PUBLISH)
    db.session.add(other)
    db.session.flush()
    thread = threads.opened(other, threads.place(other, address="https://other.test/a"))
    comment = posting.post(
        thread,
        other,
        author=posting.Guest(name="Ben", email="ben@example.org"),
        draft=posting.Draft(LOAN.format("Ben")),
        arrival=posting.Arrival(),
    )
    assert comment.is_published
    assert comment.cluster == comment.id


def test_whether_a_comment_waits_tells_no_address(post: Post) -> None:
    """Whoever guesses the address of somebody who said it learns the same with any other."""
    for name in ("Ann", "Ben", "Cleo"):
        post(FIRST, name=name, email=f"{name}@example.org", key=tokens.new())
    caught = [
        post(f"{FIRST} {number}", name=f"Eve {number}", email=email, key=tokens.new()).caught_by
        for number, email in enumerate(("ann@example.org", "nobody@example.org"))
    ]
    assert caught == ["like-others", "like-others"]
