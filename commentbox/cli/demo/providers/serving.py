"""Serving all stand-ins: one server for people's browsers and for the service's own requests."""

import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from commentbox.cli.demo.providers.facebook import Facebook
from commentbox.cli.demo.providers.github import GitHub
from commentbox.cli.demo.providers.google import Google
from commentbox.cli.demo.providers.standin import Standin
from commentbox.cli.demo.providers.twitter import Twitter
from commentbox.cli.demo.providers.wordpress import WordPress
from commentbox.config import PREFIX, ProviderSettings
from commentbox.config.providers import configured
from commentbox.providers.base import callback

_HERE: Final = "127.0.0.1"


class Standins:
    """Every stand-in, as one WSGI application.

    `http://google.localhost/…` and `https://google.test/…` are Google to a browser, and
    `http://127.0.0.1/google/…` to the service.
    """

    def __init__(self, service: str) -> None:
        self.google, self.twitter, self.facebook = Google(), Twitter(), Facebook()
        self.wordpress, self.github = WordPress(), GitHub()
        every = (self.google, self.twitter, self.facebook, self.wordpress, self.github)
        self.by_name: dict[str, Standin] = {each.name: each for each in every}
        for each in every:
            each.client.redirects.add(callback(service, each.name))
        self._apps: dict[str, Flask] = {each.name: each.app() for each in every}
        self._servers: list[ThreadedWSGIServer] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as the provider of the host, or of the first part of the path."""
        name = environ.get("HTTP_HOST", "").partition(".")[0]
        if name not in self._apps:
            name, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"/{name}", f"/{rest}"
        if name not in self._apps:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"No such provider"]
        return self._apps[name](environ, start_response)

    def serve(self, port: int = 0, *, browser: str = "") -> int:
        """Serve plain HTTP on this machine in the background, and return the port."""
        port = int(self._start(port).port)
        self.settle(port, browser=browser)
        return port

    def settle(self, port: int, *, browser: str = "") -> None:
        """Give every stand-in its addresses: where the service finds it, and where people do.

        `browser` is the latter, such as `https://{name}.test`; without it that is here too.
        """
        for name, each in self.by_name.items():
            each.server = f"http://{_HERE}:{port}/{name}"
            each.browser = (browser or f"http://{{name}}.localhost:{port}").format(name=name)

    def serve_tls(self, chain: str, key: str, port: int = 0) -> int:
        """Serve over TLS as well, for browsers, and return the port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        return int(self._start(port, context).port)

    def close(self) -> None:
        """End every wait, and stop serving."""
        for each in self.by_name.values():
            each.over.set()
        while self._servers:
            server = self._servers.pop()
            server.shutdown()
            server.server_close()

    def settings(self) -> dict[str, dict[str, str]]:
        """Return the options of each provider by its name, in the order of their icons."""
        return {name: each.settings() for name, each in self.by_name.items()}

    def providers(self) -> dict[str, ProviderSettings]:
        """Return what `Settings.providers` has to be."""
        return configured(self._flat())

    def environment(self) -> dict[str, str]:
        """Return the same as environment variables."""
        return {f"{PREFIX}{name}".upper(): value for name, value in self._flat().items()}

    def secrets(self, *kinds: str) -> set[str]:
        """Return what must appear nowhere: see `Issued.values`; client secrets are among all."""
        found = {value for each in self.by_name.values() for value in each.issued.values(*kinds)}
        if not kinds:
            found |= {each.client.secret for each in self.by_name.values()}
        return found

    def _flat(self) -> dict[str, str]:
        return {
            f"{name}_{option}": value
            for name, options in self.settings().items()
            for option, value in options.items()
        }

    def _start(self, port: int, context: ssl.SSLContext | None = None) -> ThreadedWSGIServer:
        server = _Server(_HERE, port, self, _Silent)
        if context is not None:
            # The handshake belongs to the connection's own thread, not to the one that accepts.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
            server.ssl_context = context
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, name="stand-ins", daemon=True).start()
        return server


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: browsers break connections off as they please."""


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 -- theirs
        """Write no line for each request."""
