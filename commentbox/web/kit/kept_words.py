"""What somebody had typed into the form of a page without script: kept while they log in or out.

The way to a provider and back shows the page anew. No address may hold what was typed, and a cookie
could not; so the server keeps it, and the browser the secret that brings it back.
"""

from collections.abc import Mapping
from typing import Final

from flask import Response

from commentbox.comments import drafts
from commentbox.lib import tokens
from commentbox.models import Site
from commentbox.web.kit import cookies

FIELDS: Final = ("comment", "email", "author", "url", "subscribe")
"""The fields of a comment's form."""

_OF_REPORT: Final = ("cause", "note")
_BEGINNING: Final = 10  # characters of a digest: they tell the pages of one browser apart


def keep(response: Response, site: Site, key: str, form: Mapping[str, str]) -> None:
    """Keep what the form of a page holds, in place of what was kept of that page before."""
    typed = {name: form[name] for name in (*FIELDS, *_OF_REPORT) if form.get(name, "").strip()}
    forget(response, site, key)
    if typed:
        secret = drafts.keep(site, key, target=form.get("parent", ""), fields=typed)
        name = _name(site, key)
        cookies.keep(response, name, secret, lasts=drafts.LIFE, samesite="Lax")


def of_report(comment_id: str) -> str:
    """Return what stands for the key of a page where it is that of the report of a comment."""
    return f"report:{comment_id}"


def kept(site: Site, key: str, *, target: str = "") -> Mapping[str, str]:
    """Return by its field what this browser has typed on a page for a target, if anything."""
    secret = cookies.value(_name(site, key))
    return drafts.kept(secret, site, key, target=target) if secret else {}


def forget(response: Response, site: Site, key: str) -> None:
    """Keep nothing of a page any more."""
    name = _name(site, key)
    if secret := cookies.value(name):
        drafts.forget(secret)
        cookies.forget(response, name, samesite="Lax")


def _name(site: Site, key: str) -> str:
    return f"cb_typed.{tokens.digest(f'{site.id} {key}')[:_BEGINNING]}"
