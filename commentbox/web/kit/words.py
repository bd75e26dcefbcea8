"""Words in templates: translation, ids, dates."""

from datetime import datetime

from babel.dates import format_datetime, format_timedelta
from flask import Flask

from commentbox.adapters import translations
from commentbox.lib import clock, text


def init_app(app: Flask) -> None:
    """Give templates the words of the current language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translations.gettext, translations.ngettext, newstyle=True
    )
    app.jinja_env.filters |= {
        "datetime": full_date,
        "age": age,
        "initial": text.initial,
        "hue": text.hue,
    }


def full_date(moment: datetime) -> str:
    """Return a moment in full, in UTC: `5 March 2026 at 14:02 UTC`."""
    words = format_datetime(moment, "long", locale=translations.current())
    return words.replace("+0000", "UTC")


def age(moment: datetime) -> str:
    """Return how long ago a moment was: `3 hours ago`."""
    return format_timedelta(moment - clock.now(), add_direction=True, locale=translations.current())
