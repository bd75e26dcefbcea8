"""The beginning of a walk: a form of our own page, sent to a new window, this tab or this page.

That the browser itself attests where the form came from is what makes the challenge worth
something: nobody else can have a stranger log in for them.
"""

from http import HTTPStatus
from typing import Final

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.adapters import translations
from commentbox.errors import NotSignedIn
from commentbox.models import Mode
from commentbox.providers.base import Provider
from commentbox.web.kit import devices, kept_words, offers
from commentbox.web.kit.requests import client, require_own_origin, settings, throttle
from commentbox.web.kit.transaction import writes
from commentbox.web.login import errands, fresh_login, pages, walk_cookie

SHARE: Final = 10
"""One in so many writing requests of a client may begin a walk."""


def ask(name: str) -> Response:
    """Show the button that begins a walk; a link alone begins none."""
    provider = offers.provider(name)
    found = errands.conversation_of(request.args)
    with translations.speaking(found.site.locale):
        return pages.page(
            "login/ask.html",
            provider=provider,
            host=found.host,
            title=found.place.title,
            back=found.page,
            fields={"mode": Mode.PAGE.value, **found.fields},
        )


@writes
def begin(name: str) -> ResponseReturnValue:
    """Note a walk and lead on to it.

    Not by a redirect: the policy of the page with the form covers where its form is led to, and
    that would be the provider.
    """
    require_own_origin()
    limit = max(1, settings().request_limit // SHARE)
    throttle().check("login", client(), per_minute=limit, code="login.too_many")
    provider = offers.provider(name)
    try:
        errand = errands.of_form(request.form)
    except NotSignedIn as refusal:
        if refusal.code != "login.stale":
            raise
        return redirect(fresh_login.way_back(), HTTPStatus.SEE_OTHER)
    found = errand.conversation
    if devices.is_app() and not provider.works_in_apps:
        return _elsewhere(errand, provider)
    attempt, cookie = errands.plan(errand, provider.name)
    with translations.speaking(errand.locale):
        response = pages.leading(
            url_for("login.ask_to_continue", attempt_id=attempt.id),
            words=pages.connecting(provider),
            host=found.host if found else errands.host(settings().base_url),
            title=found.place.title if found else "",
            provider=provider,
        )
    walk_cookie.keep(response, attempt, cookie)
    if found and (key := errands.page_left(request.form, found)):
        kept_words.keep(response, found.site, key, request.form)
    return response


def _elsewhere(errand: errands.Errand, provider: Provider) -> Response:
    """Begin no walk that the provider would refuse, but say where it can be begun."""
    found = errand.conversation
    with translations.speaking(errand.locale):
        return pages.page(
            "login/elsewhere.html",
            provider=provider,
            host=found.host if found else "",
            title=found.place.title if found else "",
            address=found.place.url if found else f"{settings().base_url}/me",
        )
