"""The command that compares counts with comments."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text

Run = Callable[..., Result]


@pytest.fixture
def wrong(run: Run, tmp_path: Path) -> None:
    """Leave a thread behind that counts five comments and has none."""
    run("sites", "add", "blog", "https://blog.test")
    engine = create_engine(f"sqlite:///{tmp_path}/instance/commentbox.db")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO thread (id, site_id, key, url, title, is_closed, comment_count,"
                " revision, created_at) SELECT 't', id, 'k', 'u', '', 0, 5, 0, '2026-01-01'"
                " FROM site"
            )
        )
    engine.dispose()


def test_counts_that_agree_are_reported_as_such(run: Run) -> None:
    run("db", "upgrade")
    result = run("recount")
    assert (result.exit_code, result.stdout) == (0, "0 drift\n")


def test_a_wrong_count_ends_with_1_until_it_is_mended(run: Run, wrong: None) -> None:
    found = run("recount")
    assert (found.exit_code, found.stdout) == (1, "comment_count of t is 5, counted 0\n1 drift\n")
    mended = run("recount", "--repair")
    assert (mended.exit_code, mended.stdout.splitlines()[-1]) == (0, "1 drift, mended")
    assert run("recount").stdout == "0 drift\n"


def test_a_thread_that_is_not_there_is_one_sentence(run: Run, wrong: None) -> None:
    for words in (("--thread", "unknown"), ("--thread", "0" * 22), ("--repair", "--thread", "x")):
        result = run("recount", *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: There is no such conversation.\n"
