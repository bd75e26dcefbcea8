"""Looking through the queue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from commentbox.accounts import people
from commentbox.errors import NotAllowed, NotFound
from commentbox.extensions import db
from commentbox.models import Account, Cause, Comment, Policy, Report, Site, Status
from commentbox.moderation import actions, queue, reasons
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter, Group
from commentbox.moderation.ordering import Sort

Post = Callable[..., Comment]


@pytest.fixture
def mia(site: Site) -> Account:
    """Return an admin of the site, on which every comment waits."""
    site.policy = Policy.HOLD_ALL
    return people.invite("mia@example.org", site=site)


@contextmanager
def queries(*, at_most: int) -> Iterator[None]:
    """Fail when the block sends more queries than that."""
    sent: list[str] = []
    engine = db.session.get_bind()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(sent) <= at_most, sent


def listed(wanted: Filter) -> list[str]:
    return [item.comment.source for item in queue.page(wanted).items]


def test_the_newest_comment_stands_first_and_pages_meet_without_a_gap(
    post: Post, site: Site, mia: Account
) -> None:
    posted = [post(f"Number {number}") for number in range(7)]
    wanted, found, after = Filter((site.id,)), [], None
    while True:
        page = queue.page(wanted, after=after, limit=3)
        found += [item.comment.id for item in page.items]
        if not (after := page.more):
            break
    assert found == [comment.id for comment in reversed(posted)]


def test_a_page_costs_one_query_however_many_comments_stand_on_it(
    post: Post, site: Site, mia: Account
) -> None:
    for number in range(10):
        post(f"Number {number}")
    with queries(at_most=1):
        assert len(queue.page(Filter((site.id,))).items) == 10
    with queries(at_most=1):
        assert queue.counts(Filter((site.id,)))[Status.PENDING] == 10


def test_folding_and_ordering_cost_no_more_queries_however_many_comments_there_are(
    post: Post, site: Site, mia: Account
) -> None:
    for number in range(10):
        post(f"Number {number}")
    for group in Group:
        for sort in Sort:
            with queries(at_most=3):
                assert queue.page(Filter((site.id,)), group=group, sort=sort).items


def test_sites_are_mixed_by_time_and_parted_by_reach(post: Post, site: Site, mia: Account) -> None:
    post("Here")
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    everybody, zoe = people.invite("all@example.org"), people.invite("zoe@example.org", site=other)
    assert [each.name for each in queue.sites(people.roles(everybody))] == ["blog", "other"]
    assert [each.name for each in queue.sites(people.roles(zoe))] == ["other"]
    assert listed(Filter((site.id, other.id))) == ["Here"]
    assert listed(Filter((other.id,))) == []
    assert queue.counts(Filter((other.id,)))[Status.PENDING] == 0


def test_without_a_site_there_is_nothing(writing: None) -> None:
    assert queue.page(Filter(())).items == []
    assert set(queue.counts(Filter(())).values()) == {0}


def test_counts_follow_the_decisions(post: Post, site: Site, mia: Account) -> None:
    one, two = post("One"), post("Two")
    post("Three")
    actions.approve([Seen.of(one)], by=mia)
    actions.mark_spam([Seen.of(two)], by=mia)
    assert queue.counts(Filter((site.id,))) == {
        Status.PENDING: 1,
        Status.PUBLISHED: 1,
        Status.SPAM: 1,
        Status.TRASHED: 0,
    }


@pytest.mark.parametrize("words", ["PELICAN", "carla", "carla@example", "pelican a", "Carla  peli"])
def test_words_are_found_in_text_name_and_address(
    post: Post, site: Site, mia: Account, words: str
) -> None:
    post("A pelican", name="Carla", email="carla@example.org")
    post("A heron", name="Ann")
    post("A pelecan", name="Carlo")
    assert listed(Filter((site.id,), words=words)) == ["A pelican"]


@pytest.mark.parametrize("words", ["ömer", "ÖMER", "ЛУЧШИЕ ставки"])
def test_words_are_found_in_capitals_of_any_alphabet(
    post: Post, site: Site, mia: Account, words: str
) -> None:
    post("Лучшие ставки", name="Ömer")
    post("A heron", name="Ann")
    assert listed(Filter((site.id,), words=words)) == ["Лучшие ставки"]


@pytest.mark.parametrize("words", ["%", "_", "' OR 1=1 --", "\\"])
def test_signs_of_the_database_language_mean_themselves(
    post: Post, site: Site, mia: Account, words: str
) -> None:
    post("Plain")
    post(f"With {words} inside")
    assert listed(Filter((site.id,), words=words)) == [f"With {words} inside"]


def test_a_reply_names_what_it_answers(post: Post, site: Site, mia: Account) -> None:
    root = post("Question")
    actions.approve([Seen.of(root)], by=mia)
    reply = post("Answer", parent=root, name="Ben")
    item = queue.item(people.roles(mia), reply.id)
    assert item.answers
    assert item.answers.id == root.id


def test_one_comment_is_unknown_to_a_stranger(post: Post, mia: Account) -> None:
    comment = post()
    stranger = people.invite("zoe@example.org")
    people.dismiss("zoe@example.org")
    for roles, comment_id in ((people.roles(stranger), comment.id), (people.roles(mia), "x")):
        with pytest.raises(NotFound, match=r"comment\.unknown"):
            queue.item(roles, comment_id)


def test_the_history_tells_what_was_decided_and_by_whom(post: Post, mia: Account) -> None:
    comment = post()
    actions.approve([Seen.of(comment)], by=mia)
    actions.trash([Seen.of(comment)], by=mia)
    told = [(each.action, who and who.email) for each, who in queue.history(comment)]
    assert told == [("approve", mia.email), ("trash", mia.email)]


def test_of_much_that_was_decided_and_reported_the_newest_is_told_with_the_total(
    post: Post, site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "TOLD", 2)
    monkeypatch.setattr(queue, "COUNTED", 4)
    comment = post()
    for act in (actions.approve, actions.trash, actions.restore):
        act([Seen.of(comment)], by=mia)
    for number in range(5):
        known = {"site_id": site.id, "comment_id": comment.id, "cause": Cause.SPAM}
        db.session.add(Report(**known, reporter=f"browser:{number}", note=str(number)))
        db.session.flush()
    assert [each.action for each, _who in queue.history(comment)] == ["trash", "restore"]
    assert [each.note for each in queue.reports(comment)] == ["3", "4"]
    assert queue.totals(comment) == (3, 4)
    post("Another")
    assert queue.totals(post("And another")) == (0, 0)


def test_reasons_are_words_and_what_speaks_for_a_comment_is_silent() -> None:
    codes = [{"code": code, "value": 2} for code in ("first", "links", "open", "trap", "new-rule")]
    assert reasons.in_words(codes) == [
        "First comment by this author",
        "2 links",
        "Filled in the way a program does",
        "new-rule",
    ]


def test_nobody_without_a_role_is_told_more_than_not_found(post: Post, mia: Account) -> None:
    with pytest.raises(NotFound) as refusal:
        queue.item([], post().id)
    assert not isinstance(refusal.value, NotAllowed)
