"""Asking the outside scorer about new comments, and telling it what people decided."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from commentbox.adapters.http import Unreachable
from commentbox.adapters.scorer import Scorer
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.jobs import outbox, worker
from commentbox.lib import clock
from commentbox.models import Comment, Site, Thread
from commentbox.moderation import feedback, intake
from commentbox.moderation.intake import Answer

log = structlog.get_logger(__name__)

AGAIN_AFTER: Final = (timedelta(minutes=1), timedelta(minutes=2))
"""How long to wait before each further attempt; then the comment is held without an answer."""

_NOBODY: Final = "127.0.0.1"  # the service takes no comment without an address


def handlers(settings: Settings) -> worker.Handlers:
    """Return what does each job about the outside scorer."""
    scorer = Scorer(url=settings.akismet_url, key=settings.akismet_key)
    return {
        "comment.scoring": partial(_ask, scorer, settings.base_url),
        "scorer.feedback": partial(_tell, scorer, settings.base_url),
    }


def _ask(
    scorer: Scorer, base_url: str, comment_id: str, network: str = "", attempt: int = 0
) -> None:
    """Ask about a comment that waits for the answer; where there is none it waits for a moderator.

    `network` is the truncated address of its sender, which stands in this job alone.
    """
    comment = db.session.get(Comment, comment_id)
    if comment is None or not intake.is_asked(comment):
        return
    said = _said(comment, base_url, network) if _may_ask(scorer, comment) else {}
    answer = _answer(scorer, said) if said else Answer.ERROR
    if answer is Answer.ERROR and said and attempt < len(AGAIN_AFTER):
        outbox.add(
            "comment.scoring",
            run_at=clock.now() + AGAIN_AFTER[attempt],
            comment_id=comment_id,
            network=network,
            attempt=attempt + 1,
        )
        return
    comment = db.session.get(Comment, comment_id)
    if comment is not None:
        intake.settle(comment, answer)


def _tell(scorer: Scorer, base_url: str, comment_ids: list[str], *, is_spam: bool) -> None:
    """Tell what was decided about a comment; of several, each is told by a job of its own.

    So one that the scorer does not take keeps nothing from it about the others.
    """
    if len(comment_ids) > 1:
        alone = [{"comment_ids": [each], "is_spam": is_spam} for each in comment_ids]
        outbox.add_each("scorer.feedback", alone)
        return
    comment = db.session.get(Comment, comment_ids[0])
    if comment and _is_worth_telling(scorer, comment, is_spam=is_spam):
        said = _said(comment, base_url)
        db.session.rollback()  # nobody else waits for the network: see `run_once`
        scorer.teach(said, is_spam=is_spam)


def _may_ask(scorer: Scorer, comment: Comment) -> bool:
    """Say whether the site still wants its comments to be sent, and there is somebody to ask."""
    return bool(scorer.host) and db.session.get_one(Site, comment.site_id).asks_scorer


def _is_worth_telling(scorer: Scorer, comment: Comment, *, is_spam: bool) -> bool:
    return (
        _may_ask(scorer, comment)
        and feedback.was_scored(comment)
        and feedback.still_holds(comment, is_spam=is_spam)
    )


def _answer(scorer: Scorer, said: Mapping[str, str]) -> Answer:
    db.session.rollback()  # nobody else waits for the network: see `run_once`
    try:
        return Answer.SPAM if scorer.is_spam(said) else Answer.FINE
    except Unreachable as problem:
        log.warning("scorer.failed", why=problem.code)
        return Answer.ERROR


def _said(comment: Comment, base_url: str, network: str = "") -> dict[str, str]:
    """Return what leaves this machine about a comment."""
    site = db.session.get_one(Site, comment.site_id)
    article = db.session.get_one(Thread, comment.thread_id).url
    said = {
        "blog": site.origins[0] if site.origins else base_url,
        "permalink": article,
        "comment_type": "comment" if comment.is_root else "reply",
        "comment_author": comment.author_name,
        "comment_author_email": comment.author_email,
        "comment_author_url": comment.author_website,
        "comment_content": comment.source,
        "user_ip": network or _NOBODY,
    }
    return {name: value for name, value in said.items() if value}
