"""The first judgement of a new comment: one function decides what its signals lead to.

The strictest thing that one of them asks for is done; of several that ask for the same, the first
in `RULES` is named. No signal, and no error, publishes what another one holds, unless `_LIFTED`
says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_

from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.models import Comment, Policy, Site, Status
from commentbox.moderation import blocking, decisions, log
from commentbox.moderation.signals import Signal, Trusted


class Answer(StrEnum):
    """What an outside scorer made of a comment; `error` says that it made nothing of it."""

    FINE = "fine"
    SPAM = "spam"
    ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """Where a new comment starts, and the signal that decided that; none speaks for publishing."""

    status: Status
    caught_by: str = ""


@dataclass(frozen=True)
class Rule:
    """What a signal does to a stranger's comment, to a trusted author's, and to a granted one's."""

    code: str
    stranger: Status
    earned: Status | None = None
    granted: Status | None = None

    def asks_for(self, trusted: Trusted) -> Status | None:
        """Return the status that the signal asks for; none where trust outweighs it."""
        if trusted is Trusted.GRANTED:
            return self.granted
        return self.earned if trusted is Trusted.EARNED else self.stranger


_HOLD, _SPAM = Status.PENDING, Status.SPAM

RULES: Final = (
    Rule("blocked", _SPAM, earned=_SPAM, granted=_SPAM),
    Rule("trap", _HOLD, earned=_HOLD, granted=_HOLD),
    Rule("check-failed", _HOLD, earned=_HOLD, granted=_HOLD),
    Rule("words-spam", _SPAM, earned=_SPAM, granted=_HOLD),
    Rule("words", _HOLD, earned=_HOLD),
    Rule("links", _HOLD),
    Rule("like-spam", _SPAM, earned=_HOLD, granted=_HOLD),
    Rule("like-rejected", _HOLD, earned=_HOLD),
    Rule("like-others", _HOLD),
    Rule("like-own", _HOLD, earned=_HOLD),
    Rule("likely-spam", _SPAM, earned=_HOLD, granted=_HOLD),
    Rule("unsure", _HOLD, earned=_HOLD),
    Rule("scorer", _SPAM, earned=_HOLD, granted=_HOLD),
    Rule("scorer-failed", _HOLD, earned=_HOLD, granted=_HOLD),
    Rule("policy", _HOLD, earned=_HOLD),
    Rule("guests", _HOLD),
    Rule("first", _HOLD),
    Rule("asked", _HOLD, earned=_HOLD, granted=_HOLD),
)
"""The signals that hold or reject, in the order of their authority."""

# What speaks for publishing: trust is weighed with each rule, these outweigh one.
_LIFTED: Final = {"first": frozenset({"open", "likely-fine"})}

_ANSWERS: Final = {
    Answer.FINE: Signal("scorer-fine"),
    Answer.SPAM: Signal("scorer"),
    Answer.ERROR: Signal("scorer-failed"),
}


def decide(found: Iterable[Signal]) -> Verdict:
    """Decide where a new comment starts. It appears only when nothing speaks for holding it."""
    by_code = {signal.code: signal for signal in found}
    if "moderator" in by_code:
        return Verdict(Status.PUBLISHED)
    trusted = Trusted(str(by_code["trusted"].value)) if "trusted" in by_code else Trusted.NOT
    asked = {
        rule.code: rule.asks_for(trusted)
        for rule in RULES
        if rule.code in by_code and not by_code.keys() & _LIFTED.get(rule.code, set())
    }
    for strictest in (Status.SPAM, Status.PENDING):
        for code, wanted in asked.items():
            if wanted is strictest:
                return Verdict(strictest, code)
    return Verdict(Status.PUBLISHED)


def is_worth_asking(found: Iterable[Signal]) -> bool:
    """Say whether an outside scorer may change what these signals lead to.

    That is what appears at once, or waits only for being an author's first; nobody asks about
    moderators and those whom they trust.
    """
    found = list(found)
    if Signal("moderator") in found or Signal("trusted", Trusted.GRANTED.value) in found:
        return False
    verdict = decide(found)
    return verdict.status is Status.PUBLISHED or verdict.caught_by == "first"


def enter(comment: Comment, found: Sequence[Signal]) -> None:
    """Give a new comment its signals, and the status that follows from them."""
    _note(comment, found)
    comment.status = _begin(comment, decide(found))


def is_asked(comment: Comment) -> bool:
    """Say whether the comment waits for what the outside scorer says."""
    return " asked " in comment.signal_codes


def seems_pending() -> ColumnElement[bool]:
    """Return what is true of comments that their authors take for pending.

    That is also what was found to be spam as it came: whoever sends it is to learn nothing.
    """
    is_caught = and_(Comment.status == Status.SPAM, Comment.first_status == Status.SPAM)
    return or_(Comment.status == Status.PENDING, is_caught)


def settle(comment: Comment, answer: Answer) -> None:
    """Judge a comment anew, from what is known of it already, once the outside scorer has answered.

    So are blocks and the site's policy, which may be others than when it came. The log says that
    nobody decided it. Where somebody has decided about the comment meanwhile, or
    edited it, it only gains the answer: it stays where it is, and so does what held it first.
    """
    [comment] = decisions.held([comment.id])
    if not is_asked(comment):
        return
    known = [Signal.stored(reason) for reason in comment.reasons]
    told = {signal.code for signal in known}
    new = [signal for signal in _of_now(comment) if signal.code not in told]
    found = [*(each for each in known if each.code != "asked"), _ANSWERS[answer], *new]
    _note(comment, found)
    is_untouched = comment.status is Status.PENDING and not (comment.moved_at or comment.edited_at)
    if is_untouched:
        _move(comment, _begin(comment, decide(found)))


def _of_now(comment: Comment) -> list[Signal]:
    """Return what speaks against a comment today: its author's network alone nobody knows."""
    site = db.session.get_one(Site, comment.site_id)
    block = blocking.found(
        site.id,
        account_id=comment.account_id,
        email=comment.author_email,
        address="",
        client=comment.client or "",
        hosts=comment.link_hosts.split(),
    )
    is_guest = comment.account_id is None
    found = [Signal("blocked", block.kind.value)] if block else []
    if site.policy is Policy.HOLD_ALL:
        found.append(Signal("policy"))
    if site.policy is Policy.HOLD_GUESTS and is_guest:
        found.append(Signal("guests"))
    return found


def _note(comment: Comment, found: Sequence[Signal]) -> None:
    """Keep the signals with the comment."""
    codes = " ".join(dict.fromkeys(signal.code for signal in found))
    comment.reasons = [signal.as_reason() for signal in found]
    comment.signal_codes = f" {codes} " if codes else ""


def _begin(comment: Comment, verdict: Verdict) -> Status:
    """Write down with what the comment began, and return the status of that."""
    comment.first_status, comment.caught_by = verdict.status, verdict.caught_by
    return verdict.status


def _move(comment: Comment, to: Status) -> None:
    """Move the comment, or tell moderators that it waits for them."""
    if to is Status.PENDING:
        outbox.add("comment.pending", comment_id=comment.id)
        return
    batch = log.begin("settled", by=None, site_ids=[comment.site_id], total=1)
    decisions.move(batch, [(comment, to)])
    log.finish(batch)
