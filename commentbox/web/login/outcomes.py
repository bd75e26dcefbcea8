"""How a walk ended, as its window, tab or page shows it."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, make_response, redirect

from commentbox.adapters import translations
from commentbox.models import Attempt, Mode, Outcome
from commentbox.providers.base import Provider
from commentbox.web.kit.requests import settings
from commentbox.web.login import errands, pages, walk_cookie


def answer(attempt: Attempt, outcome: Outcome, provider: Provider) -> Response:
    """Lead the reader back to where they were, or tell them that they may go.

    A tab goes on by a page of its own: the policy of the provider's page, or of ours, may cover
    where its form is led to.
    """
    with translations.speaking(errands.locale_of(attempt)):
        words = pages.how_it_went(outcome, provider.label)
        response = _answer(attempt, outcome, words)
    walk_cookie.forget(response, attempt.id)
    return response


def refused(words: str, *, back: str = "") -> Response:
    """Tell that nothing came of a way back that is not, or no longer, that of a walk."""
    return pages.page(
        "login/done.html", words=words, back=back, closes=False, status=HTTPStatus.BAD_REQUEST
    )


def way_back(attempt: Attempt) -> str:
    """Return where a page without a window goes on however the walk ends, else nothing."""
    return "" if attempt.mode is Mode.WINDOW else attempt.return_to


def told(attempt: Attempt, provider: Provider, **told: str) -> Response:
    """Lead back to the page of somebody's account, which tells what came of the walk."""
    address = f"{attempt.return_to}?{urlencode(told)}"
    with translations.speaking(errands.locale_of(attempt)):
        response = _lead_back(address, pages.connected(provider))
    walk_cookie.forget(response, attempt.id)
    return response


def _answer(attempt: Attempt, outcome: Outcome, words: str) -> Response:
    if attempt.mode is Mode.TAB:
        return pages.leading(attempt.return_to, words=words, host=errands.host(attempt.return_to))
    is_page = attempt.mode is not Mode.WINDOW
    if outcome is Outcome.OK and attempt.mode is Mode.DESK:
        return _lead_back(attempt.return_to, words)
    if outcome is Outcome.OK and is_page:
        return make_response(redirect(attempt.return_to, HTTPStatus.SEE_OTHER))
    return pages.page(
        "login/done.html",
        words=words,
        back=way_back(attempt),
        closes=not is_page,
        status=HTTPStatus.BAD_REQUEST if outcome is Outcome.FAILED else HTTPStatus.OK,
    )


def _lead_back(address: str, words: str) -> Response:
    """Lead to a page of ours by a page of ours: a redirect would bring no cookie of the desk."""
    return pages.leading(address, words=words, host=errands.host(settings().base_url))
