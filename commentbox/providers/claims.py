"""What a provider says about somebody, taken for nothing but what it is."""

import re
from typing import Final

from commentbox.errors import Invalid
from commentbox.lib import email, text, urls
from commentbox.providers.base import ProviderFailed

# OpenID Connect Core §2: at most 255 ASCII characters. A space or control is no part of an id.
_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,255}")


def subject(value: object) -> str:
    """Return the id of an account: a string, or the whole number that some providers give.

    Raises `ProviderFailed`: without an id there is nobody.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _SUBJECT.fullmatch(value):
        raise ProviderFailed("refused", "subject")
    return value


def name(*values: object) -> str:
    """Return the first of the names that can be read, cleaned; "" if there is none."""
    for value in values:
        if isinstance(value, str):
            line = text.clean_line(value.encode("utf-8", "replace").decode())[: text.LONGEST_NAME]
            if not text.is_blank(line):
                return line.rstrip()
    return ""


def address(value: object) -> str:
    """Return an email address in its one spelling, "" for what is none."""
    try:
        return email.address(value) if isinstance(value, str) else ""
    except (Invalid, UnicodeError):
        return ""


def link(value: object) -> str:
    """Return an address of the web, "" for what is none."""
    if not isinstance(value, str) or not value.lower().startswith(("https://", "http://")):
        return ""
    return value if len(value) <= urls.MAX_LENGTH and urls.is_safe_link(value) else ""


def picture(value: object) -> str:
    """Return the address of a picture, https alone; "" for what is none."""
    address = link(value)
    return address if address.lower().startswith("https://") else ""
