"""Serving: Granian with the settings under which no acknowledged comment is lost."""

import os
import socket
import ssl
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

import click
from flask import Flask
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from commentbox.adapters import logs
from commentbox.app import create_app
from commentbox.cli import background, service
from commentbox.config import Settings, load

_THREADS: Final = 4  # of each worker: SQLite has one writer, and more threads only wait for it
_RESPAWN: Final = 3.0  # seconds that a new worker has to begin before the old one is stopped
_HEADER_TIMEOUT: Final = 10_000  # milliseconds in which a client must have sent its headers
_MOST_MEMORY: Final = 400  # MiB; a worker beyond it is replaced when it has finished its requests
_STOP_TIMEOUT: Final = 30  # seconds for the requests under way when the service stops
_PORT_TIMEOUT: Final = 5  # seconds; workers that lost their master leave the port within one

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Its port."
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option("--tls-cert", type=_file, help="Certificate chain (PEM), to serve without a proxy.")
@click.option("--tls-key", type=_file, help="Its private key (PEM, PKCS#8).")
def serve(host: str, port: int, workers: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Serve readers and moderators until SIGTERM or Ctrl-C.

    An SQLite database is brought up to date first. Each worker also does background work, such as
    sending mail.
    """
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    run(load(), host, port, workers=workers, tls_cert=tls_cert, tls_key=tls_key)


def run(
    settings: Settings,
    host: str,
    port: int,
    *,
    workers: int = 2,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
) -> None:
    """Serve until a signal ends it; raise `ClickException` when that cannot begin."""
    service.ready(settings)
    wait_for_port(host, port)
    server = _server(settings, host, port, workers, tls_cert, tls_key)
    click.echo(f"Commentbox listens on {host}:{port} as {settings.base_url}", err=True)
    try:
        server.serve(target_loader=partial(_worker, settings, os.getpid()), wrap_loader=False)
    except SystemExit:
        # Workers that a signal to all processes ended before their master look like failed ones.
        if not server.interrupt_signal:
            raise


def wait_for_port(host: str, port: int) -> None:
    """Refuse a port that another program has: the workers themselves would share it silently."""
    deadline = time.monotonic() + _PORT_TIMEOUT
    while (problem := _taken(host, port)) is not None:
        if time.monotonic() > deadline:
            raise click.ClickException(f"Cannot listen on {host}:{port}: {problem.strerror}.")
        time.sleep(0.1)


def _taken(host: str, port: int) -> OSError | None:
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            return problem
    return None


def _server(
    settings: Settings,
    host: str,
    port: int,
    workers: int,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> MPServer:
    try:
        return MPServer(
            "commentbox",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=_THREADS,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT),
            websockets=False,
            respawn_failed_workers=True,
            respawn_interval=_RESPAWN,
            workers_max_rss=_MOST_MEMORY,
            workers_kill_timeout=_STOP_TIMEOUT,
            log_level=LogLevels(settings.log_level.lower()),
            log_dictconfig=logs.of_libraries(),
            ssl_cert=tls_cert,
            ssl_key=tls_key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
    except (ssl.SSLError, OSError) as problem:
        raise click.ClickException(f"Certificate and key cannot be used: {problem}") from problem


def _worker(settings: Settings, master: int) -> Flask:
    """Return the application of one worker process, with its background work begun."""
    background.stop_once()
    app = create_app(settings)
    background.leave_with(master)
    background.work(app)
    return app
