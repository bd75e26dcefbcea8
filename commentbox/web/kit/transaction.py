"""The one commit of a request that writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from commentbox.extensions import begin_writing, db, is_worth_repeating
from commentbox.web.kit import page_cache

P = ParamSpec("P")


def writes(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Run a view in one writing transaction, committed before its answer leaves.

    A transaction that was given up in favour of another is begun once more.
    """

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            with writing():
                return make_response(view(*args, **kwargs))
        except DBAPIError as problem:
            if not is_worth_repeating(problem):
                raise
        with writing():
            return make_response(view(*args, **kwargs))

    return run


@contextmanager
def writing() -> Iterator[None]:
    """Run the block in one writing transaction; afterwards no connection is held.

    For a view that must not wait for the network inside of one.
    """
    begin_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    page_cache.of_app().forget()
