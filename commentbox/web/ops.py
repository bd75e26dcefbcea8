"""For whoever runs the service: is it alive, is it ready, where is its desk?"""

from flask import Blueprint, Response, jsonify, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from commentbox.extensions import db
from commentbox.models import Site

blueprint = Blueprint("ops", __name__)


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """Lead whoever opens the bare address to the desk: readers are on the articles' pages."""
    return redirect("/admin/")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return _answer(ok=True)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether the database answers and has its tables."""
    try:
        db.session.execute(select(Site.id).limit(1))
    except SQLAlchemyError:
        return _answer(ok=False)
    return _answer(ok=True)


def _answer(*, ok: bool) -> Response:
    response = jsonify(ok=ok)
    response.status_code = 200 if ok else 503
    response.headers["Cache-Control"] = "no-store"
    return response
