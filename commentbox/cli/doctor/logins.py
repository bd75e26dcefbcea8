"""Providers: whether each knows our id and secret, and what its console has to be told."""

import secrets
from collections.abc import Iterator
from typing import Final

from commentbox.cli.doctor.finding import Finding, note, ok, wrong
from commentbox.cli.doctor.machine import why
from commentbox.config import PREFIX, Settings
from commentbox.providers.base import Provider, ProviderFailed, Walk, callback
from commentbox.providers.registry import built

# What token endpoints answer to a code that nobody has issued. Most look at the credentials first.
_UNKNOWN_CLIENT: Final = frozenset(
    {"invalid_client", "unauthorized_client", "incorrect_client_credentials", "101", "1"}
)
_UNKNOWN_CODE: Final = frozenset({"invalid_grant", "bad_verification_code", "100"})
_UNKNOWN_CODE_AT: Final = {"twitter": frozenset({"invalid_request"})}
_WRONG_CALLBACK: Final = frozenset({"redirect_uri_mismatch"})

CONSOLES: Final = {
    "google": "https://console.cloud.google.com/auth/clients",
    "twitter": "https://console.x.com",
    "facebook": "https://developers.facebook.com/apps",
    "wordpress": "https://developer.wordpress.com/apps",
    "github": "https://github.com/settings/developers",
}


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at each provider that is set up, and say how to set up those that are not."""
    providers = built(settings.providers)
    for name in settings.providers:
        if name not in providers:
            yield wrong(
                f"The provider {name} could not be loaded; the log of the service says why."
            )
    for provider in providers.values():
        yield _checked(provider, settings)
        yield note(
            f"{provider.label} must know the callback {callback(settings.base_url, provider.name)}"
        )
        for what, path in provider.notices.items():
            address = f"{settings.base_url}/login/{provider.name}/{path}"
            yield note(f"{provider.label} should know, as {what}, {address}")
    for name, console in CONSOLES.items():
        if name not in settings.providers:
            yield note(_how_to_begin(settings, name, console))


def _checked(provider: Provider, settings: Settings) -> Finding:
    walk = Walk(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        code_verifier=secrets.token_urlsafe(48),
        redirect_uri=callback(settings.base_url, provider.name),
    )
    label, setting = provider.label, f"{PREFIX}{provider.name.upper()}_CLIENT_"
    try:
        provider.profile(walk, code=secrets.token_urlsafe(32))
    except ProviderFailed as problem:
        known = _UNKNOWN_CODE | _UNKNOWN_CODE_AT.get(provider.name, frozenset())
        if problem.kind == "unreachable":
            return wrong(f"{label} gives no usable answer to this machine: {why(problem.why)}.")
        if problem.why in _UNKNOWN_CLIENT:
            return wrong(f"{label} does not accept {setting}ID with {setting}SECRET.")
        if problem.why in _WRONG_CALLBACK:
            return wrong(f"{label} does not know the callback {walk.redirect_uri}")
        if problem.why in known:
            return ok(f"{label} knows the id and the secret.")
        return wrong(f"{label} refuses in a way that tells nothing about the id: {problem.why}.")
    return wrong(f"{label} let in somebody with a code that nobody has issued.")


def _how_to_begin(settings: Settings, name: str, console: str) -> str:
    setting = f"{PREFIX}{name.upper()}_CLIENT_"
    return (
        f"Not offered: {name}. Obtain an id and a secret at {console} with the callback "
        f"{callback(settings.base_url, name)} and set {setting}ID and {setting}SECRET; "
        f"docs/sign-in.md has each step."
    )
