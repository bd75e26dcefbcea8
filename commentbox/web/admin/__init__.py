"""The desk of those who moderate: everything under `/admin/`."""

from flask import Blueprint, Response

from commentbox.web.admin import (
    account,
    bans,
    blocks,
    comments,
    gate,
    keys,
    log,
    numbers,
    people,
    proof,
    queue,
    settings,
    sign_in,
    words,
)

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
# What is not a way in lies behind the gate: a new page is closed to strangers without a word.
_desk = Blueprint("desk", __name__)
_desk.before_request(gate.check)
_parts = (
    queue,
    comments,
    log,
    numbers,
    settings,
    words,
    bans,
    blocks,
    people,
    keys,
    account,
    proof,
)
for part in _parts:
    _desk.register_blueprint(part.blueprint)
blueprint.register_blueprint(sign_in.blueprint)
blueprint.register_blueprint(_desk)


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
