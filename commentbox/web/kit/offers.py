"""What this service has besides its own: ways to log in, mail, an outside scorer."""

from collections.abc import Mapping
from typing import cast

from flask import current_app

from commentbox.accounts import email_code
from commentbox.adapters.scorer import Scorer
from commentbox.adapters.translations import gettext
from commentbox.errors import NotFound
from commentbox.models import Site
from commentbox.providers.base import Provider
from commentbox.web.kit.requests import settings


def providers() -> Mapping[str, Provider]:
    """Return the providers of the running service by name, in the order they are configured."""
    return cast(Mapping[str, Provider], current_app.extensions["commentbox.providers"])


def provider(name: str) -> Provider:
    """Return a provider; raise `NotFound("provider.unknown")`."""
    found = providers().get(name)
    if found is None:
        raise NotFound("provider.unknown")
    return found


def offered() -> list[dict[str, str]]:
    """Return name and label of each provider, for the row of buttons in a form."""
    return [{"name": name, "label": each.label} for name, each in providers().items()]


def by_mail() -> bool:
    """Say whether people can log in by a code that is mailed to them."""
    return bool(current_app.extensions["commentbox.mailer"].is_configured)


def scorer() -> str:
    """Return the host of the outside service that is asked about comments; empty without one."""
    return Scorer(url=settings().akismet_url, key=settings().akismet_key).host


def told(site: Site) -> str:
    """Return the host of that service where it is told of the site's comments; else nothing."""
    return scorer() if site.asks_scorer else ""


def label(name: str) -> str:
    """Return what people call a provider, even one that is no longer configured."""
    if name == email_code.PROVIDER:
        return gettext("Email")
    found = providers().get(name)
    return found.label if found else name
