"""The API's description says what the API does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from commentbox.comments import sites
from commentbox.web.api import openapi
from commentbox.web.kit import idempotency
from tests.paths import ROOT

Ask = Callable[..., Any]
KEY = "Idempotency-Key"


def check(answer: TestResponse, model: str) -> None:
    """Hold an answer against the described shape."""
    schema = {"$ref": f"#/components/schemas/{model}", **openapi.document()}
    Draft202012Validator(schema).validate(answer.json)


def test_the_description_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(openapi.document()).iter_errors()) == []


def test_the_kept_description_is_the_one_that_is_served(client: FlaskClient) -> None:
    kept = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    assert kept == openapi.text(), "Run `commentbox openapi > docs/openapi.json`"
    assert client.get("/api/v1/openapi.json").json == json.loads(kept)


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    described = {
        (path.count("/"), method.upper())
        for path, methods in openapi.document()["paths"].items()
        for method in methods
    }
    served = {
        (rule.rule.count("/"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == described


def test_every_answer_and_problem_has_a_closed_shape() -> None:
    schemas = openapi.document()["components"]["schemas"]
    objects = {name: part for name, part in schemas.items() if part["type"] == "object"}
    assert all(part["additionalProperties"] is False for part in objects.values())


@pytest.mark.parametrize("name", sites.LIMITS)
def test_the_numbers_that_a_setting_may_be_are_described(name: str) -> None:
    part = openapi.document()["components"]["schemas"]["ChangedSettings"]["properties"][name]
    assert range(part["minimum"], part["maximum"] + 1) == sites.LIMITS[name]


def test_every_operation_can_be_too_busy_and_every_key_has_its_shape() -> None:
    found = [each for path in openapi.document()["paths"].values() for each in path.values()]
    assert all("503" in each["responses"] for each in found)
    assert all("507" in each["responses"] for each in found if "409" in each["responses"])
    keys = [part for each in found for part in each["parameters"] if part["name"] == KEY]
    assert {part["schema"]["pattern"] for part in keys} == {f"^{idempotency.SHAPE.pattern}$"}


@pytest.mark.parametrize(
    ("path", "query", "model"),
    [
        ("sites/blog/threads", {"url": "https://blog.test/article"}, "Thread"),
        ("sites/blog/counts", {"url": "https://blog.test/article"}, "Counts"),
        ("sites/blog/counts", {}, "Problem"),
        ("threads/nope/comments", {}, "Problem"),
    ],
)
def test_answers_have_the_shape_that_is_described(
    send: Ask, read: Ask, path: str, query: dict[str, Any], model: str
) -> None:
    posted = send()
    check(posted, "Posted")
    check(read(f"comments/{posted.json['id']}"), "Comment")
    check(read(path, **query), model)
