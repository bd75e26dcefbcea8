"""Weigh what a reader's browser gets: bytes as they are sent, and how many requests there are.

.venv/bin/python bench/weigh.py              # and count requests in Chromium
.venv/bin/python bench/weigh.py --budgets    # bytes alone; part of `make check`
"""

import argparse
import gzip
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright

from commentbox.adapters import schema
from commentbox.app import create_app
from commentbox.comments import posting, threads
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.models import Policy, Site
from tests.paths import ROOT
from tests.servers import command, free_port

KB = 1024
COMMENTS = 50
HOST = "http://comments.localhost"
ARTICLE = "http://blog.localhost/article"
KEY = "the secret of the scales 8Rv3Kx6Nq1Ty"
TEXT = (
    "I have read this twice now. The second half says what I wanted to say for years: "
    "*nobody* reads the manual, number {n} least of all. See https://example.org/{n}"
)


@dataclass
class Weight:
    """One figure beside the most that it may be."""

    name: str
    value: int
    most: int
    unit: str = "bytes"

    @property
    def fits(self) -> bool:
        """Whether the budget holds."""
        return self.value <= self.most


def main() -> int:
    """Print every figure beside its budget; return 1 when one is over it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", action="store_true", help="bytes alone, without a browser")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        weights = _bytes(Path(folder))
        if not chosen.budgets:
            weights += _requests(Path(folder))
    for weight in weights:
        verdict = "ok" if weight.fits else "TOO MUCH"
        goal = f"at most {weight.most:>6}"
        print(f"{weight.name:<46}{weight.value:>7} {weight.unit:<9} {goal}  {verdict}")
    return 0 if all(weight.fits for weight in weights) else 1


def _bytes(folder: Path) -> list[Weight]:
    app = create_app(_settings(folder))
    _fill(app)
    client = app.test_client()
    page = _sent(client, f"/embed/blog?url={ARTICLE}")
    html = gzip.decompress(page).decode()
    linked = re.findall(r'(?:src|href)="[^"]*(/static/[^"]+)"', html)
    scripts, to_log_in, tools, window, page_of_ours = (
        sum(_static(client, html, path) for path in (ROOT / "static" / folder).glob("*.js"))
        for folder in ("widget", "widget/login", "widget/moderating", "login", "page")
    )
    loader = len(_sent(client, "/embed.js"))
    styles = sum(len(_sent(client, path)) for path in linked if path.endswith(".css"))
    first = len(page) + loader + sum(len(_sent(client, path)) for path in linked)
    return [
        Weight("loader, gzip", loader, 2 * KB),
        Weight("all script where nobody can log in, gzip", loader + scripts, 12 * KB),
        Weight("all script where one can, gzip", loader + scripts + to_log_in, 17 * KB),
        Weight("script for who moderates in the thread, gzip", tools, 3 * KB),
        Weight("script of the log-in window, gzip", window, 1 * KB),
        Weight("script of the thread's own page, gzip", page_of_ours, 1 * KB),
        Weight("styles, gzip", styles, 8 * KB),
        Weight(f"first view with {COMMENTS} comments, gzip", first, 40 * KB),
        Weight("files that the first view asks for", 2 + len(set(linked)), 4, "requests"),
    ]


def _static(client: FlaskClient, html: str, path: Path) -> int:
    version = re.search(r"/static/(\w+)/", html)
    assert version, "the page links no script"
    return len(
        _sent(client, f"/static/{version[1]}/{path.relative_to(ROOT / 'static').as_posix()}")
    )


def _sent(client: FlaskClient, address: str) -> bytes:
    """Return an answer's body as a browser gets it, compressed with gzip."""
    answer = client.get(address, base_url=HOST, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, f"{address}: {answer.status}"
    assert answer.headers.get("Content-Encoding") == "gzip", f"{address} is not compressed"
    return bytes(answer.data)


def _requests(folder: Path) -> list[Weight]:
    """Show the page in Chromium, and count what it asks our service for."""
    port = free_port()
    settings = {"SECRET_KEY": KEY, "BASE_URL": f"{HOST}:{port}", "INSTANCE_DIR": str(folder)}
    asked: list[str] = []
    words = ("serve", "--port", str(port))
    with command(*words, folder=folder, port=port, settings=settings) as running:
        running.wait()
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            assert chromium, "Chromium is missing; `make browser` installs it"
            browser = playwright.chromium.launch(
                executable_path=chromium,
                # The article is made up by the driver, so it is in no address space.
                args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"],
            )
            page = browser.new_page()
            page.route(
                f"{ARTICLE}*",
                lambda route: route.fulfill(body=_article(port), content_type="text/html"),
            )
            page.on("request", lambda request: asked.append(request.url))
            page.goto(ARTICLE)
            page.frame_locator("iframe").locator(".comment").first.wait_for()
            page.wait_for_timeout(1000)
            browser.close()
    ours = [address for address in asked if not address.startswith(ARTICLE)]
    return [Weight("requests of the first view in Chromium", len(ours), 4, "requests")]


def _article(port: int) -> str:
    return (
        '<!doctype html><title>Article</title><div id="commentbox"></div>'
        f'<script async src="{HOST}:{port}/embed.js" data-site="blog"></script>'
    )


def _settings(folder: Path) -> Settings:
    return Settings(secret_key=KEY, base_url=HOST, instance_dir=str(folder), log_level="ERROR")


def _fill(app: Flask) -> None:
    with app.app_context():
        schema.upgrade(db.engine)
        begin_writing()
        site = Site(name="blog", origins=["http://blog.localhost"], policy=Policy.PUBLISH)
        db.session.add(site)
        db.session.flush()
        thread = threads.opened(site, threads.place(site, address=ARTICLE, title="Article"))
        for number in range(COMMENTS):
            posting.post(
                thread,
                site,
                author=posting.Guest(f"Reader {number}", f"reader{number}@example.org"),
                draft=posting.Draft(TEXT.format(n=number)),
                arrival=posting.Arrival(),
            )
        db.session.commit()
        db.session.remove()


if __name__ == "__main__":
    sys.exit(main())
