"""Google, as far as a service that logs people in can see it: an OpenID provider."""

import functools
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.datastructures import MultiDict

from commentbox.cli.demo.providers.issued import Grant
from commentbox.cli.demo.providers.personas import PERSONAS, Persona
from commentbox.cli.demo.providers.requests import METHODS, base64, basic, bearer, pkce
from commentbox.cli.demo.providers.standin import Refusals, Refused, Standin
from commentbox.lib import clock

_TOKEN_SECONDS: Final = 3599
_PREFIX: Final = "https://www.googleapis.com/auth/userinfo."
_EVENTS: Final = "https://schemas.openid.net/secevent/risc/event-type/"


class Google(Standin):
    """An OpenID provider with the paths, claims and errors of Google.

    `claims` is laid over the claims of ID tokens, None leaving one out; `header` over their header.
    `skew` turns its clock.
    """

    name = "google"
    label = "Google"
    login_path = "/o/oauth2/v2/auth"
    endpoints = ("token", "userinfo", "jwks", "discovery", "revoke", "picture")
    issuer: ClassVar[str] = "https://accounts.google.com"
    sends_iss: ClassVar[bool] = True
    paths: ClassVar[dict[str, str]] = {
        "token": "/token",
        "userinfo": "/v1/userinfo",
        "jwks": "/oauth2/v3/certs",
        "discovery": "/.well-known/openid-configuration",
        "revoke": "/revoke",
    }
    refusals: ClassVar[Refusals] = {
        "deny": ("Deny", {"error": "access_denied", "iss": issuer}),
        "error": ("Fail with an error", {"error": "server_error", "iss": issuer}),
        "deny-stateless": (
            "Deny, without the state",
            {"error": "access_denied", "iss": issuer, "state": None},
        ),
    }

    def __init__(self, *, redirects: set[str] | None = None) -> None:
        super().__init__(redirects=redirects)
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.skew = timedelta(0)
        self.key = _first_key()

    def rotate(self, *, keep_id: bool = False) -> None:
        """Sign with a fresh key from now on, under the same key id or another."""
        self.key = _key(self.key.kid if keep_id and self.key.kid else secrets.token_hex(20))

    def settings(self) -> dict[str, str]:
        """Return the options that lead the service here."""
        return super().settings() | {
            "issuer": self.issuer,
            "access_token_url": self.server + self.paths["token"],
            "userinfo_endpoint": self.server + self.paths["userinfo"],
            "jwks_uri": self.server + self.paths["jwks"],
            "revoke_url": self.server + self.paths["revoke"],
        }

    def objection(self, asked: MultiDict[str, str]) -> str:
        """Say what is wrong with a request: Google shows such errors and sends nobody back."""
        if asked.get("client_id") != self.client.id:
            return "Error 401: invalid_client. The OAuth client was not found."
        if asked.get("redirect_uri") not in self.client.redirects:
            return "Error 400: redirect_uri_mismatch"
        if asked.get("response_type") != "code":
            return "Error 400: invalid_request. Required parameter is missing: response_type"
        if "openid" not in asked.get("scope", "").split():
            return "Error 400: invalid_scope"
        if asked.get("code_challenge") and asked.get("code_challenge_method") not in METHODS:
            return "Error 400: invalid_request. Invalid code_challenge_method"
        return ""

    def granted(self, asked: MultiDict[str, str], code: str) -> dict[str, str]:
        """Return what the callback gets; `iss` as RFC 9207 has it."""
        told = {"code": code, "scope": self.scope(asked), "authuser": "0", "prompt": "consent"}
        return {"iss": self.issuer, **told} if self.sends_iss else told

    def scope(self, asked: MultiDict[str, str]) -> str:
        """Return the granted scope in Google's words."""
        wanted = asked.get("scope", "").split()
        return " ".join(_PREFIX + one if one in {"email", "profile"} else one for one in wanted)

    def routes(self, app: Flask) -> None:
        """Add the endpoints that the service talks to."""
        self.endpoint(app, self.paths["token"], "token", self._token, "POST")
        self.endpoint(app, self.paths["userinfo"], "userinfo", self._userinfo, "GET", "POST")
        self.endpoint(app, self.paths["jwks"], "jwks", self._jwks)
        self.endpoint(app, self.paths["discovery"], "discovery", self._discovery)
        self.endpoint(app, self.paths["revoke"], "revoke", self._revoke, "POST")

    def security_event(self, kind: str, persona: Persona | None = None, **over: Any) -> str:
        """Return a signed event of cross-account protection, such as `sessions-revoked`.

        It has no `exp`, as theirs have none; `over` replaces claims.
        """
        who = persona or PERSONAS["usual"]
        subject = {
            "subject_type": "iss-sub",
            "iss": f"{self.issuer}/",
            "sub": who.subject(self.name, digits=self.subject_digits),
        }
        event = {"state": secrets.token_hex(8)} if kind == "verification" else {"subject": subject}
        claims = {
            "iss": f"{self.issuer}/",
            "aud": self.client.id,
            "iat": int(clock.now().timestamp()),
            "jti": secrets.token_hex(16),
            "events": {_EVENTS + kind: event},
        }
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims | over, self.key)

    def _token(self) -> Response:
        form = request.form
        self._authenticate()
        if form.get("grant_type") != "authorization_code":
            raise _no(
                400, "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}"
            )
        code = form.get("code", "")
        if not self.issued.is_waiting(code):
            self.issued.redeemed(code)
            raise _no(400, "invalid_grant", "Malformed auth code.")
        grant = self.issued.redeemed(code)
        if grant is None or form.get("redirect_uri") != grant.redirect_uri:
            raise _no(400, "redirect_uri_mismatch", "Bad Request")
        self.issued.proved(form.get("code_verifier", ""))
        if problem := pkce(grant, form.get("code_verifier", "")):
            raise _no(400, "invalid_grant", problem)
        token = self.issued.token(grant, code=code, seconds=_TOKEN_SECONDS, prefix="ya29.")
        answer = {
            "access_token": token,
            "expires_in": _TOKEN_SECONDS,
            "scope": grant.scope,
            "token_type": "Bearer",
            "id_token": self._id_token(grant, token),
        }
        return _unkept(answer)

    def _authenticate(self) -> None:
        given = basic() or (
            request.form.get("client_id", ""),
            request.form.get("client_secret", ""),
        )
        if given[0] != self.client.id:
            raise _no(401, "invalid_client", "The OAuth client was not found.")
        if given[1] != self.client.secret:
            raise _no(401, "invalid_client", "Unauthorized")

    def _id_token(self, grant: Grant, token: str) -> str:
        now = int((clock.now() + self.skew).timestamp())
        claims = {
            "iss": self.issuer,
            "azp": self.client.id,
            "aud": self.client.id,
            "at_hash": _half_hash(token),
            "iat": now,
            "exp": now + 3600,
            **({"nonce": grant.nonce} if grant.nonce else {}),
            **self._profile(grant),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT", **self.header}
        if header["alg"] == "none":
            return self.issued.signed(_unsigned(header, claims))
        return self.issued.signed(jwt.encode(header, claims, self.key))

    def _userinfo(self) -> Response:
        grant = self.issued.allowed(bearer())
        if grant is None:
            body = {"error": "invalid_request", "error_description": "Invalid Credentials"}
            raise Refused(401, body, WWW_Authenticate='Bearer error="invalid_token"')
        return _unkept(self._profile(grant))

    def _profile(self, grant: Grant) -> dict[str, Any]:
        persona, scopes = grant.persona, grant.scope
        found: dict[str, Any] = {"sub": grant.subject}
        if "email" in scopes and persona.email:
            found |= {"email": persona.email, "email_verified": persona.is_verified}
        if "profile" in scopes:
            first, _, last = persona.name.partition(" ")
            found |= {"name": persona.name, "given_name": first, "family_name": last}
            found |= {"picture": self.picture(persona)} if persona.has_photo else {}
        return found | ({"hd": persona.hosted_domain} if persona.hosted_domain else {})

    def _jwks(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def _discovery(self) -> Response:
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=self.browser + self.login_path,
            token_endpoint=self.server + self.paths["token"],
            userinfo_endpoint=self.server + self.paths["userinfo"],
            jwks_uri=self.server + self.paths["jwks"],
            revocation_endpoint=self.server + self.paths["revoke"],
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            scopes_supported=["openid", "email", "profile"],
            token_endpoint_auth_methods_supported=["client_secret_post", "client_secret_basic"],
            code_challenge_methods_supported=["plain", "S256"],
            authorization_response_iss_parameter_supported=True,
        )

    def _revoke(self) -> Response:
        if not self.issued.revoke(request.form.get("token", "")):
            raise _no(400, "invalid_token", "Token expired or revoked")
        return jsonify({})


@functools.cache
def _first_key() -> RSAKey:
    return _key(secrets.token_hex(20))  # of the whole process: making one takes a while


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def _no(status: int, error: str, description: str) -> Refused:
    return Refused(status, {"error": error, "error_description": description})


def _unkept(answer: dict[str, Any]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


def _half_hash(token: str) -> str:
    return base64(sha256(token.encode()).digest()[:16])


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = (base64(jsonify(part).data.strip()) for part in (header, claims))
    return ".".join([*parts, ""])
