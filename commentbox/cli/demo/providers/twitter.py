"""X, formerly Twitter: OAuth 2.0 with PKCE, codes of thirty seconds, and an API of its own."""

from datetime import timedelta
from typing import Any, ClassVar, Final

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from commentbox.cli.demo.providers.issued import Grant
from commentbox.cli.demo.providers.personas import Persona
from commentbox.cli.demo.providers.requests import BEARER, METHODS, basic, bearer, pkce
from commentbox.cli.demo.providers.standin import Refusals, Refused, Standin

_TOKEN_SECONDS: Final = 7200
_NEEDED: Final = {"users.read", "tweet.read"}
_LONGEST_STATE: Final = 500
_WRONG: Final = "Value passed for the {} was invalid."
_UNLIKE: Final = "Value passed for the code verifier did not match the code challenge."


class Twitter(Standin):
    """X with its paths, fields and errors.

    `asks_for_email`: whether "Request email from users" is on in the console.
    """

    name = "twitter"
    label = "X"
    login_path = "/i/oauth2/authorize"
    endpoints = ("token", "me", "revoke", "picture")
    code_lifetime = timedelta(seconds=30)
    subject_digits = 19
    usual_coop = "same-origin"  # X parts the windows of those who have to sign in first
    refusals: ClassVar[Refusals] = {
        "deny": ("Cancel", {"error": "access_denied"}),
        "error": ("Fail with an error", {"error": "server_error"}),
        "deny-stateless": ("Cancel, without state", {"error": "access_denied", "state": None}),
    }

    def __init__(self, *, redirects: set[str] | None = None) -> None:
        super().__init__(redirects=redirects)
        self.asks_for_email = True

    def settings(self) -> dict[str, str]:
        """Return the options that lead the service here."""
        return super().settings() | {
            "access_token_url": f"{self.server}/2/oauth2/token",
            "api_base_url": f"{self.server}/2/",
            "revoke_url": f"{self.server}/2/oauth2/revoke",
        }

    def objection(self, asked: MultiDict[str, str]) -> str:
        """Say what is wrong with a request: X shows its own page and sends nobody back."""
        uses_pkce = asked.get("code_challenge") and asked.get("code_challenge_method") in METHODS
        state = asked.get("state", "")
        if (
            asked.get("client_id") != self.client.id
            or asked.get("redirect_uri") not in self.client.redirects
            or asked.get("response_type") != "code"
            or not uses_pkce
            or not 0 < len(state) <= _LONGEST_STATE
        ):
            return "Something went wrong. You weren't able to give access to the App."
        return ""

    def asks_again(self, asked: MultiDict[str, str]) -> bool:
        """Say that everybody is asked again: X always shows its page."""
        return True

    def routes(self, app: Flask) -> None:
        """Add the endpoints that the service talks to."""
        self.endpoint(app, "/2/oauth2/token", "token", self._token, "POST")
        self.endpoint(app, "/2/oauth2/revoke", "revoke", self._revoke, "POST")
        self.endpoint(app, "/2/users/me", "me", self._me)

    def too_many(self) -> Response:
        """Return the answer of an endpoint that is asked too often."""
        response = _problem(429, "Too Many Requests", "Too Many Requests")
        response.headers["x-rate-limit-limit"] = "75"
        response.headers["x-rate-limit-remaining"] = "0"
        return response

    def picture(self, persona: Persona) -> str:
        """Return the address of somebody's photo, in a size that another word asks for."""
        return super().picture(persona).replace(".png", "_normal.png")

    def photo(self, key: str) -> Response:
        """Send somebody's photo in any size."""
        return super().photo(key.rpartition("_")[0])

    def _token(self) -> Response:
        form = request.form
        self._authenticate()
        for name in ("grant_type", "code", "redirect_uri", "code_verifier"):
            if not form.get(name):
                raise _no(400, "invalid_request", f"Missing required parameter [{name}].")
        if form["grant_type"] != "authorization_code":
            raise _no(400, "invalid_request", _WRONG.format("grant type"))
        grant = self.issued.redeemed(form["code"])
        if grant is None:
            raise _no(400, "invalid_request", _WRONG.format("authorization code"))
        if form["redirect_uri"] != grant.redirect_uri:
            raise _no(400, "invalid_request", _WRONG.format("redirect uri"))
        self.issued.proved(form["code_verifier"])
        if pkce(grant, form["code_verifier"]):
            raise _no(400, "invalid_request", _UNLIKE)
        token = self.issued.token(grant, code=form["code"], seconds=_TOKEN_SECONDS)
        return jsonify(
            token_type=BEARER,
            expires_in=_TOKEN_SECONDS,
            access_token=token,
            scope=grant.scope,
        )

    def _authenticate(self) -> None:
        if basic() != (self.client.id, self.client.secret):
            raise _no(401, "unauthorized_client", "Missing valid authorization header")

    def _me(self) -> Response:
        grant = self.issued.allowed(bearer())
        if grant is None:
            return _problem(401, "Unauthorized", "Unauthorized")
        if not set(grant.scope.split()) >= _NEEDED:
            return _problem(403, "Forbidden", "Forbidden")
        return jsonify(data=self._user(grant))

    def _user(self, grant: Grant) -> dict[str, Any]:
        persona = grant.persona
        found = {"id": grant.subject, "name": persona.name, "username": persona.username}
        fields = request.args.get("user.fields", "").split(",")
        if "profile_image_url" in fields:
            found["profile_image_url"] = self.picture(persona)
        tells_email = self.asks_for_email and "users.email" in grant.scope.split()
        if "confirmed_email" in fields and tells_email and persona.email and persona.is_verified:
            found["confirmed_email"] = persona.email
        return found

    def _revoke(self) -> Response:
        self._authenticate()
        return jsonify(revoked=self.issued.revoke(request.form.get("token", "")))


def _no(status: int, error: str, description: str) -> Refused:
    return Refused(status, {"error": error, "error_description": description})


def _problem(status: int, title: str, detail: str) -> Response:
    response = jsonify(title=title, detail=detail, type="about:blank", status=status)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
