"""What people call the browser that they sit at."""

from typing import Final

from commentbox.lib import text

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


def device(agent: str) -> str:
    """Return a browser in words a person knows: `Firefox on Linux`."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in agent), "")
    words = " on ".join(part for part in (browser, system) if part)
    return words or text.clean_line(agent)[:_LONGEST]
