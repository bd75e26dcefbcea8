"""Which of the visitor's sites a page is about."""

from collections.abc import Sequence

from commentbox.errors import NotFound
from commentbox.models import Site


def chosen(sites: Sequence[Site], name: str) -> list[Site]:
    """Return the site of that name, or all for "". Raise `NotFound("site.unknown")` for another."""
    found = [site for site in sites if name in {"", site.name}]
    if name and not found:
        raise NotFound("site.unknown")
    return found
