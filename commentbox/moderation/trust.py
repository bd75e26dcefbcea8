"""Whom a site trusts: people who have logged in, never what somebody typed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, delete, exists, func, select

from commentbox import policy
from commentbox.accounts import people
from commentbox.extensions import db, insert_new
from commentbox.lib import clock
from commentbox.models import Account, Comment, Report, Ruling, Site, Status, Trust
from commentbox.moderation import decisions, log
from commentbox.policy import Action

ENOUGH: Final = 3
"""So many published comments earn trust."""

OLD_ENOUGH: Final = timedelta(days=1)
"""How old an account is before it earns any."""

EXCESS: Final = 4
"""One rejected comment is too much among fewer published ones than this."""

FRESH: Final = timedelta(minutes=10)
"""How long a comment is too new to speak for anybody's right to post more."""


@dataclass(frozen=True)
class Standing:
    """What is known of an author on a site: what became of their comments, and since when.

    `settled` are those of the published that are not fresh any more, `rejected` those in the spam
    folder or the trash. `open_reports` are those of readers who have logged in: another browser
    costs a guest nothing. `is_granted` says that a moderator trusts them.
    """

    published: int
    settled: int
    rejected: int
    open_reports: int
    age: timedelta
    is_granted: bool = False

    @property
    def is_earned(self) -> bool:
        """Whether the author's own comments speak for them."""
        return (
            self.published >= ENOUGH
            and self.rejected * EXCESS <= self.published
            and self.open_reports == 0
            and self.age >= OLD_ENOUGH
        )

    @property
    def is_trusted(self) -> bool:
        """Whether what the author writes need not wait for being checked."""
        return self.is_granted or self.is_earned


def standing(site_id: str, account: Account) -> Standing:
    """Return what is known of the author on the site. One query."""
    now = clock.now()
    is_published = Comment.status == Status.PUBLISHED
    theirs = (Comment.account_id == account.id, Comment.site_id == site_id)
    published, settled, rejected, reports, is_granted = db.session.execute(
        select(
            func.count().filter(is_published),
            func.count().filter(is_published, Comment.created_at <= now - FRESH),
            func.count().filter(Comment.status.in_(decisions.REMOVED)),
            _reports_of(*theirs),
            _grant(site_id, account.id).label("is_granted"),
        ).where(*theirs)
    ).one()
    return Standing(
        published=published,
        settled=settled,
        rejected=rejected,
        open_reports=reports,
        age=now - account.created_at,
        is_granted=bool(is_granted),
    )


def grant(site: Site, author: Account, *, by: Account) -> None:
    """Let what the author writes on the site appear at once; raise the codes of `policy.require`.

    Whoever is trusted already stays so.
    """
    _require(site, by)
    if insert_new(Trust, site_id=site.id, author_id=author.id, account_id=by.id):
        log.note("trust", site_id=site.id, by=by, person=author.id)


def revoke(site: Site, author: Account, *, by: Account) -> None:
    """Judge what the author writes as anybody's; raise the codes of `policy.require`."""
    _require(site, by)
    gone = delete(Trust).where(Trust.site_id == site.id, Trust.author_id == author.id)
    if db.session.scalar(gone.returning(Trust.id)):
        log.note("distrust", site_id=site.id, by=by, person=author.id)


def _reports_of(*theirs: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Report)
        .join(Comment, Comment.id == Report.comment_id)
        .where(*theirs, Comment.open_reports > 0)
        .where(Report.ruling == Ruling.OPEN, Report.account_id.is_not(None))
        .scalar_subquery()
    )


def _grant(site_id: str, account_id: str) -> ColumnElement[bool]:
    return exists().where(Trust.site_id == site_id, Trust.author_id == account_id)


def _require(site: Site, by: Account) -> None:
    policy.require(people.roles(by), Action.TRUST, site_id=site.id, code="site.unknown")
