"""Threats to the judgement of new comments; each test's name begins with the threat it answers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from commentbox.accounts import identities, people
from commentbox.comments import posting, threads
from commentbox.errors import CommentboxError
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock
from commentbox.models import Account, Block, BlockKind, Comment, Effect, Site, Status, Words
from commentbox.moderation import blocking, status, trust, wordlists
from commentbox.providers.base import Profile
from tests.conftest import BASE
from tests.reader import ARTICLE, Reader

ADA = Profile(
    provider="google",
    issuer="https://a.example",
    subject="1",
    name="Ada",
    email="ada@example.org",
    email_verified=True,
)
FORGED = ("X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "CF-Connecting-IP", "Forwarded")


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of a site that publishes every comment, and looks out for words."""
    reader = Reader(app)
    reader.change(lambda: wordlists.save(_site(), Effect.SPAM, "casino", by=_mia()))
    reader.change(lambda: wordlists.save(_site(), Effect.HOLD, "loan", by=_mia()))
    return reader


def test_d1_an_address_of_somebody_trusted_gives_a_guest_no_trust(reader: Reader) -> None:
    reader.change(lambda: trust.grant(_site(), identities.recognised(ADA)[0], by=_mia()))
    assert reader.write(comment="A loan", email="ada@example.org", author="Ada").status_code == 202
    [comment] = reader.comments()
    assert "trusted" not in comment.signal_codes
    assert (comment.account_id, comment.person) == (None, "email:ada@example.org")


def test_d7_headers_of_a_stranger_evade_no_block(reader: Reader) -> None:
    reader.change(lambda: blocking.add(_site(), BlockKind.NETWORK, "127.0.0.0/24", by=_mia()))
    forged = dict.fromkeys(FORGED, "203.0.113.9")
    assert reader.write(comment="One", headers=forged).status_code == 202
    assert reader.write(comment="Two", headers={}).status_code == 202
    assert {(each.status, each.caught_by) for each in reader.comments()} == {
        (Status.SPAM, "blocked")
    }


def test_e2_nothing_tells_who_sends_spam_that_it_is_not_waiting(reader: Reader) -> None:
    """Form, page without script and API answer as they do to anybody whose comment waits."""
    ways = (_by_frame, _by_page, _by_api)
    for number, way in enumerate(ways):
        said = (f"My {word} {number}" for word in ("casino", "loan"))
        spam, held = (way(Reader(reader.app), words) for words in said)
        assert _bare(spam, "casino") == _bare(held, "loan")
    stored = [comment.status for comment in reader.comments()]
    assert stored == [Status.SPAM, Status.PENDING] * len(ways)


def test_e2_the_same_words_again_lead_to_what_its_author_sees_and_no_further(
    reader: Reader,
) -> None:
    """A link to what was rejected would lead to nothing, and so tell of the rejection."""
    key = reader.write(comment="My loan").headers["Commentbox-Author"]
    reader.write(comment="My casino", headers={"Commentbox-Author": key})
    for words in ("My loan", "My casino"):
        assert _named_again(reader, words, key) == {True}
    reader.change(lambda: status.move(db.session.scalars(select(Comment)).all()[0], Status.SPAM))
    assert _named_again(reader, "My loan", key) == {False}


def test_e2_spam_is_nowhere_that_others_read(reader: Reader) -> None:
    reader.write(comment="Good words")
    reader.write(comment="My casino")
    [_, spam] = reader.comments()
    for path in ("/feeds/blog.atom", f"/c/{spam.id}", f"/api/v1/comments/{spam.id}"):
        assert "casino" not in reader.client.get(path).text
    assert "casino" not in reader.get().text


def test_e13_the_same_block_and_list_at_once_are_there_once(app: Flask, reader: Reader) -> None:
    def act(number: int) -> str:
        with app.app_context():
            begin_writing()
            try:
                blocking.add(_site(), BlockKind.HOST, "spam.example", by=_mia())
                wordlists.save(_site(), Effect.HOLD, f"word{number}", by=_mia())
                db.session.commit()
            except CommentboxError as problem:
                return problem.code
            return "done"

    before = reader.change(_revision)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(16))) == {"done"}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Block)) == 1
        assert db.session.scalar(select(func.count()).select_from(Words)) == 2
    assert reader.change(_revision) == before + 16


def test_e13_near_duplicates_at_once_are_all_stored_and_counted(app: Flask, reader: Reader) -> None:
    reader.fill(1)
    text = "The same long words are said by very many people at once here, number {}"

    def post(number: int) -> Status:
        with app.app_context():
            begin_writing()
            site = _site()
            comment = posting.post(
                threads.opened(site, threads.place(site, address=ARTICLE)),
                site,
                author=posting.Guest(name=f"Ann {number}", email=f"a{number}@example.org"),
                draft=posting.Draft(text.format(number)),
                arrival=posting.Arrival(),
            )
            db.session.commit()
            return comment.status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(post, range(24)))
    assert statuses.count(Status.PUBLISHED) == 3
    with app.app_context():
        assert threads.opened(_site(), threads.place(_site(), address=ARTICLE)).comment_count == 4
        clusters = db.session.scalars(
            select(Comment.cluster).where(Comment.source.startswith("The same")).distinct()
        )
        assert len(clusters.all()) == 1


def _site() -> Site:
    return threads.site_named("blog")


def _mia() -> Account:
    return people.invite("mia@example.org")


def _revision() -> int:
    return db.session.scalar(select(Words.revision).where(Words.effect == Effect.HOLD)) or 0


def _by_frame(reader: Reader, words: str) -> tuple[int, str, str]:
    answer = reader.write(comment=words)
    shown = reader.client.get(
        "/embed/blog/mine",
        query_string={"url": ARTICLE},
        headers={"Commentbox-Author": answer.headers.get("Commentbox-Author", "")},
    )
    return answer.status_code, answer.text, shown.text


def _by_page(reader: Reader, words: str) -> tuple[int, str, str]:
    page = f"/t/{reader.comments()[0].thread_id}"
    answer = reader.send(page, comment=words)
    return answer.status_code, answer.headers["Location"], reader.client.get(page).text


def _by_api(reader: Reader, words: str) -> tuple[int, str, str]:
    fields = {"comment": words, "name": "Ann", "email": "ann@example.org", "page": {"url": ARTICLE}}
    with clock.turned_by(timedelta(seconds=3)):
        answer = reader.client.post(
            "/api/v1/sites/blog/comments", json=fields, headers={"Origin": BASE}
        )
    return answer.status_code, answer.text, ""


def _named_again(reader: Reader, words: str, key: str) -> set[bool]:
    """Say whether the refusals of the same words lead to the comment: by frame, page and API."""
    frame = reader.write(comment=words, headers={"Commentbox-Author": key})
    reader.client.set_cookie("__Host-cb_author", key, domain="localhost", secure=True)
    page = reader.send(f"/t/{reader.comments()[0].thread_id}", comment=words)
    fields = {"comment": words, "name": "Ann", "email": "ann@example.org", "author_key": key}
    api = reader.client.post(
        "/api/v1/sites/blog/comments", json=fields | {"page": {"url": ARTICLE}}
    )
    assert {frame.status_code, page.status_code, api.status_code} == {409}
    named = {"comment_id" in answer.get_json() for answer in (frame, api)}
    return named | {"See that comment" in page.text}


def _bare(answer: tuple[int, str, str], word: str) -> tuple[int, ...] | tuple[object, ...]:
    """Return an answer without what differs between any two comments."""
    changing = re.compile(r'(?<=value=")[^"]*|[0-9A-Za-z]{22}|(?<=hue=)\\?"\d+|(?<=:)\d\d')
    return tuple(
        changing.sub("", part.replace(word, "word")) if isinstance(part, str) else part
        for part in answer
    )
