"""What must stay private: rows D5 and P13, E2 and N5 of the threats."""

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.routing import Rule

from commentbox.cli.main import commands
from commentbox.comments import following, threads
from commentbox.lib import ids, tokens
from commentbox.models import Comment, Policy, Thread
from tests.conftest import BASE, BLOG, SECRET
from tests.desk import Desk
from tests.reader import ARTICLE, Reader
from tests.servers import Running, command, free_port, until

GUEST, WAITING = "Guest.0711@example.org", "waiting.0712@example.org"
FOLLOWER, MODERATOR = "follower.0713@example.org", "moderator.0714@example.org"
ADDRESSES = [GUEST, WAITING, FOLLOWER, MODERATOR]
WORDS = "Words that only the author and a moderator may read"
OTHER_WORDS = "Words that were never stored"
NAME, PASSWORD = "Zacharias Quill", "pa55w0rd-of-the-postman"
CLIENT = "203.0.113.77"
HOME = "http://comments.localhost"
PRIVATE = ("author_email", "author_key", "client", "fingerprint")

COMMENT = {
    *("id", "thread_id", "parent_id", "root_id", "author", "html", "created_at", "edited_at"),
    *("permalink", "reply_count", "votes"),
}


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of comments of a guest and a moderator, and one that waits."""
    reader = Reader(app)
    reader.client.environ_base["REMOTE_ADDR"] = CLIENT
    published = reader.write(email=GUEST, subscribe="1").headers["Location"].removeprefix("/c/")
    desk = Desk(app)
    desk.sign_in(MODERATOR)
    reply = {"revision": "0", "comment": "An answer"}
    assert desk.post(f"/admin/comments/{published}/replies", **reply).status_code == 303
    reader.change(_hold_all)
    assert reader.write(email=WAITING, comment=WORDS).status_code == 202
    reader.change(lambda: following.subscribe(_thread(), FOLLOWER))
    return reader


def test_d5_p13_no_address_or_hash_of_it_is_in_any_public_answer(reader: Reader) -> None:
    secrets = {form for address in ADDRESSES for form in _forms(address)}
    seen = 0
    for _path, answer in _everything(reader):
        assert not [secret for secret in secrets if secret in answer.lower()], _path
        seen += "An answer" in answer
    assert seen >= 10


def test_e2_nothing_that_is_kept_about_a_comment_is_in_any_public_answer(reader: Reader) -> None:
    comments = reader.comments()
    kept = {str(getattr(each, name)) for each in comments for name in PRIVATE} - {"None", ""}
    assert len(kept) >= 6
    for path, answer in _everything(reader):
        assert not [value for value in {*kept, WORDS, CLIENT} if value in answer], path


def test_e2_the_api_gives_the_fields_that_it_names_and_no_other(reader: Reader) -> None:
    [published, answer, waiting] = reader.comments()
    api = reader.client
    listed = api.get(f"/api/v1/threads/{published.thread_id}/comments").get_json()
    assert set(listed) == {"comments", "next"}
    assert [each["id"] for each in listed["comments"]] == [answer.id, published.id]
    for each in [*listed["comments"], api.get(f"/api/v1/comments/{answer.id}").get_json()]:
        assert set(each) == COMMENT
        assert set(each["author"]) == {"name", "website", "is_moderator"}
    assert api.get(f"/api/v1/comments/{waiting.id}").status_code == 404
    thread = api.get(f"/api/v1/sites/blog/threads?url={quote(ARTICLE)}").get_json()
    assert set(thread) == {"id", "url", "title", "comment_count", "is_closed", "created_at"}
    body = {"page": {"url": ARTICLE}, "comment": "More", "name": "Ben", "email": WAITING}
    posted = api.post("/api/v1/sites/blog/comments", json=body).get_json()
    assert set(posted) == {"id", "status", "permalink"}


def test_n5_the_log_of_a_real_server_tells_nothing_of_people(tmp_path: Path) -> None:
    with _served(tmp_path) as (server, link):
        secrets = [*_busy(server, link), *_broken(server, tmp_path / "instance")]
        until(lambda: "sign_in.send" in _log(server))
    lines = _log(server).splitlines()
    found = [line for line in lines if any(secret.lower() in line.lower() for secret in secrets)]
    assert found == []
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"request", "request.failed"} <= {event["event"] for event in events}
    assert "\x1b" not in "".join(lines)


def _hold_all() -> None:
    site = threads.site_named("blog")
    site.policy, site.revision = Policy.HOLD_ALL, site.revision + 1


def _thread() -> Thread:
    site = threads.site_named("blog")
    return threads.opened(site, threads.place(site, address=ARTICLE))


def _forms(address: str) -> Iterator[str]:
    """Yield an address as it could be recognised by: in clear and hashed, in lower case."""
    for spelling in (address, address.lower()):
        raw = spelling.encode()
        yield from (spelling.lower(), spelling.lower().partition("@")[0], quote(spelling).lower())
        yield from (hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256"))
        yield base64.b64encode(raw).decode().rstrip("=").lower()


def _everything(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield the answer to each public GET, as a stranger gets it and as another guest does."""
    stranger, guest = reader.app.test_client(), reader.app.test_client()
    guest.set_cookie("__Host-cb_author", tokens.new(), domain="comments.test", secure=True)
    for path in _paths(reader):
        yield path, _text(stranger.get(path, base_url=BASE))
        own = {"Commentbox-Author": tokens.new(), "Accept": "application/json"}
        yield path, _text(guest.get(path, base_url=BASE, headers=own))


def _paths(reader: Reader) -> Iterator[str]:
    """Yield addresses of every route that answers a GET, for each comment there is."""
    comments = reader.comments()
    for rule in reader.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            for comment in comments:
                yield from _addresses(rule, comment)


def _addresses(rule: Rule, comment: Comment) -> Iterator[str]:
    named = {"threads": comment.thread_id, "comments": comment.id, "sites": "blog"}
    values = {
        **dict.fromkeys(("site", "site_name"), "blog"),
        **dict.fromkeys(("comment", "comment_id"), comment.id),
        "thread_id": comment.thread_id,
        "named": next((named[part] for part in named if f"/{part}/<" in rule.rule), ""),
        "token": tokens.new(),
        "code": tokens.new(),
        "avatar_id": ids.new(),
        "attempt_id": ids.new(),
        "batch": ids.new(),
        "version": "0",
        "name": "embed.js",
    }
    path = re.sub(r"<(?:path:)?(\w+)>", lambda found: values[found[1]], rule.rule)
    where = f"url={quote(ARTICLE, safe='')}&site=blog"
    for query in ("", "sort=oldest", f"comment={comment.id}", f"root={comment.root_id}"):
        yield f"{path}?{where}&{query}"
    yield f"{path}?replytocom={comment.id}"


def _text(answer: Any) -> str:
    return f"{answer.headers}\n{answer.text}"


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Running, str]]:
    """Run the service, where every line is logged and mail finds no server; lend a sign-in link."""
    settings = {
        "SECRET_KEY": SECRET,
        "BASE_URL": "http://comments.localhost",
        "SMTP_URL": f"smtp://postman:{PASSWORD}@localhost:{free_port()}",
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "DEBUG",
    }
    environment = {f"COMMENTBOX_{name}": value for name, value in settings.items()}
    environment["COMMENTBOX_INSTANCE_DIR"] = str(folder / "instance")
    run = CliRunner(env=environment)
    assert run.invoke(commands, ["sites", "add", "blog", BLOG]).exit_code == 0
    link = run.invoke(commands, ["admins", "add", MODERATOR]).stdout.strip()
    port = free_port()
    serve = ("serve", "--port", str(port), "--workers", "1")
    with command(*serve, folder=folder, port=port, settings=settings) as server:
        server.wait()
        yield server, urlsplit(link).path


def _busy(server: Running, link: str) -> Iterator[str]:
    """Do what people do, and yield what the log must not say about it."""
    key, unused = tokens.new(), tokens.new()
    guest = {"name": NAME, "email": GUEST, "comment": WORDS, "author_key": key}
    headers = {"X-Forwarded-For": CLIENT, "Idempotency-Key": unused, "Cookie": f"x={unused}"}
    post = {"page": {"url": ARTICLE, "title": NAME}, **guest}
    for body in (post, post | {"comment": ""}, post | {"email": f"{GUEST} "}, WORDS.encode()):
        server.ask("POST", "/api/v1/sites/blog/comments", body, headers)
    form = f"email={quote(MODERATOR)}&token={_token(server)}".encode()
    typed = {"Content-Type": "application/x-www-form-urlencoded", "Origin": HOME}
    assert server.ask("POST", "/admin/sign-in", form, headers | typed)[0] == 200
    for path in (link, f"/nowhere/{GUEST}?{unused}", f"/mail/confirm/{unused}", "/t?site=%1b[31m"):
        server.ask("GET", path, headers=headers)
    yield from (key, unused, NAME, GUEST, MODERATOR, WORDS, CLIENT, PASSWORD, SECRET)
    yield from (link.rpartition("/")[2], tokens.digest(key), GUEST.partition("@")[0])


def _broken(server: Running, instance: Path) -> Iterator[str]:
    """Let a write fail inside of the database, whose error could quote what was written."""
    with closing(sqlite3.connect(instance / "commentbox.db")) as database, database:
        database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON comment BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    body = {"page": {"url": ARTICLE}, "name": "Zoe", "email": WAITING, "comment": OTHER_WORDS}
    assert server.ask("POST", "/api/v1/sites/blog/comments", body)[0] == 500
    yield from (WAITING, OTHER_WORDS)


def _token(server: Running) -> str:
    found = re.search(rb'name="token" value="([^"]+)"', server.ask("GET", "/admin/sign-in")[1])
    assert found
    return found[1].decode()


def _log(server: Running) -> str:
    return server.errors.read_text("utf-8")
