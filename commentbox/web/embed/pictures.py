"""People's pictures, as they were drawn anew here."""

from flask import Response

from commentbox.accounts import avatars


def picture(avatar_id: str) -> Response:
    """Return a picture; a person who changes theirs gets another id."""
    found = avatars.by_id(avatar_id)
    response = Response(found.content, content_type=found.type)
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return response
