"""Adding, listing, changing and removing sites."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, text

from commentbox.config import load
from commentbox.lib import clock
from tests.cli.conftest import SECOND
from tests.reader import Reader

Run = Callable[..., Result]


def test_a_site_is_added_to_a_database_that_is_made_on_the_way(run: Run, tmp_path: Path) -> None:
    added = run("sites", "add", "blog", "https://Blog.test/", "https://www.blog.test")
    assert added.stdout == (
        "Added blog for https://blog.test https://www.blog.test\n"
        "Pages at exactly these addresses show its comments, and no others.\n"
    )
    assert (tmp_path / "instance" / "commentbox.db").is_file()
    listed = run("sites", "list")
    assert listed.stdout == "blog\thold-first\thttps://blog.test https://www.blog.test\n"
    assert listed.stderr == f"The database is {tmp_path}/instance/commentbox.db\n"


@pytest.mark.parametrize(
    ("origin", "other"),
    [
        ("https://blog.test", "https://www.blog.test"),
        ("http://www.blog.test:8080", "http://blog.test:8080"),
        ("http://localhost:8080", ""),
        ("https://192.0.2.7", ""),
        ("https://www.test", ""),
    ],
)
def test_who_adds_a_site_is_told_how_to_add_the_other_spelling(
    run: Run, origin: str, other: str
) -> None:
    said = run("sites", "add", "blog", origin).stdout
    command = f"commentbox sites set blog --add-origin {other}"
    assert (command in said) is bool(other)
    assert ("answers as well" in said) is bool(other)
    if other:
        assert run(*command.split()[1:]).stdout.startswith(f"origins\t{origin} {other}\n")


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


def test_where_no_site_is_kept_is_said(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    listed = run("sites", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert listed.stderr == f"No sites yet in {tmp_path}/instance/commentbox.db\n"


def test_a_site_is_removed_only_after_a_yes(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    kept = run("sites", "remove", "blog", typed="n\n")
    assert (kept.exit_code, run("sites", "list").stdout[:4]) == (1, "blog")
    removed = run("sites", "remove", "blog", typed="y\n")
    assert "Deleted blog and its comments (0)." in removed.stdout
    assert run("sites", "list").stdout == ""


def test_a_site_that_is_not_there_cannot_be_removed(run: Run) -> None:
    run("db", "upgrade")
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
    assert run("sites", "list").stderr.startswith("No sites yet in postgresql")
    run("sites", "add", "here", "https://here.test")
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM elsewhere.site")).scalars().all()
    assert names == ["here"]  # the schema that the address names, not the usual one
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA elsewhere CASCADE"))
    engine.dispose()


def test_a_sites_settings_are_shown_and_changed(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    before = run("sites", "set", "blog").stdout
    assert before == (
        "origins\thttps://blog.test\npolicy\thold-first\nheading\t\nlink-limit\t2\n"
        "closes-after\t0\nreports-to-hold\t3\nfilter\tholds\nscorer\tnot asked\n"
        "email\trequired\nname\trequired\nsubscriptions\toffered\n"
    )
    words = [
        *("--origin", "https://New.test/", "--origin", "https://www.new.test"),
        *("--policy", "hold-all", "--heading", "Say something", "--link-limit", "5"),
        *("--closes-after", "30", "--reports-to-hold", "0", "--scorer"),
        *("--filter-ignored", "--filter-publishes"),
        *("--email-optional", "--name-optional", "--no-subscriptions"),
    ]
    assert run("sites", "set", "blog", *words).stdout == (
        "origins\thttps://new.test https://www.new.test\npolicy\thold-all\n"
        "heading\tSay something\nlink-limit\t5\n"
        "closes-after\t30\nreports-to-hold\t0\nfilter\tpublishes\nscorer\tasked\n"
        "email\toptional\nname\toptional\nsubscriptions\tnot offered\n"
    )
    back = ("--email-required", "--name-required", "--subscriptions")
    assert run("sites", "set", "blog", *back).stdout.endswith(
        "email\trequired\nname\trequired\nsubscriptions\toffered\n"
    )


def test_who_asks_for_a_scorer_that_is_not_set_up_is_told_that_nothing_is_sent(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sites", "add", "blog", "https://blog.test")
    assert run("sites", "set", "blog").stderr == ""
    said = run("sites", "set", "blog", "--scorer").stderr
    assert said == ("Nothing is sent to the outside scorer before COMMENTBOX_AKISMET_KEY is set.\n")
    monkeypatch.setenv("COMMENTBOX_AKISMET_KEY", "abc")
    assert run("sites", "set", "blog", "--scorer").stderr == ""


def test_an_origin_is_added_to_those_that_are_there(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    both = ("--add-origin", "https://www.blog.test", "--add-origin", "https://Stage.test/")
    for _ in range(2):
        said = run("sites", "set", "blog", *both).stdout
        assert said.startswith(
            "origins\thttps://blog.test https://www.blog.test https://stage.test\n"
        )
    moved = ("--origin", "https://new.test", "--add-origin", "https://blog.test")
    assert run("sites", "set", "blog", *moved).stdout.startswith(
        "origins\thttps://new.test https://blog.test\n"
    )
    refused = run("sites", "set", "blog", "--add-origin", "blog.test")
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_served_pages_follow_a_change_within_a_second(run: Run, reader: Reader) -> None:
    assert "Leave a Reply" in reader.get().text
    run("sites", "set", "blog", "--heading", "Say something", "--email-optional")
    with clock.turned_by(SECOND):
        page = reader.get().text
    assert "Say something" in page
    assert 'data-email=""' in page
    run("sites", "set", "blog", "--origin", "https://moved.test")
    with clock.turned_by(2 * SECOND):
        assert reader.get().status_code == 403
        assert reader.get(url="https://moved.test/article").status_code == 200


def test_what_a_site_cannot_be_set_to_is_refused(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    before = run("sites", "set", "blog").stdout
    results = [
        run("sites", "set", "blog", "--origin", "blog.test"),
        run("sites", "set", "blog", "--link-limit", "0"),
        run("sites", "set", "blog", "--heading", "x" * 121),
        run("sites", "set", "nowhere", "--policy", "publish"),
    ]
    assert [result.exit_code for result in results] == [1, 2, 2, 1]
    assert run("sites", "set", "blog").stdout == before
