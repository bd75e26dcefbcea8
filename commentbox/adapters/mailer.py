"""Sending mail."""

from dataclasses import dataclass

from commentbox.config import Settings


@dataclass(frozen=True)
class Mailer:
    """A door to the mail server; without one, mail waits."""

    url: str

    @classmethod
    def from_settings(cls, settings: Settings) -> "Mailer":
        """Return the mailer that the settings describe."""
        return cls(settings.smtp_url)
