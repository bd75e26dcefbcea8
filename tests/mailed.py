"""What tests of mailed links share: a browser's own origin, and looks into the database."""

import re
from typing import Final, TypeVar

from sqlalchemy import Select, select

from commentbox.extensions import db
from commentbox.models import Comment, Status
from tests.conftest import BASE

OURS: Final = {"Origin": BASE}
T = TypeVar("T")


def sent(link: str) -> str:
    """Commit what the test has written and return the link."""
    db.session.commit()
    return link


def undo_of(page: str) -> str:
    """Return where the page's only form leads."""
    [action] = re.findall(r'<form method="post" action="([^"]+)"', page)
    return str(action)


def status_of(comment: Comment) -> Status | None:
    return value(select(Comment.status).where(Comment.id == comment.id))


def value(query: Select[T]) -> T | None:
    """Return what the database holds now, and let go of it again for the browser."""
    value = db.session.scalar(query)
    db.session.commit()
    return value
