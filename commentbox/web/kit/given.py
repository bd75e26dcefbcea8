"""Reading what a client gave: JSON without ambiguity, parameters without doubles, ids."""

import json
from typing import Any, Final, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from commentbox.errors import Invalid, Malformed, NotFound
from commentbox.lib import ids

M = TypeVar("M", bound=BaseModel)
_CODES: Final = {"missing": "field.missing", "extra_forbidden": "field.unknown"}
_LONGEST_NAME: Final = 60


class Input(BaseModel):
    """A body: every field has exactly the type it says."""

    model_config = ConfigDict(extra="forbid", strict=True)


def body(model: type[M]) -> M:
    """Return the request's JSON body; half a character in its text is none (U+FFFD).

    Raises `Malformed("body.invalid")` for what is no JSON, or JSON that two parsers may read
    differently (RFC 8259 §4 and §6: doubled names, numbers beyond a double), and
    `Invalid("body.invalid")` with the fields at fault.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        found = json.loads(
            request.get_data().decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_float,
        )
    except (ValueError, RecursionError) as problem:
        raise Malformed("body.invalid") from problem
    return _checked(model, found, "body.invalid")


def query(model: type[M]) -> M:
    """Return the address's parameters; raise `Invalid("query.invalid")` with those at fault."""
    several = {name for name, part in model.model_fields.items() if part.annotation == list[str]}
    found: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name in model.model_fields:
            if len(values) > 1 and name not in several:
                raise Invalid("query.invalid", fields={name: "field.invalid"})
            found[name] = values if name in several else values[0]
    return _checked(model, found, "query.invalid")


def known_query(model: type[M]) -> M:
    """Return the address's parameters as `query` does, and refuse any that there is not.

    A filter that is misspelt would let everything through.
    """
    unknown = request.args.keys() - model.model_fields.keys()
    if unknown:
        fields = {name[:_LONGEST_NAME]: "field.unknown" for name in sorted(unknown)}
        raise Invalid("query.invalid", fields=fields)
    return query(model)


def known_id(text: str, *, code: str) -> str:
    """Return an id of an address or a form; raise `NotFound` with the code for what is none.

    No row has such an id, and PostgreSQL refuses to look for a NUL.
    """
    if not ids.is_id(text):
        raise NotFound(code)
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return {name: _whole(value) for name, value in found.items()}


def _whole(value: Any) -> Any:
    """Return text that UTF-8 can carry: JSON can escape one half of a surrogate pair."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse(_constant: str) -> None:
    raise ValueError


def _float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError
    return number


def _checked(model: type[M], found: Any, code: str) -> M:
    try:
        return model.model_validate(found)
    except ValidationError as problem:
        raise Invalid(code, fields=_faults(problem)) from None


def _faults(problem: ValidationError) -> dict[str, str]:
    faults = problem.errors(include_url=False, include_context=False, include_input=False)
    return {
        ".".join(str(part) for part in fault["loc"])[:_LONGEST_NAME]: _CODES.get(
            fault["type"], "field.invalid"
        )
        for fault in faults
    }
