"""GitHub: https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps."""

from typing import Any, ClassVar

from requests.auth import HTTPBasicAuth

from commentbox.adapters.translations import N_
from commentbox.providers.api import Api
from commentbox.providers.base import Profile, ProviderFailed
from commentbox.providers.oauth import OAuthProvider


class GitHub(OAuthProvider):
    """Log in with GitHub, whose answers bring the issuer along since April 2026."""

    label = "GitHub"
    picture = N_("GitHub picture")
    issuer = "https://github.com/login/oauth"
    authorize_url = "https://github.com/login/oauth/authorize"
    access_token_url = "https://github.com/login/oauth/access_token"  # noqa: S105 -- an address
    api_base_url = "https://api.github.com/"
    scope = "read:user user:email"
    to_choose: ClassVar = {"prompt": "select_account"}

    def who(self, api: Api) -> Profile:
        person = api.get("user")
        return self.person(
            subject=person.get("id"),
            name=(person.get("name"), person.get("login")),
            avatar_url=person.get("avatar_url"),
            profile_url=person.get("html_url"),
            email=_verified(api),
            email_verified=True,
        )

    def give_back(self, api: Api) -> None:
        """Make the token worthless, which would never end by itself."""
        mine = HTTPBasicAuth(self.settings.client_id, self.settings.client_secret)
        api.tell("DELETE", f"applications/{self.settings.client_id}/token", auth=mine)


def _verified(api: Api) -> Any:
    """Return the primary address if it has been verified; people may share none."""
    try:
        entries = api.entries("user/emails")
    except ProviderFailed:
        return ""
    mine = [each for each in entries if each.get("primary") is True]
    return next((each.get("email") for each in mine if each.get("verified") is True), "")
