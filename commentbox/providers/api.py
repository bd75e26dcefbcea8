"""Talking to a provider: whatever comes of it is an answer, or one kind of error."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from requests import RequestException, Response, Session
from requests.auth import AuthBase

from commentbox.adapters.http import Deadline, Door, Unreachable
from commentbox.providers.base import ProviderFailed, Walk

WALK: Final = 10.0
"""Seconds that all questions of one login may take together."""

_IN_PASSING: Final = 2.0
_LONGEST_TOKEN: Final = 16 * 1024
_LONGEST_CODE: Final = 4 * 1024
_OK: Final = 200
_REFUSALS: Final = frozenset({400, 401})
_LATER: Final = frozenset({"server_error", "temporarily_unavailable", "slow_down"})


class Api:
    """One walk's conversation with a provider; `token` is what its token endpoint answered."""

    def __init__(
        self, session: OAuth2Session, walk: Walk, *, base_url: str, deadline: Deadline
    ) -> None:
        self.session, self.walk, self.deadline = session, walk, deadline
        self.token: dict[str, Any] = {}
        self.access_token = ""
        self._base_url = base_url

    def redeem(self, url: str, code: str) -> None:
        """Bring the code and the verifier that goes with it, and keep the token for this walk."""
        if len(code) > _LONGEST_CODE:
            raise ProviderFailed("refused", "code")
        with answering():
            token = self.session.fetch_token(
                url,
                grant_type="authorization_code",
                code=code,
                code_verifier=self.walk.code_verifier,
                redirect_uri=self.walk.redirect_uri,
            )
            self.token = dict(token)
        access = self.token.get("access_token")
        if not isinstance(access, str) or not 0 < len(access) <= _LONGEST_TOKEN:
            raise ProviderFailed("unreachable", "token.missing")
        self.access_token = access
        # Its age and refreshing are no matter: it is used now, once.
        self.session.token = {"access_token": access, "token_type": "Bearer"}

    def get(self, path: str = "", **params: str) -> dict[str, Any]:
        """Return what the provider says at a path below its API; a whole address works too."""
        answer = self._asked(path, params)
        if not isinstance(answer, dict):
            raise ProviderFailed("unreachable", "answer.shape")
        return answer

    def entries(self, path: str, **params: str) -> list[dict[str, Any]]:
        """Return the same for a list."""
        answer = self._asked(path, params)
        if not isinstance(answer, list):
            raise ProviderFailed("unreachable", "answer.shape")
        return [entry for entry in answer if isinstance(entry, dict)]

    def give_back(self, url: str) -> None:
        """Make the token worthless (RFC 7009), if the provider cares to listen."""
        with self._in_passing():
            self.session.revoke_token(url, token=self.access_token)

    def tell(self, method: str, path: str, *, auth: AuthBase) -> None:
        """Send the token itself to a path below the API, if the provider cares to listen."""
        with self._in_passing():
            content = {"access_token": self.access_token}
            self.session.request(method, f"{self._base_url}{path}", json=content, auth=auth)

    @contextmanager
    def _in_passing(self) -> Iterator[None]:
        """Do what nobody waits for: not for long, and whether it works or not."""
        carry(self.session, self.deadline.at_most(_IN_PASSING))
        with suppress(ProviderFailed), answering():
            yield

    def _asked(self, path: str, params: dict[str, str]) -> Any:
        url = path if path.startswith(("https://", "http://")) else f"{self._base_url}{path}"
        with answering():
            answer = self.session.get(url, params=params, headers={"Accept": "application/json"})
            return _content(answer)


def document(url: str, deadline: Deadline) -> dict[str, Any]:
    """Return the JSON object at a provider's address, which needs no token."""
    with answering(), Session() as session:
        session.trust_env = False
        carry(session, deadline)
        content = _content(session.get(url, headers={"Accept": "application/json"}))
    if not isinstance(content, dict):
        raise ProviderFailed("unreachable", "answer.shape")
    return content


def carry(session: Session, deadline: Deadline) -> None:
    """Let the guarded door alone carry what a session sends."""
    door = Door(deadline)
    session.mount("https://", door)
    session.mount("http://", door)


@contextmanager
def answering() -> Iterator[None]:
    """Turn whatever a provider, or a library over its answer, can come up with into one error."""
    try:
        yield
    except Unreachable as problem:
        raise ProviderFailed("unreachable", problem.code) from problem
    except AuthlibBaseError as problem:
        raise _refusal(problem) from problem
    except JoseError as problem:
        raise ProviderFailed("refused", problem.error) from problem
    except (RequestException, ValueError, TypeError, LookupError, AttributeError) as problem:
        raise ProviderFailed("unreachable", type(problem).__name__) from problem
    except RecursionError as problem:  # JSON that is nested too deep
        raise ProviderFailed("unreachable", "answer.shape") from problem


def _refusal(problem: AuthlibBaseError) -> ProviderFailed:
    error = problem.error
    if isinstance(error, dict):  # Facebook's error is an object
        is_later = error.get("is_transient") is True
        return ProviderFailed("unreachable" if is_later else "refused", _word(error.get("code")))
    is_later = isinstance(error, str) and error in _LATER
    return ProviderFailed("unreachable" if is_later else "refused", _word(error))


def _word(error: object) -> str:
    """Return an error's code for the log, if that is what it is."""
    return found[0] if (found := re.fullmatch(r"[\w.-]{1,60}", str(error))) else "error"


def _content(answer: Response) -> Any:
    if answer.status_code in _REFUSALS:
        raise ProviderFailed("refused", f"status {answer.status_code}")
    if answer.status_code != _OK:
        raise ProviderFailed("unreachable", f"status {answer.status_code}")
    return answer.json()
