"""WordPress.com, an OpenID Connect server since 2026."""

from typing import ClassVar

from commentbox.adapters.translations import N_
from commentbox.providers.openid import OpenIDProvider


class WordPress(OpenIDProvider):
    """Log in with WordPress.com. Its pictures' addresses hold a hash of the email address."""

    label = "WordPress"
    picture = N_("WordPress picture")
    issuer = "https://public-api.wordpress.com"
    authorize_url = "https://public-api.wordpress.com/oauth2-1/authorize"
    access_token_url = "https://public-api.wordpress.com/oauth2-1/token"  # noqa: S105 -- an address
    userinfo_endpoint = "https://public-api.wordpress.com/oauth2-1/userinfo"
    jwks_uri = "https://public-api.wordpress.com/.well-known/jwks.json"
    to_choose: ClassVar = {"prompt": "login"}
