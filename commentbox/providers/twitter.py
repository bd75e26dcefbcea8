"""Twitter, which calls itself X: https://docs.x.com/resources/fundamentals/authentication."""

from commentbox.adapters.translations import N_
from commentbox.providers.api import Api
from commentbox.providers.base import Profile
from commentbox.providers.oauth import OAuthProvider


class Twitter(OAuthProvider):
    """Log in with Twitter.

    The address of somebody is told only with the scope `users.email`, and only to applications
    that ask for it in their settings there.
    """

    label = "Twitter"
    picture = N_("Twitter picture")
    issuer = "https://x.com"
    authorize_url = "https://x.com/i/oauth2/authorize"
    access_token_url = "https://api.x.com/2/oauth2/token"  # noqa: S105 -- an address
    api_base_url = "https://api.x.com/2/"
    revoke_url = "https://api.x.com/2/oauth2/revoke"
    scope = "users.read tweet.read"  # never offline.access: nobody is asked for a second time
    token_auth = "client_secret_basic"  # noqa: S105 -- the name of a method

    def who(self, api: Api) -> Profile:
        fields = ["name", "username", "profile_image_url"]
        if "users.email" in self.scope.split():
            fields.append("confirmed_email")
        answer = api.get("users/me", **{"user.fields": ",".join(fields)}).get("data")
        person = answer if isinstance(answer, dict) else {}
        username = person.get("username")
        picture = str(person.get("profile_image_url") or "")
        return self.person(
            subject=person.get("id"),
            name=(person.get("name"), username),
            # `normal` has 48 pixels, `bigger` 73.
            avatar_url=picture.replace("_normal.", "_bigger."),
            profile_url=f"https://x.com/{username}" if isinstance(username, str) else "",
            email=person.get("confirmed_email"),
            email_verified=True,
        )
