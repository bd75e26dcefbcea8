"""Taking over people's pictures from where those are."""

from functools import partial
from http import HTTPStatus
from typing import Final

import structlog

from commentbox.accounts import avatars, gravatar
from commentbox.adapters import http
from commentbox.config import Settings
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.jobs import worker
from commentbox.models import Account, Identity

log = structlog.get_logger(__name__)

_SECONDS: Final = 5.0


def handlers(settings: Settings) -> worker.Handlers:
    """Return what does each job about a picture."""
    return {
        "avatar.wanted": _fetch_avatar,
        "gravatar.wanted": partial(_fetch_gravatar, is_allowed=settings.gravatar),
    }


def _fetch_avatar(identity_id: str, url: str) -> None:
    """Take over a picture from where the person logged in; the letter stands where that fails.

    The identity may be gone by then, and its picture with it, or the person wants another.
    """
    picture = _picture(url)
    identity = db.session.get(Identity, identity_id, with_for_update=True)
    account = db.session.get_one(Account, identity.account_id) if identity else None
    if account and picture and not account.wants_gravatar:
        avatars.store(account, picture)


def _fetch_gravatar(account_id: str, *, is_allowed: bool) -> None:
    """Take over the picture that goes with the person's address, if they still want it."""
    account = db.session.get(Account, account_id) if is_allowed else None
    url = gravatar.picture_url(account) if account else ""
    picture = _picture(url) if url else None
    account = db.session.get(Account, account_id)
    if account and picture and gravatar.picture_url(account) == url:
        avatars.store(account, picture)


def _picture(url: str) -> avatars.Drawn | None:
    """Return a picture as it is to be shown, or nothing if it cannot be had."""
    db.session.rollback()  # nobody else waits for the network or the drawing: see `run_once`
    try:
        fetched = http.fetch(url, most_bytes=avatars.MOST_BYTES, seconds=_SECONDS)
        return avatars.drawn(fetched.body) if fetched.status == HTTPStatus.OK else None
    except (http.Unreachable, Invalid) as problem:
        log.info("avatar.missing", why=problem.code)
        return None
