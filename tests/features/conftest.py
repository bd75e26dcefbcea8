"""Databases that are still to be filled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from commentbox.extensions import prepare_sqlite
from commentbox.lib import ids


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return a database without tables."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/empty.db")
        prepare_sqlite(engine, writes=True)
        yield engine
        engine.dispose()
        return
    url, name = make_url(request.getfixturevalue("postgres")), f"empty_{ids.new().lower()}"
    engine = create_engine(url.update_query_dict({"options": f"-csearch_path={name}"}))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()
