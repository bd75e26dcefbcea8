"""Words in templates: translation, ids, dates."""

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from flask import Flask

from commentbox.adapters import translations
from commentbox.lib import clock, markdown, text
from commentbox.web.kit import offers


def init_app(app: Flask) -> None:
    """Give templates the words of the current language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translations.gettext, translations.ngettext, newstyle=True
    )
    app.jinja_env.globals |= {"halves": halves, "lang": lang, "direction": direction}
    app.jinja_env.filters |= {
        "datetime": full_date,
        "day": day,
        "day_and_month": day_and_month,
        "instant": instant,
        "age": age,
        "initial": text.initial,
        "two_letters": text.two_letters,
        "hue": text.hue,
        "unlinked": markdown.unlinked,
        "provider": offers.label,
    }


def lang() -> str:
    """Return the language that words are in now, as HTML writes it (BCP 47)."""
    return str(translations.current()).replace("_", "-")


def direction() -> str:
    """Return which way that language runs: `ltr` or `rtl`."""
    return translations.current().text_direction


def halves(message: str) -> tuple[str, str]:
    """Return what stands before and after `%(name)s` in the translated message."""
    before, _hole, after = translations.gettext(message).partition("%(name)s")
    return before, after


def full_date(moment: datetime) -> str:
    """Return a moment in full, in UTC: `5 March 2026, 14:02 UTC`."""
    locale = translations.current()
    return f"{_day(moment.date(), locale)}, {_minute(moment.hour, moment.minute, locale)} UTC"


def day(moment: datetime) -> str:
    """Return the day of a moment, in UTC: `5 March 2026`."""
    return _day(moment.date(), translations.current())


def day_and_month(date: date) -> str:
    """Return a day without its year: `5 Mar`."""
    return format_skeleton("MMMd", datetime.combine(date, time.min), locale=translations.current())


def instant(moment: datetime) -> str:
    """Return a moment as HTML's `datetime` wants it: `2026-03-05T14:02:33Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def age(moment: datetime) -> str:
    """Return how long ago a moment was: `3 hours ago`."""
    return format_timedelta(moment - clock.now(), add_direction=True, locale=translations.current())


# Kept, since a page names few days and hundreds of moments.
@lru_cache(maxsize=4096)
def _day(date: date, locale: Locale) -> str:
    return format_date(date, "long", locale=locale)


@lru_cache(maxsize=4096)
def _minute(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), "short", locale=locale)
