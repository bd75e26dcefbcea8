"""Logging in with a provider: the walk there and back, and what the waiting frame gets of it."""

from flask import Blueprint, Response

from commentbox.web.login import (
    beginning,
    by_mail,
    confirming,
    from_frame,
    leaving,
    person,
    provider_notices,
    proving,
    redeeming,
    returning,
)

blueprint = Blueprint("login", __name__)

for _rule, _view, _method in (
    ("/login/<name>", beginning.ask, "GET"),
    ("/login/<name>", beginning.begin, "POST"),
    ("/login/continue/<attempt_id>", confirming.ask_to_continue, "GET"),
    ("/login/continue/<attempt_id>", confirming.confirm, "POST"),
    ("/login/<name>/callback", returning.returned, "GET"),
    ("/login/redeem", redeeming.redeem, "POST"),
    ("/login/email", proving.send, "POST"),
    ("/login/email/finish", proving.prove, "POST"),
    ("/logout", leaving.leave, "POST"),
    ("/login/facebook/deauthorize", provider_notices.deauthorized, "POST"),
    ("/login/facebook/deletion", provider_notices.delete, "POST"),
    ("/login/deletion/<code>", provider_notices.deleted, "GET"),
    ("/login/google/events", provider_notices.google_event, "POST"),
):
    blueprint.add_url_rule(_rule, view_func=_view, methods=[_method])
blueprint.register_blueprint(person.blueprint)
blueprint.register_blueprint(by_mail.blueprint)
blueprint.register_blueprint(from_frame.blueprint)


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    # The address that a provider leads back to holds a code, so no path may leave with a link; our
    # own forms keep their Origin, which `no-referrer` would take from them.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
