"""The API's description, made from the very declarations that answer requests."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from flask import Response
from pydantic.json_schema import models_json_schema

from commentbox.web.api.operations import AUTHOR, OPERATIONS, Operation, blueprint
from commentbox.web.api.schemas import Output, Problem, Query
from commentbox.web.kit import idempotency
from commentbox.web.kit.given import Input

_VERSION: Final = "1.0.0"
_REFERENCE: Final = "#/components/schemas/{model}"
_READING_FAILS: Final = (404, 422, 503)
_WRITING_FAILS: Final = (403, 404, 409, 422, 429, 503, 507)
_BODY_FAILS: Final = (400, 411, 413, 415)
_WITHOUT_RIGHT: Final = (401, 403, 429)
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body give the same answer again, and take effect once only.",
    "schema": {"type": "string", "pattern": f"^{idempotency.SHAPE.pattern}$"},
}
_AUTHOR: Final = {
    "name": AUTHOR,
    "in": "header",
    "description": "The guest's secret, as the answer to what they sent before gave it. Without "
    "one they get a new one in the same header of the answer.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
}
_SITE_KEY: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of the site, made at the desk by an owner. It is good for some of "
    "`read`, `decide` and `settings`, and acts in the name of who made it.",
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the description as JSON."""
    return Response(text(), mimetype="application/json")


def text() -> str:
    """Return the description as it is kept in docs/openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def document() -> dict[str, Any]:
    """Return the description (OpenAPI 3.1)."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        path = paths.setdefault(f"/api/v1{operation.path}", {})
        path[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Commentbox",
            "version": _VERSION,
            "description": "Threads and comments of your sites. Reading and posting as a guest "
            "need no key. Scripts may call that from the pages of the site's own origins; "
            "moderating takes a key of the site, and is for programs alone.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"site_key": _SITE_KEY}},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_of_path(operation.path), *_of_headers(operation), *_of_query(operation)],
        "responses": {**_answers(operation), **_failures(_failing(operation))},
    }
    if issubclass(operation.takes, Input):
        described["requestBody"] = {"required": True, **_content(operation.takes.__name__)}
    if operation.scope:
        described["security"] = [{"site_key": [operation.scope.value]}]
    return described


def _failing(operation: Operation) -> list[int]:
    statuses = set(_READING_FAILS if operation.method == "GET" else _WRITING_FAILS)
    if issubclass(operation.takes, Input):
        statuses.update(_BODY_FAILS)
    if operation.scope:
        statuses.update(_WITHOUT_RIGHT)
    return sorted(statuses)


def _of_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _of_headers(operation: Operation) -> list[dict[str, Any]]:
    if operation.is_by_guest:
        return [_AUTHOR]
    makes = operation.method == "POST" and not operation.only_reads
    return [_IDEMPOTENCY_KEY] if makes else []


def _of_query(operation: Operation) -> list[dict[str, Any]]:
    if not issubclass(operation.takes, Query):
        return []
    schema = operation.takes.model_json_schema(ref_template=_REFERENCE)
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": part,
        }
        for name, part in schema.get("properties", {}).items()
    ]


def _answers(operation: Operation) -> dict[str, Any]:
    content = _content(operation.answer.__name__) if operation.answer else {}
    return {
        str(status.value): {"description": words, **content}
        for status, words in operation.outcomes.items()
    }


def _failures(statuses: Iterable[int]) -> dict[str, Any]:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            **_content(Problem.__name__, "application/problem+json"),
        }
        for status in statuses
    }


def _content(model: str, mimetype: str = "application/json") -> dict[str, Any]:
    return {"content": {mimetype: {"schema": {"$ref": _REFERENCE.format(model=model)}}}}


def _schemas() -> dict[str, Any]:
    inputs = {part.takes for part in OPERATIONS if issubclass(part.takes, Input)}
    outputs: set[type[Output]] = {part.answer for part in OPERATIONS if part.answer} | {Problem}
    queries = {part.takes for part in OPERATIONS if issubclass(part.takes, Query)}
    wanted = [
        *((model, "validation") for model in sorted(inputs | queries, key=_name)),
        *((model, "serialization") for model in sorted(outputs, key=_name)),
    ]
    _map, schema = models_json_schema(wanted, ref_template=_REFERENCE)  # type: ignore[arg-type]
    kept: dict[str, Any] = schema["$defs"]
    return {name: part for name, part in kept.items() if name not in {q.__name__ for q in queries}}


def _name(model: type) -> str:
    return model.__name__
