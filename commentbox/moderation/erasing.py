"""Forgetting what a comment said and who wrote it; its place in the thread stays."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, update

from commentbox.extensions import db
from commentbox.models import Comment, Likeness, Report, Wording

_NOTHING: Final[dict[str, Any]] = {
    **dict.fromkeys(("source", "html", "fingerprint", "link_host", "link_hosts"), ""),
    **dict.fromkeys(("author_name", "author_email", "author_website", "author_provider"), ""),
    **dict.fromkeys(("person", "author_domain", "signal_codes"), ""),
    **dict.fromkeys(("author_avatar", "author_key", "client", "account_id"), None),
    **dict.fromkeys(("page_title", "page_url", "spam_score"), None),
    "is_official": False,
    "reasons": [],
}


def erase(comments: Sequence[Comment]) -> None:
    """Erase the comments' words and authors, here and wherever else something of them is kept.

    What the filter has learned from them stays: it knows no words, only numbers made from them.
    """
    gone = [comment.id for comment in comments]
    if not gone:
        return
    for statement in (
        update(Comment).where(Comment.id.in_(gone)).values(_NOTHING),
        update(Report).where(Report.comment_id.in_(gone)).values(note=""),
        delete(Wording).where(Wording.comment_id.in_(gone)),
        delete(Likeness).where(Likeness.comment_id.in_(gone)),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": "fetch"})
