"""Reports: what readers find wrong with a comment, and when that takes it out of sight."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from commentbox.comments.voices import Voice
from commentbox.errors import Conflict, Invalid, NotFound
from commentbox.extensions import db, insert_new
from commentbox.jobs import outbox
from commentbox.lib import clock, email, text, tokens
from commentbox.models import (
    Account,
    Batch,
    Block,
    BlockKind,
    Cause,
    Comment,
    Identity,
    Report,
    Ruling,
    Site,
    Status,
)
from commentbox.moderation import decisions, log

LONGEST_NOTE: Final = 500
"""Characters that somebody may say besides the cause."""

HELD: Final = "reported"
"""What the log calls it when readers have a comment held, and the code of that reason."""


@dataclass(frozen=True)
class Reporter(Voice):
    """Who reports."""

    def wrote(self, comment: Comment) -> bool:
        """Say whether a comment is their own."""
        if self.account is not None and comment.account_id == self.account.id:
            return True
        return tokens.is_token(self.key) and comment.author_key == tokens.digest(self.key)


def report(comment: Comment, *, by: Reporter, cause: Cause, note: str = "") -> Report:
    """Store what a reader finds wrong with a published comment, once for each reader.

    Who reports again changes what they said, until somebody has decided about it. When as many as
    the site asks for have reports open that count, the comment waits for a moderator again. Raises
    `NotFound("comment.unknown")` for what readers do not see, `Conflict("report.own")`,
    `Conflict("report.decided")` and `Invalid("report.note_too_long")`.
    """
    note = _checked(note)
    [comment] = decisions.held([comment.id])
    if not comment.is_published:
        raise NotFound("comment.unknown")
    if by.wrote(comment):
        raise Conflict("report.own")
    account_id = by.account.id if by.account else None
    place = {"site_id": comment.site_id, "comment_id": comment.id}
    said = {"reporter": by.name, "account_id": account_id, "cause": cause, "note": note}
    is_new = insert_new(Report, **place, **said)
    mine = _of(comment, by)
    if is_new:
        _count(comment)
        _hold_if_many_ask_for_it(comment)
    elif mine.ruling is not Ruling.OPEN:
        raise Conflict("report.decided")
    else:
        mine.cause, mine.note = cause, note
    db.session.flush()
    return mine


def _checked(note: str) -> str:
    note = text.clean(note).strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("report.note_too_long", fields={"note": "report.note_too_long"})
    return note


def _of(comment: Comment, by: Reporter) -> Report:
    theirs = select(Report).where(Report.comment_id == comment.id, Report.reporter == by.name)
    return db.session.scalars(theirs).one()


def _count(comment: Comment) -> None:
    db.session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(open_reports=Comment.open_reports + 1)
        .execution_options(synchronize_session="fetch")
    )


def _hold_if_many_ask_for_it(comment: Comment) -> None:
    """Let the comment wait once enough readers who are trusted ask for it.

    Those whose reports were refused by a person do not count again. What somebody with a role on
    the site wrote stays.
    """
    enough = db.session.get_one(Site, comment.site_id).reports_to_hold
    if not enough or comment.is_official or comment.open_reports < enough:
        return
    number = len(_persons(_trusted(comment)))
    if number >= enough:
        _hold(comment, number)


def _trusted(comment: Comment) -> Select[str | None]:
    """Choose the accounts that have a report of the comment open and are trusted.

    A reporter is trusted who logged in, is blocked neither here nor anywhere, and of whose reports
    on the site moderators have refused no more than they upheld. Guests never are: a browser's
    secret costs nothing.
    """
    other = aliased(Report)
    is_blocked_here = exists().where(
        Block.site_id == Report.site_id,
        Block.kind == BlockKind.ACCOUNT,
        Block.value == Report.account_id,
        or_(Block.until.is_(None), Block.until > clock.now()),
    )
    return (
        select(Report.account_id)
        .join(Account, Account.id == Report.account_id)
        .join(other, (other.site_id == Report.site_id) & (other.reporter == Report.reporter))
        .where(
            Report.comment_id == comment.id,
            Report.ruling == Ruling.OPEN,
            Account.blocked_at.is_(None),
            ~is_blocked_here,
        )
        .group_by(Report.account_id)
        .having(_number_of(other, Ruling.REFUSED) <= _number_of(other, Ruling.UPHELD))
    )


def _number_of(reports: Any, ruling: Ruling) -> Any:
    return func.sum(case((reports.ruling == ruling, 1), else_=0))


def _persons(accounts: Select[str | None]) -> set[str]:
    """Return who these accounts are: those that proved one mailbox, however spelt, are one."""
    chosen = accounts.subquery().c.account_id
    proved = (Identity.account_id == chosen) & Identity.email_verified & (Identity.email != "")
    rows = db.session.execute(
        select(chosen, func.min(Identity.email)).outerjoin(Identity, proved).group_by(chosen)
    )
    return {email.canonical(address) if address else account for account, address in rows}


def _hold(comment: Comment, number: int) -> None:
    """Let the comment wait for a moderator, who is told; the log says that nobody decided it."""
    comment.reasons = [
        *(reason for reason in comment.reasons if reason["code"] != HELD),
        {"code": HELD, "value": number},
    ]
    if f" {HELD} " not in comment.signal_codes:
        comment.signal_codes = f"{comment.signal_codes or ' '}{HELD} "
    batch = Batch(action=HELD, details={"reports": number})
    log.enter(batch, by=None, site_ids=[comment.site_id], total=1)
    decisions.move(batch, [(comment, Status.PENDING)])
    log.finish(batch)
    outbox.add("comment.pending", comment_id=comment.id)
