"""Pictures of people: drawn anew, however they come."""

import io
import resource
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import inspect, select

from commentbox.accounts import avatars, identities
from commentbox.adapters import http
from commentbox.adapters.http import Fetched, Unreachable
from commentbox.errors import Invalid, NotFound
from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.models import Account, Avatar, Comment, Identity, Thread
from tests.postbox import Postbox, work
from tests.walks import ADA

Post = Callable[..., Comment]
SECRET = b"GPS 52.5200 13.4050"


@pytest.fixture
def identity(writing: None) -> Identity:
    return identities.recognised(ADA)[1]


@pytest.fixture
def account(identity: Identity) -> Account:
    return db.session.get_one(Account, identity.account_id)


def picture(
    kind: str = "PNG",
    *,
    mode: str = "RGB",
    size: tuple[int, int] = (200, 120),
    colour: int = 0,
) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, kind)
    return content.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a tiny PNG that says that it is huge."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(3000))),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def film(frames: int) -> bytes:
    """Return a GIF that moves."""
    first, *others = [Image.new("L", (8, 8), number % 256) for number in range(frames)]
    content = io.BytesIO()
    first.save(content, "GIF", save_all=True, append_images=others)
    return content.getvalue()


def shown(account: Account) -> Image.Image:
    assert account.avatar_id
    avatar = avatars.by_id(account.avatar_id)
    assert avatar.type == "image/webp"
    return Image.open(io.BytesIO(avatar.content), formats=["WEBP"])


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
    ],
)
def test_every_usual_picture_becomes_a_small_square(account: Account, kind: str, mode: str) -> None:
    avatars.store(account, avatars.drawn(picture(kind, mode=mode)))
    assert shown(account).size == (96, 96)


def test_nothing_but_the_pixels_is_kept(account: Account) -> None:
    content = io.BytesIO()
    details = Image.Exif()
    details[0x010E] = SECRET.decode()
    Image.new("RGB", (120, 120)).save(content, "JPEG", exif=details, comment=SECRET)
    assert SECRET in content.getvalue()
    avatars.store(account, avatars.drawn(content.getvalue() + b"<script>alert(1)</script>"))
    assert account.avatar_id
    kept = avatars.by_id(account.avatar_id).content
    assert SECRET not in kept
    assert b"script" not in kept
    assert not shown(account).getexif()


def test_the_same_picture_again_changes_nothing(
    account: Account, post: Post, thread: Thread
) -> None:
    post().account_id = account.id
    avatars.store(account, avatars.drawn(picture()))
    db.session.refresh(thread)
    before, revision = account.avatar_id, thread.revision
    avatars.store(account, avatars.drawn(picture()))
    db.session.refresh(thread)
    assert (account.avatar_id, thread.revision) == (before, revision)


def test_a_new_picture_stands_beside_all_comments_and_the_old_one_is_gone(
    account: Account, post: Post
) -> None:
    comment = post()
    comment.account_id = account.id
    avatars.store(account, avatars.drawn(picture()))
    avatars.store(account, avatars.drawn(picture(colour=255)))
    db.session.refresh(comment)
    assert comment.author_avatar == account.avatar_id
    assert db.session.scalars(select(Avatar.id)).all() == [account.avatar_id]


def test_an_old_picture_goes_without_a_look_at_every_person(writing: None) -> None:
    [columns] = [
        index["column_names"]
        for index in inspect(db.engine).get_indexes("account")
        if "avatar_id" in index["column_names"]
    ]
    assert columns == ["avatar_id"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.4",
        picture()[:60],
        picture("JPEG")[:300],
        picture("BMP"),
        picture("TIFF"),
        bomb(0, 0),
    ],
)
def test_f7_what_is_no_picture_is_refused(account: Account, content: bytes) -> None:
    with pytest.raises(Invalid, match=r"avatar\.invalid"):
        avatars.store(account, avatars.drawn(content))
    assert account.avatar_id is None


def test_f7_a_picture_that_is_also_a_page_is_only_its_pixels(account: Account) -> None:
    page = b"<html><script>alert(1)</script></html>"
    avatars.store(account, avatars.drawn(picture("GIF", mode="P") + page))
    assert account.avatar_id
    kept = avatars.by_id(account.avatar_id).content
    assert kept.startswith(b"RIFF")
    assert b"<" not in kept[:4]
    assert page not in kept


@pytest.mark.parametrize(
    "content",
    [
        bomb(50_000, 50_000),
        bomb(12_000, 12_000),
        bomb(3_000, 3_000),
        bomb(2**31 - 1, 1),
        bytes(avatars.MOST_BYTES + 1),
        picture("JPEG") + b"\xff\xda" * 1000,
    ],
)
def test_f8_a_bomb_is_refused_before_it_is_decoded(account: Account, content: bytes) -> None:
    before, began = _memory(), time.perf_counter()
    with pytest.raises(Invalid, match=r"avatar\.invalid"):
        avatars.store(account, avatars.drawn(content))
    assert time.perf_counter() - began < 0.1
    assert _memory() - before < 20 * 1024


def test_f8_of_a_thousand_frames_one_is_decoded(account: Account) -> None:
    content = film(1000)
    began = time.perf_counter()
    avatars.store(account, avatars.drawn(content))
    assert time.perf_counter() - began < 0.1
    assert getattr(shown(account), "n_frames", 1) == 1


@pytest.mark.parametrize("avatar_id", ["", "x", "x" * 22, "../" * 8, "\x00" * 22])
def test_a_picture_that_is_not_there_is_not_found(writing: None, avatar_id: str) -> None:
    with pytest.raises(NotFound, match=r"avatar\.unknown"):
        avatars.by_id(avatar_id)


def test_the_picture_is_fetched_after_the_log_in(
    app: Flask, account: Account, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def fetch(url: str, *, most_bytes: int, seconds: float) -> Fetched:
        asked.append((url, most_bytes))
        return Fetched(200, "image/png", picture())

    monkeypatch.setattr(http, "fetch", fetch)
    outbox.add("avatar.wanted", identity_id=identity.id, url="https://lh3.example/ada")
    work(app, Postbox())
    assert asked == [("https://lh3.example/ada", avatars.MOST_BYTES)]
    assert shown(db.session.get_one(Account, account.id)).size == (96, 96)


@pytest.mark.parametrize(
    "answer",
    [
        Fetched(404, "image/png", picture()),
        Fetched(200, "image/png", b"<html>"),
        Unreachable("address.not_public"),
    ],
)
def test_a_picture_that_cannot_be_had_is_done_without(
    app: Flask,
    account: Account,
    identity: Identity,
    monkeypatch: pytest.MonkeyPatch,
    answer: Fetched | Unreachable,
) -> None:
    def fetch(_url: str, **_limits: object) -> Fetched:
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    monkeypatch.setattr(http, "fetch", fetch)
    outbox.add("avatar.wanted", identity_id=identity.id, url="https://lh3.example/ada")
    work(app, Postbox())
    assert db.session.get_one(Account, account.id, populate_existing=True).avatar_id is None
    assert outbox.backlog().due == 0


@pytest.mark.parametrize("meanwhile", ["unlinked", "gravatar"])
def test_a_picture_that_is_wanted_no_more_does_not_come_back(
    app: Flask, account: Account, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    other = identities.link(account, replace(ADA, provider="twitter", issuer="https://x.test"))
    outbox.add("avatar.wanted", identity_id=other.id, url="https://lh3.example/ada")
    if meanwhile == "gravatar":
        account.wants_gravatar = True
    else:
        identities.unlink(account, other.id)
    monkeypatch.setattr(http, "fetch", lambda *_, **__: Fetched(200, "image/png", picture()))
    work(app, Postbox())
    assert db.session.get_one(Account, account.id, populate_existing=True).avatar_id is None
    assert outbox.backlog().due == 0


def test_nobody_waits_while_a_picture_is_drawn(
    app: Flask, account: Account, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    draw = avatars.drawn

    def drawn(content: bytes) -> avatars.Drawn:
        held.append(db.session().in_transaction())
        return draw(content)

    monkeypatch.setattr(avatars, "drawn", drawn)
    monkeypatch.setattr(http, "fetch", lambda *_, **__: Fetched(200, "image/png", picture()))
    outbox.add("avatar.wanted", identity_id=identity.id, url="https://lh3.example/ada")
    work(app, Postbox())
    assert held == [False]


def _memory() -> int:
    """Return the most memory that this process has used so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
