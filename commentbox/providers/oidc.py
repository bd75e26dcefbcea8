"""Any OpenID Connect provider that describes itself (OpenID Connect Discovery 1.0)."""

from dataclasses import replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import structlog

from commentbox.adapters.http import Deadline
from commentbox.adapters.translations import N_
from commentbox.config import ProviderSettings
from commentbox.config.providers import ADDRESSES, WELL_KNOWN
from commentbox.providers.api import WALK, document
from commentbox.providers.base import Profile, ProviderFailed
from commentbox.providers.kept import Kept
from commentbox.providers.openid import Claims, OpenIDProvider

log = structlog.get_logger(__name__)

# The name in the provider's description, the setting that comes before it, and what needs it.
_ENDPOINTS: Final = {
    "authorization_endpoint": "authorize_url",
    "token_endpoint": "access_token_url",
    "jwks_uri": "jwks_uri",
    "userinfo_endpoint": "userinfo_endpoint",
}
_NEEDED: Final = ("authorize_url", "access_token_url", "jwks_uri")


class OpenIDConnect(OpenIDProvider):
    """Log in with the provider at `issuer`.

    What it says about itself is believed if it calls itself by that very name and keeps to the
    hosts that the settings name, the issuer's among them: whoever could change its description
    would else be sent our secret.
    """

    label = "OpenID Connect"
    picture = N_("Profile picture")
    algorithms = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
    to_choose: ClassVar = {"prompt": "login"}

    def __init__(self, settings: ProviderSettings) -> None:
        super().__init__(settings)
        metadata = settings.options.get("server_metadata_url", "")
        self.issuer = self.issuer or metadata.removesuffix(WELL_KNOWN)
        self.issuers = [self.issuer]
        self._metadata_url = metadata or self.issuer.rstrip("/") + WELL_KNOWN
        self._trusts_email = settings.options.get("trust_email", "").lower() == "true"
        self._description = Kept(document)

    def prepare(self, deadline: Deadline) -> None:
        """Read the provider's description, unless the settings say everything."""
        given = self.settings.options
        if all(name in given for name in _NEEDED):
            return
        described = self._description.get(self._metadata_url, deadline)
        if described.get("issuer") != self.issuer:
            self._refuse("issuer", described.get("issuer"))
        for field, name in _ENDPOINTS.items():
            if name not in given:
                setattr(self, name, self._endpoint(field, described.get(field)))
        self.sends_iss = described.get("authorization_response_iss_parameter_supported") is True
        supported = described.get("token_endpoint_auth_methods_supported")
        self.token_auth = _token_auth(supported)

    def check_iss(self, params: Any) -> None:
        self.prepare(Deadline(WALK))
        super().check_iss(params)

    def read(self, claims: Claims) -> Profile:
        """Return the profile; its address is verified only where the settings trust its word.

        There it counts as that of whoever runs the mailbox: it takes up invitations.
        """
        is_verified = claims.get("email_verified") is True and self._trusts_email
        found = super().read({**claims, "email_verified": is_verified})
        return replace(found, is_authoritative=found.email_verified)

    def _endpoint(self, field: str, address: object) -> str:
        given = [value for name, value in self.settings.options.items() if name in ADDRESSES]
        if isinstance(address, str) and _origin(address) in map(_origin, [self.issuer, *given]):
            return address
        if _ENDPOINTS[field] in _NEEDED:
            self._refuse(field, address)
        return ""

    def _refuse(self, field: str, value: object) -> None:
        log.error("provider.description", provider=self.name, field=field, says=str(value)[:200])
        raise ProviderFailed("refused", f"description.{field}")


def _origin(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", address
    return parts.scheme, parts.netloc


def _token_auth(supported: object) -> str:
    """Return how to prove who we are; without a word about it, RFC 8414 §2 means Basic."""
    if isinstance(supported, list) and "client_secret_basic" not in supported:
        return "client_secret_post"
    return "client_secret_basic"
