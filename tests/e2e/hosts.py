"""The outside of a browser test: certificates, an article's server, the service as a process."""

import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import trustme
from cryptography.hazmat.primitives import serialization

from tests.paths import ROOT
from tests.servers import free_port

BLOG, COMMENTS, EVIL = "https://blog.test", "https://comments.test", "https://evil.test"
PROVIDERS = ("google", "twitter", "facebook")
HOSTS = ("blog.test", "comments.test", "evil.test", *(f"{name}.test" for name in PROVIDERS))
LOADER = f'<script async src="{COMMENTS}/embed.js" data-site="blog"></script>'
EMBED = f'<div id="commentbox"></div>{LOADER}'
WIDTHS = [360, 1280]  # pixels: of a phone, and at a desk
STARTS_WITHIN = 60  # seconds


@dataclass
class Certificate:
    """A certificate for every host of the tests, and its key, as files."""

    chain: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificate":
        """Issue one in a folder."""
        issued = trustme.CA().issue_cert(*HOSTS, "127.0.0.1")
        chain, key = folder / "chain.pem", folder / "key.pem"
        chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
        loaded = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
        key.write_bytes(
            loaded.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return cls(chain, key)


@dataclass
class Articles:
    """Pages of other people's sites; `put` changes what the server answers at a path."""

    port: int = 0
    pages: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    def put(self, path: str, body: str = "", *, head: str = "", **headers: str) -> str:
        """Publish an article with this body, and return its address on blog.test."""
        page = (
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>An article</title>"
            f"<meta name=viewport content='width=device-width'>{head}</head>"
            f"<body>{body}</body></html>"
        )
        self.pages[path] = (page, {name.replace("_", "-"): headers[name] for name in headers})
        return BLOG + path

    def start(self, certificate: Certificate) -> "ArticleServer":
        """Begin to serve, over TLS, on a free port."""
        server = ArticleServer(self, certificate)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


class ArticleServer(ThreadingHTTPServer):
    """Serves articles over TLS."""

    daemon_threads = True

    def __init__(self, articles: Articles, certificate: Certificate) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.articles = articles
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        # The handshake belongs to the connection's own thread, not to the one that accepts.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: browsers break connections off as they please."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ArticleServer

    def do_GET(self) -> None:
        page, headers = self.server.articles.pages.get(self.path.split("?")[0], ("", {}))
        content = page.encode()
        self.send_response(HTTPStatus.OK if page else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def serve(
    environment: Mapping[str, str], certificate: Certificate
) -> tuple["subprocess.Popen[bytes]", int]:
    """Start the service as its owner would, and return its process and port once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "commentbox", "serve", "--port", str(port), "--workers", "1"]
    command += ["--tls-cert", str(certificate.chain), "--tls-key", str(certificate.key)]
    with (Path(environment["COMMENTBOX_INSTANCE_DIR"]) / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    _await(port, process)
    return process, port


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    trusting = ssl._create_unverified_context()  # noqa: S323 -- the certificate is our own
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends:
        assert process.poll() is None, "the service ended at its start"
        try:
            with urlopen(f"https://127.0.0.1:{port}/healthz", context=trusting, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the service does not answer")
