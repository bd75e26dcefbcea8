"""Adding, listing and removing sites."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text

from commentbox.config import load

Run = Callable[..., Result]


def test_a_site_is_added_to_a_database_that_is_made_on_the_way(run: Run, tmp_path: Path) -> None:
    added = run("sites", "add", "blog", "https://Blog.test/", "https://www.blog.test")
    assert added.stdout == "Added blog for https://blog.test https://www.blog.test\n"
    assert (tmp_path / "instance" / "commentbox.db").is_file()
    assert run("sites", "list").stdout == (
        "blog\thold-first\thttps://blog.test https://www.blog.test\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Blog!", "https://blog.test"), "A site's name is a short word"),
        (("-rf", "https://blog.test"), "No such option"),
        (("blog", "blog.test"), "An origin looks like https://blog.example"),
        (("blog", "https://blog.test/path"), "An origin looks like https://blog.example"),
        (("old", "https://blog.test"), "There is a site of this name already."),
    ],
)
def test_a_site_that_cannot_be_is_refused(run: Run, words: tuple[str, ...], sentence: str) -> None:
    run("sites", "add", "old", "https://old.test", "--policy", "publish")
    result = run("sites", "add", *words)
    assert result.exit_code in {1, 2}
    assert sentence in result.stderr
    assert run("sites", "list").stdout == "old\tpublish\thttps://old.test\n"


def test_a_site_is_removed_only_after_a_yes(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    kept = run("sites", "remove", "blog", typed="n\n")
    assert (kept.exit_code, run("sites", "list").stdout[:4]) == (1, "blog")
    removed = run("sites", "remove", "blog", typed="y\n")
    assert "Deleted blog and its comments (0)." in removed.stdout
    assert run("sites", "list").stdout == ""


def test_a_site_that_is_not_there_cannot_be_removed(run: Run) -> None:
    result = run("sites", "remove", "blog", "--yes")
    assert (result.exit_code, result.stderr) == (1, "Error: There is no such site here.\n")


def test_tables_of_another_version_stop_every_command_on_postgresql(
    run: Run, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_DATABASE_URL", f"{postgres}&options=-csearch_path%3Delsewhere")
    engine = create_engine(load().database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS elsewhere"))
    refused = [run("sites", "list"), run("serve"), run("db", "current")]
    assert [result.exit_code for result in refused] == [1, 1, 1]
    assert "run `commentbox db upgrade`" in refused[1].stderr
    assert run("db", "upgrade").stdout == "The tables are up to date.\n"
    assert run("db", "current").exit_code == 0
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA elsewhere CASCADE"))
    engine.dispose()
