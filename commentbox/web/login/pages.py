"""The pages of a walk, and the words that tell how it went."""

from typing import Any, Final

from flask import Response, make_response, render_template

from commentbox.adapters.translations import N_, gettext
from commentbox.models import Outcome
from commentbox.providers.base import Provider

WORDS: Final = {
    Outcome.OK: N_("You are logged in. You can close this window."),
    Outcome.DENIED: N_("%(provider)s login was cancelled."),
    Outcome.FAILED: N_("%(provider)s did not answer. Try again."),
    Outcome.EXPIRED: N_("That login link has expired. Try again."),
}


def page(template: str, *, status: int = 200, **parts: Any) -> Response:
    """Return a page of a walk in the current language."""
    return make_response(render_template(template, **parts), status)


def leading(
    address: str, *, words: str, host: str, title: str = "", provider: Provider | None = None
) -> Response:
    """Return a page that leads on at once, and by a link where the browser does not.

    With a provider it leads there, else back to the host.
    """
    return page(
        "login/leading.html",
        address=address,
        words=words,
        host=host,
        title=title,
        provider=provider,
    )


def connecting(provider: Provider) -> str:
    """Say what is happening while the provider's page is on its way."""
    return gettext("Connecting to %(provider)s") % {"provider": provider.label}


def connected(provider: Provider) -> str:
    """Say that the provider's page is done with."""
    return gettext("Back from %(provider)s") % {"provider": provider.label}


def how_it_went(outcome: Outcome, label: str) -> str:
    """Say how a walk ended."""
    return gettext(WORDS[outcome]) % {"provider": label}
