"""Sending mail: one message to one recipient over SMTP, with TLS that is checked."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from commentbox.config import Settings
from commentbox.lib import clock, ids

_PORTS: Final = {"smtp": 587, "smtps": 465}
_PERMANENT: Final = 500  # RFC 5321 §4.2.1: from here on a reply asks not to try the same again


class Undeliverable(Exception):
    """The server will not take this message for this recipient, today or later."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is sent to one person: who it seems to come from, plain text first, the same as HTML.

    `unsubscribe` is an address that ends such mails by a POST (RFC 8058). `id` stays the same when
    a letter is sent again, so that receivers can tell.
    """

    to: str
    sender: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    id: str = field(default_factory=ids.new)


@dataclass(frozen=True)
class Mailer:
    """A door to the mail server."""

    url: str = field(repr=False)
    sender: str
    is_plain: bool = False
    timeout: float = 10.0

    @classmethod
    def from_settings(cls, settings: Settings) -> "Mailer":
        """Return the mailer that the settings describe."""
        return cls(settings.smtp_url, settings.mail_from, settings.smtp_plain)

    @property
    def is_configured(self) -> bool:
        """Whether there is a mail server at all."""
        return bool(self.url)

    def send(self, letter: Letter) -> None:
        """Hand a letter to the mail server.

        Raises `Undeliverable` when the server refuses it for good, `OSError` (of which
        `smtplib.SMTPException` is one) when it could not be sent now, and `ValueError` for a
        header with a line break.
        """
        message = compose(letter, sender=self.sender)
        server = self._connected()
        try:
            _deliver(server, message)
            with suppress(OSError):  # it has been accepted: what follows must not send it again
                server.quit()
        finally:
            server.close()

    def check(self) -> None:
        """Greet the mail server as before sending, and leave; raises `OSError` when it fails."""
        server = self._connected()
        try:
            server.ehlo_or_helo_if_needed()
            server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        # What the machine calls itself is of no use to the server, and may take a while to find.
        options: dict[str, Any] = {
            "timeout": self.timeout,
            "local_hostname": self.sender.rpartition("@")[2],
        }
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, context=context, **options)
        else:
            server = smtplib.SMTP(host, port, **options)
        try:
            if parts.scheme == "smtp" and not self.is_plain:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def compose(letter: Letter, *, sender: str) -> EmailMessage:
    """Return the letter as a message (RFC 5322) from the address `sender`.

    Raises `ValueError` for a header with a line break.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(letter.sender, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


class _Policy(EmailPolicy):
    """SMTP's rules, but an address that ends mails stays on one line.

    The standard folding would cut a long address and encode the pieces, which no mail program
    reads as an address (Python 3.11).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "list-unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY: Final = _Policy(linesep=SMTP.linesep)


def _deliver(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        [(code, words)] = refusal.recipients.values()
        _raise_if_permanent(code, words, refusal)
        raise
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        _raise_if_permanent(refusal.smtp_code, refusal.smtp_error, refusal)
        raise


def _raise_if_permanent(code: int, words: bytes | str, refusal: Exception) -> None:
    if code >= _PERMANENT:
        text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
        raise Undeliverable(f"{code} {text}") from refusal
