"""Everything that could tell a secret of a log-in to somebody: what was said where, to be searched.

The address that a provider leads back to holds a code, as the protocol has it; nothing else may.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Error, Frame, Page, Request, Response

from tests.e2e.hosts import COMMENTS

_CODE: Final = re.compile(rf"^({COMMENTS}/login/\w+/callback\?.*?)\bcode=[^&#]*")
_LISTEN: Final = """
const tell = (what, text) => window.overheardByTheTest?.(what, text);
const show = () => {
  tell("address", location.href);
  tell("referrer", document.referrer);
  tell("page", document.documentElement.outerHTML);
  tell("name", window.name);
};
// Before scripts that wait for the page have run: the last one closes its window.
document.addEventListener("readystatechange", show);
addEventListener("pagehide", show);
if (location.host !== "comments.test" || top === window)
  addEventListener("message", ({ data }) => tell("message", JSON.stringify(data)));
"""
_SET: Final = re.compile(r"^(__Host-[\w.-]+)=([\w-]{20,})", re.M)
_HELD: Final = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, name])"


@dataclass
class Overheard:
    """What a browser said and showed, by kind; and what must not be among it."""

    said: list[tuple[str, str]] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    cookies: dict[str, str] = field(default_factory=dict)
    _answered: list[Request] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> "Overheard":
        """Listen to all that a browser does from now on."""
        heard = cls()
        context.expose_binding("overheardByTheTest", heard._told)
        context.add_init_script(_LISTEN)
        context.on("request", heard._asked)
        context.on("response", heard._headed)
        context.on("requestfinished", heard._finished)
        context.on("console", lambda line: heard._add("console", line.text))
        return heard

    def look_at(self, article: Page) -> None:
        """Add what the article's own page holds by now, and what has been answered."""
        self._add("storage", article.evaluate(_HELD))
        self._add("page", article.content())
        self.settle(article.context)

    def ask(self, frame: Frame, path: str) -> None:
        """Add what the service tells anybody at this path."""
        got = "(path) => fetch(path, { credentials: 'omit' }).then((answer) => answer.text())"
        self._add("answer", frame.evaluate(got, path))

    def read(self, log: Path) -> None:
        """Add what the service has logged."""
        self._add("log", log.read_text("utf-8", "replace"))

    def settle(self, context: BrowserContext) -> None:
        """Read what the service has answered to pages that are still there, and its cookies."""
        self.secrets |= {cookie.get("value", "") for cookie in context.cookies(COMMENTS)}
        while self._answered:
            request = self._answered.pop()
            if not request.url.startswith(COMMENTS) or "/static/" in request.url:
                continue
            answer = None if request.frame.page.is_closed() else request.response()
            if answer and answer.status not in range(300, 400):
                with suppress(Error):  # a page that was left took its answers along
                    self._answer(answer)

    def leaks(self, of_providers: set[str]) -> list[str]:
        """Return where a secret stands: one of the providers, or of ours that was seen."""
        secrets = self.secrets | set(self.cookies.values()) | of_providers
        kinds = {kind for kind, _ in self.said}
        assert {"address", "header", "page", "message", "storage", "answer", "log"} <= kinds
        return [
            f"{kind}: {secret} in {text[:300]}"
            for kind, text in self.said
            for secret in secrets
            if secret in text
        ]

    def _add(self, kind: str, text: str) -> None:
        self.said.append((kind, _CODE.sub(r"\1", text)))

    def _told(self, _source: Any, kind: str, text: str) -> None:
        self._add(kind, text)

    def _asked(self, request: Request) -> None:
        self._add("address", request.url)
        self._add("referrer", request.headers.get("referer", ""))
        if request.url == f"{COMMENTS}/login/redeem":
            self.secrets.add(json.loads(request.post_data or "{}")["verifier"])
        elif request.url.startswith(COMMENTS) or request.method == "POST":
            self._add("sent", request.post_data or "")

    def _headed(self, response: Response) -> None:
        """Read the head at once: the window may be gone when the walk is over."""
        if not response.url.startswith(COMMENTS):
            return
        with suppress(Error):
            for name, value in response.all_headers().items():
                if name == "set-cookie":
                    self.cookies |= dict(_SET.findall(value))
                else:
                    self._add("header", value)

    def _finished(self, request: Request) -> None:
        self._answered.append(request)

    def _answer(self, answer: Response) -> None:
        text = answer.text()
        if answer.url == f"{COMMENTS}/login/redeem" and answer.status == HTTPStatus.OK:
            # For the frame alone, where the browser keeps no cookie of it.
            handed = json.loads(text)
            self.secrets.add(handed.pop("token"))
            text = json.dumps(handed)
        self._add("answer", text)
