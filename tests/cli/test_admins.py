"""Adding, listing and removing those who moderate."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from commentbox.cli.admins import group
from commentbox.errors import Invalid, NotFound

Run = Callable[..., Result]
LINK = re.compile(r"https://comments\.test/admin/sign-in/[\w-]{43}\n")


def admins(*words: str) -> Result:
    return CliRunner().invoke(group, words)


def test_adding_prints_a_link_each_time_and_makes_one_person(run: Run) -> None:
    run("db", "upgrade")
    first = admins("add", "mia@example.org", "--name", "Mia")
    second = admins("add", "MIA@example.org")
    assert LINK.fullmatch(first.stdout)
    assert LINK.fullmatch(second.stdout)
    assert first.stdout != second.stdout
    assert first.stderr == ""  # no line of a log stands beside the link
    assert admins("list").stdout == "mia@example.org\tadmin\tall sites\tMia\n"


def test_with_a_site_somebody_moderates_that_site_alone(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    admins("add", "ada@example.org", "--site", "blog", "--role", "admin")
    assert [line.split("\t")[1:3] for line in admins("list").stdout.splitlines()] == [
        ["owner", "blog"],
        ["moderator", "blog"],
    ]


def test_somebody_can_be_removed_from_one_site_or_from_all(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    admins("add", "ben@example.org")
    admins("remove", "ben@example.org", "--site", "blog")
    assert admins("list").stdout.count("ben@example.org") == 1
    assert admins("remove", "ben@example.org").stdout == "Removed ben@example.org.\n"
    assert admins("list").stdout == ""


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "mia"), Invalid),
        (("add", "mia@example.org", "--site", "nowhere"), NotFound),
        (("remove", "nobody@example.org"), NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    run: Run, words: tuple[str, ...], error: type[Exception]
) -> None:
    run("db", "upgrade")
    assert isinstance(admins(*words).exception, error)
    assert admins("list").stdout == ""
