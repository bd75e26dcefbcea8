"""OAuth 2.0 with PKCE: all that such providers have in common."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

from authlib.integrations.requests_client import OAuth2Session

from commentbox.adapters.http import Deadline
from commentbox.config import ProviderSettings
from commentbox.providers import claims
from commentbox.providers.api import WALK, Api, carry
from commentbox.providers.base import Profile, Provider, Walk

_SETTABLE: Final = ("authorize_url", "access_token_url", "api_base_url", "revoke_url", "scope")


class OAuthProvider(Provider):
    """A provider that a class of a few lines describes: its addresses, and `who`.

    Each address can be set to another by the setting of that name.
    """

    authorize_url = ""
    access_token_url = ""
    api_base_url = ""
    revoke_url = ""
    scope = ""

    token_auth = "client_secret_post"  # noqa: S105 -- the name of a method, RFC 8414 §2
    """How the service proves who it is: `client_secret_post`, or `client_secret_basic`."""

    to_choose: ClassVar[Mapping[str, str]] = {}
    """What to add to `authorize_url` so that people are asked which account they want."""

    def __init__(self, settings: ProviderSettings) -> None:
        super().__init__(settings)
        for option in _SETTABLE:
            setattr(self, option, settings.options.get(option, getattr(self, option)))
        if "authorize_url" in settings.options and "issuer" not in settings.options:
            self.sends_iss = False  # another server, of which nothing is known

    def who(self, api: Api) -> Profile:
        """Return who the token of `api` is for; make the profile with `person`."""
        raise NotImplementedError

    def person(self, *, subject: object, name: object = "", **given: object) -> Profile:
        """Return a profile of values just as the provider gave them.

        What is of another type or shape than it has to be counts as absent; without `subject`
        nobody is logged in. Only True makes `email_verified` true. `given` has other fields of
        `Profile`; `name` may be a tuple of which the first that can be read is taken.
        """
        email = claims.address(given.get("email"))
        is_verified = given.get("email_verified") is True and email != ""
        return Profile(
            provider=self.name,
            issuer=self.issuer,
            subject=claims.subject(subject),
            name=claims.name(*name) if isinstance(name, tuple) else claims.name(name),
            avatar_url=claims.picture(given.get("avatar_url")),
            profile_url=claims.link(given.get("profile_url")),
            email=email,
            email_verified=is_verified,
            is_authoritative=is_verified and given.get("is_authoritative") is True,
        )

    def authorization_url(self, walk: Walk, *, ask_account: bool = False) -> str:
        self.prepare(Deadline(WALK))
        extra = {**(self.to_choose if ask_account else {}), **self.asks(walk)}
        with self._session(walk, Deadline(WALK)) as session:
            url, _state = session.create_authorization_url(
                self.authorize_url, state=walk.state, code_verifier=walk.code_verifier, **extra
            )
        return str(url)

    def profile(self, walk: Walk, *, code: str) -> Profile:
        deadline = Deadline(WALK)
        self.prepare(deadline)
        with self._session(walk, deadline) as session:
            api = Api(session, walk, base_url=self.api_base_url, deadline=deadline)
            api.redeem(self.access_token_url, code)
            try:
                return self.who(api)
            finally:
                self.give_back(api)

    def prepare(self, _deadline: Deadline) -> None:
        """Learn what has to be known before anything else; most know it all."""

    def asks(self, _walk: Walk) -> dict[str, str]:
        """Return what to add to `authorize_url` every time."""
        return {}

    def give_back(self, api: Api) -> None:
        """Make the token worthless, where the provider can."""
        if self.revoke_url:
            api.give_back(self.revoke_url)

    @contextmanager
    def _session(self, walk: Walk, deadline: Deadline) -> Iterator[OAuth2Session]:
        with OAuth2Session(
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            token_endpoint_auth_method=self.token_auth,
            revocation_endpoint_auth_method=self.token_auth,
            code_challenge_method="S256",
            scope=self.scope,
            redirect_uri=walk.redirect_uri,
        ) as session:
            session.trust_env = False  # no proxy, and no password of ~/.netrc
            carry(session, deadline)
            yield session
