"""GitHub: OAuth 2.0 whose token endpoint reports errors with status 200."""

from typing import Any, ClassVar, Final

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from commentbox.cli.demo.providers.issued import Grant
from commentbox.cli.demo.providers.requests import BEARER, basic, bearer, pkce
from commentbox.cli.demo.providers.standin import Refusals, Refused, Standin

ISSUER: Final = "https://github.com/login/oauth"
_TOKEN_SECONDS: Final = 8 * 3600


class GitHub(Standin):
    """GitHub with its paths, fields and errors."""

    name = "github"
    label = "GitHub"
    login_path = "/login/oauth/authorize"
    endpoints = ("token", "user", "emails", "picture")
    subject_digits = 8
    refusals: ClassVar[Refusals] = {
        "deny": (
            "Cancel",
            {
                "error": "access_denied",
                "error_description": "The user has denied your application access.",
                "iss": ISSUER,
            },
        ),
        "error": ("Fail with an error", {"error": "application_suspended", "iss": ISSUER}),
    }

    def settings(self) -> dict[str, str]:
        """Return the options that lead the service here."""
        return super().settings() | {
            "issuer": ISSUER,
            "access_token_url": f"{self.server}/login/oauth/access_token",
            "api_base_url": f"{self.server}/",
        }

    def objection(self, asked: MultiDict[str, str]) -> str:
        """Say what is wrong with a request."""
        if asked.get("client_id") != self.client.id:
            return "404: This is not the web page you are looking for."
        if asked.get("redirect_uri") not in self.client.redirects:
            return "The redirect_uri is not associated with this application."
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return "Only S256 is supported."
        return ""

    def granted(self, asked: MultiDict[str, str], code: str) -> dict[str, str]:
        """Return what the callback gets; `iss` as RFC 9207 has it."""
        return {"code": code, "iss": ISSUER}

    def routes(self, app: Flask) -> None:
        """Add the endpoints that the service talks to."""
        self.endpoint(app, "/login/oauth/access_token", "token", self._token, "POST")
        self.endpoint(app, "/user", "user", self._user)
        self.endpoint(app, "/user/emails", "emails", self._emails)
        revoke = f"/applications/{self.client.id}/token"
        self.endpoint(app, revoke, "revoke", self._revoke, "DELETE")

    def _token(self) -> Response:
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (
            self.client.id,
            self.client.secret,
        ):
            return _failed("incorrect_client_credentials")
        grant = self.issued.redeemed(form.get("code", ""))
        self.issued.proved(form.get("code_verifier", ""))
        if grant is None or pkce(grant, form.get("code_verifier", "")):
            return _failed("bad_verification_code")
        if form.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
            return _failed("redirect_uri_mismatch")
        token = self.issued.token(grant, code=form["code"], seconds=_TOKEN_SECONDS, prefix="gho_")
        scope = ",".join(grant.scope.split())
        return jsonify(access_token=token, token_type=BEARER, scope=scope)

    def _user(self) -> Response:
        grant = _allowed(self)
        persona = grant.persona
        return jsonify(
            id=int(grant.subject),
            login=persona.username,
            name=persona.name,
            email=None,
            avatar_url=self.picture(persona),
            html_url=f"https://github.com/{persona.username}",
        )

    def _emails(self) -> Response:
        grant = _allowed(self)
        if "user:email" not in grant.scope:
            raise Refused(404, {"message": "Not Found", "status": "404"})
        own = {"email": grant.persona.email, "primary": True, "verified": grant.persona.is_verified}
        listed: list[dict[str, Any]] = [own] if grant.persona.email else []
        other = f"{grant.subject}+{grant.persona.username}@users.noreply.github.com"
        listed.append({"email": other, "primary": False, "verified": True, "visibility": None})
        return jsonify(listed)

    def _revoke(self) -> Response:
        if basic() != (self.client.id, self.client.secret):
            raise Refused(401, {"message": "Bad credentials", "status": "401"})
        self.issued.revoke((request.get_json(silent=True) or {}).get("access_token", ""))
        return Response(status=204)


def _allowed(standin: Standin) -> Grant:
    grant = standin.issued.allowed(bearer())
    if grant is None:
        raise Refused(401, {"message": "Bad credentials", "status": "401"})
    return grant


def _failed(error: str) -> Response:
    return jsonify(error=error, error_description="The code passed is incorrect or expired.")
