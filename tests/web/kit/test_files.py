"""Static files as browsers get them."""

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from commentbox.web.kit import files
from tests.paths import ROOT

SCRIPTS = sorted(path for path in (ROOT / "static").rglob("*.js"))


def test_scripts_are_sent_without_what_only_their_writers_read() -> None:
    sent = files.bare(ROOT / "static" / "widget" / "main.js").decode()
    assert "/**" not in sent
    assert "@param" not in sent
    assert "\n\n" not in sent
    assert "export function tell(" in sent


def test_no_text_of_a_script_is_taken_for_a_comment() -> None:
    for path in SCRIPTS:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert line.count("`") % 2 == 0, f"{path.name}:{number} opens a text of several lines"
            before, mark, _ = line.partition(" // ")
            assert not mark or before.count('"') % 2 == 0, f"{path.name}:{number}"


def test_what_a_style_sheet_imports_is_sent_with_it() -> None:
    sent = files.bare(ROOT / "static" / "css" / "embed.css").decode()
    assert "@import" not in sent
    assert ".avatar" in sent
    assert "--accent" in sent


def test_a_file_of_another_kind_is_sent_as_it_is(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG /** no comment */")
    assert files.bare(picture) == b"\x89PNG /** no comment */"


def test_files_are_compressed_and_asked_for_once(app: Flask, client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip, br"}
    answer = client.get("/embed.js", headers=headers)
    assert answer.headers["Content-Encoding"] in {"br", "gzip"}
    headers["If-None-Match"] = answer.headers["ETag"]
    assert client.get("/embed.js", headers=headers).status_code == 304
    assert "Content-Encoding" not in client.get("/embed.js").headers


def test_pages_of_our_own_have_an_icon_of_our_own(client: FlaskClient) -> None:
    for path in ("/admin/sign-in", "/me", "/nowhere"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        [icon] = re.findall(r'<link rel="icon" href="([^"]+)">', page)
        answer = client.get(icon)
        assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
