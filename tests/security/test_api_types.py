"""E9, F10: whatever JSON holds, the answer is a refusal or a comment, never a failure."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from commentbox.lib import markdown, text
from commentbox.models import Site
from tests import corpora
from tests.conftest import BLOG
from tests.web.api.conftest import GUEST, PAGE

Ask = Callable[..., Any]
POST = "/api/v1/sites/blog/comments"
GOOD = json.dumps(GUEST | {"page": PAGE})
STRINGS = ("comment", "name", "email", "website", "parent_id", "author_key")
RAW = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"comment": NaN}',
    b'{"comment": Infinity}',
    b'{"comment": 1e400}',
    b'{"comment": -1e400}',
    b'{"comment": ' + b"9" * 5_000 + b"}",
    b'{"comment": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"comment": "a", "comment": "b"}',
    b'{"page": {"url": "a", "url": "b"}}',
    b'{"\\ud800": 1}',
    GOOD.encode()[:-1],
    GOOD.encode() + b"x",
    GOOD.encode("utf-16"),
]
VALUES: list[Any] = [
    *([], {}, None, True, 0, -1, 2**63, 1.5, [[]], {"a": 1}, ["x"], "", "\0"),
    *("\ud800", "\udfff\ud800", "a" * 20_000, "\u202e\u2066", "\ufeff"),
]


def test_e9_json_that_is_not_plain_is_refused(client: FlaskClient, blog: Site) -> None:
    for raw in RAW:
        answer = client.post(POST, data=raw, content_type="application/json")
        assert answer.status_code in {400, 422}, raw[:40]
        assert answer.mimetype == "application/problem+json"
        json.dumps(answer.json)


def test_e9_a_field_of_another_type_is_refused(send: Ask) -> None:
    for field, value in itertools.product([*STRINGS, "page"], VALUES):
        answer = send(**{field: value})
        assert answer.status_code in {201, 409, 422}, (field, value)
        if not isinstance(value, str | None):
            assert answer.status_code == 422
            assert all(name.startswith(field) for name in answer.json["fields"])


def test_e9_so_is_one_of_the_page(send: Ask) -> None:
    for field, value in itertools.product(["url", "canonical", "id", "title"], VALUES):
        answer = send(page=PAGE | {field: value})
        assert answer.status_code in {201, 409, 422}, (field, value)


@pytest.mark.parametrize(
    "query",
    [
        "url=a&url=b",
        "url[]=a",
        "",
        "url=%00",
        "url=%ff%fe",
        f"url={BLOG}/a&id=%00",
        f"url={BLOG}/a&id=%ED%A0%80",
        f"url={BLOG}/a&canonical=%ff",
        "url=" + "a" * 10_000,
    ],
)
def test_e9_parameters_are_given_once_and_are_text(
    client: FlaskClient, blog: Site, query: str
) -> None:
    assert client.get(f"/api/v1/sites/blog/threads?{query}").status_code in {404, 422}


def test_f10_text_comes_back_as_it_was_sent(send: Ask, read: Ask) -> None:
    plain = "Grüße, 日本語, नमस्ते, שלום, 👩‍🚀 e\u0301 — “quoted” ﬁ ½"
    found = read(f"comments/{send(comment=plain, name='Žofie 😀').json['id']}").json
    assert found["html"] == f"<p>{text.clean(plain)}</p>"
    assert found["author"]["name"] == "Žofie 😀"


@pytest.mark.parametrize("blank", ["\u200b", "\u3164", "\u00a0 \u2003", "\u202e", "\u0301", "\0"])
def test_f10_what_looks_blank_is_empty(send: Ask, blank: str) -> None:
    answer = send(comment=blank, name=blank)
    assert set(answer.json["fields"]) == {"comment", "name"}


def test_f10_no_string_of_the_corpora_breaks_anything(send: Ask, read: Ask) -> None:
    strings = _strings(corpora.document("unicode/blns.json"))
    strings += _strings(corpora.document("unicode/own-unicode.json"))
    for number, typed in enumerate(strings):
        answer = send(comment=f"{number} {typed}", name=f"N {typed}")
        assert answer.status_code in {201, 202, 422}, typed
        if answer.status_code == 201:
            html = read(f"comments/{answer.json['id']}").json["html"]
            assert html == markdown.render(text.clean(f"{number} {typed}").strip())


def _strings(found: Any) -> list[str]:
    """Return every string in a document that UTF-8 can carry or JSON can escape."""
    if isinstance(found, str):
        return [found]
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
    return [string for part in parts for string in _strings(part)]
