"""Closing a thread for new comments, and opening it again."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from commentbox.lib import clock
from tests.cli.conftest import SECOND
from tests.conftest import BLOG
from tests.reader import ARTICLE, Reader

Run = Callable[..., Result]
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
