"""`commentbox demo`: everything at once, offline, without a setting."""

import os
import secrets
import signal
from multiprocessing import Process
from pathlib import Path
from typing import Final, NamedTuple

import click
from sqlalchemy import select

from commentbox.accounts import people, signin
from commentbox.cli import background, serve, service
from commentbox.cli.demo import article, readers
from commentbox.cli.demo.loading import Service
from commentbox.cli.demo.providers import Standins
from commentbox.comments import sites
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.models import Policy, Role, Site, Thread

_SITE: Final = "blog"
_TITLE: Final = "Why a song stays in your head"
_ADMIN: Final = "you@blog.example"
_BESIDE_THE_CHECKOUT: Final = Path(__file__).parents[4] / "shared" / "data"


class _Ports(NamedTuple):
    """Where the parts of the demonstration listen."""

    service: int
    article: int
    providers: int

    @property
    def home(self) -> str:
        """Return the address of the service."""
        return f"http://comments.localhost:{self.service}"


@click.command()
@click.option(
    "--port",
    default=8701,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where the service answers.",
)
@click.option(
    "--article-port",
    default=8700,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where the article is.",
)
@click.option(
    "--provider-port",
    default=8702,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where those stand in whom readers log in with.",
)
@click.option(
    "--folder",
    default=Path(".demo"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its data is kept; delete it to begin again.",
)
@click.option(
    "--data",
    envvar="COMMENTBOX_TEST_DATA",
    default=_BESIDE_THE_CHECKOUT,
    type=click.Path(path_type=Path),
    help="Real comments to show, if there are any.",
)
def demo(port: int, article_port: int, provider_port: int, folder: Path, data: Path) -> None:
    """Show an article with a discussion, and the moderators' desk; Ctrl-C stops it.

    Readers log in at stand-ins for Google and the others: no key is needed, and no network.
    """
    ports = _Ports(port, article_port, provider_port)
    settings = _settings(folder, ports)
    address = f"http://blog.localhost:{article_port}"
    for each in ports[1:]:
        serve.wait_for_port("127.0.0.1", each)
    with service.beginning(settings):
        _add_site(address)
    blog = Process(target=_blog, args=(settings, ports, address, data, os.getpid()))
    blog.start()
    try:
        serve.run(settings, "127.0.0.1", port)
    finally:
        blog.terminate()
        blog.join()
    if blog.exitcode == 1:
        raise SystemExit(1)


def _standins(ports: _Ports) -> Standins:
    standins = Standins(ports.home)
    standins.settle(ports.providers)
    return standins


def _settings(folder: Path, ports: _Ports) -> Settings:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32), "utf-8")
    return Settings(
        secret_key=secret.read_text("utf-8"),
        base_url=ports.home,
        instance_dir=str(folder),
        flood_comments=1_000,  # one machine writes for all readers
        request_limit=100_000,
        log_level="ERROR",
        providers=_standins(ports).providers(),
    )


def _add_site(address: str) -> None:
    begin_writing()
    site = db.session.scalar(select(Site).where(Site.name == _SITE))
    if site is None:
        site = sites.add(_SITE, [address], policy=Policy.PUBLISH)
    site.origins = [address]
    db.session.commit()


def _blog(settings: Settings, ports: _Ports, address: str, data: Path, parent: int) -> None:
    """Stand in for providers, fill the discussion, print where all is, and serve the article."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    background.leave_with(parent)
    page = f"{address}{article.PATH}"
    blog = article.server(ports.article, article=page, service=settings.base_url, site=_SITE)
    _standins(ports).serve(ports.providers)
    try:
        with service.running(settings):
            _fill(Service(ports.service, _SITE, page), data)
            link = _link(settings)
    except click.ClickException as problem:
        problem.show()
        os.kill(parent, signal.SIGTERM)
        raise SystemExit(1) from problem
    click.echo(f"\n  Article   {page}\n  Desk      {link}   (signs you in once)\n")
    click.echo("Ctrl-C stops it.")
    blog.serve_forever()


def _fill(running: Service, data: Path) -> None:
    running.wait()
    if db.session.scalar(select(Thread.id).limit(1)) is not None:
        return
    folder = data / "youtube-spam"
    said = [*readers.real(folder), *reversed(readers.FRIENDLY)]
    click.echo("Posting comments through the API …")
    running.post(said, title=_TITLE)
    begin_writing()
    db.session.scalars(select(Site).where(Site.name == _SITE)).one().policy = Policy.HOLD_FIRST
    db.session.commit()
    running.post([*readers.spam(folder), *readers.HELD], title=_TITLE)
    click.echo("From now on, a first comment waits for a moderator; some wait already.")


def _link(settings: Settings) -> str:
    begin_writing()
    account = people.invite(_ADMIN, site=None, role=Role.ADMIN, name="You")
    token = signin.link_for(account, valid=signin.BY_HAND)
    db.session.commit()
    return f"{settings.base_url}/admin/sign-in/{token}"
