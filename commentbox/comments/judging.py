"""Judging a new comment: finding out what is known of it, so that `intake` can decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

from commentbox.extensions import db
from commentbox.lib import email, hosts, markdown
from commentbox.models import Comment, Effect, Site, Status
from commentbox.moderation import blocking, clusters, intake, signals, wordlists
from commentbox.moderation.clusters import Echo
from commentbox.moderation.signals import Facts, Signal, Trusted
from commentbox.moderation.trust import Standing
from commentbox.spam import judging as learned
from commentbox.spam.judging import Judgement
from commentbox.spam.verdict import Band

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Sender:
    """What is known of who sends a comment, and not kept with it: see `posting.Arrival`.

    A guest has no `standing`.
    """

    standing: Standing | None
    client: str
    address: str
    is_trap: bool


class _Checks:
    """Runs what may fail by itself; a check that does is named, and holds the comment."""

    def __init__(self, comment: Comment) -> None:
        self._comment = comment
        self.failed: list[str] = []

    def run(self, name: str, check: Callable[[], T], otherwise: T) -> T:
        """Return what a check finds, or something else when it comes to no end."""
        try:
            return check()
        except SQLAlchemyError:  # the transaction is over, and the comment with it
            raise
        except Exception:
            log.exception("check.failed", check=name, comment=self._comment.id)
            self.failed.append(name)
            return otherwise


def describe(comment: Comment) -> None:
    """Note with a comment what moderators look for: its author, and where it leads.

    The website that a guest typed is a link like any other; that of somebody who logged in is part
    of who they are, and may change.
    """
    comment.person = _person(comment)
    comment.author_domain = email.domain(comment.author_email)
    typed = [] if comment.account_id else [comment.author_website]
    known = hosts.of_all([*markdown.links(comment.html), *typed])
    comment.link_host = known[0] if known else ""
    comment.link_hosts = f" {' '.join(known)} " if known else ""


def judge(comment: Comment, site: Site, sender: Sender, *, asks_scorer: bool) -> tuple[int, ...]:
    """Give a new comment its signals and its first status; return what others can share with it.

    Every check is made, whatever the others find. With `asks_scorer` a comment that would appear
    waits for what the outside scorer says.
    """
    checks = _Checks(comment)
    none: tuple[int, ...] = ()
    marks = checks.run("likeness", lambda: clusters.marks(comment.source), none)
    echo = checks.run("likeness", lambda: clusters.echo(comment, marks), Echo())
    facts = _facts(comment, site, sender, checks, echo)
    found = signals.signals(facts)
    if asks_scorer and intake.is_worth_asking(found):
        found.append(Signal("asked"))
    comment.cluster = echo.cluster or comment.id
    comment.spam_score = facts.score
    intake.enter(comment, found)
    return marks


def _facts(comment: Comment, site: Site, sender: Sender, checks: _Checks, echo: Echo) -> Facts:
    none: dict[Effect, list[str]] = {}
    words = checks.run("words", lambda: _words(comment), none)
    judgement = checks.run("filter", lambda: _learned(comment), Judgement(None, Band.UNSURE))
    standing = sender.standing
    return Facts(
        policy=site.policy,
        link_limit=site.link_limit,
        links=len(markdown.links(comment.html)),
        approved_before=standing.published if standing else _approved(comment),
        is_trap=sender.is_trap,
        is_moderator=comment.is_official,
        is_guest=comment.account_id is None,
        trusted=_trusted(standing),
        block=_block(comment, sender),
        words=tuple(words.get(Effect.HOLD, ())),
        spam_words=tuple(words.get(Effect.SPAM, ())),
        echo=echo,
        score=judgement.score,
        band=judgement.band,
        filter_holds=site.filter_holds,
        filter_publishes=site.filter_publishes,
        failed=tuple(dict.fromkeys(checks.failed)),
    )


def _person(comment: Comment) -> str:
    """Return who wrote it, by whatever says most of that."""
    if comment.account_id:
        return f"account:{comment.account_id}"
    if comment.author_email:
        return f"email:{email.canonical(comment.author_email)}"
    return f"browser:{comment.author_key}" if comment.author_key else ""


def _trusted(standing: Standing | None) -> Trusted:
    if standing is None:
        return Trusted.NOT
    if standing.is_granted:
        return Trusted.GRANTED
    return Trusted.EARNED if standing.is_earned else Trusted.NOT


def _block(comment: Comment, sender: Sender) -> str:
    block = blocking.found(
        comment.site_id,
        account_id=comment.account_id,
        email=comment.author_email,
        address=sender.address,
        client=sender.client,
        hosts=[*comment.link_hosts.split(), *hosts.of_all([comment.author_website])],
    )
    return block.kind.value if block else ""


def _words(comment: Comment) -> dict[Effect, list[str]]:
    """Return the entries of each list that occur in what readers would see of the comment."""
    lists = wordlists.of(comment.site_id)
    said = "\n".join((comment.author_name, comment.author_website, comment.source))
    return {effect: words.found(said) for effect, words in lists.items()}


def _learned(comment: Comment) -> Judgement:
    return learned.judge(comment.site_id, comment.source, hosts=comment.link_hosts.split())


def _approved(comment: Comment) -> int:
    """Count the guest's published comments on the site.

    The browser's secret proves who a guest is, and only under the very address that was approved;
    a typed address alone proves nothing.
    """
    if comment.author_key is None:
        return 0
    mine = {"key": comment.author_key, "address": comment.author_email, "site": comment.site_id}
    return db.session.scalar(_APPROVED, mine) or 0


# Built once: that takes longer than to run it.
_APPROVED: Final = select(func.count()).where(
    Comment.site_id == bindparam("site"),
    Comment.author_key == bindparam("key"),
    Comment.author_email == bindparam("address"),
    Comment.status == Status.PUBLISHED,
)
