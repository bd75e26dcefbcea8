"""The file of an SQLite database: whether it can be written, and whose it is if not."""

import os
import pwd
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

_CLOSED: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_BESIDE: Final = ("", "-wal", "-shm")  # https://sqlite.org/tempfiles.html


def try_writing(database: Engine) -> None:
    """Fail here where a comment would fail later; nothing is changed.

    To begin does not tell: where a file can only be read, SQLite takes `BEGIN IMMEDIATE` for
    `BEGIN`. To set what is set already needs the right to write.
    """
    with database.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")
        connection.rollback()


def why(file: Path, problem: OperationalError) -> str:
    """Return in a sentence what cannot be written, if that is the problem; else nothing."""
    code = getattr(problem.orig, "sqlite_errorcode", 0) & 0xFF
    if code not in _CLOSED:
        return ""
    path = closed(file)
    if path is None and code == sqlite3.SQLITE_READONLY:
        path = file
    return refusal(path) if path else ""


def closed(file: Path) -> Path | None:
    """Return what this process cannot write of all that it has to: file, companions, folder."""
    file = file.absolute()
    for path in (file.with_name(file.name + ending) for ending in _BESIDE):
        if _may(path, os.F_OK) and not _may(path, os.W_OK):
            return path
    folder = next(path for path in file.parents if _may(path, os.F_OK))
    return None if _may(folder, os.W_OK | os.X_OK) else folder


def refusal(path: Path) -> str:
    """Return the sentence about a file or folder that this process cannot write."""
    us, owner = os.geteuid(), path.stat().st_uid
    if us == owner:
        return (
            f"{path} cannot be written by {_name(us)}, to whom it belongs: "
            "it, or the disk for this process, may only be read."
        )
    return f"{path} cannot be written by {_name(us)}; it belongs to {_name(owner)}."


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=True)


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
