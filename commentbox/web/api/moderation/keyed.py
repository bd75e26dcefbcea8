"""Declaring an operation that takes a site's key: who may, what it takes, and that it is once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

import structlog
from flask import Response, request

from commentbox.accounts import api_keys
from commentbox.models import Scope
from commentbox.moderation import holders
from commentbox.moderation.holders import Holder
from commentbox.policy import Action
from commentbox.web.api.operations import OPERATIONS, Operation, blueprint
from commentbox.web.api.schemas import Output, Query
from commentbox.web.kit import given, idempotency
from commentbox.web.kit.given import Input
from commentbox.web.kit.requests import READING, client, settings, site_key, throttle
from commentbox.web.kit.transaction import writes

_ROOT: Final = "/sites/{site}/moderation"
_UNKNOWN: Final = {
    "comment": "comment.unknown",
    "thread": "thread.unknown",
    "batch": "decision.unknown",
    "block": "block.unknown",
}
"""What is said of a part of a path that is no id."""

_FOUND: Final = {HTTPStatus.OK: "Found"}

T = TypeVar("T", bound=Query | Input)
V = TypeVar("V", bound=Callable[..., "Answer"])


@dataclass(frozen=True)
class Answer:
    """What an operation answers: nothing, or something of the declared shape."""

    body: Output | None = None
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""


@dataclass(frozen=True)
class Rule:
    """What it takes to do something with a key: its scope, and the right of who made it.

    What `only_reads` may be a POST all the same: it is asked in a body.
    """

    scope: Scope
    right: Action
    only_reads: bool = False


def moderates(
    method: str,
    path: str,
    *,
    rule: Rule,
    summary: str,
    takes: type[Query] | type[Input] = Query,
    answer: type[Output] | None = None,
    outcomes: Mapping[HTTPStatus, str] = _FOUND,
) -> Callable[[V], V]:
    """Declare an operation under a site's `moderation`: without more, it finds something.

    The view takes the holder of the key, the checked parameters or body, and by name the ids that
    its path holds. All but what `only_reads`, as every GET does, run in one transaction, and a
    POST of these takes an idempotency key.
    """
    reads = rule.only_reads or method in READING

    def declare(view: V) -> V:
        operation = Operation(
            *(method, _ROOT + path, view.__name__, summary, answer, takes, outcomes, rule.scope),
            only_reads=reads,
        )

        def run(site: str, **named: str) -> Response:
            holder = _holder(site, rule)
            found = {
                name: given.known_id(text, code=_UNKNOWN[name]) for name, text in named.items()
            }
            taken = _taken(takes)
            if method == "POST" and not reads:
                purpose = ":".join([operation.name, holder.key.id, *found.values()])
                return _once(purpose, lambda: view(holder, taken, **found))
            return _response(view(holder, taken, **found))

        _add(operation, run if reads else writes(run))
        return view

    return declare


def challenge(response: Response) -> Response:
    """Say how one shows a key, wherever it was needed (RFC 9110 §11.6.1, RFC 6750 §3)."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


blueprint.after_request(challenge)


def _holder(site_name: str, rule: Rule) -> Holder:
    """Return who shows the key of the request; it is taken from the header alone.

    What stands in an address is kept by logs and histories. The id of the key, which is no secret,
    is in every line of the log from then on: so it is known what was done with which.
    """
    if request.method in READING:  # what writes has been counted already
        throttle().check("key", client(), per_minute=settings().request_limit)
    holder = holders.of_token(site_key(), site_name=site_name, scope=rule.scope, right=rule.right)
    structlog.contextvars.bind_contextvars(key=holder.key.id)
    return holder


def _taken(takes: type[T]) -> T:
    if not issubclass(takes, Input):
        return given.known_query(takes)
    given.known_query(Query)  # nothing stands in the address beside a body
    return given.body(takes)


def _once(purpose: str, act: Callable[[], Answer]) -> Response:
    """Do something unless this very request has done it before; that is known by key and purpose.

    Who holds the same site key is the same program, wherever it runs.
    """
    sent = idempotency.sending(purpose, author=site_key().removeprefix(api_keys.PREFIX))
    replayed = idempotency.replayed(sent)
    if replayed is None:
        return idempotency.remember(sent, _response(act()))
    replayed.headers["Cache-Control"] = "no-store"
    return replayed


def _response(answer: Answer) -> Response:
    content = answer.body.model_dump_json() if answer.body else None
    response = Response(content, answer.status, mimetype="application/json")
    if answer.location:
        response.location = answer.location
    response.headers["Cache-Control"] = "no-store"
    return response


def _add(operation: Operation, run: Callable[..., Any]) -> None:
    OPERATIONS.append(operation)
    blueprint.add_url_rule(
        re.sub(r"\{(\w+)\}", r"<\1>", operation.path),
        operation.name,
        run,
        methods=[operation.method],
        provide_automatic_options=False,
    )
