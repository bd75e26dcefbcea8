"""The API's description, made from the very declarations that answer requests."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from flask import Response
from pydantic.json_schema import models_json_schema

from commentbox.web.api.operations import OPERATIONS, Operation, blueprint
from commentbox.web.api.schemas import Output, Problem, Query
from commentbox.web.kit.given import Input

_VERSION: Final = "1.0.0"
_REFERENCE: Final = "#/components/schemas/{model}"
_CREATED: Final = {HTTPStatus.CREATED: "Published", HTTPStatus.ACCEPTED: "Held for a moderator"}
_READING_FAILS: Final = (404, 422)
_WRITING_FAILS: Final = (400, 403, 404, 409, 411, 413, 415, 422, 429)
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body give the same answer again, and one comment only.",
    "schema": {"type": "string", "maxLength": 200},
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
            "need no key. Scripts may call it from the pages of the site's own origins.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    writes = operation.method == "POST"
    described = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_of_path(operation.path), *([_KEY] if writes else _of_query(operation))],
        "responses": {
            **_answers(operation, _CREATED if writes else {HTTPStatus.OK: "Found"}),
            **_failures(_WRITING_FAILS if writes else _READING_FAILS),
        },
    }
    if writes:
        described["requestBody"] = {"required": True, **_content(operation.takes.__name__)}
    return described


def _of_path(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _of_query(operation: Operation) -> list[dict[str, Any]]:
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


def _answers(operation: Operation, statuses: dict[HTTPStatus, str]) -> dict[str, Any]:
    return {
        str(status.value): {"description": words, **_content(operation.answer.__name__)}
        for status, words in statuses.items()
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
    outputs: set[type[Output]] = {part.answer for part in OPERATIONS} | {Problem}
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
