"""Keys with which programs moderate a site: made, found by their token, listed, revoked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, update

from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db, insert_new
from commentbox.lib import clock, ids, text, tokens
from commentbox.models import Account, ApiKey, Scope, Site

PREFIX: Final = "cbk_"
"""What every token begins with, so that one that got into public text is found."""

MOST: Final = 50
"""How many live keys a site has at most."""

LONGEST_NAME: Final = 80


def make(
    site: Site,
    *,
    name: str,
    scopes: Collection[Scope],
    by: Account,
    expires_at: datetime | None = None,
    key_id: str = "",
) -> tuple[ApiKey, str]:
    """Make a key and return it with its token, which nobody can see again.

    A form that is sent twice makes one key, if it names its id. Raises `Invalid("api_key.invalid")`
    with the fields at fault, `Conflict("api_key.too_many")`, and `Conflict("api_key.made")`.
    """
    name = text.clean_line(name)
    _check(name, scopes, expires_at)
    if len(of_site(site.id)) >= MOST:
        raise Conflict("api_key.too_many")
    token = PREFIX + tokens.new()
    key_id = key_id if ids.is_id(key_id) else ids.new()
    is_new = insert_new(
        ApiKey,
        id=key_id,
        site_id=site.id,
        account_id=by.id,
        name=name,
        token=tokens.digest(token),
        scopes=[scope.value for scope in Scope if scope in scopes],
        expires_at=expires_at,
    )
    if not is_new:
        raise Conflict("api_key.made")
    return db.session.get_one(ApiKey, key_id), token


def known(token: str) -> ApiKey | None:
    """Return the live key of a token, if there is one: not revoked, and not too old."""
    return db.session.scalar(
        select(ApiKey).where(
            ApiKey.token == tokens.digest(token),
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > clock.now()),
        )
    )


def of_site(site_id: str) -> Sequence[ApiKey]:
    """Return the keys of a site that nobody has revoked, the newest first."""
    query = select(ApiKey).where(ApiKey.site_id == site_id, ApiKey.revoked_at.is_(None))
    return db.session.scalars(query.order_by(ApiKey.created_at.desc(), ApiKey.id.desc())).all()


def revoke(site: Site, key_id: str) -> ApiKey:
    """End a key of the site at once and return it; raise `NotFound("api_key.unknown")`."""
    ended = (
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.site_id == site.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiKey)
    )
    key = db.session.scalar(ended)
    if key is None:
        raise NotFound("api_key.unknown")
    return key


def _check(name: str, scopes: Collection[Scope], expires_at: datetime | None) -> None:
    faults = {}
    if text.is_blank(name):
        faults["name"] = "api_key.unnamed"
    elif len(name) > LONGEST_NAME:
        faults["name"] = "api_key.long_name"
    if not scopes:
        faults["scopes"] = "api_key.for_nothing"
    if expires_at and expires_at <= clock.now():
        faults["expires"] = "api_key.past"
    if faults:
        raise Invalid("api_key.invalid", fields=faults)
