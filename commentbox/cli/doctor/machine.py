"""What the service stands on: its database, its mail server, and its address."""

import json
import smtplib
import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
from requests import RequestException, Session
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from commentbox.adapters import http
from commentbox.adapters.http import Deadline, Door, Unreachable
from commentbox.adapters.mailer import Mailer
from commentbox.adapters.scorer import Scorer
from commentbox.cli import database_file, service
from commentbox.cli.doctor.finding import Finding, note, ok, wrong
from commentbox.config import PREFIX, Settings

_SECONDS: Final = 8.0
_MOST_BYTES: Final = 4096

_WHY: Final = {
    "host.unknown": "its name is not known here",
    "host.slow": "its name could not be looked up in time",
    "answer.tls": "its certificate is not valid for it",
    "answer.slow": "it does not answer in time",
    "answer.broken": "it does not answer",
    "answer.cut_off": "its answer breaks off",
    "answer.redirect": "it leads elsewhere",
    "answer.unclear": "its answer tells nothing about the key",
    "answer.unavailable": "it says that it cannot answer now",
}
_UNLESS_WE_END_TLS: Final = (
    f"Behind a proxy, set {PREFIX}TRUSTED_PROXIES=1; until then all readers count as one. "
    "With `serve --tls-cert` and no proxy, 0 is right."
)
_NO_ADDRESS: Final = frozenset({"host.unknown", "host.slow"})
_NOT_FROM_HERE: Final = frozenset({"address.not_public", "address.port"})


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at each."""
    yield ok("The settings can be used.")
    yield _database(settings)
    yield _mail(settings)
    if settings.akismet_key:
        yield _scorer(settings)
    if settings.is_secure:
        yield _address(settings.base_url)
        if not settings.trusted_proxies:
            yield note(_UNLESS_WE_END_TLS)
    else:
        yield note(f"{settings.base_url} is for this very machine: the public needs https://")
        yield _address_here(settings.base_url)


def why(code: str) -> str:
    """Return in words why an address gave no answer."""
    return _WHY.get(code, code)


def _database(settings: Settings) -> Finding:
    return (_file(settings) if settings.is_sqlite else None) or _tables(settings)


def _file(settings: Settings) -> Finding | None:
    """Return what is to be said of a file that cannot be asked."""
    file = Path(make_url(settings.database_url).database or "")
    if path := database_file.closed(file):
        return wrong(database_file.refusal(path))
    if not file.exists():
        return note(
            f"The database {service.place(settings)} is made when `commentbox serve` starts."
        )
    return None


def _tables(settings: Settings) -> Finding:
    try:
        is_current = service.is_current(settings)
    except click.ClickException as problem:
        return wrong(problem.message)
    except DBAPIError as problem:
        return wrong(f"The database does not work: {str(problem.orig or problem).strip()}.")
    if is_current:
        where = service.place(settings)
        return ok(f"The database {where} answers, and its tables are those of this version.")
    if settings.is_sqlite:
        return note("The database is brought up to date when `commentbox serve` starts.")
    return wrong("The tables of the database are old; run `commentbox db upgrade`.")


def _mail(settings: Settings) -> Finding:
    mailer = Mailer.from_settings(settings)
    if not mailer.is_configured:
        return note("No mail server is set: nobody is sent mail, nor a code to log in by email.")
    host = urlsplit(settings.smtp_url).hostname
    try:
        mailer.check()
    except smtplib.SMTPAuthenticationError:
        return wrong(f"The mail server {host} does not accept user and password of SMTP_URL.")
    except smtplib.SMTPNotSupportedError as problem:
        return wrong(f"The mail server {host} cannot be used: {problem}")
    except ssl.SSLError as problem:
        return wrong(f"The mail server {host} cannot be trusted: {problem.reason}.")
    except OSError as problem:
        return wrong(_silent(host, problem))
    return ok(f"The mail server {host} takes mail from {settings.mail_from}.")


def _silent(host: str | None, problem: OSError) -> str:
    if isinstance(problem, socket.gaierror):
        return f"The name of the mail server {host} is not known here."
    return f"The mail server {host} does not answer: {problem}."


def _scorer(settings: Settings) -> Finding:
    scorer = Scorer(url=settings.akismet_url, key=settings.akismet_key)
    try:
        if not scorer.knows_key(settings.base_url):
            return wrong(f"The outside scorer {scorer.host} does not accept AKISMET_KEY.")
    except Unreachable as problem:
        return note(f"The outside scorer {scorer.host} is not known to work: {why(problem.code)}.")
    return ok(f"The outside scorer {scorer.host} knows the key.")


def _address_here(home: str) -> Finding:
    with Session() as session:
        session.trust_env = False
        session.mount("http://", Door(Deadline(_SECONDS)))
        try:
            answer = session.get(f"{home}/healthz", allow_redirects=False)
        except (RequestException, Unreachable) as problem:
            return note(_silent_here(home, getattr(problem, "code", "")))
    if answer.status_code != HTTPStatus.OK or not _is_ours(answer.content):
        return wrong(f"{home} is answered by something else than Commentbox.")
    return ok(f"{home} is answered by Commentbox.")


def _silent_here(home: str, code: str) -> str:
    if code in _NO_ADDRESS:  # browsers find `*.localhost` where a machine does not
        return f"{home} cannot be checked from here: {why(code)}."
    return f"{home} does not answer: is `commentbox serve` running?"


def _address(home: str) -> Finding:
    try:
        answer = http.fetch(f"{home}/healthz", most_bytes=_MOST_BYTES, seconds=_SECONDS)
    except Unreachable as problem:
        if problem.code in _NOT_FROM_HERE:
            return note(f"{home} cannot be checked from here: open {home}/healthz in a browser.")
        return wrong(f"{home} cannot be reached: {why(problem.code)}.")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return wrong(f"{home} answers {answer.status}: is `commentbox serve` running behind it?")
    if answer.status != HTTPStatus.OK or not _is_ours(answer.body):
        return wrong(f"{home} is answered by something else than Commentbox.")
    return ok(f"{home} is answered by Commentbox, over TLS.")


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"ok": True})
    except ValueError:
        return False
