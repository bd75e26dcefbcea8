"""Who may change how they log in: whoever has shown only just now who they are."""

from dataclasses import dataclass

from flask import request

from commentbox.accounts import sessions
from commentbox.errors import NotSignedIn
from commentbox.models import Session
from commentbox.web.kit import desk_session, forms, readers

ME = "/me"
ACCOUNT = "/admin/account"


@dataclass(frozen=True)
class Holder:
    """The session that a form comes from, and the page that it is on."""

    session: Session
    page: str


def holder() -> Holder:
    """Return who sends a form, at the desk or on their own page.

    Raises `NotSignedIn("login.stale")` for whoever logged in a while ago, `NotSignedIn` for whoever
    is not logged in any more; `NotAllowed("form.stale")` for a form of no page of theirs.
    """
    found = _at_desk() if request.form.get("from") == "desk" else _at_home()
    if not sessions.is_fresh(found.session):
        raise NotSignedIn("login.stale")
    return found


def way_back() -> str:
    """Return where whoever logged in a while ago shows once more who they are."""
    if request.form.get("from") == "desk":
        return f"/admin/again?next={ACCOUNT}"
    return f"{ME}?problem=login.stale"


def _at_home() -> Holder:
    reader = readers.at_home()
    if reader is None:
        raise NotSignedIn("login.needed")
    forms.read_token(request.form.get(forms.FIELD, ""), readers.binding(reader.session))
    return Holder(reader.session, ME)


def _at_desk() -> Holder:
    session, _account = desk_session.live()
    forms.read_token(request.form.get(forms.FIELD, ""), desk_session.binding(session))
    return Holder(session, ACCOUNT)
