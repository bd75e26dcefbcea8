"""Facebook: a login dialog with a dialect of OAuth 2.0, and the Graph."""

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, ClassVar, Final

from flask import Flask, Response, has_request_context, jsonify, request
from werkzeug.datastructures import MultiDict

from commentbox.cli.demo.providers.issued import Grant
from commentbox.cli.demo.providers.personas import PERSONAS, Persona
from commentbox.cli.demo.providers.requests import BEARER, base64, bearer, pkce
from commentbox.cli.demo.providers.standin import Refusals, Refused, Standin
from commentbox.lib import clock

VERSION: Final = "v26.0"
_TOKEN_SECONDS: Final = 5_183_944
_PICTURE_LIFETIME: Final = timedelta(hours=1)
_DENIED: Final = {
    "error": "access_denied",
    "error_code": "200",
    "error_description": "Permissions error",
    "error_reason": "user_denied",
}
_CANCELLED: Final = {"error_code": "4201", "error_message": "User canceled the Dialog flow"}
_FAILED: Final = {"error_code": "1", "error_message": "An unknown error has occurred."}


class Facebook(Standin):
    """Facebook with its paths, fields and errors.

    `requires_proof`: whether "Require App Secret" is on, so that each call needs a proof.
    """

    name = "facebook"
    label = "Facebook"
    login_path = f"/{VERSION}/dialog/oauth"
    endpoints = ("token", "me", "permissions", "debug_token", "picture")
    subject_digits = 17
    fragment = "_=_"
    refusals: ClassVar[Refusals] = {
        "deny": ("Deny", _DENIED),
        "cancel": ("Cancel", _CANCELLED),
        "cancel-stateless": ("Cancel, without the state", {**_CANCELLED, "state": None}),
        "error": ("Fail with an error", _FAILED),
    }

    def __init__(self, *, redirects: set[str] | None = None) -> None:
        super().__init__(redirects=redirects)
        self.requires_proof = True

    def settings(self) -> dict[str, str]:
        """Return the options that lead the service here."""
        return super().settings() | {
            "access_token_url": f"{self.server}/{VERSION}/oauth/access_token",
            "api_base_url": f"{self.server}/{VERSION}/",
        }

    def ways(self) -> dict[str, str]:
        """Return what one can do; permissions can be declined one by one."""
        return {"allow": "Allow", "allow-no-email": "Allow, without email", **super().ways()}

    def objection(self, asked: MultiDict[str, str]) -> str:
        """Say what is wrong with a request: Facebook shows such errors and sends nobody back."""
        if asked.get("client_id") != self.client.id:
            return "Invalid App ID: the provided app ID does not look like a valid app ID."
        if asked.get("redirect_uri") not in self.client.redirects:
            return (
                "URL blocked. This redirect failed because the redirect URI is not white-listed "
                "in the app's client OAuth settings."
            )
        return ""

    def asks_again(self, asked: MultiDict[str, str]) -> bool:
        """Say whether the service wants even those who are remembered to be asked."""
        return bool(asked.get("auth_type"))

    def scope(self, asked: MultiDict[str, str]) -> str:
        """Return the permissions that are granted; names are parted by commas or spaces."""
        wanted = asked.get("scope", "public_profile").replace(",", " ").split()
        if has_request_context() and request.form.get("way", self.answer) == "allow-no-email":
            wanted = [one for one in wanted if one != "email"]
        return ",".join(wanted)

    def granted(self, asked: MultiDict[str, str], code: str) -> dict[str, str]:
        """Return what the callback gets; which permissions only if the service has asked."""
        if asked.get("return_scopes") != "true":
            return {"code": code}
        given = self.scope(asked)
        wanted = asked.get("scope", "").replace(",", " ").split()
        denied = ",".join(one for one in wanted if one not in given.split(","))
        return {"code": code, "granted_scopes": given, "denied_scopes": denied}

    def routes(self, app: Flask) -> None:
        """Add the endpoints that the service talks to."""
        graph = "/<version>"
        both = ("GET", "POST")
        self.endpoint(app, f"{graph}/oauth/access_token", "token", self._token, *both)
        self.endpoint(app, f"{graph}/me", "me", self._me)
        self.endpoint(
            app, f"{graph}/me/permissions", "permissions", self._permissions, "GET", "DELETE"
        )
        self.endpoint(app, f"{graph}/debug_token", "debug_token", self._debug)

    def too_many(self) -> Response:
        """Return the answer of an endpoint that is asked too often."""
        problem = _no(4, "(#4) Application request limit reached")
        response = jsonify(error=problem.body["error"] | {"is_transient": True})
        response.status_code = 403
        return response

    def picture(self, persona: Persona) -> str:
        """Return the address of somebody's photo, which works for an hour."""
        ends = int((clock.now() + _PICTURE_LIFETIME).timestamp())
        return f"{super().picture(persona)}?oe={ends:X}"

    def photo(self, key: str) -> Response:
        """Send somebody's photo while its address works."""
        if int(request.args.get("oe", "0"), 16) < clock.now().timestamp():
            return Response("URL signature expired", 403, content_type="text/plain")
        return super().photo(key)

    def signed_request(
        self, persona: Persona | None = None, *, secret: str = "", **over: Any
    ) -> str:
        """Return what Facebook posts when somebody removes the app or wants to be forgotten."""
        who = persona or PERSONAS["usual"]
        said = {
            "algorithm": "HMAC-SHA256",
            "issued_at": int(clock.now().timestamp()),
            "user_id": who.subject(self.name, digits=self.subject_digits),
        }
        return signed(said | over, secret or self.client.secret)

    def _token(self, version: str) -> Response:
        given = request.values
        if given.get("client_id") != self.client.id:
            raise _no(101, "Error validating application. Cannot get application info due to a "
                      "system error.")  # fmt: skip
        if given.get("client_secret") != self.client.secret:
            raise _no(1, "Error validating client secret.")
        if given.get("grant_type") == "client_credentials":
            return jsonify(access_token=self._app_token, token_type=BEARER)
        code = given.get("code", "")
        if not code:
            raise _no(100, "Missing authorization code")
        grant = self._grant(code, given.get("redirect_uri", ""), given.get("code_verifier", ""))
        token = self.issued.token(grant, code=code, seconds=_TOKEN_SECONDS, prefix="EAA")
        return jsonify(access_token=token, token_type=BEARER, expires_in=_TOKEN_SECONDS)

    def _grant(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        known = self.issued.is_known(code)
        grant = self.issued.redeemed(code)
        if grant is None and known:
            raise _no(100, "This authorization code has been used or has expired.", subcode=36009)
        if grant is None:
            raise _no(100, "Invalid verification code format.")
        if redirect_uri != grant.redirect_uri:
            raise _no(100, "Error validating verification code. Please make sure your redirect_uri "
                      "is identical to the one you used in the OAuth dialog request",
                      subcode=36008)  # fmt: skip
        self.issued.proved(verifier)
        if problem := pkce(grant, verifier):
            raise _no(100, problem)
        return grant

    def _me(self, version: str) -> Response:
        grant = self._allowed()
        fields = [one.partition(".")[0] for one in request.args.get("fields", "id,name").split(",")]
        persona = grant.persona
        found: dict[str, Any] = {"id": grant.subject, "name": persona.name}
        if persona.email and "email" in grant.scope.split(","):
            found["email"] = persona.email
        look = {"height": 200, "width": 200, "is_silhouette": not persona.has_photo}
        found["picture"] = {"data": {**look, "url": self.picture(persona)}}
        return jsonify({name: found[name] for name in ("id", *fields) if name in found})

    def _permissions(self, version: str) -> Response:
        grant = self._allowed()
        if request.method == "DELETE":
            self.issued.revoke(_given_token())
            return jsonify(success=True)
        given = grant.scope.split(",")
        return jsonify(data=[{"permission": one, "status": "granted"} for one in given])

    def _debug(self, version: str) -> Response:
        if request.args.get("access_token") != self._app_token:
            raise _no(190, "Invalid OAuth access token.")
        grant = self.issued.allowed(request.args.get("input_token", ""))
        said: dict[str, Any] = {"app_id": self.client.id, "is_valid": grant is not None}
        if grant is not None:
            said |= {"type": "USER", "user_id": grant.subject, "scopes": grant.scope.split(",")}
            said["expires_at"] = int(grant.ends_at.timestamp())
        return jsonify(data=said)

    @property
    def _app_token(self) -> str:
        return f"{self.client.id}|{self.client.secret}"

    def _allowed(self) -> Grant:
        """Return what the token of this call allows, once its proof is right."""
        token = _given_token()
        grant = self.issued.allowed(token)
        if grant is None:
            raise _no(190, "Error validating access token: Session has expired.", status=401)
        proof = request.values.get("appsecret_proof", "")
        if self.requires_proof and not proof:
            raise _no(100, "API calls from the server require an appsecret_proof argument")
        right = hmac.digest(self.client.secret.encode(), token.encode(), "sha256").hex()
        if proof and not hmac.compare_digest(proof, right):
            raise _no(100, "Invalid appsecret_proof provided in the API argument")
        return grant


def signed(payload: Mapping[str, Any], secret: str) -> str:
    """Return a signed request: the signature is over the encoded payload."""
    encoded = base64(json.dumps(payload).encode())
    signature = hmac.digest(secret.encode(), encoded.encode(), "sha256")
    return f"{base64(signature)}.{encoded}"


def _given_token() -> str:
    return request.values.get("access_token", "") or bearer()


def _no(code: int, message: str, *, subcode: int = 0, status: int = 400) -> Refused:
    said: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    said |= {"error_subcode": subcode} if subcode else {}
    return Refused(status, {"error": said | {"fbtrace_id": token_urlsafe(8)}})
