"""The page in the frame."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, ids
from commentbox.models import Comment, Site, Status, Thread
from commentbox.moderation import status
from commentbox.web.kit import page_cache
from tests.conftest import BLOG
from tests.reader import ARTICLE, Reader, queries

IDS = re.compile(r'data-id="(\w{22})"')
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("stopped")


def test_an_article_without_comments_invites_and_stores_nothing(reader: Reader) -> None:
    page = reader.get()
    assert page.status_code == 200
    assert "what do you think?" in page.text
    with reader.app.app_context():
        assert db.session.query(Thread).count() == 0


def test_the_page_holds_the_comments_themselves(reader: Reader) -> None:
    reader.write(comment="Hello *you*", url="ann.example")
    page = reader.get().text
    assert "Hello <em>you</em>" in page
    assert '<a class="author" href="https://ann.example/" rel="nofollow ugc noopener' in page
    assert ">1 comment<" in page


def test_a_member_is_shown_with_their_picture_and_where_they_logged_in(reader: Reader) -> None:
    reader.write()
    picture = ids.new()
    _change(reader, author_provider="github", author_avatar=picture)
    page = reader.get().text
    assert '<span class="badge">github</span>' in page
    assert f'<img class="avatar" src="/avatar/{picture}" alt=""' in page


def test_who_has_a_role_is_shown_as_moderator_wherever_they_logged_in(reader: Reader) -> None:
    reader.write()
    _change(reader, author_provider="github", is_official=True)
    assert re.findall('class="badge">([^<]*)<', reader.get().text) == ["Moderator"]


def test_the_email_address_is_on_no_page(reader: Reader) -> None:
    posted = reader.write(email="secret@example.org")
    shown = [posted.text, reader.get().text, reader.get("comments").text]
    assert not any("secret" in text for text in shown)


@pytest.mark.parametrize(
    ("asked", "first"), [({}, "Second"), ({"sort": "oldest"}, "First"), ({"sort": "x"}, "Second")]
)
def test_the_order_is_the_one_asked_for(reader: Reader, asked: dict[str, Any], first: str) -> None:
    reader.write(comment="First")
    reader.write(comment="Second")
    page = reader.get(**asked).text
    assert page.index(first) == min(page.index("First<"), page.index("Second<"))


def test_language_theme_and_level_fall_back_to_the_default(reader: Reader) -> None:
    page = reader.get(theme="pink", lang="xx", h="9").text
    assert '<html lang="en" dir="ltr" data-theme="auto">' in page
    assert '<h3 class="count"' in page
    assert '<h2 class="count"' in reader.get(h="2").text


def test_more_comments_and_replies_are_one_link_away(reader: Reader) -> None:
    reader.fill(1000)
    page = reader.get().text
    assert len(IDS.findall(page)) == 50 * 4
    assert page.count("Show 6 more replies") == 50
    more = re.search(r'data-more="([^"]+)"', page)
    assert more
    rest = reader.client.get(more[1].replace("&amp;", "&")).text
    assert len(IDS.findall(rest)) == 50 * 4
    assert not set(IDS.findall(rest)) & set(IDS.findall(page))


def test_replies_come_with_the_way_to_those_after_them(reader: Reader) -> None:
    reader.fill(10)
    swap = re.search(r'data-swap="([^"]+)"', reader.get().text)
    assert swap
    rest = reader.client.get(swap[1].replace("&amp;", "&"))
    assert len(IDS.findall(rest.text)) == 6
    assert "in reply to <bdi>Author 0</bdi>" in rest.text


def test_a_permalink_leads_to_the_comment_in_its_article(reader: Reader) -> None:
    comment = reader.write().headers["Location"]
    answer = reader.client.get(comment)
    assert answer.status_code == 302
    assert answer.location == f"{ARTICLE}#comment-{comment.removeprefix('/c/')}"
    assert reader.client.get("/c/nobody").status_code == 404


def test_the_page_opens_around_the_comment_that_was_linked(reader: Reader) -> None:
    reader.write(comment="One")
    reader.write(comment="Two")
    first = reader.comments()[0].id
    page = reader.get(comment=first).text
    assert IDS.findall(page) == [comment.id for comment in reversed(reader.comments())]
    assert "Show all comments" not in page


def test_a_comment_beyond_the_first_page_stands_before_the_list(reader: Reader) -> None:
    reader.fill(600)
    usual = IDS.findall(reader.get().text)
    deep = reader.comments()[8]
    page = reader.get(comment=deep.id).text
    shown = IDS.findall(page)
    assert shown == [comment.id for comment in reader.comments()[:10]] + usual
    assert "Show all comments" in page
    assert "Show 6 more replies" in page
    more = re.search(r'data-more="([^"]+)"', page)
    assert more
    rest = reader.client.get(more[1].replace("&amp;", "&"))
    assert not set(IDS.findall(rest.text)) & set(shown)


@pytest.mark.parametrize("to", [Status.PENDING, Status.SPAM, Status.TRASHED, Status.DELETED])
def test_a_permalink_to_what_nobody_sees_leads_nowhere(reader: Reader, to: Status) -> None:
    reader.write()
    hidden = reader.comments()[0].id
    _move(reader, hidden, to)
    unknown, known = reader.client.get(f"/c/{'0' * 22}"), reader.client.get(f"/c/{hidden}")
    assert unknown.status_code == known.status_code == 404
    with clock.turned_by(SECOND):
        pages = [reader.get(comment=each).text for each in ("0" * 22, hidden)]
    assert pages[0].replace("0" * 22, hidden) == pages[1]


def test_a_permalink_to_a_removed_comment_leads_to_its_replies(reader: Reader) -> None:
    reader.write(comment="Rude")
    rude = reader.comments()[0].id
    reader.write(comment="Answer", parent=rude)
    _move(reader, rude, Status.DELETED)
    assert reader.client.get(f"/c/{rude}").status_code == 302


def test_a_link_to_a_removed_comment_says_so_and_shows_the_rest(reader: Reader) -> None:
    reader.write(comment="One")
    reader.write(comment="Two")
    gone = reader.comments()[0].id
    _move(reader, gone, Status.TRASHED)
    with clock.turned_by(SECOND):
        page = reader.get(comment=gone).text
    assert "is no longer here" in page
    assert "Two" in page


def test_a_removed_comment_keeps_its_place_above_its_replies(reader: Reader) -> None:
    reader.write(comment="Rude")
    rude = reader.comments()[0].id
    reader.write(comment="Answer", parent=rude)
    _move(reader, rude, Status.SPAM)
    with clock.turned_by(SECOND):
        page = reader.get().text
    assert "This comment was removed." in page
    assert "Rude" not in page
    assert page.index("was removed") < page.index("Answer")


def test_a_closed_thread_is_read_but_not_answered(reader: Reader) -> None:
    reader.write()
    reader.change(lambda: setattr(db.session.query(Thread).one(), "is_closed", True))
    with reader.app.app_context():
        page_cache.of_app().forget()
    page = reader.get().text
    assert "Comments are closed." in page
    assert "commentform" not in page
    assert "data-reply" not in page
    refusal = reader.write(comment="Late")
    assert (refusal.status_code, refusal.get_json()["code"]) == (403, "thread.closed")


def test_a_site_that_is_unknown_is_named_to_its_owner(reader: Reader) -> None:
    page = reader.client.get("/embed/<b>nowhere", query_string={"url": ARTICLE})
    assert page.status_code == 404
    assert "There is no site “&lt;b&gt;nowhere” here" in page.text
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert page.headers["Cache-Control"] == "no-store"
    with reader.app.app_context():
        assert (db.session.query(Thread).count(), db.session.query(Site).count()) == (0, 1)


def test_a_host_that_is_not_registered_is_named_to_its_owner(reader: Reader) -> None:
    page = reader.get(url="https://other.test/article")
    assert page.status_code == 403
    assert "https://other.test" in page.text
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "origin", ["https://www.blog.test", "http://blog.test", f"{BLOG}:8443", "https://stage.test"]
)
def test_a_page_whose_own_origin_is_not_registered_is_told_which_one(
    reader: Reader, origin: str
) -> None:
    assert reader.get(from_=BLOG).status_code == 200
    page = reader.get(from_=origin)
    assert page.status_code == 403
    assert f"{origin} is not an address of the site" in page.text
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["file:///home/ann/article.html", ARTICLE])
def test_a_page_without_an_origin_is_told_that_it_needs_one(reader: Reader, url: str) -> None:
    page = reader.get(url=url, from_="null")
    assert page.status_code == 403
    assert "A file on a disk" in page.text
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *")


def test_a_large_thread_costs_as_many_queries_as_a_small_one(app: Flask, reader: Reader) -> None:
    reader.fill(10)
    with queries(app, at_most=4) as small:
        assert reader.get().status_code == 200
    reader.fill(1000)
    with clock.turned_by(SECOND), queries(app, at_most=4) as large:
        assert len(IDS.findall(reader.get().text)) == 50 * 4
    assert len(small) == len(large) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_is_found_by_indexes_alone(app: Flask, reader: Reader) -> None:
    reader.fill(1000)
    with queries(app, at_most=6) as sent:
        reader.get()
        reader.get("comments", sort="oldest")
    with app.app_context():
        connection = db.session.connection()
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", _blanks(query)).all())
            for query in sent
        ]
    assert not any("SCAN" in plan for plan in plans), plans
    assert any("ix_comment_roots" in plan for plan in plans)
    assert any("ix_comment_replies" in plan for plan in plans)


def _blanks(query: str) -> tuple[str, ...]:
    return ("",) * query.count("?")


def _move(reader: Reader, comment_id: str, to: Status) -> None:
    reader.change(lambda: status.move(db.session.get_one(Comment, comment_id), to))


def _change(reader: Reader, **values: object) -> None:
    """Change what stands beside every comment."""
    with reader.app.app_context():
        begin_writing()
        db.session.execute(update(Comment).values(**values))
        db.session.commit()
