"""Facebook: https://developers.facebook.com/docs/facebook-login."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from commentbox.adapters.translations import N_
from commentbox.config import ProviderSettings
from commentbox.errors import Malformed
from commentbox.providers.api import Api
from commentbox.providers.base import Outcome, Profile
from commentbox.providers.oauth import OAuthProvider

GRAPH_VERSION: Final = "v26.0"
_CANCELLED: Final = "4201"  # comes alone, without `error`
_FIELDS: Final = "id,name,email,picture.width(200).height(200){url,is_silhouette}"
_LONGEST: Final = 64 * 1024


class Facebook(OAuthProvider):
    """Log in with Facebook, by one version of its Graph API.

    What it tells as `email` may never have been confirmed: nothing in the answer says so.
    """

    label = "Facebook"
    picture = N_("Facebook photo")
    issuer = "https://www.facebook.com"
    scope = "public_profile email"
    to_choose: ClassVar = {"auth_type": "reauthenticate"}
    notices: ClassVar = {"Deauthorize": "deauthorize", "Data deletion": "deletion"}

    def __init__(self, settings: ProviderSettings) -> None:
        version = settings.options.get("graph_version", GRAPH_VERSION)
        self.authorize_url = f"https://www.facebook.com/{version}/dialog/oauth"
        self.api_base_url = f"https://graph.facebook.com/{version}/"
        self.access_token_url = f"{self.api_base_url}oauth/access_token"
        super().__init__(settings)

    def who(self, api: Api) -> Profile:
        person = api.get(
            "me",
            fields=_FIELDS,
            appsecret_proof=proof(api.access_token, self.settings.client_secret),
        )
        return self.person(
            subject=person.get("id"),
            name=person.get("name"),
            avatar_url=_picture(person),
            email=person.get("email"),
        )

    def outcome(self, params: Mapping[str, str]) -> Outcome:
        """Return what a callback says; who cancels may come back with a number alone."""
        if code := params.get("error_code"):
            is_denial = code == _CANCELLED or params.get("error_reason") == "user_denied"
            return "denied" if is_denial else "failed"
        return super().outcome(params)


def proof(access_token: str, secret: str) -> str:
    """Return what shows that a token is used by the application it was made for."""
    return hmac.new(secret.encode(), access_token.encode(), "sha256").hexdigest()


def signed_request(text: str, secret: str) -> dict[str, Any]:
    """Return what Facebook has signed with the application's secret.

    The signature is over the payload as it came, and is checked before anything is read from it.
    Raises `Malformed("signed_request.invalid")`.
    """
    signature, _, payload = text.partition(".")
    expected = hmac.new(secret.encode(), payload.encode("utf-8", "replace"), "sha256").digest()
    try:
        is_right = hmac.compare_digest(_decoded(signature), expected)
        if not secret or len(text) > _LONGEST or not is_right:
            raise Malformed("signed_request.invalid")
        content = json.loads(_decoded(payload))
    except (ValueError, binascii.Error, RecursionError) as problem:
        raise Malformed("signed_request.invalid") from problem
    if not isinstance(content, dict) or content.get("algorithm") != "HMAC-SHA256":
        raise Malformed("signed_request.invalid")
    return content


def _decoded(text: str) -> bytes:
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    return base64.b64decode(padded.encode("ascii"), b"-_", validate=True)


def _picture(person: Mapping[str, Any]) -> object:
    picture = person.get("picture")
    about = picture.get("data") if isinstance(picture, dict) else None
    if not isinstance(about, dict) or about.get("is_silhouette") is True:
        return ""
    return about.get("url")
