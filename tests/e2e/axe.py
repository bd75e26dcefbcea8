"""What axe-core finds in a page: what shuts out people who cannot see, hear or point."""

from typing import Any

from playwright.sync_api import Frame, Page

from tests.paths import ROOT

_AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
# A page that is not styled yet has other widths and colours.
_STYLED = "[...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"
_RUN = "(rules) => axe.run({ rules })"


def faults(seen: Page | Frame, **rules: Any) -> list[str]:
    """Return each fault as its rule and the element; `rules` changes what is looked for."""
    seen.wait_for_function(_STYLED)
    # The page's own policy forbids evaluated script; the tool comes with the debugger's rights.
    seen.evaluate(_AXE)
    found = seen.evaluate(_RUN, {name.replace("_", "-"): rule for name, rule in rules.items()})
    return [
        f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]
    ]


def is_cut_off(seen: Page | Frame) -> bool:
    """Say whether something in a page is wider than the page."""
    seen.wait_for_function(_STYLED)
    return bool(seen.evaluate("document.documentElement.scrollWidth > innerWidth"))
