"""Who says what they think of a comment, and what that goes by, so that it counts once."""

from dataclasses import dataclass

from commentbox.errors import Invalid
from commentbox.lib import tokens
from commentbox.models import Account


@dataclass(frozen=True)
class Voice:
    """Somebody who logged in, or a guest by the secret of their browser."""

    account: Account | None = None
    key: str = ""

    @property
    def name(self) -> str:
        """Return what they go by; raise `Invalid("field.invalid")` for no such secret."""
        if self.account is not None:
            return f"account:{self.account.id}"
        if not tokens.is_token(self.key):
            raise Invalid("field.invalid", fields={"author_key": "field.invalid"})
        return tokens.digest(self.key)
