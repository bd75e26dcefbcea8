"""The script of the guide that copies the database, run as it stands there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

STUBS = {
    "runuser": 'shift 3; exec "$@"',  # without another user, -u NAME --
    "sqlite3": 'test -z "$BROKEN" && cat "$1" > new.db',
}


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Return a folder of copies that holds one of last month, beside a database."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (tmp_path / "commentbox.db").write_text("comments")
    old = folder / "commentbox-2026-01-31.db"
    old.touch()
    os.utime(old, (0, 0))
    return folder


def run(copies: Path, **environment: str) -> int:
    """Run the script on those folders, and return its exit status."""
    guide = (ROOT / "docs" / "install.md").read_text("utf-8")
    [script] = re.findall(r"cat > /etc/cron.daily/commentbox <<'END'\n(.*?)\nEND\n", guide, re.S)
    script = script.replace("/var/lib/commentbox", str(copies.parent))
    script = script.replace("/var/backups/commentbox", str(copies))
    for name, body in STUBS.items():
        stub = copies.parent / name
        stub.write_text(f"#!/bin/sh\n{body}\n")
        stub.chmod(0o755)
    path = f"{copies.parent}:{os.environ['PATH']}"
    environment = {**os.environ, **environment, "PATH": path}
    return subprocess.run(["sh", "-c", script], env=environment, check=False).returncode


def test_a_copy_takes_the_place_of_old_ones(copies: Path) -> None:
    assert run(copies) == 0
    [copy] = copies.iterdir()
    assert copy.read_text() == "comments"
    assert re.fullmatch(r"commentbox-[\d-]{10}\.db", copy.name)


def test_old_copies_stay_while_no_new_one_is_made(copies: Path) -> None:
    assert run(copies, BROKEN="yes") == 1
    (copies.parent / "commentbox.db").unlink()
    assert run(copies) == 1
    assert [copy.name for copy in copies.iterdir()] == ["commentbox-2026-01-31.db"]
