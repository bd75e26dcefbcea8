"""Threats to decisions and their log; the name of each test begins with the threat it answers."""

import ast
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from commentbox.accounts import people
from commentbox.adapters import logs
from commentbox.comments import recount, threads
from commentbox.config import Settings
from commentbox.errors import Conflict, NotFound
from commentbox.extensions import db
from commentbox.lib import clock
from commentbox.models import Account, Batch, Comment, Decision, Role, Site, Status
from commentbox.moderation import actions, bulk, emptying, log
from commentbox.moderation.actions import Seen
from commentbox.moderation.filters import Filter
from tests.paths import ROOT
from tests.reader import Reader

Post = Callable[..., Comment]
MIA = "mia@example.org"


@pytest.fixture
def mia(site: Site) -> Account:
    return people.invite(MIA, site=site)


def test_e13_opposite_decisions_and_an_undo_at_once_leave_every_count_right(app: Flask) -> None:
    reader = Reader(app)
    for number in range(3):
        assert reader.write(comment=f"Number {number}").status_code == 201
    seen = [Seen.of(comment) for comment in reader.comments()]
    reader.change(lambda: people.invite(MIA))
    batch = reader.change(lambda: actions.trash(seen, by=_mia()).id)

    def act(number: int) -> str:
        acts: list[Callable[[], Any]] = [
            lambda: actions.undo(batch, by=_mia()).action,
            lambda: actions.approve(seen, by=_mia()).action,
            lambda: actions.mark_spam(seen[::-1], by=_mia()).action,
        ]
        try:
            return str(reader.change(acts[number % 3]))
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(9) as pool:
        done = list(pool.map(act, range(18)))
    assert done.count("undo") <= 1
    with app.app_context():
        assert recount.drift() == []
        assert len({comment.status for comment in db.session.scalars(select(Comment))}) == 1


def test_g8_nothing_rewrites_or_trims_what_was_decided() -> None:
    """Only rows whose site, comment or person is deleted for good go, by the database itself."""
    for path in (ROOT / "commentbox").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"update", "delete"}:
                assert ast.unparse(call.args[0]) not in {"Decision", "Batch"}, path


def test_g8_an_undo_adds_to_the_log_and_changes_nothing_in_it(post: Post, mia: Account) -> None:
    done = actions.trash([Seen.of(post())], by=mia)
    before = _decisions()
    actions.undo(done.id, by=mia)
    after = _decisions()
    assert len(after) == 2
    assert after[:1] == before


def test_g8_a_note_with_line_breaks_is_one_line(
    site: Site, mia: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO")
    evil = 'Mallory\r\n{"event": "decided"}\x1b[31m\u2028'
    mia.name = evil
    log.note("settings", site_id=site.id, by=mia, heading=["", evil])
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["action"] == "settings"
    assert "Mallory" not in line


def test_g9_ten_thousand_ids_are_refused_before_anything_is_asked(post: Post, mia: Account) -> None:
    comment = post()
    many = [Seen.of(comment), *(Seen(f"{number:022}", 0) for number in range(10_000))]
    with pytest.raises(Exception, match=r"selection\.too_many"):
        actions.trash(many, by=mia)
    assert comment.status is Status.PUBLISHED


def test_g9_one_comment_of_another_site_stops_the_whole_selection(
    post: Post, site: Site, mia: Account
) -> None:
    mine, theirs = post("Mine"), _elsewhere(post("Theirs"))
    with pytest.raises(NotFound, match=r"comment\.unknown"):
        actions.trash([Seen.of(mine), Seen.of(theirs)], by=mia)
    with pytest.raises(NotFound, match=r"site\.unknown"):
        bulk.begin("trash", _published(site.id, theirs.site_id), by=mia)
    assert {mine.status, theirs.status} == {Status.PUBLISHED}
    assert db.session.scalar(select(func.count()).select_from(Batch)) == 0


def test_g9_ids_of_another_site_come_through_no_filter(
    post: Post, site: Site, mia: Account
) -> None:
    theirs = _elsewhere(post("Theirs"))
    with pytest.raises(Conflict, match=r"selection\.empty"):
        bulk.begin(
            "trash", Filter((site.id,), Status.PUBLISHED, thread_id=theirs.thread_id), by=mia
        )
    assert theirs.status is Status.PUBLISHED


def test_g9_a_moderator_deletes_nothing_for_good_however_they_ask(post: Post, site: Site) -> None:
    ben = people.invite("ben@example.org", site=site, role=Role.MODERATOR)
    comment = post()
    with pytest.raises(Exception, match=r"comment\.delete"):
        bulk.begin("delete", _published(site.id), by=ben)
    assert comment.status is Status.PUBLISHED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_p6_what_lay_in_the_trash_is_nowhere_in_the_files_after_thirty_days(
    post: Post, mia: Account, settings: Settings
) -> None:
    comment = post("A seeded-value", name="Seeded-value", email="seeded-value@example.org")
    actions.trash([Seen.of(comment)], by=mia)
    db.session.commit()
    with clock.turned_by(timedelta(days=31)):
        emptying.empty(comment.site_id, clock.now())
    db.session.commit()
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    path = Path(engine.url.database or "")
    for file in path.parent.glob("commentbox.db*"):
        assert b"seeded-value" not in file.read_bytes().lower()


def _mia() -> Account:
    mia = people.find(MIA)
    assert mia
    return mia


def _decisions() -> list[tuple[Any, ...]]:
    query = select(*Decision.__table__.columns).order_by(Decision.id)
    return [tuple(row) for row in db.session.execute(query)]


def _elsewhere(comment: Comment) -> Comment:
    """Put a comment on another site."""
    other = Site(name="other", origins=["https://other.test"])
    db.session.add(other)
    db.session.flush()
    place = threads.place(other, address="https://other.test/article")
    comment.site_id, comment.thread_id = other.id, threads.opened(other, place).id
    db.session.flush()
    return comment


def _published(*site_ids: str) -> Filter:
    return Filter(site_ids, status=Status.PUBLISHED)
