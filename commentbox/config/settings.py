"""Settings: one frozen dataclass, read once from the environment and `commentbox.toml`."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.errors import MessageError
from email.headerregistry import Address
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from commentbox.config import providers, scoring
from commentbox.config.mistakes import PORTS, PREFIX, BadSetting, noting, split
from commentbox.config.providers import ProviderSettings
from commentbox.errors import Invalid
from commentbox.lib import urls

_SHORTEST_SECRET: Final = 32
_KNOWN_SECRETS: Final = frozenset({"changeme", "secret", "dev", "development", "password", "test"})
_LONGEST_NUMBER: Final = 9  # digits
_RANGES: Final = {
    "trusted_proxies": (0, 100),
    "flood_comments": (1, 1_000_000),
    "flood_seconds": (1, 86_400),  # network addresses are forgotten after a day
    "request_limit": (1, 1_000_000),
    "session_days": (1, 400),  # browsers keep no cookie for longer (RFC 6265bis)
}


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
    """How many requests a minute that write or show a key one address may send to each process."""

    session_days: int = 30
    """How long a sign-in lasts."""

    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    """What people can log in with, by name: the settings `<PROVIDER>_CLIENT_ID` and so on."""

    gravatar: bool = False
    """Offer people the picture that gravatar.com has for their address; fetched by the service."""

    akismet_key: str = field(default="", repr=False)
    """The key for an outside scorer of comments that speaks as Akismet does. Default: none."""

    akismet_url: str = "https://rest.akismet.com"
    """Where that scorer is; only sites that ask for it send comments there."""

    log_level: str = "INFO"
    """The least severe line to log: DEBUG, INFO, WARNING or ERROR."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, and fill in what follows from other settings."""
        sentences: list[str] = []
        for check in _CHECKS:
            with noting(sentences):
                for name, value in (check(self) or {}).items():
                    object.__setattr__(self, name, value)
        if sentences:
            raise BadSetting(*sentences)

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
    working folder when there is one. Raises `BadSetting` with a sentence for each mistake.
    """
    environment = os.environ if environment is None else environment
    given = _from_file(environment, file) | _from_environment(environment)
    values: dict[str, Any] = {"secret_key": "", "base_url": ""}
    sentences: list[str] = []
    with noting(sentences):
        values["providers"] = providers.configured(given)
    for name, value in given.items():
        if not providers.is_setting(name):
            with noting(sentences):
                values[name] = _typed(name, value)
    with noting(sentences):
        settings = Settings(**values)
    if sentences:
        raise BadSetting(*sentences)
    return settings


def _from_file(environment: Mapping[str, str], file: Path | None) -> dict[str, Any]:
    named = environment.get(f"{PREFIX}CONFIG")
    path = file or Path(named or "commentbox.toml")
    try:
        return {_name(key): value for key, value in tomllib.loads(path.read_text("utf-8")).items()}
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as problem:
        if file or named:
            raise BadSetting(f"{PREFIX}CONFIG names {path}, which is not a file.") from problem
        return {}
    except OSError as problem:
        raise BadSetting(f"{path} cannot be read: {problem.strerror}.") from problem
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


def _typed(name: str, value: Any) -> Any:
    label, text = f"{PREFIX}{name.upper()}", str(value).strip()
    kind = {entry.name: entry.type for entry in fields(Settings)}.get(name)
    if kind is None or name == "providers":
        raise BadSetting(f"{label} is not a setting of Commentbox.")
    if kind is int:
        if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
            raise BadSetting(f"{label} must be a whole number, not {text[:40]!r}.")
        return int(text)
    if kind is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise BadSetting(f"{label} must be true or false, not {text[:40]!r}.")
        return text.lower() in {"true", "1", "yes"}
    return text


def _secret(settings: Settings) -> None:
    key, label = settings.secret_key, f"{PREFIX}SECRET_KEY"
    how = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    if not key:
        raise BadSetting(f"{label} is missing; {how}")
    if len(key) < _SHORTEST_SECRET or key.lower().rstrip("0123456789!") in _KNOWN_SECRETS:
        raise BadSetting(
            f"{label} must have at least {_SHORTEST_SECRET} characters that nobody can guess; {how}"
        )
    if len(set(key)) < _SHORTEST_SECRET // 4:
        raise BadSetting(f"{label} repeats too few characters to be a secret.")


def _base_url(settings: Settings) -> dict[str, str]:
    label, url = f"{PREFIX}BASE_URL", settings.base_url
    like = "an address such as https://comments.example"
    if not url:
        raise BadSetting(f"{label} is missing; give the public address of this service: {like}")
    parts = split(url) or urlsplit("")
    try:
        origin = urls.parse_origin(f"{parts.scheme}://{parts.netloc}")
    except Invalid as problem:
        raise BadSetting(f"{label} must be {like}.") from problem
    if parts.path not in {"", "/"} or "?" in url or "#" in url:
        raise BadSetting(f"{label} must be a bare origin: no path, query or fragment.")
    if parts.scheme == "http" and not urls.is_loopback(origin):
        raise BadSetting(f"{label} must begin with https:// except on this very machine.")
    return {"base_url": origin}


def _database(settings: Settings) -> dict[str, str]:
    label = f"{PREFIX}DATABASE_URL"
    if not settings.database_url:
        file = Path(settings.instance_dir).absolute() / "commentbox.db"
        return {"database_url": URL.create("sqlite", database=str(file)).render_as_string()}
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError) as problem:
        raise BadSetting(f"{label} is not a database address.") from problem
    if url.get_backend_name() == "postgresql":
        if url.port is not None and url.port not in PORTS:
            raise BadSetting(f"{label} must name a port from 1 to 65535.")
        _require("psycopg", label, extra="postgres")
        url = url.set(drivername="postgresql+psycopg")
        return {"database_url": url.render_as_string(hide_password=False)}
    if url.get_backend_name() != "sqlite":
        raise BadSetting(f"{label} must begin with sqlite:/// or postgresql://.")
    if not url.database or url.database == ":memory:":
        raise BadSetting(
            f"{label} must name a file; a database in memory is lost at the next stop."
        )
    file = Path(url.database).absolute()
    return {"database_url": url.set(database=str(file)).render_as_string()}


def _redis(settings: Settings) -> None:
    label = f"{PREFIX}REDIS_URL"
    if settings.redis_url:
        if not _names_server(settings.redis_url, "redis", "rediss"):
            raise BadSetting(f"{label} must look like redis://:password@host:6379/0")
        _require("redis", label, extra="redis")


def _smtp(settings: Settings) -> None:
    if settings.smtp_url and not _names_server(settings.smtp_url, "smtp", "smtps"):
        like = "smtp://user:password@mail.example:587 or smtps://…"
        raise BadSetting(f"{PREFIX}SMTP_URL must look like {like}")


def _numbers(settings: Settings) -> None:
    sentences: list[str] = []
    for name, (least, most) in _RANGES.items():
        if getattr(settings, name) < least:
            sentences.append(f"{PREFIX}{name.upper()} must be at least {least}.")
        if getattr(settings, name) > most:
            sentences.append(f"{PREFIX}{name.upper()} must be at most {most}.")
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        sentences.append(f"{PREFIX}LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.")
    if sentences:
        raise BadSetting(*sentences)


def _sender(settings: Settings) -> dict[str, str]:
    address = settings.mail_from
    if not address:
        host = (split(settings.base_url) or urlsplit("")).hostname or "localhost"
        address = f"comments@{'localhost' if ':' in host else host}"  # IPv6 is no mail domain
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, AttributeError, MessageError) as problem:
        raise BadSetting(f"{PREFIX}MAIL_FROM must be an email address.") from problem
    return {"mail_from": address}


def _scorer(settings: Settings) -> dict[str, str]:
    return {"akismet_url": scoring.checked(key=settings.akismet_key, url=settings.akismet_url)}


def _require(module: str, label: str, *, extra: str) -> None:
    if find_spec(module) is None:
        raise BadSetting(f"{label} needs more installed: pip install 'commentbox[{extra}]'")


def _names_server(url: str, *schemes: str) -> bool:
    parts = split(url)
    return parts is not None and parts.scheme in schemes and bool(parts.hostname)


# Each returns the settings that it has completed, if any, or raises `BadSetting`.
_Check = Callable[[Settings], dict[str, str] | None]
_CHECKS: Final[list[_Check]] = [
    *(_secret, _base_url, _database, _redis, _smtp),
    *(_numbers, _sender, _scorer),
]
