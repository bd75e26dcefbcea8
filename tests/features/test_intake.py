"""The first judgement of a new comment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from commentbox.accounts import identities, people
from commentbox.comments import posting, reading
from commentbox.errors import TooFast
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.lib.words import WordList
from commentbox.models import (
    Account,
    Comment,
    Effect,
    Identity,
    Job,
    Policy,
    Site,
    Status,
    Thread,
    Words,
)
from commentbox.moderation import clusters, reasons, trust, wordlists
from commentbox.moderation.status import move
from commentbox.providers.base import Profile
from commentbox.spam import judging as learned
from commentbox.spam.judging import Judgement
from commentbox.spam.verdict import Band
from tests.reader import queries

Post = Callable[..., Comment]
STYLED = "\U0001d412\U0001d406\U0001d408\U0001d7d6\U0001d7d6"


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates the site."""
    return people.invite("mia@example.org")


@pytest.fixture
def ada(site: Site) -> tuple[Account, Identity]:
    """Return somebody who has logged in."""
    profile = Profile(provider="google", issuer="https://a.example", subject="1", name="Ada")
    return identities.recognised(profile)


def codes(comment: Comment) -> list[str]:
    return comment.signal_codes.split()


def jobs() -> list[str]:
    return list(db.session.scalars(select(Job.kind).order_by(Job.id)))


def believe(monkeypatch: pytest.MonkeyPatch, band: Band, score: float = 0.99) -> None:
    """Let the learned filter say this of every comment."""
    monkeypatch.setattr(learned, "judge", lambda *_args, **_kwargs: Judgement(score, band))


def fail(*_args: Any, **_kwargs: Any) -> Any:
    raise RuntimeError("a scanner that is broken")


def test_all_reasons_are_kept_with_the_comment(post: Post, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    held = post("https://a.example https://b.example https://c.example")
    assert held.reasons == [{"code": "links", "value": 3}, {"code": "first", "value": ""}]
    assert held.signal_codes == " links first "
    assert (held.first_status, held.caught_by) == (Status.PENDING, "links")


def test_what_moderators_look_for_is_noted_with_the_comment(
    post: Post, thread: Thread, site: Site, ada: tuple[Account, Identity]
) -> None:
    comment = post(
        "https://www.spam.example/a [b](http://SPAM.example:8080/b) https://xn--bcher-kva.example",
        email="A.n.n+news@GoogleMail.com",
    )
    assert comment.person == "email:ann@gmail.com"
    assert comment.author_domain == "gmail.com"  # the one name of that domain
    assert comment.link_host == "spam.example"
    assert comment.link_hosts == " spam.example xn--bcher-kva.example "
    assert comment.cluster == comment.id
    assert post("No address", email="", key=(key := tokens.new())).person == (
        f"browser:{tokens.digest(key)}"
    )
    assert post("Nobody", email="").person == post("Nobody else", email="").author_domain == ""
    member = posting.post(
        thread,
        site,
        author=posting.Member(*ada),
        draft=posting.Draft("Mine"),
        arrival=posting.Arrival(),
    )
    assert member.person == f"account:{ada[0].id}"


def test_trust_hangs_on_the_browsers_secret_not_on_what_was_typed(post: Post, site: Site) -> None:
    site.policy = Policy.HOLD_FIRST
    mine = tokens.new()
    first = post("First", key=mine)
    move(first, Status.PUBLISHED)
    assert post("Second", key=mine).is_published
    assert not post("Typed the same name and address").is_published
    assert not post("Other browser", key=tokens.new()).is_published
    assert not post("Other address", key=mine, email="eve@example.org").is_published


def test_a_client_that_posts_too_fast_waits(thread: Thread, site: Site) -> None:
    arrival = posting.Arrival(client="one network", flood=(2, 60))
    author = posting.Guest(name="Ann", email="ann@example.org")

    def post(text: str) -> Comment:
        draft = posting.Draft(text)
        return posting.post(thread, site, author=author, draft=draft, arrival=arrival)

    post("One")
    post("Two")
    with pytest.raises(TooFast) as refusal:
        post("Three")
    assert 50 < refusal.value.retry_after <= 60
    with clock.turned_by(timedelta(seconds=61)):
        assert post("Three").is_published


@pytest.mark.parametrize(
    ("policy", "known", "new"),
    [
        (Policy.PUBLISH, True, True),
        (Policy.HOLD_FIRST, True, False),
        (Policy.HOLD_GUESTS, False, False),
        (Policy.HOLD_ALL, False, False),
    ],
)
def test_a_site_says_what_of_its_guests_appears_at_once(
    post: Post, site: Site, policy: Policy, known: bool, new: bool
) -> None:
    mine = tokens.new()
    move(post("Before", key=mine), Status.TRASHED)
    move(db.session.query(Comment).one(), Status.PUBLISHED)
    site.policy = policy
    assert post("Again", key=mine).is_published is known
    assert post("By a stranger", name="Ben").is_published is new


@pytest.mark.parametrize(
    "written",
    [
        *("Play at SGI88 now", f"Play at {STYLED} now", "Play at ＳＧＩ８８ now", "s.g.i.8.8"),
        *("S\u0336G\u0336I\u03368\u03368\u0336", "S\u200bG\u200bI\u200b8\u200b8"),
    ],
)
def test_word_lists_are_not_defeated_by_styled_letters(
    post: Post, site: Site, mia: Account, written: str
) -> None:
    wordlists.save(site, Effect.SPAM, "# casinos\nsgi88\n", by=mia)
    caught = post(written)
    assert (caught.status, caught.caught_by) == (Status.SPAM, "words-spam")
    assert reasons.shown(caught)[0] == "Spam word: sgi88"
    assert post(f"Hello {written}", name=STYLED).status is Status.SPAM
    assert post("SGI889 is another word", name="Ben").is_published


def test_words_are_found_in_names_and_websites_as_well(
    post: Post, site: Site, mia: Account
) -> None:
    wordlists.save(site, Effect.HOLD, "casino", by=mia)
    assert post("Nice", name="Casino Royal").caught_by == "words"


def test_a_list_that_changes_is_read_anew(
    post: Post, site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordlists.save(site, Effect.HOLD, "casino", by=mia)
    assert not post("My casino").is_published
    wordlists.save(site, Effect.HOLD, "roulette", by=mia)
    assert post("Our casino").is_published
    assert not post("Roulette").is_published
    with monkeypatch.context() as changed:
        changed.setattr(WordList, "parse", fail)  # what is there already is not parsed again
        wordlists.save(site, Effect.HOLD, "roulette", by=mia)
    assert wordlists.text(site.id, Effect.HOLD) == "roulette"
    assert wordlists.text(site.id, Effect.SPAM) == ""
    db.session.execute(delete(Words))
    assert post("Your roulette").is_published


@pytest.mark.parametrize("broken", ["filter", "words", "likeness"])
def test_a_scanner_that_errs_holds(
    post: Post, site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Publishing is never the result of an error."""
    wordlists.save(site, Effect.HOLD, "casino", by=mia)
    assert post("Before").is_published
    what = {"filter": (learned, "judge"), "words": (WordList, "found")}
    monkeypatch.setattr(*what.get(broken, (clusters, "marks")), fail)
    held = post("Words")
    assert (held.status, held.caught_by) == (Status.PENDING, "check-failed")
    assert reasons.shown(held)[0] == f"A check could not be made: {broken}"


def test_a_broken_scanner_hides_no_other_finding(
    post: Post, site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordlists.save(site, Effect.SPAM, "casino", by=mia)
    monkeypatch.setattr(learned, "judge", fail)
    assert post("casino").status is Status.SPAM


@pytest.mark.parametrize(
    ("band", "status"),
    [(Band.SPAM, Status.SPAM), (Band.HOLD, Status.PENDING), (Band.PUBLISH, Status.PUBLISHED)],
)
def test_the_filter_decides_only_where_it_may(
    post: Post, site: Site, monkeypatch: pytest.MonkeyPatch, band: Band, status: Status
) -> None:
    believe(monkeypatch, band, 0.5)
    judged = post("One")
    assert (judged.status, judged.spam_score) == (status, 0.5)
    site.filter_holds = False
    informed = post("Two")
    assert informed.is_published
    assert (informed.spam_score, codes(informed)) == (0.5, ["first", "open"])


def test_what_is_spam_is_told_to_nobody(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    believe(monkeypatch, Band.SPAM)
    post("Spam")
    assert jobs() == []


def test_the_author_sees_spam_as_if_it_waited(
    post: Post, thread: Thread, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(monkeypatch, Band.SPAM)
    spam = post("Spam", key=(mine := tokens.new()))
    assert [placed.comment.id for placed in reading.previews(thread, author_key=mine)] == [spam.id]
    move(spam, Status.TRASHED)
    assert reading.previews(thread, author_key=mine) == []


def test_whom_a_moderator_trusts_appears_at_once(
    thread: Thread, site: Site, mia: Account, ada: tuple[Account, Identity]
) -> None:
    site.policy = Policy.HOLD_ALL
    links = "https://a.example https://b.example https://c.example"

    def write(text: str) -> Comment:
        return posting.post(
            thread,
            site,
            author=posting.Member(*ada),
            draft=posting.Draft(text),
            arrival=posting.Arrival(),
        )

    assert write("Before").caught_by == "policy"
    trust.grant(site, ada[0], by=mia)
    assert write(links).is_published
    trust.revoke(site, ada[0], by=mia)
    assert not write("After").is_published


def test_what_a_comment_costs_does_not_grow(
    app: Flask, post: Post, site: Site, mia: Account
) -> None:
    """Neither with what was said before, nor with words, blocks and reports."""
    words = "the quick brown fox jumps over a very lazy dog"
    post(f"First {words}", key=tokens.new())
    with queries(app, at_most=14) as few:
        post(f"Second {words}", key=tokens.new())
    wordlists.save(site, Effect.HOLD, "\n".join(f"word{number}" for number in range(500)), by=mia)
    post("This one reads the list")
    for number in range(30):
        post(f"Number {number} {words}", key=tokens.new(), name=f"Ann {number}")
    with queries(app, at_most=len(few)):
        post(f"Last {words}", key=tokens.new())
