"""What all commands share: help, one clear sentence on failure, and the exit status."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from commentbox.cli.main import commands

Run = Callable[..., Result]


def every_command(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from every_command(command, *before, name)


@pytest.mark.parametrize("words", [(), *every_command(commands)], ids=" ".join)
def test_every_command_explains_itself(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


@pytest.mark.parametrize("words", [*every_command(commands)], ids=" ".join)
def test_every_option_says_what_it_is_for(words: tuple[str, ...]) -> None:
    command: click.Command = commands
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").stdout.startswith("0.")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("sites", "add"),
        ("sites", "add", "blog", "https://blog.test", "--policy", "never"),
        ("serve", "--port", "99999"),
        ("recount", "--nonsense"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_bad_setting_is_one_sentence_and_ends_with_2(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_SECRET_KEY", "dev")
    result = run("sites", "list")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: COMMENTBOX_SECRET_KEY must have at least 32 characters")
    assert len(result.stderr.splitlines()) == 1


def test_a_database_that_cannot_be_reached_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/none")
    result = run("sites", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The database does not work: ")
    assert "hunter2" not in result.output


def test_several_bad_settings_are_a_sentence_each(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMENTBOX_SMTP_URL", "smtp://mail.test:99999")
    monkeypatch.setenv("COMMENTBOX_SESSION_DAYS", "many")
    monkeypatch.setenv("COMMENTBOX_NONSENSE", "1")
    result = run("serve")
    assert result.exit_code == 2
    assert {line.split(" must")[0].split(" is")[0] for line in result.stderr.splitlines()} == {
        "Error: COMMENTBOX_SMTP_URL",
        "Error: COMMENTBOX_SESSION_DAYS",
        "Error: COMMENTBOX_NONSENSE",
    }


@pytest.mark.parametrize(
    "words",
    [
        ("sites", "list"),
        ("sites", "set", "blog"),
        ("sites", "remove", "blog", "--yes"),
        ("admins", "add", "mia@example.org"),
        ("admins", "list"),
        ("threads", "close", "https://blog.test/article"),
        ("people", "block", "mia@example.org"),
        ("recount",),
        ("worker",),
        ("db", "current"),
    ],
    ids=" ".join,
)
def test_a_database_that_is_not_there_is_named_and_not_made(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: There is no database at {tmp_path}/instance/commentbox.db. "
        "Set COMMENTBOX_INSTANCE_DIR to the folder that holds it, or make one: "
        "run `commentbox db upgrade`, or `commentbox sites add`.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_used_is_one_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("COMMENTBOX_INSTANCE_DIR", str(tmp_path / "taken"))
    result = run("sites", "add", "blog", "https://blog.test")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {tmp_path}/taken cannot be used: File exists.\n"
