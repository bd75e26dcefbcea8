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
    # What became of their role is said beside the link, and no line of a log.
    assert first.stderr == "mia@example.org is now admin of all sites.\n"
    assert second.stderr == "MIA@example.org stays admin of all sites.\n"
    assert admins("list").stdout == "mia@example.org\tadmin\tall sites\tMia\n"


def test_with_a_site_somebody_moderates_that_site_alone(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    admins("add", "ada@example.org", "--site", "blog", "--role", "owner")
    assert [line.split("\t")[1:3] for line in admins("list").stdout.splitlines()] == [
        ["owner", "blog"],
        ["moderator", "blog"],
    ]


def test_a_link_for_somebody_with_a_role_makes_them_nothing_else(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    run("sites", "add", "other", "https://other.test")
    admins("add", "ben@example.org", "--site", "blog", "--role", "owner")
    for more in ((), ("--site", "blog")):
        again = admins("add", "ben@example.org", "--name", "Ben", *more)
        assert LINK.fullmatch(again.stdout)
        assert again.stderr == "ben@example.org stays owner of blog.\n"
    assert admins("list").stdout == "ben@example.org\towner\tblog\tBen\n"
    elsewhere = admins("add", "ben@example.org", "--site", "other")
    assert elsewhere.stderr == "ben@example.org is now moderator of other.\n"


def test_who_serves_all_sites_gets_no_role_on_one_without_being_asked_for(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "mia@example.org")
    said = admins("add", "mia@example.org", "--site", "blog").stderr
    assert said == "mia@example.org stays admin of all sites.\n"
    assert admins("list").stdout.count("\n") == 1


def test_somebody_becomes_an_admin_only_when_that_is_asked_for(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    raised = admins("add", "ben@example.org", "--role", "admin")
    assert LINK.fullmatch(raised.stdout)
    assert raised.stderr == "ben@example.org is now admin of all sites.\n"


def test_another_role_at_the_same_place_takes_the_place_of_theirs(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog", "--role", "owner")
    said = admins("add", "ben@example.org", "--site", "blog", "--role", "moderator").stderr
    assert said == "ben@example.org is now moderator of blog (was owner).\n"
    assert [line.split("\t")[1:3] for line in admins("list").stdout.splitlines()] == [
        ["moderator", "blog"]
    ]


def test_an_admin_of_one_site_is_refused_and_told_of(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    refused = admins("add", "ada@example.org", "--site", "blog", "--role", "admin")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Admins are admins of all sites: leave out --site, or give --role owner" in (
        refused.stderr
    )
    assert admins("list").stdout == ""


def test_the_only_admin_is_made_nothing_less(run: Run) -> None:
    run("db", "upgrade")
    admins("add", "mia@example.org")
    refused = admins("add", "mia@example.org", "--role", "moderator")
    assert refused.exit_code == 2
    assert "No other admin would be left: name one first" in refused.stderr
    assert "\tadmin\t" in admins("list").stdout


def test_somebody_can_be_removed_from_one_site_or_from_all(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    admins("add", "ben@example.org", "--role", "owner")
    said = admins("remove", "ben@example.org", "--site", "blog").stdout
    assert said == "Removed ben@example.org: no longer moderator of blog.\n"
    assert admins("list").stdout.count("ben@example.org") == 1
    said = admins("remove", "ben@example.org").stdout
    assert said == "Removed ben@example.org: no longer owner of all sites.\n"
    assert admins("list").stdout == ""


def test_a_role_on_all_sites_is_taken_alone(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--site", "blog")
    admins("add", "ben@example.org", "--role", "owner")
    admins("remove", "ben@example.org", "--everywhere")
    assert [line.split("\t")[1:3] for line in admins("list").stdout.splitlines()] == [
        ["moderator", "blog"]
    ]
    both = admins("remove", "ben@example.org", "--everywhere", "--site", "blog")
    assert (both.exit_code, "either --site or --everywhere" in both.stderr) == (2, True)


def test_g4_the_only_admin_stays_until_another_is_named(run: Run) -> None:
    run("db", "upgrade")
    admins("add", "mia@example.org")
    for more in ((), ("--everywhere",)):
        refused = admins("remove", "mia@example.org", *more)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "No other admin would be left: name one first" in refused.stderr
    admins("add", "ben@example.org", "--role", "admin")
    assert admins("remove", "mia@example.org").exit_code == 0
    assert admins("list").stdout.startswith("ben@example.org\tadmin\t")


def test_taking_a_role_that_nobody_has_is_no_success(run: Run) -> None:
    run("sites", "add", "blog", "https://blog.test")
    admins("add", "ben@example.org", "--role", "owner")
    answer = admins("remove", "ben@example.org", "--site", "blog")
    assert (answer.stdout, type(answer.exception)) == ("", NotFound)


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
