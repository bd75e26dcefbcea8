"""The people who log in at a stand-in: the usual one, and those that forms stumble over."""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Final

_SIDE: Final = 96  # pixels of a photo


@dataclass(frozen=True)
class Persona:
    """Somebody with an account at every provider, and under another id at each of them."""

    key: str
    about: str
    name: str
    username: str = "reader"
    email: str = ""
    is_verified: bool = True
    hosted_domain: str = ""
    has_photo: bool = True

    def subject(self, provider: str, *, digits: int) -> str:
        """Return the id that a provider knows this person by: digits, as theirs are."""
        number = int.from_bytes(hashlib.sha256(f"{provider}:{self.key}".encode()).digest())
        return str(10 ** (digits - 1) + number % (9 * 10 ** (digits - 1)))


_LONG: Final = "Wolfeschlegelsteinhausenbergerdorff-" * 6 + "the Elder"

PERSONAS: Final = {
    persona.key: persona
    for persona in (
        Persona("usual", "the usual reader", "Ada Reader", "ada_reads", "ada@readers.example"),
        Persona("other", "another reader", "Ben Other", "ben_other", "ben@readers.example"),
        Persona("twin", "the usual reader's address, another person", "Not Ada", "not_ada",
                "ada@readers.example"),
        Persona("office", "an address of their employer", "Olga Office", "olga",
              "olga@office.example", hosted_domain="office.example"),
        Persona("unverified", "an address nobody has confirmed", "Una Verified", "una",
                "una@readers.example", is_verified=False),
        Persona("no-email", "no email address", "Nora Nomail", "nora"),
        Persona("no-photo", "no photo", "Nick Nophoto", "nick", "nick@readers.example",
                has_photo=False),
        Persona("long-name", "a very long name", _LONG, "wolfe", "wolfe@readers.example"),
        Persona("emoji", "emoji in the name", "Zoë 🧶👩🏽‍🚀 Yarn", "yarn", "zoe@readers.example"),
        Persona("right-to-left", "a right-to-left name", "ليلى بنت يوسف", "layla",
                "layla@readers.example"),
        Persona("script", "a script in the name", "<script>alert(1)</script> Sam", "sam",
                "sam@readers.example"),
    )
}  # fmt: skip


def photo(key: str) -> bytes:
    """Return a picture (PNG) in a colour of their own; grey for nobody in particular."""
    colour = hashlib.sha256(key.encode()).digest()[:3] if key in PERSONAS else b"\xcc\xcc\xcc"
    rows = (b"\x00" + colour * _SIDE) * _SIDE
    header = struct.pack(">2I5B", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
