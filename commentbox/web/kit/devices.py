"""What people call the browser that they sit at, and where they are logged in by it."""

from typing import Any, Final
from urllib.parse import urlsplit

from flask import request

from commentbox.adapters.translations import gettext
from commentbox.lib import text
from commentbox.models import Session, SessionKind, Site

_LONGEST: Final = 200
# The first name found wins: Edge and Opera also call themselves Chrome, and Chrome calls itself
# Safari.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_OF_APPLE: Final = ("iPhone", "iPad")
# Facebook and Messenger, Instagram, WeChat, LINE; `wv` is any web view of Android.
_IN_APPS: Final = ("FBAN/", "FBAV/", "Instagram", "MicroMessenger/", " Line/", "; wv)")


def here() -> str:
    """Return what people call the browser that sends the request."""
    return device(request.headers.get("User-Agent", ""))


def is_app() -> bool:
    """Say whether the request comes from a browser within an app, as far as it can be known."""
    agent = request.headers.get("User-Agent", "")
    # Safari says its name on these, and what an app shows does not.
    is_view = any(name in agent for name in _OF_APPLE) and "Safari/" not in agent
    return is_view or any(sign in agent for sign in _IN_APPS)


def device(agent: str) -> str:
    """Return a browser in words a person knows: `Firefox on Linux`."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    words = " on ".join(part for part in (browser, system) if part)
    return words or text.clean_line(agent)[:_LONGEST]


def shown(session: Session, site: Site | None) -> dict[str, Any]:
    """Return what a person reads of one of their sessions: by which browser, where, since when."""
    place = urlsplit(site.origins[0]).netloc if site and site.origins else ""
    if session.kind is SessionKind.DESK:
        place = gettext("Moderation")
    return {
        "id": session.id,
        "device": session.device or gettext("Unknown browser"),
        "place": place or gettext("The pages of this service"),
        "since": session.created_at,
    }
