"""Words in templates: translation, ids, dates."""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask

from commentbox.adapters import translations
from commentbox.lib import clock, markdown, text


def init_app(app: Flask) -> None:
    """Give templates the words of the current language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translations.gettext, translations.ngettext, newstyle=True
    )
    app.jinja_env.filters |= {
        "datetime": full_date,
        "day": day,
        "instant": instant,
        "age": age,
        "initial": text.initial,
        "hue": text.hue,
        "unlinked": markdown.unlinked,
    }


def full_date(moment: datetime) -> str:
    """Return a moment in full, in UTC: `5 March 2026 at 14:02 UTC`."""
    words = format_datetime(moment, "long", locale=translations.current())
    return words.replace("+0000", "UTC")


def day(moment: datetime) -> str:
    """Return the day of a moment, in UTC: `5 March 2026`."""
    return _day(moment.date(), translations.current())


def instant(moment: datetime) -> str:
    """Return a moment as HTML's `datetime` wants it: `2026-03-05T14:02:33Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def age(moment: datetime) -> str:
    """Return how long ago a moment was: `3 hours ago`."""
    return format_timedelta(moment - clock.now(), add_direction=True, locale=translations.current())


@lru_cache(maxsize=4096)
def _day(date: date, locale: Locale) -> str:
    # Kept, since a page names few days and hundreds of moments.
    return format_date(date, "long", locale=locale)
