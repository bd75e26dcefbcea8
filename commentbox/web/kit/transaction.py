"""The one commit of a request that writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from commentbox.extensions import begin_writing, db, is_worth_repeating
from commentbox.web.kit import page_cache

P = ParamSpec("P")
R = TypeVar("R")


def writes(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Run a view in one writing transaction, committed before its answer leaves: see `written`."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        return written(lambda: make_response(view(*args, **kwargs)))

    return run


def written(work: Callable[[], R]) -> R:
    """Do some work in one writing transaction, and return what it gives.

    A transaction that was given up in favour of another is begun once more. For a view that must
    not wait for the network inside of one; afterwards no connection is held.
    """
    try:
        with writing():
            return work()
    except DBAPIError as problem:
        if not is_worth_repeating(problem):
            raise
    with writing():
        return work()


@contextmanager
def writing() -> Iterator[None]:
    """Run the block in one writing transaction, once; afterwards no connection is held."""
    begin_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    page_cache.of_app().forget()
