"""Fixtures of the browser tests: Chromium as readers have it, an article, the real service."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from commentbox.adapters import schema
from commentbox.app import create_app
from commentbox.cli.demo.providers import PERSONAS, Persona, Standins
from commentbox.comments import posting, threads
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.lib import ids
from commentbox.models import Policy, Site, Status
from commentbox.moderation import status
from tests.e2e.hosts import (
    BLOG,
    COMMENTS,
    EMBED,
    PROVIDERS,
    Articles,
    Certificate,
    serve,
)
from tests.e2e.logging_in import Visitor
from tests.e2e.moderating import Moderated
from tests.e2e.reading import Reader
from tests.servers import free_port

SECRET = "a secret for tests, long enough: 7Qx2mV9pLz4R"
# What Playwright switches off and readers have: popup blocking and, by a list of which Chromium
# obeys only the last, storage that is partitioned by the page around the frame. (Pages kept whole
# for Back stay off: Playwright loses them.)
SWITCHED_BACK_ON = ["--disable-popup-blocking"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--test-third-party-cookie-phaseout",
    # The last of these draw suggestions below the address bar: a page of script for every window.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,PaintHolding,"
    "AimEnabled,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a certificate for every host of the tests."""
    return Certificate.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def articles(certificate: Certificate) -> Iterator[Articles]:
    """Return the server of blog.test and evil.test."""
    articles = Articles()
    server = articles.start(certificate)
    yield articles
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the service's folder, with its database and its log."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="session")
def service_settings(folder: Path) -> Settings:
    """Return the settings that the service runs with."""
    return Settings(
        secret_key=SECRET,
        base_url=COMMENTS,
        instance_dir=str(folder),
        smtp_url="smtp://127.0.0.1:9",  # nobody is there: no mail leaves
        flood_comments=1000,
        request_limit=100_000,
    )


@pytest.fixture(scope="session")
def desk(service_settings: Settings) -> Iterator[Flask]:
    """Return a second process's view of the service's database: for what moderators do."""
    app = create_app(service_settings)
    with app.app_context():
        schema.upgrade(db.engine)
        begin_writing()
        db.session.add(Site(name="blog", origins=[BLOG], policy=Policy.PUBLISH))
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def doors_port() -> int:
    """Return the port at which browsers find the providers."""
    return free_port()


@pytest.fixture(scope="session")
def doors(certificate: Certificate, doors_port: int) -> Iterator[Standins]:
    """Return the stand-ins for the providers that people log in with."""
    doors = Standins(COMMENTS)
    doors.serve(browser="https://{name}.test")
    doors.serve_tls(str(certificate.chain), str(certificate.key), doors_port)
    yield doors
    doors.close()


@pytest.fixture
def standins(doors: Standins) -> Standins:
    """Return the stand-ins, who allow everything by themselves until a test says otherwise."""
    usual = {"answer": "allow", "persona": "usual", "remembers": False, "slow_seconds": 8.0}
    for name in PROVIDERS:
        each = doors.by_name[name]
        vars(each).update(usual, coop=each.usual_coop, faults={})
    doors.google.skew = timedelta(0)
    return doors


@pytest.fixture
def personas() -> Iterator[Callable[[str], str]]:
    """Return a function that brings somebody into the world whom no other test knows."""
    born: list[str] = []

    def bear(name: str) -> str:
        born.append(ids.new())
        PERSONAS[born[-1]] = Persona(born[-1], "of one test", name, has_photo=False)
        return born[-1]

    yield bear
    for key in born:
        del PERSONAS[key]


@pytest.fixture(scope="session")
def service_port(
    desk: Flask, service_settings: Settings, certificate: Certificate, doors: Standins
) -> Iterator[int]:
    """Run the real service, and return its port."""
    names = (
        "secret_key",
        "base_url",
        "instance_dir",
        "smtp_url",
        "flood_comments",
        "request_limit",
    )
    environment = {
        f"COMMENTBOX_{name.upper()}": str(getattr(service_settings, name)) for name in names
    }
    environment |= {
        name: value
        for name, value in doors.environment().items()
        if name.split("_")[1].lower() in PROVIDERS
    }
    process, port = serve(environment, certificate)
    yield port
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser(articles: Articles, service_port: int, doors_port: int) -> Iterator[Browser]:
    """Return Chromium with storage partitioned and third-party cookies blocked."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing; `make browser` installs it"
    ours = f"MAP comments.test:443 127.0.0.1:{service_port}"
    ours += "".join(f", MAP {name}.test:443 127.0.0.1:{doors_port}" for name in PROVIDERS)
    others = f"MAP *.test:443 127.0.0.1:{articles.port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[*ARGUMENTS, f"--host-resolver-rules={ours}, {others}"],
            ignore_default_args=SWITCHED_BACK_ON,
        )
        yield browser
        browser.close()


@pytest.fixture
def width() -> int:
    """Return how many pixels a reader's window is wide; `parametrize("width", WIDTHS)` for more."""
    return 1280


@pytest.fixture
def context(browser: Browser, width: int) -> Iterator[BrowserContext]:
    """Return a reader's browser with nothing in it."""
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a tab."""
    return context.new_page()


@pytest.fixture
def article(articles: Articles) -> str:
    """Return the address of a fresh article with a conversation below it."""
    return articles.put(f"/{ids.new()}", f"<h1>An article</h1>{EMBED}")


@pytest.fixture
def other_article(articles: Articles) -> str:
    """Return the address of another article with a conversation."""
    return articles.put(f"/{ids.new()}", EMBED)


@pytest.fixture
def reader(page: Page, article: str) -> Reader:
    """Return a reader who has the article before them."""
    page.goto(article)
    return Reader(page).arrive()


@pytest.fixture
def visitor(page: Page, article: str, standins: Standins) -> Visitor:
    """Return somebody before the article and its doors, who has done nothing yet."""
    page.goto(article)
    return Visitor(page)


@pytest.fixture
def visit(page: Page, article: str) -> Callable[..., Reader]:
    """Return a function that opens the article: for tests in which something is there before."""

    def visit(suffix: str = "") -> Reader:
        page.goto(article + suffix)
        return Reader(page).arrive()

    return visit


@pytest.fixture
def post(desk: Flask, article: str) -> Callable[..., str]:
    """Return a function that posts to the article and returns the comment's id."""

    def post(source: str, *, name: str = "Ann", parent: str | None = None, url: str = "") -> str:
        with desk.app_context():
            begin_writing()
            site = threads.site_named("blog")
            thread = threads.opened(
                site, threads.place(site, address=url or article, title="An article")
            )
            comment = posting.post(
                thread,
                site,
                author=posting.Guest(name=name, email=f"{len(name)}@example.org"),
                draft=posting.Draft(source, parent_id=parent),
                arrival=posting.Arrival(),
            )
            if site.policy is Policy.PUBLISH and not comment.is_published:
                status.move(comment, Status.PUBLISHED)  # other tests have said the same
            db.session.commit()
            db.session.remove()
            return comment.id

    return post


@pytest.fixture
def policy(desk: Flask) -> Iterator[Callable[[Policy], None]]:
    """Return a function that changes which comments appear at once, until the test ends."""

    def use(policy: Policy) -> None:
        with desk.app_context():
            begin_writing()
            site = threads.site_named("blog")
            site.policy, site.revision = policy, site.revision + 1
            db.session.commit()
            db.session.remove()

    yield use
    use(Policy.PUBLISH)


@pytest.fixture
def moderated(desk: Flask) -> Moderated:
    """Return a site of its own with somebody who may decide about its comments."""
    return Moderated(desk)
