"""What every stand-in has: a client it knows, a login page with choices, and faults on demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from commentbox.app import folder
from commentbox.cli.demo.providers import faults
from commentbox.cli.demo.providers.issued import Grant, Issued
from commentbox.cli.demo.providers.personas import PERSONAS, Persona, photo
from commentbox.lib import clock

COOPS: Final = ("none", "same-origin", "same-origin-allow-popups")
_ALLOWING: Final = {"allow": "Allow", "slow": "Allow, slowly", "expired": "Allow, with a dead code"}
_OTHER: Final = {"page": "Show an error page", "hang": "Hang"}
_CHANGEABLE: Final = ("coop", "answer", "persona", "remembers", "slow_seconds")

View = Callable[..., Response]
Refusals = Mapping[str, tuple[str, Mapping[str, str | None]]]


@dataclass
class Client:
    """An application as it is registered in a provider's console."""

    id: str
    secret: str = field(repr=False)
    redirects: set[str] = field(default_factory=set)


class Refused(Exception):
    """An endpoint says no: what it answers."""

    def __init__(self, status: int, body: Mapping[str, Any], **headers: str) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers


class Standin:
    """A provider for tests and demonstrations. Its attributes may be changed while it serves.

    `answer` is what the login page does by itself (a key of `ways()`; empty: it asks), for
    `persona`. `coop` is its Cross-Origin-Opener-Policy. `faults` maps an endpoint of `endpoints`
    to one of `faults.KINDS`. `remembers`: somebody who has allowed once is not asked again.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    login_path: ClassVar[str]
    endpoints: ClassVar[tuple[str, ...]]
    code_lifetime: ClassVar[timedelta] = timedelta(minutes=10)
    subject_digits: ClassVar[int] = 21
    usual_coop: ClassVar[str] = "none"
    fragment: ClassVar[str] = ""
    # What the callback is told, by the way somebody leaves. A state is added, unless it is None.
    refusals: ClassVar[Refusals]

    def __init__(self, *, redirects: set[str] | None = None) -> None:
        self.client = Client(f"client-of-{self.name}", f"standin-secret-{self.name}-q8Zt3L")
        self.client.redirects |= redirects or set()
        self.issued = Issued()
        self.faults: dict[str, str] = {}
        self.coop, self.answer, self.persona = self.usual_coop, "", "usual"
        self.remembers, self.slow_seconds = False, 8.0
        self.browser = self.server = ""  # addresses: for people, and for the service
        self.over = Event()
        self.visits = 0  # to the login page, once each knows what it will do

    # For a subclass

    def objection(self, asked: MultiDict[str, str]) -> str:
        """Say what is wrong with a request for the login page; it is then shown, not sent back."""
        raise NotImplementedError

    def granted(self, asked: MultiDict[str, str], code: str) -> dict[str, str]:
        """Return what the callback gets beside the state."""
        return {"code": code}

    def scope(self, asked: MultiDict[str, str]) -> str:
        """Return the scope that is granted."""
        return asked.get("scope", "")

    def routes(self, app: Flask) -> None:
        """Add the endpoints that the service talks to."""
        raise NotImplementedError

    def too_many(self) -> Response:
        """Return the answer of an endpoint that is asked too often."""
        return Response('{"error":"rate_limited"}', 429, {"Retry-After": "60"})

    def settings(self) -> dict[str, str]:
        """Return the options that lead the service here, under their names in the settings."""
        return {
            "client_id": self.client.id,
            "client_secret": self.client.secret,
            "authorize_url": self.browser + self.login_path,
        }

    # For everybody

    def app(self) -> Flask:
        """Return the provider as an application of its own."""
        app = Flask(f"standin.{self.name}", static_folder=None)
        app.template_folder = str(folder("templates"))
        app.add_url_rule(self.login_path, view_func=self.login, methods=["GET", "POST"])
        self.endpoint(app, "/photos/<key>.png", "picture", self.photo)
        app.add_url_rule("/standin", view_func=self.control, methods=["GET", "POST"])
        app.register_error_handler(Refused, _refusal)
        self.routes(app)
        return app

    def endpoint(self, app: Flask, path: str, name: str, view: View, *methods: str) -> None:
        """Add an endpoint which `faults[name]` can make fail."""

        def guarded(**parts: str) -> Response:
            fault = self.faults.get(name)
            if fault == "429":
                return self.too_many()
            failed = fault and faults.answer(fault, over=self.over, slow=self.slow_seconds)
            return failed or view(**parts)

        app.add_url_rule(path, f"{name} {path}", guarded, methods=methods or ("GET",))

    def login(self) -> Response:
        """Show the login page, or do what was chosen there."""
        asked = request.args
        if problem := self.objection(asked):
            return self._framed(_stopped(self, problem, 400))
        way = request.form.get("way") or self._by_itself(asked)
        self.visits += 1
        persona = PERSONAS[request.form.get("persona") or self._remembered() or self.persona]
        if not way:
            return self._framed(make_response(render_template("demo/login.html", standin=self,
                asked=asked, personas=PERSONAS.values(), chosen=persona, coops=COOPS,
                coop=self._coop(), here=request.script_root + request.full_path)))  # fmt: skip
        return self._framed(self._done(way, persona, asked))

    def ways(self) -> dict[str, str]:
        """Return what one can do on the login page, each with the words on its button."""
        refusals = {way: words for way, (words, _) in self.refusals.items()}
        return _ALLOWING | refusals | _OTHER

    def control(self) -> Response:
        """Take changes as JSON from another process, and tell it the state and every secret."""
        if request.method == "POST":
            for name, value in request.get_json().items():
                if name not in {*_CHANGEABLE, "faults"}:
                    raise Refused(400, {"error": f"{name} cannot be set"})
                setattr(self, name, value)
        state = {name: getattr(self, name) for name in (*_CHANGEABLE, "faults")}
        found = [{"kind": each.kind, "value": each.value} for each in self.issued.secrets]
        return jsonify(state | {"issued": found})

    def code_for(self, persona: Persona, asked: Mapping[str, str], *, is_dead: bool = False) -> str:
        """Return a code as the login page would, for a request with these parameters."""
        given = MultiDict(asked)
        lifetime = timedelta(0) if is_dead else self.code_lifetime
        grant = Grant(
            persona,
            persona.subject(self.name, digits=self.subject_digits),
            self.scope(given),
            redirect_uri=given.get("redirect_uri", ""),
            challenge=given.get("code_challenge", ""),
            method=given.get("code_challenge_method", "plain"),
            nonce=given.get("nonce", ""),
            ends_at=clock.now() + lifetime,
        )
        return self.issued.code(grant)

    def picture(self, persona: Persona) -> str:
        """Return the address of somebody's photo."""
        return f"{self.server}/photos/{persona.key if persona.has_photo else 'nobody'}.png"

    def photo(self, key: str) -> Response:
        """Send somebody's photo."""
        return Response(photo(key), content_type="image/png")

    def _done(self, way: str, persona: Persona, asked: MultiDict[str, str]) -> Response:
        if way == "hang":
            self.over.wait(faults.HANG)
            return _stopped(self, "It took too long.", 504)
        if way == "page":
            return _stopped(self, "Something went wrong.", 500)
        if way in self.refusals:
            told = {"state": asked.get("state", ""), **self.refusals[way][1]}
            return self._back(asked, {key: text for key, text in told.items() if text is not None})
        if way == "slow":
            self.over.wait(self.slow_seconds)
        code = self.code_for(persona, asked.to_dict(), is_dead=way == "expired")
        told = {"state": asked.get("state", ""), **self.granted(asked, code)}
        response = self._back(asked, told)
        response.set_cookie("standin-who", persona.key, samesite="Lax")
        return response

    def _back(self, asked: MultiDict[str, str], told: Mapping[str, str | None]) -> Response:
        uri = asked["redirect_uri"]
        given = urlencode({key: text for key, text in told.items() if text})
        mark = f"#{self.fragment}" if self.fragment else ""
        where = f"{uri}{'&' if '?' in uri else '?'}{given}{mark}"
        return Response(status=302, headers={"Location": where, "Cache-Control": "no-store"})

    def _by_itself(self, asked: MultiDict[str, str]) -> str:
        if self.answer or not self._remembered():
            return self.answer
        return "" if self.asks_again(asked) else "allow"

    def asks_again(self, asked: MultiDict[str, str]) -> bool:
        """Say whether the service wants even those who are remembered to be asked."""
        return asked.get("prompt") == "select_account"

    def _remembered(self) -> str:
        key = request.cookies.get("standin-who", "") if self.remembers else ""
        return key if key in PERSONAS else ""

    def _coop(self) -> str:
        asked = request.args.get("coop") or request.cookies.get("standin-coop")
        return asked if asked in COOPS else self.coop

    def _framed(self, response: Response) -> Response:
        """Add what a provider's login pages send: they may be in no frame, and may part windows."""
        coop = self._coop()
        if coop != "none":
            response.headers["Cross-Origin-Opener-Policy"] = coop
        if request.args.get("coop") in COOPS:
            response.set_cookie("standin-coop", coop, samesite="Lax")
        response.headers["X-Frame-Options"] = "DENY"
        return response


def _stopped(standin: Standin, problem: str, status: int) -> Response:
    page = render_template("demo/stopped.html", standin=standin, problem=problem)
    return make_response(page, status)


def _refusal(problem: Exception) -> Response:
    assert isinstance(problem, Refused)  # noqa: S101 -- registered for it alone
    response = jsonify(problem.body)
    response.status_code = problem.status
    for name, value in problem.headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
