"""What providers send by themselves. Their signature is the proof: no browser is at hand."""

from http import HTTPStatus
from typing import Final, TypeVar

import structlog
from flask import Response, jsonify, request, url_for

from commentbox.accounts import deletions, events, identities, sessions
from commentbox.adapters.translations import gettext
from commentbox.errors import Malformed, NotFound
from commentbox.lib import tokens
from commentbox.providers.base import Provider, ProviderFailed
from commentbox.providers.facebook import Facebook, signed_request
from commentbox.providers.google import Google
from commentbox.web.kit import offers
from commentbox.web.kit.requests import settings
from commentbox.web.kit.transaction import writes, writing
from commentbox.web.login import pages

log = structlog.get_logger(__name__)

P = TypeVar("P", bound=Provider)

ENDING: Final = frozenset({"sessions-revoked", "tokens-revoked", "account-disabled"})
"""Events of a Google account after which its log-ins here are over."""


@writes
def deauthorized() -> Response:
    """End the log-ins of somebody who took this service off their Facebook account."""
    facebook = _provider("facebook", Facebook)
    text, subject = _signed(facebook)
    if events.is_new(facebook.name, text):
        _end(facebook, subject)
    return jsonify({})


@writes
def delete() -> Response:
    """Delete what came from Facebook, as the person asked there; tell where that can be seen."""
    facebook = _provider("facebook", Facebook)
    text, subject = _signed(facebook)
    code = tokens.derived(settings().secret_key, "deletion", text)
    note = deletions.request(facebook.name, facebook.issuer, subject, code=code)
    path = url_for("login.deleted", code=note.code)
    return jsonify({"url": f"{settings().base_url}{path}", "confirmation_code": note.code})


def deleted(code: str) -> Response:
    """Show what became of a wish to delete."""
    note = deletions.noted(code)
    return pages.page(
        "login/done.html",
        words=gettext("What came from %(provider)s has been deleted.")
        % {"provider": offers.label(note.provider)},
        back="",
        closes=False,
    )


def google_event() -> Response:
    """End the log-ins of a Google account that is not in its owner's hands any more (RFC 8935)."""
    google = _provider("google", Google)
    try:
        event = google.security_event(request.get_data(as_text=True))
    except Malformed:
        wrong = {"err": "invalid_request", "description": "This is no event of ours."}
        response = jsonify(wrong)
        response.status_code = HTTPStatus.BAD_REQUEST
        return response
    except ProviderFailed as failure:
        log.warning("security_event.failed", kind=failure.kind, why=failure.why)
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)  # it is sent again
    log.info("security_event", kind=event.kind, reason=event.reason)
    if event.kind in ENDING:
        with writing():
            if events.is_new(google.name, event.id):
                _end(google, event.subject)
    return Response(status=HTTPStatus.ACCEPTED)


def _provider(name: str, kind: type[P]) -> P:
    found = offers.provider(name)
    if not isinstance(found, kind):
        raise NotFound("provider.unknown")
    return found


def _signed(facebook: Facebook) -> tuple[str, str]:
    """Return what was signed, and whom it is about; raise `Malformed("signed_request.invalid")`."""
    text = request.form.get("signed_request", "")
    subject = signed_request(text, facebook.settings.client_secret).get("user_id")
    if not isinstance(subject, str) or not subject:
        raise Malformed("signed_request.invalid")
    return text.partition(".")[2], subject


def _end(provider: Provider, subject: str) -> None:
    identity = identities.known(provider.name, provider.issuer, subject)
    if identity:
        sessions.end_of(identity)
