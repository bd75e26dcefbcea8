"""What somebody had typed where no script keeps it, while they are away to log in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Draft, Site

LIFE: Final = timedelta(hours=1)
"""How long it waits for them."""


def keep(site: Site, key: str, *, target: str, fields: Mapping[str, str]) -> str:
    """Keep what was typed on a page of a site, and return the secret that brings it back."""
    secret = tokens.new()
    draft = Draft(
        site_id=site.id,
        browser=tokens.digest(secret),
        key=key,
        target=target,
        fields=dict(fields),
        expires_at=clock.now() + LIFE,
    )
    db.session.add(draft)
    db.session.flush()
    return secret


def kept(secret: str, site: Site, key: str, *, target: str) -> Mapping[str, str]:
    """Return what was typed on that page for that target, empty if nothing is kept of it."""
    found = db.session.scalar(
        select(Draft.fields).where(
            Draft.browser == tokens.digest(secret),
            Draft.site_id == site.id,
            Draft.key == key,
            Draft.target == target,
            Draft.expires_at > clock.now(),
        )
    )
    return found or {}


def forget(secret: str) -> None:
    """Delete what a secret brings back."""
    db.session.execute(delete(Draft).where(Draft.browser == tokens.digest(secret)))
