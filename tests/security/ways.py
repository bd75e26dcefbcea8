"""The ways in for a guest's comment, each taking the same fields."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from tests.conftest import BLOG
from tests.reader import Reader

Way = Callable[[Reader, dict[str, str]], int]
"""Posts what was typed, and returns the status: 201 when it was taken."""

ORDINARY: Final = {
    "comment": "Words of mine: https://ann.example",
    "author": "Ann",
    "url": "https://ann.example",
    "email": "ann@example.org",
    "title": "An article",
    "address": "",
}
"""All fields, filled in as people do; `address` is the article's path."""


def by_frame(reader: Reader, typed: dict[str, str]) -> int:
    """Post from the frame, by script."""
    fields: dict[str, Any] = {"page_url": _address(typed), "page_title": typed["title"]}
    return reader.write(**fields, **_form(typed)).status_code


def by_page(reader: Reader, typed: dict[str, str]) -> int:
    """Post from the page without script, on an article that has no thread yet."""
    query = f"url={quote(_address(typed), safe='')}&title={quote(typed['title'], safe='')}"
    status: int = reader.send(f"/t?site=blog&{query}", **_form(typed)).status_code
    return 201 if status == 303 else status


def by_api(reader: Reader, typed: dict[str, str]) -> int:
    """Post as a program does."""
    page = {"url": _address(typed), "title": typed["title"]}
    body = {"comment": typed["comment"], "name": typed["author"], "email": typed["email"]}
    body |= {"website": typed["url"]}
    path = "/api/v1/sites/blog/comments"
    return reader.client.post(path, json={"page": page, **body}).status_code


WAYS: Final[Mapping[str, Way]] = {"frame": by_frame, "page": by_page, "api": by_api}


def _address(typed: dict[str, str]) -> str:
    return f"{BLOG}/{typed['address']}"


def _form(typed: dict[str, str]) -> dict[str, Any]:
    return {name: typed[name] for name in ("comment", "author", "url", "email")}
