"""Migrations: from nothing, from an older database with rows in it, and through a sudden death."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Engine,
    MetaData,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from commentbox.adapters import schema
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import (
    Account,
    Attempt,
    Batch,
    Comment,
    Decision,
    Deletion,
    Identity,
    Membership,
    Session,
    SignInLink,
)
from commentbox.moderation.intake import seems_pending
from tests import old_rows
from tests.conftest import BASE, SECRET


def differences(engine: Engine) -> list[object]:
    """Return what the tables of the models have otherwise than those of the database."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = compare_metadata(context, db.metadata)
        return found


def test_an_empty_database_gets_the_very_tables_of_the_models(empty: Engine) -> None:
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)
    assert differences(empty) == []


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_rows_of_the_first_version_are_kept(empty: Engine) -> None:
    schema.upgrade(empty, "0001")
    with empty.begin() as connection:
        comment_id = old_rows.comment(connection)
    schema.upgrade(empty)
    with empty.connect() as connection:
        kept = connection.execute(select(Comment.id, Comment.html)).all()
    assert kept == [(comment_id, "<p>Old</p>")]
    assert differences(empty) == []


def test_whoever_signed_in_before_keeps_their_roles_sessions_and_comments(empty: Engine) -> None:
    schema.upgrade(empty, "0002")
    with empty.begin() as connection:
        account_id, session_id, comment_id = old_rows.moderator(connection)
    schema.upgrade(empty)
    with empty.connect() as connection:
        people = connection.execute(select(Account.id, Account.email, Account.website)).all()
        arrived = connection.execute(select(Account.arrived_at)).scalar_one()
        roles = connection.execute(select(Membership.account_id)).all()
        links = connection.execute(select(SignInLink.account_id)).all()
        kept = connection.execute(
            select(Session.id, Session.kind, Session.family, Session.fresh_at, Session.created_at)
        ).one()
        answers = connection.execute(
            select(Comment.account_id, Comment.is_official, Comment.author_provider).where(
                Comment.id == comment_id
            )
        ).all()
    assert people == [(account_id, "mia@old.test", "")]
    assert arrived  # an invitation of theirs cannot be taken up by a provider any more
    assert roles == links == [(account_id,)]
    assert kept[:3] == (session_id, "desk", session_id)
    assert kept.fresh_at == kept.created_at
    assert answers == [(account_id, True, "")]
    assert differences(empty) == []


def test_rows_are_watched_again_after_a_migration(empty: Engine) -> None:
    schema.upgrade(empty)
    lost = {"id": ids.new(), "account_id": ids.new(), "role": "admin"}
    with empty.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(Membership).values(**lost))


def test_wishes_to_delete_and_log_ins_of_before_are_kept(empty: Engine) -> None:
    schema.upgrade(empty, "0006")
    with empty.begin() as connection:
        account = old_rows.put(connection, "account", name="Ada")
        identity = old_rows.put(connection, "identity", account_id=account, provider="google")
        old_rows.put(connection, "attempt", account_id=account, provider="google", mode="page")
        old_rows.put(connection, "deletion", code="code", requested_at=clock.now())
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(select(Identity.id, Identity.provider)).all() == [
            (identity, "google")
        ]
        assert connection.execute(select(Attempt.account_id)).scalar_one() == account
        assert connection.execute(select(Deletion.code)).scalar_one() == "code"
    assert differences(empty) == []


def test_the_last_migrations_can_be_taken_back(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        account = old_rows.put(connection, "account", name="Ada")
        old_rows.put(connection, "identity", account_id=account, provider="google")
        old_rows.put(connection, "attempt", account_id=account, provider="google", mode="page")
        old_rows.put(connection, "deletion", code="code")
    config = schema._config()
    with empty.connect() as connection, schema._unwatched(connection):
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        connection.commit()
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(select(Identity.account_id)).all() == [(account,)]
    assert differences(empty) == []


@pytest.mark.parametrize(("action", "after"), [("approve", "published"), ("spam", "spam")])
def test_comments_of_before_can_be_looked_for_and_decisions_stand_in_the_log(
    empty: Engine, action: str, after: str
) -> None:
    schema.upgrade(empty, "0009")
    with empty.begin() as connection:
        ids_of = old_rows.decided(connection, action, after)
    schema.upgrade(empty)
    with empty.connect() as connection:
        comment = connection.execute(
            select(Comment.person, Comment.author_domain, Comment.cluster, Comment.first_status)
        ).one()
        logged = connection.execute(select(Batch.id, Batch.action, Batch.total)).all()
        role = connection.execute(select(Membership.role)).scalar_one()
        assert not connection.execute(select(seems_pending()).select_from(Comment)).scalar_one()
    assert comment == ("email:ab@gmail.com", "gmail.com", ids_of["comment"], "pending")
    assert logged == [(ids_of["batch"], action, 1)]
    assert role == "owner"
    assert differences(empty) == []


@pytest.mark.parametrize(
    ("action", "code", "told"),
    [
        ("spam", " scorer ", "settled"),
        ("approve", " first scorer-fine ", "settled"),
        ("spam", " first ", "spam"),  # by somebody whose account is gone
    ],
)
def test_what_the_scorer_settled_before_is_told_from_what_people_decided(
    empty: Engine, action: str, code: str, told: str
) -> None:
    schema.upgrade(empty, "0009")
    with empty.begin() as connection:
        ids_of = old_rows.decided(connection, action, "spam" if action == "spam" else "published")
    schema.upgrade(empty, "0015")
    with empty.begin() as connection:
        connection.execute(update(Comment).values(signal_codes=code))
        connection.execute(update(Decision).values(account_id=None))
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(select(Decision.action)).all() == [(told,)]
        assert connection.execute(select(Batch.id, Batch.action)).all() == [(ids_of["batch"], told)]


@pytest.mark.parametrize(("action", "marked"), [("settings", True), ("words", None)])
def test_what_may_have_come_from_the_command_line_before_is_still_told_as_that(
    empty: Engine, action: str, marked: object
) -> None:
    schema.upgrade(empty, "0019")
    with empty.begin() as connection:
        old_rows.put(connection, "batch", action=action, details={"before": {}})
    schema.upgrade(empty)
    with empty.connect() as connection:
        details = connection.execute(select(Batch.details)).scalar_one()
    assert (details.get("of_service"), details["before"]) == (marked, {})


def test_links_and_signals_of_comments_of_before_can_be_looked_for(empty: Engine) -> None:
    html = '<p><a href="https://www.A.test/?x&amp;y">a</a> <a href="https://a.test">b</a></p>'
    codes = [{"code": "first"}, {"code": "links", "value": 2}, {"code": "first"}]
    schema.upgrade(empty, "0009")
    with empty.begin() as connection:
        old_rows.comment(connection, html=html, reasons=codes, author_website="http://b.test")
        old = Table("comment", MetaData(), autoload_with=connection, resolve_fks=False)
        row = connection.execute(select(old)).mappings().one()
        connection.execute(insert(old), [{**row, "id": ids.new()} for _ in range(1200)])
    schema.upgrade(empty)
    columns = (Comment.link_host, Comment.link_hosts, Comment.signal_codes, Comment.person)
    with empty.connect() as connection:
        found = connection.execute(select(*columns).distinct()).all()
    assert found == [("a.test", " a.test b.test ", " first links ", "")]


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_migration_that_finds_rows_without_what_they_refer_to_has_not_happened(
    empty: Engine,
) -> None:
    schema.upgrade(empty, "0006")
    with empty.connect() as connection, schema._unwatched(connection):
        old_rows.put(connection, "membership", account_id=ids.new(), role="admin")
        connection.commit()
    with pytest.raises(IntegrityError, match="membership"):
        schema.upgrade(empty)
    assert schema._revision(empty) == "0006"


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(schema._config())
    revisions = list(script.walk_revisions())
    assert len(script.get_heads()) == len(script.get_bases()) == 1
    assert all(revision.doc for revision in revisions)


def test_m6_a_migration_that_is_killed_has_happened_or_not(tmp_path: Path) -> None:
    # Without what would measure the processes: they are killed, and twice as slow with it.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment = plain | {"COMMENTBOX_SECRET_KEY": SECRET, "COMMENTBOX_BASE_URL": BASE}
    words = [sys.executable, "-m", "commentbox", "db", "upgrade"]
    whole = _seconds(words, tmp_path / "first", environment)
    folder = tmp_path / "killed"
    folder.mkdir()
    steps = _tables_of_each_step(tmp_path)
    for step in range(10):
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(whole * (0.55 + 0.05 * step))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert _tables(folder / "instance" / "commentbox.db") in steps
    assert subprocess.run(words, cwd=folder, env=environment, check=False).returncode == 0
    engine = create_engine(f"sqlite:///{folder}/instance/commentbox.db")
    assert schema.is_current(engine)
    assert differences(engine) == []
    engine.dispose()


def _seconds(words: list[str], folder: Path, environment: dict[str, str]) -> float:
    folder.mkdir()
    began = time.perf_counter()
    subprocess.run(words, cwd=folder, env=environment, check=True)
    return time.perf_counter() - began


def _tables_of_each_step(folder: Path) -> list[set[str]]:
    """Return which tables there are before, between and after the migrations."""
    file = folder / "steps.db"
    engine = create_engine(f"sqlite:///{file}")
    steps: list[set[str]] = [set()]
    script = ScriptDirectory.from_config(schema._config())
    for revision in reversed(list(script.walk_revisions())):
        schema.upgrade(engine, revision.revision)
        steps.append(_tables(file))
    engine.dispose()
    return steps


def _tables(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    engine = create_engine(f"sqlite:///{file}")
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    return tables
