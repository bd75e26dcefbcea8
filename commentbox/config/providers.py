"""The settings of the providers that people log in with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Final

from commentbox.config.mistakes import PREFIX, BadSetting, noting, split
from commentbox.errors import Invalid
from commentbox.lib import urls

GROUP: Final = "commentbox.providers"
"""The entry points by which installed packages add providers."""

BUILT_IN: Final = ("google", "twitter", "facebook", "wordpress", "github", "oidc")
CREDENTIALS: Final = ("client_id", "client_secret")
ADDRESSES: Final = (
    "server_metadata_url",
    "issuer",
    "authorize_url",
    "access_token_url",
    "api_base_url",
    "userinfo_endpoint",
    "jwks_uri",
    "revoke_url",
)
OPTIONS: Final = (*ADDRESSES, "scope", "label", "graph_version", "trust_email")
WELL_KNOWN: Final = "/.well-known/openid-configuration"

_SETTING: Final = re.compile(rf"(\w+?)_({'|'.join((*CREDENTIALS, *OPTIONS))})")
_OIDC: Final = re.compile(r"oidc(_[a-z0-9]+)*")
_VERSION: Final = re.compile(r"v\d{1,3}\.\d")


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """What the owner of this service got from one provider, and where it differs from the usual.

    `name` is the provider's in addresses and settings (`google`, `oidc_acme`); `options` has the
    rest of each setting's name in lower case (`scope`, `api_base_url`).
    """

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


def is_setting(name: str) -> bool:
    """Say whether a setting, such as `google_client_id`, is meant for a provider."""
    return _SETTING.fullmatch(name) is not None


def configured(given: Mapping[str, Any]) -> dict[str, ProviderSettings]:
    """Return the providers that these settings describe, by name, in the order they are given.

    Raises `BadSetting` with a sentence for each mistake.
    """
    grouped: dict[str, dict[str, str]] = {}
    for name, value in given.items():
        if (text := str(value).strip()) and (found := _SETTING.fullmatch(name)):
            grouped.setdefault(found[1], {})[found[2]] = text
    providers: dict[str, ProviderSettings] = {}
    sentences: list[str] = []
    for name, values in grouped.items():
        with noting(sentences):
            providers[name] = _provider(name, values)
    if sentences:
        raise BadSetting(*sentences)
    return providers


def _provider(name: str, values: Mapping[str, str]) -> ProviderSettings:
    label = f"{PREFIX}{name.upper()}"
    if not _OIDC.fullmatch(name) and name not in (known := _known()):
        given = f"{label}_{next(iter(values)).upper()}"
        raise BadSetting(f"{given} names no provider; there are {', '.join(known)}.")
    missing = [f"{label}_{part.upper()}" for part in CREDENTIALS if part not in values]
    if missing:
        raise BadSetting(f"{' and '.join(missing)} must be set to log in with {name}.")
    for option in ADDRESSES:
        check_address(f"{label}_{option.upper()}", values.get(option, ""))
    _check_options(name, label, values)
    options = {key: value for key, value in values.items() if key in OPTIONS}
    return ProviderSettings(
        name=name,
        client_id=values["client_id"],
        client_secret=values["client_secret"],
        options=options,
    )


def _known() -> list[str]:
    return [*BUILT_IN, *sorted(entry.name for entry in entry_points(group=GROUP))]


def check_address(label: str, address: str) -> None:
    """Refuse what is no address of an outside service; nothing at all is none."""
    if not address:
        return
    parts = split(address)
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname:
        raise BadSetting(f"{label} must be an address that begins with https://")
    if parts.username or parts.password or parts.fragment:
        raise BadSetting(f"{label} must be an address without user, password and fragment.")
    if parts.scheme == "http" and not _is_loopback(address):
        raise BadSetting(f"{label} must begin with https:// except on this very machine.")


def _is_loopback(address: str) -> bool:
    try:
        return urls.is_loopback(urls.origin(address))
    except Invalid:
        return False


def _check_options(name: str, label: str, values: Mapping[str, str]) -> None:
    if not _VERSION.fullmatch(values.get("graph_version", "v1.0")):
        raise BadSetting(f"{label}_GRAPH_VERSION must look like v26.0")
    if values.get("trust_email", "false").lower() not in {"true", "false"}:
        raise BadSetting(f"{label}_TRUST_EMAIL must be true or false.")
    metadata = values.get("server_metadata_url", "")
    if _OIDC.fullmatch(name) and "issuer" not in values and not metadata.endswith(WELL_KNOWN):
        raise BadSetting(f"{label}_ISSUER is missing; it is the address that the provider gives.")
