"""Real comments through the API: all there, in order, counted, and read back as written."""

import csv
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from commentbox.app import create_app
from commentbox.comments import recount, sites
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, markdown
from commentbox.lib.text import clean, clean_line
from commentbox.models import Policy
from tests.conftest import BLOG
from tests.corpora import FOLDER

FILES = sorted((FOLDER / "youtube-spam").glob("Youtube*.csv"))


@pytest.fixture
def blog(settings: Settings) -> Flask:
    """Return the service with a site that publishes all, and takes as many as come."""
    app = create_app(replace(settings, flood_comments=100_000))
    with app.app_context():
        begin_writing()
        sites.add("blog", [BLOG], policy=Policy.PUBLISH).link_limit = 1_000
        db.session.commit()
    return app


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_real_comment_is_kept_in_its_thread(blog: Flask) -> None:
    if not FILES:
        sys.stdout.write("absent: youtube-spam\n")
    posted = {
        file.stem: _post(blog, file, since=timedelta(days=1_000 * place))
        for place, file in enumerate(FILES)
    }
    assert sum(len(ids) for ids in posted.values()) == sum(len(_rows(file)) for file in FILES)
    with blog.app_context():
        assert recount.drift() == []
    for file in FILES:
        listed = _listed(blog, file)
        assert [comment["id"] for comment in listed] == posted[file.stem]
        assert _counted(blog, file) == len(listed)
        for comment, row in zip(listed, _rows(file), strict=True):
            assert comment["author"]["name"] == clean_line(row["AUTHOR"])
            assert comment["html"] == markdown.render(clean(row["CONTENT"]).strip())


def _rows(file: Path) -> list[dict[str, str]]:
    """Return the comments of one video."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _post(app: Flask, file: Path, *, since: timedelta) -> list[str]:
    client, ids = app.test_client(), []
    for number, row in enumerate(_rows(file)):
        body = {
            "page": {"url": f"{BLOG}/{file.stem}", "title": file.stem},
            "comment": row["CONTENT"],
            "name": row["AUTHOR"],
            "email": f"author{number}@example.org",
        }
        # Some say the same again, or as others: where that is days later, it may.
        with clock.turned_by(since + timedelta(days=number)):
            answer: Any = client.post("/api/v1/sites/blog/comments", json=body)
        assert answer.status_code == 201, (row, answer.json)
        ids.append(answer.json["id"])
    return ids


def _listed(app: Flask, file: Path) -> list[dict[str, Any]]:
    client = app.test_client()
    thread: Any = client.get(f"/api/v1/sites/blog/threads?url={BLOG}/{file.stem}").json
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"sort=oldest&limit=100&cursor={cursor}"
        page: Any = client.get(f"/api/v1/threads/{thread['id']}/comments?{query}").json
        found += page["comments"]
        cursor = page["next"]
    return found


def _counted(app: Flask, file: Path) -> int:
    url = f"{BLOG}/{file.stem}"
    counts: Any = app.test_client().get(f"/api/v1/sites/blog/counts?url={url}").json
    return int(counts["counts"][url])
