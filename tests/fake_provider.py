"""A provider on this machine that answers as told, and signs what it is asked to."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from commentbox.providers.base import Walk

CLIENT_ID: Final = "our-id"
SECRET: Final = "our-secret-7Qx2"
ACCESS: Final = "access-token-9Zk1"
CODE: Final = "code-4Lm8"
WALK: Final = Walk(
    state="state-" + "s" * 40,
    nonce="nonce-" + "n" * 40,
    code_verifier="verifier-" + "v" * 40,
    redirect_uri="https://comments.test/login/it/callback",
)
KEY: Final = RSAKey.generate_key(2048, {"kid": "one"})


@dataclass(frozen=True)
class Answer:
    """What is answered; a dictionary or a list is sent as JSON."""

    content: Any = b""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0

    @property
    def body(self) -> bytes:
        """The bytes."""
        is_bytes = isinstance(self.content, bytes)
        return self.content if is_bytes else json.dumps(self.content).encode()


@dataclass(frozen=True)
class Asked:
    """A request that came in; `form` has the fields of the body."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return {name: last for name, [*_, last] in parse_qs(urlsplit(self.target).query).items()}

    @property
    def form(self) -> dict[str, str]:
        """The fields of the body."""
        return {name: last for name, [*_, last] in parse_qs(self.body.decode()).items()}


class FakeProvider:
    """Serves `answers` by path; `asked` has every request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Answer:
        """Return what is to be answered."""
        self.asked.append(asked)
        found = self.answers.get(asked.path, Answer(status=404))
        return found(asked) if callable(found) else found

    def to(self, path: str) -> list[Asked]:
        """Return the requests to a path."""
        return [asked for asked in self.asked if asked.path == path]


@contextmanager
def serving() -> Iterator[FakeProvider]:
    """Run a provider that answers nothing yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            answer = fake.answer(asked)
            time.sleep(answer.wait)
            with suppress(OSError):
                self._send(answer)

        do_POST = do_DELETE = do_GET  # noqa: N815 -- the names that the server calls

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            fields = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
            for name, value in (fields | dict(answer.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


def signed(claims: Mapping[str, Any], *, key: Any = KEY, **header: Any) -> str:
    """Return the claims as a signed token."""
    header = {"alg": "RS256", "kid": key.kid, **header}
    content = json.dumps(claims).encode()
    return jws.serialize_compact(header, content, key, algorithms=[header["alg"]])


def claims(issuer: str, **changed: Any) -> dict[str, Any]:
    """Return the claims of a right ID token; None takes one out."""
    now = int(time.time())
    right = {
        "iss": issuer,
        "sub": "1089",
        "aud": CLIENT_ID,
        "exp": now + 600,
        "iat": now,
        "nonce": WALK.nonce,
    }
    return {name: value for name, value in (right | changed).items() if value is not None}


def token(**more: Any) -> Answer:
    """Return what a token endpoint answers."""
    return Answer({"access_token": ACCESS, "token_type": "bearer", "expires_in": 3600} | more)


def key_set(*keys: Any) -> Answer:
    """Return what is at the address of the keys."""
    return Answer({"keys": [key.as_dict(private=False) for key in keys or (KEY,)]})


def basic(name: str, secret: str) -> str:
    """Return the header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()
