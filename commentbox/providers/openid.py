"""OpenID Connect: who came back is what the provider has signed."""

from typing import Any, ClassVar

from authlib.oidc.core import CodeIDToken

from commentbox.config import ProviderSettings
from commentbox.lib import clock
from commentbox.providers.api import Api, answering
from commentbox.providers.base import Profile, ProviderFailed, Walk
from commentbox.providers.keys import Keys
from commentbox.providers.oauth import OAuthProvider

Claims = dict[str, Any]

LEEWAY = 120
"""Seconds by which clocks may differ."""


class OpenIDProvider(OAuthProvider):
    """A provider that signs who somebody is; `read` makes a profile of the claims."""

    scope = "openid profile email"
    userinfo_endpoint = ""
    jwks_uri = ""

    algorithms: tuple[str, ...] = ("RS256",)
    """How the provider signs, whatever it says itself; never `none`, never a shared secret."""

    other_issuers: ClassVar[tuple[str, ...]] = ()
    """Other spellings of `issuer` that stand in its tokens."""

    def __init__(self, settings: ProviderSettings) -> None:
        super().__init__(settings)
        options = settings.options
        self.userinfo_endpoint = options.get("userinfo_endpoint", self.userinfo_endpoint)
        self.jwks_uri = options.get("jwks_uri", self.jwks_uri)
        self.issuers = [self.issuer, *(() if "issuer" in options else self.other_issuers)]
        self.keys = Keys()

    def read(self, claims: Claims) -> Profile:
        """Return the profile that the claims describe (OpenID Connect Core §5.1)."""
        return self.person(
            subject=claims.get("sub"),
            name=(claims.get("name"), claims.get("preferred_username"), claims.get("nickname")),
            avatar_url=claims.get("picture"),
            profile_url=claims.get("profile"),
            email=claims.get("email"),
            email_verified=claims.get("email_verified"),
        )

    def asks(self, walk: Walk) -> dict[str, str]:
        return {"nonce": walk.nonce}

    def who(self, api: Api) -> Profile:
        claims = self._claims(api)
        if "name" not in claims and self.userinfo_endpoint:
            claims = {**self._userinfo(api, subject=claims["sub"]), **claims}
        return self.read(claims)

    def _claims(self, api: Api) -> Claims:
        """Return what the ID token says, if it is this provider's, for us, for this walk, now."""
        if not api.walk.nonce:
            raise ProviderFailed("refused", "nonce")
        token = self.keys.verified(
            api.token.get("id_token"),
            uri=self.jwks_uri,
            algorithms=self.algorithms,
            deadline=api.deadline,
        )
        client_id = self.settings.client_id
        expected = {
            "iss": {"essential": True, "values": self.issuers},
            "aud": {"essential": True, "value": client_id},
        }
        given = {
            "nonce": api.walk.nonce,
            "client_id": client_id,
            "access_token": api.access_token,
        }
        with answering():
            claims = CodeIDToken(token.claims, token.header, expected, given)
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        return dict(claims)

    def _userinfo(self, api: Api, *, subject: str) -> Claims:
        """Return what is only told by asking; it must be about the same person (Core §5.3.2)."""
        told = api.get(self.userinfo_endpoint)
        if told.get("sub") != subject:
            raise ProviderFailed("refused", "userinfo.sub")
        return told
