"""What every provider promises: to send people there, and to say who came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from commentbox.config import ProviderSettings
from commentbox.errors import CommentboxError

Failure = Literal["refused", "unreachable"]
Outcome = Literal["", "denied", "failed"]

# RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, and what Apple and Facebook say instead.
_DENIALS: Final = frozenset({"access_denied", "user_denied", "user_cancelled_authorize"})


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Who somebody is at a provider; `issuer` and `subject` together never mean anybody else.

    All but these may be empty. `is_authoritative`: the provider itself runs the mailbox `email`,
    so who logs in there is who reads it.
    """

    provider: str
    issuer: str
    subject: str = field(repr=False)
    name: str
    avatar_url: str = field(default="", repr=False)
    profile_url: str = ""
    email: str = field(default="", repr=False)
    email_verified: bool = False
    is_authoritative: bool = False


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The secrets of one walk to a provider and back, each made for it alone.

    `state`, `nonce` and `code_verifier` have at least 128 random bits; `code_verifier` has 43 to
    128 characters (RFC 7636). `redirect_uri` is where the provider sends people back to.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)
    redirect_uri: str


class ProviderFailed(CommentboxError):
    """Nobody can be logged in now.

    `kind` is "refused" when the provider's word is not to be believed, or it does not take ours;
    "unreachable" when it gave no usable answer. `why` is for the log, and holds nothing personal.
    """

    def __init__(self, kind: Failure, why: str = "") -> None:
        super().__init__(f"provider.{kind}")
        self.kind: Failure = kind
        self.why = why


def callback(base_url: str, name: str) -> str:
    """Return where the provider of a name sends people back to."""
    return f"{base_url}/login/{name}/callback"


class Provider:
    """One provider, as the settings describe it. All is safe to call from several threads."""

    label = ""
    """What people know it by."""

    picture = ""
    """What the avatar of somebody who logged in there is called, such as "Google photo"."""

    issuer = ""
    """The address that the provider is, whoever it speaks for (RFC 9207)."""

    sends_iss = False
    """Whether who comes back always brings the issuer along (RFC 9207)."""

    works_in_apps = True
    """Whether it lets people log in within the browser of an app."""

    notices: ClassVar[Mapping[str, str]] = {}
    """What it tells by itself, as its console calls that, with the word below `/login/<name>/`."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.name = settings.name
        self.settings = settings
        self.label = settings.options.get("label", self.label)
        self.issuer = settings.options.get("issuer", self.issuer)

    def authorization_url(self, walk: Walk, *, ask_account: bool = False) -> str:
        """Return the address to send somebody to; `ask_account` lets them choose another account.

        May ask the provider first how it works; raises `ProviderFailed` then.
        """
        raise NotImplementedError

    def profile(self, walk: Walk, *, code: str) -> Profile:
        """Return who brought the code. Asks the provider; takes ten seconds at most.

        Raises `ProviderFailed`.
        """
        raise NotImplementedError

    def outcome(self, params: Mapping[str, str]) -> Outcome:
        """Return what the parameters of a callback say: "" is to go on with its code.

        Ask only after the walk is known to be ours: everybody can call the callback.
        """
        if error := params.get("error"):
            return "denied" if error in _DENIALS else "failed"
        return "" if params.get("code") else "failed"

    def check_iss(self, params: Mapping[str, str]) -> None:
        """Refuse an answer of another issuer (RFC 9207), by raising `ProviderFailed`."""
        given = params.get("iss")
        if given is None and not self.sends_iss:
            return
        if given != self.issuer:
            raise ProviderFailed("refused", "iss")
