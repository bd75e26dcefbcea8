"""Mail servers on this machine: they take mail, or refuse it, or never answer."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

HOST: Final = "localhost"
TAKEN: Final = "250 OK"


@dataclass
class Sink:
    """What a mail server got, and how it answers. `on_message` runs before it says so."""

    reply_to_recipient: str = TAKEN
    reply_to_message: str = TAKEN
    on_message: Callable[[], None] = lambda: None
    messages: list[EmailMessage] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    was_secret: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- the names that the server calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse the recipient."""
        if self.reply_to_recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.reply_to_recipient

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the message."""
        if self.reply_to_message == TAKEN:
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.contents.append(envelope.content)
            self.recipients.append(envelope.rcpt_tos)
            self.was_secret.append(session.ssl is not None)
        self.on_message()
        return self.reply_to_message


class Authority:
    """Signs a certificate for this machine; `file` is what a client that trusts it reads."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.file = folder / "authority.pem"
        authority.cert_pem.write_to_path(self.file)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(HOST).configure_cert(self.context)


@contextmanager
def serving(sink: Sink, authority: Authority | None = None, *, login: str = "") -> Iterator[str]:
    """Run a mail server and lend its `smtp://` address; with an authority it demands STARTTLS.

    `login` is the `user:password` that it takes, if it asks for one.
    """

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
        name, _, password = login.partition(":")
        is_right = (given.login, given.password) == (name.encode(), password.encode())
        return AuthResult(success=is_right, handled=False)

    options: dict[str, Any] = {"authenticator": check, "auth_required": True} if login else {}
    if authority:
        options |= {"tls_context": authority.context, "require_starttls": True}
    port = unused_port()
    controller = Controller(sink, hostname=HOST, port=port, **options)
    controller.start()
    try:
        yield f"smtp://{login}{'@' if login else ''}{HOST}:{port}"
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[tuple[str, socket.socket]]:
    """Lend the address of a server that never says a word, and its listening socket."""
    with socket.create_server((HOST, 0)) as listening:
        yield f"smtp://{HOST}:{listening.getsockname()[1]}", listening


def unused_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])
