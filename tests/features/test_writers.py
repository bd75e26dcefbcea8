"""Several who write to SQLite: each gets its turn."""

import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from commentbox import extensions
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GAPS = ((0.24, 0.30), (0.34, 0.40), (0.44, 0.50))
"""Seconds: SQLite's own waiting asks at 0.228, 0.328, 0.428 and 0.528 (sqlite3.c, busy handler)."""


@pytest.fixture
def other(settings: Settings) -> Iterator[sqlite3.Connection]:
    """Return another writer, who has the lock."""
    path = make_url(settings.database_url).database or ""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_writer_uses_the_moments_that_a_long_job_leaves(
    app: Flask, other: sqlite3.Connection
) -> None:
    began, done = time.monotonic(), threading.Event()

    def work() -> None:
        for start, end in GAPS:
            _sleep_until(began + start)
            other.execute("COMMIT")
            if done.wait(end - start):
                return
            other.execute("BEGIN IMMEDIATE")

    job = threading.Thread(target=work)
    job.start()
    with app.app_context():
        begin_writing()
        db.session.connection()
        done.set()
        took = time.monotonic() - began
        db.session.rollback()
    job.join()
    assert took < GAPS[-1][1]


def test_a_writer_gives_up_after_a_while(
    app: Flask, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "_PATIENCE", 0.05)
    with app.app_context():
        begin_writing()
        with pytest.raises(OperationalError, match="locked"):
            db.session.connection()
    assert other.in_transaction


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
