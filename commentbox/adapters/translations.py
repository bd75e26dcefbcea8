"""Words for people, in their language."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.support import Translations

DEFAULT: Final = "en"
_FOLDER: Final = Path(__file__).parent.parent / "translations"
_current: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def gettext(message: str) -> str:
    """Return the message in the current language."""
    return _catalog(_current.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of the message that goes with the number, in the current language."""
    return _catalog(_current.get()).ngettext(singular, plural, number)


def N_(message: str) -> str:  # noqa: N802 -- the name that extraction tools know
    """Mark a message for translation where it is defined; it is translated where it is shown."""
    return message


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Use this language within the block; an unknown one means the default."""
    token = _current.set(known(locale))
    try:
        yield
    finally:
        _current.reset(token)


def known(locale: str) -> str:
    """Return the language that is shipped for what was asked for, such as `de` for `de-AT`."""
    shipped = available()
    wanted = locale.replace("-", "_")
    return next((name for name in (wanted, wanted[:2]) if name in shipped), DEFAULT)


def current() -> Locale:
    """Return the current language, for dates and numbers."""
    return _locale(_current.get())


@cache
def available() -> frozenset[str]:
    """Return the languages that there are words in."""
    found = {path.parent.parent.name for path in _FOLDER.glob("*/LC_MESSAGES/*.mo")}
    return frozenset(found | {DEFAULT})


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except UnknownLocaleError:
        return Locale.parse(DEFAULT)


@cache
def _catalog(locale: str) -> NullTranslations:
    return Translations.load(_FOLDER, [locale])
