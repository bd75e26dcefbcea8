"""Addresses in mails. Those that act are signed, for one purpose, and expire."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from commentbox.config import Settings
from commentbox.errors import Gone, Malformed
from commentbox.lib import clock
from commentbox.models import Account, Comment


class Purpose(StrEnum):
    """What a link is for; one for something else is no link at all."""

    MODERATE = "moderate"
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


class Verdict(StrEnum):
    """What a link in a mail to moderators does with the comment."""

    APPROVE = "approve"
    SPAM = "spam"
    TRASH = "trash"


class Topic(StrEnum):
    """What somebody no longer wants to hear of."""

    THREAD = "thread"
    DESK = "desk"


LIFETIMES: Final = {
    Purpose.MODERATE: timedelta(days=14),
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.UNSUBSCRIBE: timedelta(days=400),
}


@dataclass(frozen=True)
class Token:
    """What a signed link says, and since when."""

    parts: list[str]
    issued: datetime


@dataclass(frozen=True)
class Links:
    """Makes the addresses of this service, and reads those it signed.

    They begin with the `base_url` of the settings, whatever a request claims about its host.
    """

    base_url: str
    secret: str = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> "Links":
        """Return the links that the settings describe."""
        return cls(settings.base_url, settings.secret_key)

    def decide(self, comment: Comment, verdict: Verdict, *, by: Account) -> str:
        """Return where one moderator can decide about one comment as it is now."""
        parts = [comment.id, str(comment.revision), verdict.value, by.id]
        return self._signed(Purpose.MODERATE, parts)

    def confirm(self, subscription_id: str) -> str:
        """Return where an address says that it wants the mails it asked for."""
        return self._signed(Purpose.CONFIRM, [subscription_id])

    def unsubscribe(self, subscription_id: str) -> str:
        """Return where a reader ends the mails about one thread."""
        return self._signed(Purpose.UNSUBSCRIBE, [Topic.THREAD.value, subscription_id])

    def leave_desk(self, account: Account) -> str:
        """Return where a moderator ends the mails about held comments."""
        return self._signed(Purpose.UNSUBSCRIBE, [Topic.DESK.value, account.id])

    def sign_in(self, token: str, *, next_page: str = "") -> str:
        """Return where a person signs in with a link's token."""
        query = f"?{urlencode({'next': next_page})}" if next_page else ""
        return f"{self.base_url}/admin/sign-in/{token}{query}"

    def queue(self) -> str:
        """Return where all held comments are."""
        return f"{self.base_url}/admin/queue"

    def comment(self, comment_id: str) -> str:
        """Return where the comment stands on its article's page."""
        return f"{self.base_url}/c/{comment_id}"

    def thread(self, thread_id: str) -> str:
        """Return where the thread can be read."""
        return f"{self.base_url}/t/{thread_id}"

    def read(self, token: str, purpose: Purpose) -> Token:
        """Return what a link says that was signed for this purpose.

        Raises `Malformed("link.invalid")` for anything else, and `Gone("link.used")` when its time
        is over.
        """
        try:
            parts, signed = self._signer(purpose).loads(token, return_timestamp=True)
        except BadSignature as problem:
            raise Malformed("link.invalid") from problem
        # Not by `max_age`: it refuses what a machine signed whose clock is a second ahead.
        issued = signed.astimezone(UTC)
        if clock.now() > issued + LIFETIMES[purpose]:
            raise Gone("link.used")
        return Token(parts, issued)

    def _signed(self, purpose: Purpose, parts: list[str]) -> str:
        return f"{self.base_url}/mail/{purpose.value}/{self._signer(purpose).dumps(parts)}"

    def _signer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self.secret,
            salt=f"commentbox.mail.{purpose.value}",
            signer=_Signer,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


class _Signer(TimestampSigner):
    """Signs by the service's own clock."""

    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())
