"""The demonstration: starts from nothing, shows a discussion, and leaves no process behind."""

import os
import re
import signal
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from commentbox.cli.demo import readers
from tests.servers import Running, command, free_port, until

PAGE = "/why-a-song-stays-in-your-head"
COLOUR = r'class="avatar" data-hue="(\d+)"[^>]*>[^<]*</span>\s*<header[^>]*>\s*<b[^>]*><bdi>{}<'


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
    assert len(set(re.findall(COLOUR.format("Ines"), thread))) == 1
    assert desk == 200


def test_every_icon_logs_somebody_in_without_a_key(tmp_path: Path) -> None:
    words, port, article_port = start(tmp_path, tmp_path / "absent")
    address = f"http://blog.localhost:{article_port}{PAGE}"
    with command(*words, folder=tmp_path, port=port) as running:
        printed(running)
        page = running.ask("GET", f"/embed/blog?url={address}")[1].decode()
        names = re.findall(r'id="postas-(\w+)"', page)
        said = {name: log_in(name, f"http://comments.localhost:{port}", address) for name in names}
    assert list(said) == ["google", "twitter", "facebook", "wordpress", "github"]
    assert {(each["outcome"], each["name"]) for each in said.values()} == {("ok", "Ada Reader")}


def log_in(name: str, home: str, article: str) -> Any:
    """Walk to a provider and back as a browser does; return what the frame gets."""
    verifier = token_urlsafe(32)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    form = {"site": "blog", "url": article, "mode": "window", "challenge": challenge}
    with requests.Session() as browser:
        leading = sent(browser, "POST", f"{home}/login/{name}", data=form, origin=home).text
        on = re.search(r"/login/continue/\w+", leading)
        assert on
        there = sent(browser, "GET", home + on[0]).headers["Location"]
        chosen = {"persona": "usual", "way": "allow"}
        back = sent(browser, "POST", there, data=chosen).headers["Location"]
        assert sent(browser, "GET", back).status_code == 200
        asked = {"verifier": verifier, "site": "blog"}
        return sent(browser, "POST", f"{home}/login/redeem", json=asked, origin=home).json()


def sent(
    browser: requests.Session, method: str, url: str, *, origin: str = "", **content: Any
) -> requests.Response:
    """Send a request; every host of `.localhost` is this machine, as it is for browsers."""
    parts = urlsplit(url)
    here = parts._replace(netloc=f"127.0.0.1:{parts.port}").geturl()
    headers = {"Host": parts.netloc, **({"Origin": origin} if origin else {})}
    return browser.request(
        method, here, headers=headers, timeout=20, allow_redirects=False, **content
    )


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
