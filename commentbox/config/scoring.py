"""The settings of the outside scorer of comments."""

import re
from typing import Final

from commentbox.config import providers
from commentbox.config.mistakes import PREFIX, BadSetting

_KEY: Final = re.compile(r"[\w-]{0,200}", re.ASCII)


def checked(*, key: str, url: str) -> str:
    """Return the address without a slash at its end; raise `BadSetting` for what cannot be used."""
    if not _KEY.fullmatch(key):
        raise BadSetting(f"{PREFIX}AKISMET_KEY must be one word of letters, digits, - and _.")
    if not url or "?" in url:
        raise BadSetting(f"{PREFIX}AKISMET_URL must look like https://rest.akismet.com")
    providers.check_address(f"{PREFIX}AKISMET_URL", url)
    return url.rstrip("/")
