"""Background work in a process of its own."""

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from commentbox.adapters import schema
from tests.conftest import SECRET
from tests.servers import command, free_port, until

SETTINGS = {"SECRET_KEY": SECRET, "BASE_URL": "http://comments.localhost"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_does_what_is_due_and_stops_when_told(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "instance" / "commentbox.db"
    file.parent.mkdir()
    schema.upgrade(create_engine(f"sqlite:///{file}"))
    with command("worker", folder=tmp_path, port=free_port(), settings=SETTINGS) as running:
        until(lambda: _done(file))
        running.process.send_signal(number)
        assert running.process.wait(20) == 0
    lines = running.errors.read_text("utf-8").splitlines()
    said = "Commentbox works in the background"
    assert said in lines
    assert all(json.loads(line) for line in lines if line != said)


def _done(file: Path) -> bool:
    """Say whether the first hour's housekeeping is done."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            done = "SELECT count(*) FROM job WHERE kind = 'housekeeping' AND done_at IS NOT NULL"
            return bool(database.execute(done).fetchone()[0])
    except sqlite3.OperationalError:
        return False
