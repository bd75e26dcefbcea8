"""Fixtures for everybody: the service on SQLite and on PostgreSQL, a site, comments."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from limits import strategies
from limits.storage import memory
from sqlalchemy import (
    Dialect,
    Engine,
    create_engine,
    delete,
    literal,
    select,
    text,
    union_all,
)
from werkzeug.routing import Rule

from commentbox.adapters import throttle
from commentbox.app import create_app
from commentbox.comments import posting, threads
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock
from commentbox.models import Comment, Policy, Site, Thread
from tests.databases import KINDS, database

SECRET = "a secret for tests, long enough: 7Qx2mV9pLz4R"
BASE = "https://comments.test"
BLOG = "https://blog.test"
DATA = Path(os.environ.get("COMMENTBOX_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Part what is measured from what is not: browsers, servers, and the same lines elsewhere."""
    for item in items:
        given = getattr(item, "callspec", None)
        is_elsewhere = given and given.params.get("database_url") == "postgresql"
        if is_elsewhere or {"e2e", "security"}.intersection(item.path.parts):
            item.add_marker("unmeasured")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated SQLite file to copy."""
    with database("sqlite", tmp_path_factory.mktemp("template")) as url:
        return Path(url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a migrated PostgreSQL database of this test process."""
    with database("postgresql", tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def empty_postgres(postgres: str) -> Iterator[Callable[[], str]]:
    """Return a function that deletes every row of that database, and returns its address.

    Truncating all tables takes ten times as long where few hold any rows.
    """
    engine = create_engine(postgres)
    tables = {table.name: table for table in db.metadata.tables.values()}
    filled = union_all(
        *(
            select(literal(name)).where(select(tables[name]).exists()).correlate(None)
            for name in tables
        )
    )

    def empty() -> str:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for name in connection.scalars(filled).all():
                connection.execute(delete(tables[name]))
        return postgres

    yield empty
    engine.dispose()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty, migrated database: every test that uses it runs on both kinds."""
    if request.param == "postgresql":
        empty: Callable[[], str] = request.getfixturevalue("empty_postgres")
        return empty()
    path = tmp_path / "commentbox.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return settings like those of production."""
    return Settings(
        secret_key=SECRET,
        base_url=BASE,
        database_url=database_url,
        instance_dir=str(tmp_path),
        smtp_url="smtp://mail.test",
        mail_from="comments@comments.test",
        flood_comments=1000,
        request_limit=100_000,
    )


@pytest.fixture(scope="session", autouse=True)
def builders() -> Iterator[None]:
    """Compile what builds a route's address once for the services of all tests.

    Werkzeug does so for every service again, which is most of the time that one takes to begin.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", _compiled_once(Rule._compile_builder))
        yield


def _compiled_once(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.host, rule.subdomain, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    return compiled


@pytest.fixture(autouse=True)
def full_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what counts by the minute or the hour believe that one begins with the test.

    No test runs across the edge, where a limit grants a little of the last stretch again.
    """
    ahead = 1 - time.time() % 3600
    hands = SimpleNamespace(time=lambda: time.time() + ahead)
    for counting in (memory, strategies, throttle):
        monkeypatch.setattr(counting, "time", hands)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Return where the services of all tests keep their templates once they are compiled."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(settings: Settings, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """Return the service."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled
    with app.app_context():
        _share_statements(db.engines.values())
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages in memory grow old only where a test turns the clock, however slow the machine."""
    began = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: began + clock._shift.total_seconds())


_dialects: dict[str, tuple[Dialect, Any]] = {}


def _share_statements(engines: Iterable[Engine]) -> None:
    """Let the engines of all tests use the statements that the first one of the kind has written.

    SQLAlchemy keeps them by engine; writing them anew was a fifth of the time of the tests.
    """
    for engine in engines:
        with engine.connect():  # from the first connection a dialect learns what it talks to
            kept = _dialects.setdefault(engine.name, (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = kept


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a reader's browser without script."""
    return app.test_client()


@pytest.fixture
def writing(app: Flask) -> Iterator[None]:
    """Run the test inside one writing transaction, as a feature's caller does."""
    with app.app_context():
        begin_writing()
        yield
        db.session.rollback()


@pytest.fixture
def site(writing: None) -> Site:
    """Return the site `blog` of https://blog.test, which publishes every comment at once."""
    site = Site(name="blog", origins=[BLOG], policy=Policy.PUBLISH)
    db.session.add(site)
    db.session.flush()
    return site


@pytest.fixture
def thread(site: Site) -> Thread:
    """Return the thread of an article."""
    return threads.opened(site, threads.place(site, address=f"{BLOG}/article", title="An article"))


@pytest.fixture
def post(site: Site, thread: Thread) -> Callable[..., Comment]:
    """Return a function that posts as a guest: `post("text", parent=comment, name="Ann")`."""

    def post(
        source: str = "Hello",
        *,
        parent: Comment | None = None,
        name: str = "Ann",
        email: str = "ann@example.org",
        key: str | None = None,
    ) -> Comment:
        return posting.post(
            thread,
            site,
            author=posting.Guest(name=name, email=email, key=key),
            draft=posting.Draft(source, parent_id=parent.id if parent else None),
            arrival=posting.Arrival(client="somewhere"),
        )

    return post
