"""Who is reading: the person that a frame or a page of ours knows, by cookie or by bearer token."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Response, render_template, request

from commentbox import policy
from commentbox.accounts import people, sessions
from commentbox.adapters.translations import gettext
from commentbox.errors import NotSignedIn
from commentbox.extensions import db
from commentbox.lib import text
from commentbox.models import Account, Identity, Session, SessionKind, Site
from commentbox.policy import Action
from commentbox.web.kit import cookies, devices, forms, offers
from commentbox.web.kit.requests import settings

_BEARER: Final = "Bearer "
_AT_HOME: Final = "cb_home"


@dataclass(frozen=True)
class Reader:
    """A person who is logged in, by which session, as which of their identities."""

    session: Session
    account: Account
    identity: Identity


def in_frame(site: Site) -> Reader | None:
    """Return who is logged in to the frames of a site.

    The frame shows its token itself where the browser keeps no cookie for it.
    """
    shown = request.headers.get("Authorization", "")
    token = shown[len(_BEARER) :] if shown.startswith(_BEARER) else ""
    return _live(token, SessionKind.FRAME, site) or _live(
        cookies.value(_in_frame(site)), SessionKind.FRAME, site
    )


def at_home() -> Reader | None:
    """Return who is logged in to the pages of this service."""
    return _live(cookies.value(_AT_HOME), SessionKind.HOME)


def enter(
    account: Account, identity: Identity, *, site: Site | None = None, family: str | None = None
) -> tuple[Reader, str]:
    """Log a person in to the pages of this service, or to the frames of a site.

    That is under a new token, which is returned for `keep_at_home` or `keep_in_frame`; the session
    that this browser had there ends. A frame joins the `family` of a log-in.
    """
    before = in_frame(site) if site else at_home()
    if before:
        sessions.forget(before.session.id)
    session, token = sessions.begin(
        account,
        kind=SessionKind.FRAME if site else SessionKind.HOME,
        identity=identity,
        site=site,
        family=family,
        device=devices.here(),
        days=settings().session_days,
    )
    return Reader(session, account, identity), token


def author(find: Callable[[], Reader | None], session_id: str) -> Reader | None:
    """Return who a comment is by: nobody known when its form named no session.

    Raises `NotSignedIn("session.expired")` when the session that the form showed is not the one
    that is alive: nobody ever posts as somebody else than they saw.
    """
    if not session_id:
        return None
    reader = find()
    if reader is None or reader.session.id != session_id:
        raise NotSignedIn("session.expired")
    return reader


def identified(reader: Reader) -> dict[str, Any]:
    """Return the person as a form shows them.

    No address is in it, and no secret but the token with which a frame goes over to the pages here,
    see `goes_over`. `has_mail` says whether there is an address of theirs to send notices to;
    `moderates` is only there for somebody who decides about comments of the frame's site.
    """
    parts = who(reader)
    shown = {name: parts[name] for name in ("name", "provider", "label", "session")}
    token = forms.form_token(passage(reader.session)) if goes_over(reader.session) else ""
    html = render_template("embed/_identity.html", **parts, guest="", passage=token)
    found = {"html": html, "has_mail": bool(address_of(reader)), **shown}
    return found | {"moderates": True} if moderates(reader, reader.session.site_id) else found


def moderates(reader: Reader, site_id: str | None) -> bool:
    """Say whether the person decides about the comments of a site."""
    roles = people.roles(reader.account)
    return site_id is not None and policy.may(roles, Action.DECIDE, site_id=site_id)


def address_of(reader: Reader) -> str:
    """Return the address that the person is known to read, or nothing."""
    return reader.identity.email if reader.identity.email_verified else ""


def who(reader: Reader) -> dict[str, Any]:
    """Return what the identified view takes."""
    known = offers.providers().get(reader.identity.provider)
    return {
        "name": reader.account.name,
        "avatar": reader.account.avatar_id or "",
        "provider": reader.identity.provider,
        "label": offers.label(reader.identity.provider),
        "hue": text.hue(reader.account.id),
        "picture": gettext(known.picture) if known else "",
        "session": reader.session.id,
    }


def binding(session: Session) -> str:
    """Return what ties the forms of a person's own page to their session."""
    return f"me:{session.id}"


def goes_over(session: Session) -> bool:
    """Say whether the pages here know nothing of a frame's log-in: it began in that frame."""
    return session.kind is SessionKind.FRAME and session.family == session.id


def passage(session: Session) -> str:
    """Return what ties the token of a frame that goes over to its session."""
    return f"passage:{session.id}"


def has_been_at_home() -> bool:
    """Say whether somebody was logged in to our pages: the cookie stays when they log out."""
    return cookies.is_given(_AT_HOME)


def keep_in_frame(response: Response, site: Site, token: str) -> None:
    """Let the browser keep a frame's token, apart for each site that embeds it.

    On plain HTTP browsers take no partitioned cookie; the frame has its token besides.
    """
    cookies.keep(response, _in_frame(site), token, lasts=_lasts(), **_sent_in_frame())


def keep_at_home(response: Response, token: str) -> None:
    """Let the browser keep the token of our own pages; the way back from a provider brings it."""
    cookies.keep(response, _AT_HOME, token, lasts=_lasts(), samesite="Lax")


def forget_in_frame(response: Response, site: Site) -> None:
    """Take the frame's cookie away."""
    cookies.forget(response, _in_frame(site), **_sent_in_frame())


def _live(token: str, kind: SessionKind, site: Site | None = None) -> Reader | None:
    if not token:
        return None
    try:
        session, account = sessions.by_token(token, kind=kind, site=site)
    except NotSignedIn:
        return None
    identity = db.session.get(Identity, session.identity_id) if session.identity_id else None
    return Reader(session, account, identity) if identity else None


def _in_frame(site: Site) -> str:
    """Return the name of the cookie of a site's frames; each site has its own."""
    return f"cb_frame.{site.id}"


def _sent_in_frame() -> dict[str, Any]:
    if settings().is_secure:
        return {"samesite": "None", "partitioned": True}
    return {"samesite": "Lax"}


def _lasts() -> timedelta:
    return timedelta(days=settings().session_days)
