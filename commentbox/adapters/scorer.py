"""An outside scorer of comments that speaks as Akismet does.

https://akismet.com/developers/detailed-docs/comment-check/
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from requests import RequestException, Response, Session

from commentbox.adapters.http import Deadline, Door, Unreachable
from commentbox.lib import clock

SECONDS: Final = 8.0
"""How long one question may take, from the look-up of the name to the last byte."""

PATIENCE: Final = 1.0
"""After so many seconds without a clear answer the service is left alone for `REST`."""

REST: Final = 60.0  # seconds

_ANSWERS: Final = {"true": True, "false": False}
_KNOWN: Final = {"valid": True, "invalid": False}
_TIP: Final = "X-akismet-pro-tip"
_DISCARD: Final = "discard"
_THANKS: Final = "thanks"
_LONGEST: Final = 200  # characters of an answer that means anything


class Scorer:
    """Asks the service that `url` and `key` name; without a key there is none to ask."""

    def __init__(self, *, url: str, key: str) -> None:
        self._url, self._key = url, key
        self._rests_until = 0.0

    @property
    def host(self) -> str:
        """Return the host of the service, empty where there is none."""
        return urlsplit(self._url).netloc if self._key else ""

    def is_spam(self, comment: Mapping[str, str]) -> bool:
        """Say what the service says of a comment; `X-akismet-pro-tip: discard` is spam, too.

        `comment` has the parameters of the service but the key. Raises `Unreachable`.
        """
        answer, tip = self._asked("comment-check", comment)
        if answer not in _ANSWERS:
            raise Unreachable("answer.unclear")
        return _ANSWERS[answer] or tip == _DISCARD

    def teach(self, comment: Mapping[str, str], *, is_spam: bool) -> None:
        """Tell the service what a person said of a comment; raise `Unreachable`."""
        answer, _ = self._asked("submit-spam" if is_spam else "submit-ham", comment)
        if not answer.startswith(_THANKS):
            raise Unreachable("answer.unclear")

    def knows_key(self, blog: str) -> bool:
        """Say whether the service takes the key, asked by whoever is at `blog`; no comment is sent.

        Raises `Unreachable`, also for a service that does not say.
        """
        answer, _ = self._asked("verify-key", {"key": self._key, "blog": blog})
        if answer not in _KNOWN:
            raise Unreachable("answer.unclear")
        return _KNOWN[answer]

    def _asked(self, call: str, comment: Mapping[str, str]) -> tuple[str, str]:
        """Return the words of an answer, and the tip that came with it; both in lower case.

        Other jobs wait for whoever waits here: a service that takes long to say nothing is not
        asked for a while. What is refused at once keeps nobody waiting, and nothing else from it.
        """
        began = clock.monotonic()
        if began < self._rests_until:
            raise Unreachable("service.rests")
        try:
            return self._answer(call, comment)
        except Unreachable:
            if clock.monotonic() - began > PATIENCE:
                self._rests_until = clock.monotonic() + REST
            raise

    def _answer(self, call: str, comment: Mapping[str, str]) -> tuple[str, str]:
        said = {"api_key": self._key, **comment}
        try:
            answer = self._sent(f"{self._url}/1.1/{call}", said)
        except RequestException as problem:
            raise Unreachable("answer.unclear") from problem
        if answer.status_code != HTTPStatus.OK or len(answer.content) > _LONGEST:
            raise Unreachable("answer.unclear")
        return answer.text.strip().lower(), answer.headers.get(_TIP, "").strip().lower()

    def _sent(self, url: str, said: Mapping[str, str]) -> Response:
        door = Door(Deadline(SECONDS))
        with Session() as session:
            session.trust_env = False  # no proxy, and no password of ~/.netrc
            session.mount("https://", door)
            session.mount("http://", door)
            return session.post(url, data=said)
