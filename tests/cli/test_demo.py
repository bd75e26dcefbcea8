"""The demonstration: starts from nothing, shows a discussion, and leaves no process behind."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from commentbox.cli.demo import readers
from tests.servers import Running, command, free_port, until

PAGE = "/why-a-song-stays-in-your-head"


def start(folder: Path, data: Path) -> tuple[tuple[str, ...], int, int]:
    port, article_port, provider_port = free_port(), free_port(), free_port()
    words = ("demo", "--folder", "kept", "--port", str(port), "--article-port", str(article_port))
    others = ("--provider-port", str(provider_port), "--data", str(data))
    return (*words, *others), port, article_port


def printed(running: Running) -> str:
    until(lambda: "Ctrl-C" in running.errors.read_text("utf-8"))
    return running.errors.read_text("utf-8")


def test_the_demo_shows_an_article_its_discussion_and_the_desk(tmp_path: Path) -> None:
    words, port, article_port = start(tmp_path, tmp_path / "absent")
    address = f"http://blog.localhost:{article_port}{PAGE}"
    with command(*words, folder=tmp_path, port=port) as running:
        lines = printed(running)
        article = Running(running.process, article_port, running.errors).ask("GET", PAGE)[1]
        thread = running.ask("GET", f"/embed/blog?url={address}")[1].decode()
        link = lines.split("Desk ")[1].split()[0]
        desk, _page = running.ask("GET", urlsplit(link).path)
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(20) == 0
        with pytest.raises(ProcessLookupError):
            os.killpg(running.process.pid, 0)
    assert address in lines
    assert f"http://comments.localhost:{port}/embed.js".encode() in article
    assert thread.count('data-status="published"') >= len(readers.FRIENDLY)
    assert "First time here" not in thread
    assert desk == 200


def test_readers_log_in_at_stand_ins_that_need_no_key(tmp_path: Path) -> None:
    words, port, _article_port = start(tmp_path, tmp_path / "absent")
    provider_port = int(words[words.index("--provider-port") + 1])
    with command(*words, folder=tmp_path, port=port) as running:
        printed(running)
        google = Running(running.process, provider_port, running.errors)
        host = {"Host": f"google.localhost:{provider_port}"}
        callback = f"http://comments.localhost:{port}/login/google/callback"
        asked = f"client_id=client-of-google&redirect_uri={callback}"
        path = f"/o/oauth2/v2/auth?response_type=code&scope=openid&{asked}"
        status, page = google.ask("GET", path, headers=host)
    assert status == 200
    assert b"Ada Reader" in page


def test_it_starts_again_with_what_it_kept(tmp_path: Path) -> None:
    for _time in range(2):
        words, port, _article_port = start(tmp_path, tmp_path / "absent")
        with command(*words, folder=tmp_path, port=port) as running:
            lines = printed(running)
    assert "Posting" not in lines
    assert (tmp_path / "kept" / "secret").stat().st_mode & 0o777 == 0o600


def test_real_comments_are_shown_where_they_are_present(tmp_path: Path) -> None:
    rows = ["AUTHOR,CONTENT,CLASS", 'Ann,"I &amp; you<br />sing",0', "Bob,Buy this,1", ",x,0"]
    (tmp_path / "Youtube01.csv").write_text("\n".join(rows), "utf-8")
    assert [(said.name, said.text) for said in readers.real(tmp_path)] == [
        ("Ann", "I & you sing"),
        ("Somebody", "x"),
    ]
    assert [said.text for said in readers.spam(tmp_path)] == ["Buy this"]
