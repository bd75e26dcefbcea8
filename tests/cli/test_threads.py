"""Closing a thread for new comments, opening it again, and moving it to another address."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from commentbox.comments import sites, threads
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Batch, Comment, Policy, Status
from commentbox.moderation import status
from commentbox.web.admin import logged
from tests.cli.conftest import SECOND
from tests.conftest import BLOG
from tests.reader import ARTICLE, Reader

Run = Callable[..., Result]
NEW = f"{BLOG}/moved"
CLOSED = '<p class="notice" id="closed"'


def is_closed(reader: Reader, *, seconds: int = 0, **asked: Any) -> bool:
    """Say what a reader of the article is shown so many seconds from now."""
    with clock.turned_by(seconds * SECOND):
        return CLOSED in reader.get(**asked).text


def test_a_thread_is_closed_and_opened_by_the_articles_address(run: Run, reader: Reader) -> None:
    reader.write()
    assert not is_closed(reader)
    closed = run("threads", "close", "http://www.blog.test/article/?utm_source=mail")
    assert closed.stdout == f"Closed {ARTICLE} on blog.\n"
    assert is_closed(reader, seconds=1)
    assert run("threads", "open", ARTICLE).stdout == f"Opened {ARTICLE} on blog.\n"
    assert not is_closed(reader, seconds=2)


def test_a_thread_is_closed_by_its_id(run: Run, reader: Reader) -> None:
    thread = reader.fill(1)
    assert not is_closed(reader)
    assert run("threads", "close", thread).stdout == f"Closed {ARTICLE} on blog.\n"
    assert is_closed(reader, seconds=1)


def test_a_thread_that_goes_by_the_owners_id_is_found_by_its_address(
    run: Run, reader: Reader
) -> None:
    reader.write(page_id="7")
    assert run("threads", "close", ARTICLE).exit_code == 0
    assert is_closed(reader, id="7")


def test_an_article_is_closed_before_its_first_comment(run: Run, reader: Reader) -> None:
    assert not is_closed(reader)
    assert run("threads", "close", ARTICLE).exit_code == 0
    assert is_closed(reader, seconds=1)
    assert reader.write().status_code == 403


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("close", "nonsense"), "This is not the address of a web page."),
        (("close", "https://other.test/article"), "This page's host is not registered"),
        (("close", "0" * 22), "There is no such conversation."),
        (("move", f"{BLOG}/never-seen", ARTICLE), "There is no such conversation."),
        (("move", "nonsense", ARTICLE), "This is not the address of a web page."),
        (("open", f"{BLOG}/never-seen"), "There is no such conversation."),
        (("close", ARTICLE, "--site", "nowhere"), "There is no such site here."),
    ],
)
def test_what_is_no_thread_is_one_sentence(
    run: Run, reader: Reader, words: tuple[str, ...], sentence: str
) -> None:
    result = run("threads", *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {sentence}")
    assert len(result.stderr.splitlines()) == 1


def test_of_two_sites_with_one_address_the_one_that_is_named_is_closed(
    run: Run, reader: Reader
) -> None:
    reader.write()
    run("sites", "add", "twin", BLOG)
    assert "on twin" in run("threads", "close", ARTICLE, "--site", "twin").stdout
    assert not is_closed(reader)
    assert run("threads", "close", ARTICLE).stdout == (
        f"Closed {ARTICLE} on blog.\nClosed {ARTICLE} on twin.\n"
    )
    assert is_closed(reader, seconds=1)


def test_a_thread_goes_on_at_another_address(run: Run, reader: Reader) -> None:
    reader.write(comment="Before the move")
    reader.write(comment="This one waits", author="Ben")
    reader.get(url=NEW)
    moved = run("threads", "move", "http://www.blog.test/article/?utm_source=mail", f"{NEW}#top")
    assert moved.stdout == f"Moved {ARTICLE} to {NEW} on blog.\n"
    with clock.turned_by(SECOND):
        assert "Before the move" in reader.get(url=NEW).text
        assert "Before the move" not in reader.get().text
    comment = reader.comments()[0].id
    assert reader.client.get(f"/c/{comment}").location == f"{NEW}#comment-{comment}"


def test_a_move_stands_in_the_log(run: Run, reader: Reader) -> None:
    reader.write()
    run("threads", "move", ARTICLE, NEW)
    [comment] = reader.comments()
    with reader.app.test_request_context():
        batch = db.session.scalars(select(Batch)).one()
        told = {"thread": comment.thread_id, "of_service": True}
        assert (batch.action, batch.details) == ("move", told)
        assert logged.sentence(batch) == "Moved a thread to another address"


def test_what_waits_does_not_lead_a_moved_thread_back(run: Run, reader: Reader) -> None:
    reader.change(lambda: sites.change(threads.site_named("blog"), by=None, policy=Policy.HOLD_ALL))
    reader.write(comment="I wait")
    run("threads", "move", ARTICLE, NEW)
    reader.change(_approve_all)
    with clock.turned_by(SECOND):
        assert "I wait" in reader.get(url=NEW).text
        assert reader.client.get(f"/c/{reader.comments()[0].id}").location.startswith(NEW)


def test_a_thread_of_a_host_that_was_given_up_moves_to_the_new_one(
    run: Run, reader: Reader
) -> None:
    reader.write(comment="From the old house")
    run("sites", "set", "blog", "--origin", "https://new.test")
    assert run("threads", "move", ARTICLE, "https://new.test/a").exit_code == 0
    with clock.turned_by(SECOND):
        assert "From the old house" in reader.get(url="https://new.test/a").text


def test_a_thread_gets_a_name_of_the_owner_and_keeps_it(run: Run, reader: Reader) -> None:
    reader.write(comment="Under a name")
    run("threads", "move", ARTICLE, ARTICLE, "--id", "7")
    with clock.turned_by(SECOND):
        found = reader.get(url=NEW, id="7").text
        assert "Under a name" in found
    [thread] = set(re.findall(r"/t/(\w{22})", found))
    assert run("threads", "move", thread, NEW).stdout == f"Moved {ARTICLE} to {NEW} on blog.\n"
    with clock.turned_by(2 * SECOND):
        assert "Under a name" in reader.get(url=NEW, id="7").text


def test_a_thread_takes_the_place_of_an_empty_one_alone(run: Run, reader: Reader) -> None:
    reader.write(comment="I want to move")
    run("threads", "close", NEW)
    assert run("threads", "move", ARTICLE, NEW).exit_code == 0
    reader.write(comment="I was here first")
    refused = run("threads", "move", NEW, ARTICLE)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: There are comments at the new address already.\n"
    with clock.turned_by(SECOND):
        assert "I want to move" in reader.get(url=NEW).text
        assert "I was here first" in reader.get().text


def test_two_threads_of_one_article_become_one(run: Run, reader: Reader) -> None:
    """An article has had several threads by a slash or a parameter of its address."""
    reader.write(comment="At the first address")
    reader.write(comment="At the second one", page_url=NEW)
    reader.get(url=NEW)
    merged = run("threads", "merge", NEW, ARTICLE)
    assert merged.stdout == f"Merged {NEW} into {ARTICLE} on blog.\n"
    with clock.turned_by(SECOND):
        for address in (ARTICLE, NEW):
            text = reader.get(url=address).text
            assert "At the first address" in text
            assert "At the second one" in text
    assert run("recount").stdout == "0 drift\n"
    again = run("threads", "merge", NEW, ARTICLE)
    assert again.stderr == "Error: These are one conversation already.\n"


def _approve_all() -> None:
    for comment in db.session.scalars(select(Comment)).all():
        status.move(comment, Status.PUBLISHED)
