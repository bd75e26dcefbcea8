"""The keys that a provider signs with, and what they have signed."""

from typing import Any, Final

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from commentbox.adapters.http import Deadline
from commentbox.providers.api import answering, document
from commentbox.providers.base import ProviderFailed
from commentbox.providers.kept import Kept

_LONGEST: Final = 16 * 1024  # characters of a signed token


class Keys:
    """A provider's public keys. Those that a token brings along, or leads to, are not looked at."""

    def __init__(self) -> None:
        self._kept = Kept(_fetched)

    def verified(
        self, token: object, *, uri: str, algorithms: tuple[str, ...], deadline: Deadline
    ) -> jwt.Token:
        """Return the header and the claims of a token (RFC 7519) that a key at `uri` has signed.

        `algorithms` name asymmetric signatures. Raises `ProviderFailed`.
        """
        if not isinstance(token, str) or not 0 < len(token) <= _LONGEST:
            raise ProviderFailed("refused", "token.shape")
        with answering():
            try:
                return _decoded(token, self._kept.get(uri, deadline), algorithms)
            except (InvalidKeyIdError, BadSignatureError):
                # The key may have been replaced, under a new name or under the same one.
                keys = self._kept.get_anew(uri, deadline)
                if keys is None:
                    raise
            return _decoded(token, keys, algorithms)


def _fetched(uri: str, deadline: Deadline) -> KeySet:
    entries: Any = document(uri, deadline).get("keys")
    if not isinstance(entries, list):
        raise ProviderFailed("unreachable", "keys.shape")
    # A secret that both sides know ("oct") would let everybody sign who has read it here.
    public = [entry for entry in entries if isinstance(entry, dict) and entry.get("kty") != "oct"]
    with answering():
        return KeySet.import_key_set({"keys": public})


def _decoded(token: str, keys: KeySet, algorithms: tuple[str, ...]) -> jwt.Token:
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    return jwt.decode(token, keys, registry=registry)
