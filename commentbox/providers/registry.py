"""The providers there are: those that come along, and those that installed packages add."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

import structlog

from commentbox.config import ProviderSettings
from commentbox.config.providers import GROUP
from commentbox.providers.base import Provider

log = structlog.get_logger(__name__)

BUILT_IN: Final = {
    "google": "commentbox.providers.google:Google",
    "twitter": "commentbox.providers.twitter:Twitter",
    "facebook": "commentbox.providers.facebook:Facebook",
    "wordpress": "commentbox.providers.wordpress:WordPress",
    "github": "commentbox.providers.github:GitHub",
    "oidc": "commentbox.providers.oidc:OpenIDConnect",
}
"""Each one's class, loaded when the settings ask for it; `oidc_<any name>` are `oidc` too."""


def built(settings: Mapping[str, ProviderSettings]) -> dict[str, Provider]:
    """Return the providers of these settings by name, in their order.

    One that cannot be loaded is named in the log and left out; the others work without it.
    """
    providers: dict[str, Provider] = {}
    for name, each in settings.items():
        try:
            providers[name] = _made(each)
        except Exception:  # whatever somebody else's package does, this service must start
            log.exception("provider.left_out", provider=name)
    return providers


def _made(settings: ProviderSettings) -> Provider:
    provider = _class(settings.name)(settings)
    if not isinstance(provider, Provider):
        raise TypeError(f"{settings.name} is no Provider")
    return provider


def _class(name: str) -> Callable[[ProviderSettings], Any]:
    place = BUILT_IN.get("oidc" if name.startswith("oidc_") else name)
    if place:
        module, _, thing = place.partition(":")
        found: Callable[[ProviderSettings], Any] = getattr(import_module(module), thing)
        return found
    [entry] = entry_points(group=GROUP, name=name)
    loaded: Callable[[ProviderSettings], Any] = entry.load()
    return loaded
