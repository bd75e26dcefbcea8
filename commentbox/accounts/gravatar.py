"""The picture that gravatar.com has for a person, if they want it shown.

The service asks for it itself, and readers get it like any other picture: an address, or a hash of
one, never leaves the service on a page.
"""

import hashlib
from typing import Final

from commentbox.accounts import identities
from commentbox.models import Account

_SIDE: Final = 192  # pixels


def address(account: Account) -> str:
    """Return an address that the person is known to read, or nothing."""
    proved = [each.email for each in identities.of(account) if each.email_verified and each.email]
    return proved[0] if proved else ""


def picture_url(account: Account) -> str:
    """Return where the picture is, or nothing for whoever does not want it or has no address.

    It holds a hash of the address: it is for asking, and for no page and no log.
    """
    found = address(account) if account.wants_gravatar else ""
    if not found:
        return ""
    digest = hashlib.sha256(found.strip().lower().encode()).hexdigest()
    return f"https://gravatar.com/avatar/{digest}?s={_SIDE}&d=404&r=g"
