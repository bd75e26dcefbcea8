"""Giving programs a key to a site, and taking it away: who may, and what the log tells."""

from collections.abc import Collection
from datetime import datetime

from commentbox import policy
from commentbox.accounts import api_keys, people
from commentbox.models import Account, ApiKey, Scope, Site
from commentbox.moderation import log
from commentbox.policy import Action


def make(
    site: Site,
    *,
    name: str,
    scopes: Collection[Scope],
    by: Account,
    expires_at: datetime | None = None,
    key_id: str = "",
) -> tuple[ApiKey, str]:
    """Make a key and return it with its token; raise also the codes of `api_keys.make`."""
    _require(site, by)
    key, token = api_keys.make(
        site, name=name, scopes=scopes, by=by, expires_at=expires_at, key_id=key_id
    )
    log.note("key.make", site_id=site.id, by=by, key=key.id, name=key.name, scopes=key.scopes)
    return key, token


def revoke(site: Site, key_id: str, *, by: Account) -> None:
    """End a key at once; raise also `NotFound("api_key.unknown")`."""
    _require(site, by)
    key = api_keys.revoke(site, key_id)
    log.note("key.revoke", site_id=site.id, by=by, key=key.id, name=key.name)


def _require(site: Site, by: Account) -> None:
    policy.require(people.roles(by), Action.KEYS, site_id=site.id, code="site.unknown")
