"""Who is logged in to the frames of a site, for the form there."""

from flask import Response, jsonify, make_response, request

from commentbox.adapters import translations
from commentbox.comments import threads
from commentbox.web.embed import places
from commentbox.web.kit import readers
from commentbox.web.kit.requests import require_own_page


def me(site_name: str) -> Response:
    """Return the identified view of the form and what it shows, or 204 for nobody."""
    require_own_page()
    site = threads.site_named(site_name)
    reader = readers.in_frame(site)
    if reader is None:
        response = make_response("", 204)
    else:
        with translations.speaking(places.view(site, request.args).locale):
            response = jsonify(readers.identified(reader))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Cookie, Authorization"
    return response
