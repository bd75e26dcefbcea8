"""Between our form and the provider: whoever is logged in here already goes on with one click."""

import structlog
from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.accounts import attempts
from commentbox.adapters import translations
from commentbox.errors import NotSignedIn
from commentbox.extensions import db
from commentbox.models import Attempt, Outcome
from commentbox.providers.base import ProviderFailed
from commentbox.web.kit import offers, readers
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes
from commentbox.web.login import errands, outcomes, pages, walk_cookie

log = structlog.get_logger(__name__)


def ask_to_continue(attempt_id: str) -> Response:
    """Show whom to go on as, or lead to the provider; nothing changes by that.

    Raises `Gone("login.expired")` in any browser but the one that began the walk.
    """
    cookie = walk_cookie.of(attempt_id)
    attempt = attempts.open_(attempt_id, cookie)
    wants_another = bool(request.args.get("another"))
    reader = readers.at_home()
    if reader and not wants_another and _is_enough(reader, attempt):
        return _confirmation(attempt, reader)
    # Whoever logged out here is asked there as who to log in: the computer may be a shared one. So
    # is whoever adds an identity, or shows anew who they are: that is not to happen by itself.
    has_left = reader is None and readers.has_been_at_home()
    is_own = attempt.site_id is None
    return _lead_away(attempt, cookie, ask_account=wants_another or has_left or is_own)


@writes
def confirm(attempt_id: str) -> ResponseReturnValue:
    """End the walk as the person whom the page showed, without the provider."""
    require_own_origin()
    cookie = walk_cookie.of(attempt_id)
    attempt = attempts.open_(attempt_id, cookie)
    reader = readers.author(readers.at_home, request.form.get("session", ""))
    if reader is None or not _is_enough(reader, attempt):
        raise NotSignedIn("session.expired")
    attempt = attempts.take(attempts.secrets(cookie).state, cookie, attempt.provider)
    attempts.finish(
        attempt,
        outcome=Outcome.OK,
        account=reader.account,
        identity=reader.identity,
        family=reader.session.family,
    )
    return outcomes.answer(attempt, Outcome.OK, offers.provider(attempt.provider))


def _is_enough(reader: Reader, attempt: Attempt) -> bool:
    """Say whether being logged in here will do: for a conversation.

    At the desk and at one's own page everybody shows anew who they are.
    """
    return reader.identity.provider == attempt.provider and attempt.site_id is not None


def _lead_away(attempt: Attempt, cookie: str, *, ask_account: bool) -> Response:
    provider, locale = offers.provider(attempt.provider), errands.locale_of(attempt)
    # How to get there, the provider may have to be asked first: no transaction waits for that.
    db.session.rollback()
    try:
        address = provider.authorization_url(
            walk_cookie.walk(provider, cookie), ask_account=ask_account
        )
    except ProviderFailed as failure:
        log.warning("login.failed", provider=provider.name, kind=failure.kind, why=failure.why)
        with translations.speaking(locale):
            words = pages.how_it_went(Outcome.FAILED, provider.label)
            return outcomes.refused(words, back=outcomes.way_back(attempt))
    return make_response(redirect(address))


def _confirmation(attempt: Attempt, reader: Reader) -> Response:
    path = url_for("login.ask_to_continue", attempt_id=attempt.id)
    with translations.speaking(errands.locale_of(attempt)):
        return pages.page(
            "login/confirm.html",
            path=path,
            host=errands.host(attempt.article_url),
            title=attempt.article_title,
            **readers.who(reader),
        )
