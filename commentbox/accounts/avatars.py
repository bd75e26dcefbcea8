"""Pictures of people, drawn anew: what comes from elsewhere is never served as it came."""

import hashlib
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from commentbox.accounts import profiles
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Account, Avatar

MOST_BYTES: Final = 1024 * 1024
SIDE: Final = 96  # pixels, twice what is shown
TYPE: Final = "image/webp"

_MOST_PIXELS: Final = 2048 * 2048
_MOST_SCANS: Final = 100  # of a JPEG, each of which costs as much as drawing it
_FORMATS: Final = ("PNG", "JPEG", "GIF")
_START_OF_SCAN: Final = b"\xff\xda"


@dataclass(frozen=True)
class Drawn:
    """A picture as it is shown, and the digest of the bytes that it comes from."""

    content: bytes
    source_digest: str


def drawn(content: bytes) -> Drawn:
    """Return a picture drawn anew; it may take a while, so do it before anything is written.

    Raises `Invalid("avatar.invalid")` for what is no picture, or too large a one.
    """
    return Drawn(_square(content), hashlib.sha256(content).hexdigest())


def store(account: Account, picture: Drawn) -> None:
    """Show a picture beside all that the person wrote; the one they have changes nothing."""
    before = db.session.get(Avatar, account.avatar_id) if account.avatar_id else None
    if before and before.source_digest == picture.source_digest:
        return
    avatar = Avatar(id=ids.new(), type=TYPE, **asdict(picture))
    db.session.add(avatar)
    db.session.flush()
    account.avatar_id = avatar.id
    profiles.show(account)
    if before:
        db.session.delete(before)
        db.session.flush()


def remove(account: Account) -> None:
    """Show the letter in the place of the person's picture."""
    before = db.session.get(Avatar, account.avatar_id) if account.avatar_id else None
    if before is None:
        return
    account.avatar_id = None
    profiles.show(account)
    db.session.delete(before)
    db.session.flush()


def by_id(avatar_id: str) -> Avatar:
    """Return a picture; raise `NotFound("avatar.unknown")`."""
    avatar = db.session.get(Avatar, avatar_id) if ids.is_id(avatar_id) else None
    if avatar is None:
        raise NotFound("avatar.unknown")
    return avatar


def _square(content: bytes) -> bytes:
    """Return the first frame of a picture as a small square WebP, with nothing but its pixels."""
    if len(content) > MOST_BYTES:
        raise Invalid("avatar.invalid")
    found = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if _costs_much(picture, content):
                raise Invalid("avatar.invalid")
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            square = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGBA"), (SIDE, SIDE))
        square.save(found, "WEBP", quality=80)
    except Exception as problem:  # bytes that are no picture can make a decoder raise anything
        raise Invalid("avatar.invalid") from problem
    return found.getvalue()


def _costs_much(picture: Image.Image, content: bytes) -> bool:
    """Say so before anything is decoded: the size stands in the first bytes."""
    scans = content.count(_START_OF_SCAN) if picture.format == "JPEG" else 1
    return picture.width * picture.height > _MOST_PIXELS or scans > _MOST_SCANS
