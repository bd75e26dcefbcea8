"""Settings: one frozen dataclass, read once from the environment and `commentbox.toml`."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX: Final = "COMMENTBOX_"
_SHORTEST_SECRET: Final = 32
_KNOWN_SECRETS: Final = frozenset({"changeme", "secret", "dev", "development", "password", "test"})


class BadSetting(Exception):
    """A setting cannot be used; the message is one sentence that names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this service runs. Each field is the setting `COMMENTBOX_<NAME>`."""

    secret_key: str = field(repr=False)
    """Signs form tokens and mail links; at least 32 characters that nobody can guess."""

    base_url: str
    """The public origin of this service, such as https://comments.example, without a path."""

    database_url: str = field(default="", repr=False)
    """Where the data is: an SQLite file or a PostgreSQL server. Default: in `instance_dir`."""

    instance_dir: str = "instance"
    """The folder of the default database; made when it is missing."""

    redis_url: str = field(default="", repr=False)
    """Where rate limits are counted when several machines serve. Default: in each process."""

    smtp_url: str = field(default="", repr=False)
    """The mail server: smtp://user:password@host:587 or smtps://…:465. Default: no mail."""

    smtp_plain: bool = False
    """Allow mail without TLS, for a server on this very machine."""

    mail_from: str = ""
    """The address that mails are sent from. Default: comments@ and the host of `base_url`."""

    trusted_proxies: int = 0
    """How many proxies in front of the service append to X-Forwarded-For."""

    flood_comments: int = 5
    """How many comments one network address may post within `flood_seconds`."""

    flood_seconds: int = 60
    """The stretch of time that `flood_comments` counts over."""

    request_limit: int = 300
    """How many writing requests a minute one network address may send to each process."""

    session_days: int = 30
    """How long a sign-in lasts."""

    log_level: str = "INFO"
    """The least severe line to log: DEBUG, INFO, WARNING or ERROR."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, and fill in what follows from other settings."""
        _check_secret(self.secret_key)
        object.__setattr__(self, "base_url", _checked_base_url(self.base_url))
        object.__setattr__(self, "database_url", _checked_database(self))
        _check_smtp(self.smtp_url)
        _check_range(self)
        if not self.mail_from:
            host = urlsplit(self.base_url).hostname or ""
            host = "localhost" if ":" in host else host  # an IPv6 address is no mail domain
            object.__setattr__(self, "mail_from", f"comments@{host}")
        _check_address(self.mail_from)

    @property
    def is_secure(self) -> bool:
        """Whether readers reach the service over TLS."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the data is in an SQLite file."""
        return make_url(self.database_url).get_backend_name() == "sqlite"


def load(environment: Mapping[str, str] | None = None, *, file: Path | None = None) -> Settings:
    """Return the settings of the environment over those of `commentbox.toml`.

    The file is `file`, else the one `COMMENTBOX_CONFIG` names, else `commentbox.toml` in the
    working folder when there is one. Raises `BadSetting` with a sentence for the first mistake.
    """
    environment = os.environ if environment is None else environment
    given = _from_file(environment, file) | _from_environment(environment)
    known = {entry.name: entry for entry in fields(Settings)}
    for name in given:
        if name not in known:
            raise BadSetting(f"{PREFIX}{name.upper()} is not a setting of Commentbox.")
    for name in ("secret_key", "base_url"):
        if not given.get(name):
            raise BadSetting(_MISSING[name])
    return Settings(
        **{name: _typed(name, known[name].type, value) for name, value in given.items()}
    )


_MISSING: Final = {
    "secret_key": (
        "COMMENTBOX_SECRET_KEY is missing; make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    ),
    "base_url": (
        "COMMENTBOX_BASE_URL is missing; give the public address of this service, "
        "such as https://comments.example"
    ),
}


def _from_file(environment: Mapping[str, str], file: Path | None) -> dict[str, Any]:
    named = environment.get(f"{PREFIX}CONFIG")
    path = file or Path(named or "commentbox.toml")
    if not path.is_file():
        if file or named:
            raise BadSetting(f"{PREFIX}CONFIG names {path}, which is not a file.")
        return {}
    try:
        return {_name(key): value for key, value in tomllib.loads(path.read_text("utf-8")).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadSetting(f"{path} is not valid TOML: {problem}") from problem


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    skipped = {f"{PREFIX}CONFIG", f"{PREFIX}TEST_DATA"}
    return {
        _name(key): value
        for key, value in environment.items()
        if key.startswith(PREFIX) and key not in skipped
    }


def _name(key: str) -> str:
    return key.removeprefix(PREFIX).lower()


def _typed(name: str, kind: Any, value: Any) -> Any:
    label, text = f"{PREFIX}{name.upper()}", str(value).strip()
    if kind is int:
        if not text.isdecimal():
            raise BadSetting(f"{label} must be a whole number, not {text!r}.")
        return int(text)
    if kind is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise BadSetting(f"{label} must be true or false, not {text!r}.")
        return text.lower() in {"true", "1", "yes"}
    return text


def _check_secret(key: str) -> None:
    if len(key) < _SHORTEST_SECRET or key.lower().rstrip("0123456789!") in _KNOWN_SECRETS:
        raise BadSetting(
            f"{PREFIX}SECRET_KEY must have at least {_SHORTEST_SECRET} characters that nobody can "
            "guess; make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if len(set(key)) < _SHORTEST_SECRET // 4:
        raise BadSetting(f"{PREFIX}SECRET_KEY repeats too few characters to be a secret.")


def _checked_base_url(url: str) -> str:
    label = f"{PREFIX}BASE_URL"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise BadSetting(f"{label} must be an address such as https://comments.example.")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise BadSetting(f"{label} must be a bare origin: no path, query or fragment.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise BadSetting(f"{label} must begin with https:// except on this very machine.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_database(settings: Settings) -> str:
    label = f"{PREFIX}DATABASE_URL"
    if not settings.database_url:
        return f"sqlite:///{Path(settings.instance_dir).absolute() / 'commentbox.db'}"
    try:
        url = make_url(settings.database_url)
    except ArgumentError as problem:
        raise BadSetting(f"{label} is not a database address.") from problem
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise BadSetting(f"{label} must begin with sqlite:/// or postgresql://.")
    if not url.database or url.database == ":memory:":
        raise BadSetting(
            f"{label} must name a file; a database in memory is lost at the next stop."
        )
    return url.set(database=str(Path(url.database).absolute())).render_as_string()


def _check_smtp(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise BadSetting(
            f"{PREFIX}SMTP_URL must look like smtp://user:password@mail.example:587 or smtps://…"
        )


def _check_range(settings: Settings) -> None:
    at_least = {"trusted_proxies": 0, "flood_comments": 1, "flood_seconds": 1}
    at_least |= {"request_limit": 1, "session_days": 1}
    for name, least in at_least.items():
        if getattr(settings, name) < least:
            raise BadSetting(f"{PREFIX}{name.upper()} must be at least {least}.")
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise BadSetting(f"{PREFIX}LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")


def _check_address(address: str) -> None:
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, AttributeError, MessageError) as problem:
        raise BadSetting(f"{PREFIX}MAIL_FROM must be an email address.") from problem
