"""WordPress.com, which has become an OpenID provider."""

from typing import ClassVar

from commentbox.cli.demo.providers.google import Google
from commentbox.cli.demo.providers.standin import Refusals


class WordPress(Google):
    """An OpenID provider with the paths of WordPress.com; it sends no `iss` to the callback."""

    name = "wordpress"
    label = "WordPress.com"
    login_path = "/oauth2-1/authorize"
    issuer = "https://public-api.wordpress.com"
    paths: ClassVar[dict[str, str]] = {
        "token": "/oauth2-1/token",
        "userinfo": "/oauth2-1/userinfo",
        "jwks": "/.well-known/jwks.json",
        "discovery": "/.well-known/openid-configuration",
        "revoke": "/oauth2-1/revoke",
    }
    sends_iss = False
    subject_digits = 9
    refusals: ClassVar[Refusals] = {
        "deny": ("Deny", {"error": "access_denied", "error_description": "You must approve it"}),
        "error": ("Fail with an error", {"error": "server_error"}),
    }
