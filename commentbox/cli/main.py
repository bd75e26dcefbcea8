"""All commands, and how each one fails: one clear sentence, exit status 1 or 2."""

from importlib.metadata import version
from typing import Final

import click
from sqlalchemy.exc import DBAPIError

from commentbox.cli.admins import group as admins
from commentbox.cli.db import db
from commentbox.cli.demo import demo
from commentbox.cli.doctor import doctor
from commentbox.cli.openapi import openapi
from commentbox.cli.people import people
from commentbox.cli.recount import recount
from commentbox.cli.rights import rights
from commentbox.cli.serve import serve
from commentbox.cli.sites import sites
from commentbox.cli.spam import spam
from commentbox.cli.threads import threads
from commentbox.cli.worker import worker
from commentbox.config import BadSetting
from commentbox.errors import CommentboxError
from commentbox.web.kit.problems import sentence

_FILES: Final = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


class Misconfigured(click.ClickException):
    """Settings that cannot be used are wrong usage, as options are."""

    exit_code = 2


class Commands(click.Group):
    """A group whose commands say what went wrong, never how the code got there."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error that can be answered becomes a sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except BadSetting as problem:
            raise Misconfigured("\nError: ".join(problem.sentences)) from problem
        except CommentboxError as problem:
            raise click.ClickException(sentence(problem.code)) from problem
        except DBAPIError as problem:
            raise click.ClickException(f"The database does not work: {problem.orig}") from problem
        except _FILES as problem:
            where, why = problem.filename, problem.strerror
            raise click.ClickException(f"{where} cannot be used: {why}.") from problem


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("commentbox"), message="%(version)s")
def commands() -> None:
    """Comments for the articles of your own site.

    Settings come from COMMENTBOX_… in the environment, or from commentbox.toml.
    """


for command in (
    *(serve, demo, doctor, db, sites, threads, admins, people, worker, recount),
    *(spam, openapi, rights),
):
    commands.add_command(command)
