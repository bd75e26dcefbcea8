"""Declaring an operation of the API: route, checks and description in one place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeVar

from flask import Blueprint, Response, request

from commentbox.errors import Invalid
from commentbox.lib import tokens
from commentbox.models import Scope, Site
from commentbox.web.api import cors
from commentbox.web.api.schemas import ByGuest, Output, Query
from commentbox.web.kit import given, idempotency
from commentbox.web.kit.given import Input
from commentbox.web.kit.idempotency import Sending
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.after_request(cors.mark)

F = TypeVar("F")
Q = TypeVar("Q", bound=Query)
B = TypeVar("B", bound=ByGuest)
Finder = Callable[[str], tuple[Site, F]]
"""Finds what the path names, and its site; raises `NotFound`."""


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the description lists it.

    `outcomes` are the statuses of its answers and what each means; one without an `answer` has no
    content. With a `scope` it takes a site's key that is good for that. Where it `is_by_guest` it
    takes a guest's secret in a header. What `only_reads` may be a POST, to be asked in a body.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: type[Output] | None
    takes: type[Query] | type[Input]
    outcomes: Mapping[HTTPStatus, str]
    scope: Scope | None = None
    is_by_guest: bool = False
    only_reads: bool = False


@dataclass(frozen=True)
class Created:
    """The answer to a POST: what was made, where it is, and the secret of who made it."""

    answer: Output
    status: HTTPStatus
    location: str
    author_key: str


OPERATIONS: Final[list[Operation]] = []
AUTHOR: Final = "Commentbox-Author"
"""The header that a guest's secret comes in, either way."""

_FOUND: Final = {HTTPStatus.OK: "Found"}
_CREATED: Final = {HTTPStatus.CREATED: "Published", HTTPStatus.ACCEPTED: "Held for a moderator"}
_DONE: Final = {HTTPStatus.OK: "Done"}


def reads(
    path: str, *, find: Finder[F], query: type[Q], answer: type[Output], summary: str
) -> Callable[[Callable[[F, Q], Output]], Callable[[F, Q], Output]]:
    """Declare a GET: the view takes what the path names and the parameters."""

    def declare(view: Callable[[F, Q], Output]) -> Callable[[F, Q], Output]:
        def run(named: str) -> Response:
            site, found = find(named)
            cors.admit(site)
            response = _json(view(found, given.query(query)))
            response.headers["Cache-Control"] = "no-cache"
            response.add_etag()
            response.make_conditional(request)
            return response

        operation = Operation("GET", path, view.__name__, summary, answer, query, _FOUND)
        _add(operation, run, find)
        return view

    return declare


def creates(
    path: str,
    *,
    find: Finder[F],
    body: type[B],
    answer: type[Output],
    summary: str,
    outcomes: Mapping[HTTPStatus, str] = _CREATED,
) -> Callable[[Callable[[F, B], Created]], Callable[[F, B], Created]]:
    """Declare a POST: the view takes what the path names and the body, in one transaction."""

    def declare(view: Callable[[F, B], Created]) -> Callable[[F, B], Created]:
        @writes
        def run(named: str) -> Response:
            site, found = find(named)
            cors.admit(site)
            cors.require_known_origin(site)
            checked = given.body(body)
            sent = idempotency.sending(f"{view.__name__}:{named}", author=checked.author_key)
            response, author = idempotency.replayed(sent), sent.author
            if response is None:
                created = view(found, checked.model_copy(update={"author_key": author}))
                response, author = _made(sent, created), created.author_key
            if author:
                response.headers[AUTHOR] = author
            response.headers["Cache-Control"] = "no-store"
            return response

        operation = Operation("POST", path, view.__name__, summary, answer, body, outcomes)
        _add(operation, run, find)
        return view

    return declare


def changes(
    method: str, path: str, *, find: Finder[F], answer: type[Output], summary: str
) -> Callable[[Callable[[F, str], Output]], Callable[[F, str], Output]]:
    """Declare a PUT or DELETE of a guest: the view takes what the path names, and their secret.

    The secret comes in a header, for there is no body; without one they get a new one, as who
    posts. Raises `Invalid("author_key.invalid")` for what is none.
    """

    def declare(view: Callable[[F, str], Output]) -> Callable[[F, str], Output]:
        @writes
        def run(named: str) -> Response:
            site, found = find(named)
            cors.admit(site)
            cors.require_known_origin(site)
            author = request.headers.get(AUTHOR) or tokens.new()
            if not tokens.is_token(author):
                raise Invalid("author_key.invalid")
            response = _json(view(found, author))
            response.headers[AUTHOR] = author
            response.headers["Cache-Control"] = "no-store"
            return response

        operation = Operation(
            method, path, view.__name__, summary, answer, Query, _DONE, is_by_guest=True
        )
        _add(operation, run, find)
        return view

    return declare


def _made(sent: Sending, created: Created) -> Response:
    response = _json(created.answer, created.status)
    response.location = created.location
    return idempotency.remember(sent, response)


def _add(operation: Operation, run: Callable[[str], Response], find: Finder[F]) -> None:
    OPERATIONS.append(operation)
    rule = re.sub(r"\{\w+\}", "<named>", operation.path)
    _route(rule, operation.name, run, operation.method)
    cors.find_by(f"{blueprint.name}.{operation.name}", find)
    if sum(other.path == operation.path for other in OPERATIONS) == 1:
        _answer_beforehand(operation, rule, find)


def _answer_beforehand(operation: Operation, rule: str, find: Finder[F]) -> None:
    def run(named: str) -> Response:
        site, _found = find(named)
        cors.admit(site)
        return cors.preflight(other.method for other in OPERATIONS if other.path == operation.path)

    _route(rule, f"{operation.name}_options", run, "OPTIONS")


def _route(rule: str, name: str, run: Callable[[str], Response], method: str) -> None:
    blueprint.add_url_rule(rule, name, run, methods=[method], provide_automatic_options=False)


def _json(answer: Output, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(answer.model_dump_json(), status, mimetype="application/json")
