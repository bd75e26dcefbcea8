"""Rows as programs are told of them."""

from collections.abc import Mapping
from typing import Any, Final

from commentbox.comments import threads
from commentbox.models import Batch, BlockKind, Comment, Decision, Report, Site, Thread
from commentbox.moderation import reasons
from commentbox.moderation.grouping import Size
from commentbox.moderation.queue import Item
from commentbox.spam.verdict import Evidence
from commentbox.web.api import addressed
from commentbox.web.api.moderation import shapes

_SELECTION: Final = {"filter", "statuses", "moved_before", "site_ids"}
"""What a batch knows of which comments it took, and of whose they were."""


def comment(item: Item, *, size: Size | None = None) -> shapes.ModeratedComment:
    """Return a comment as moderators see it."""
    return shapes.ModeratedComment(**_comment(item), group=_group(size))


def detail(
    item: Item,
    *,
    history: list[shapes.HistoryEntry],
    reports: list[shapes.ReportOfComment],
    totals: tuple[int, int],
    evidence: list[shapes.EvidenceOfFilter],
) -> shapes.CommentDetail:
    """Return a comment with what was decided and said about it."""
    decisions, reported = totals
    return shapes.CommentDetail(
        **_comment(item),
        history=history,
        reports=reports,
        decisions=decisions,
        reported=reported,
        evidence=evidence,
    )


def entry(decision: Decision, by: str | None) -> shapes.HistoryEntry:
    """Return a decision about one comment."""
    return shapes.HistoryEntry(
        batch=decision.batch,
        action=decision.action,
        undoes=decision.undoes,
        before=decision.before,
        after=decision.after,
        by=by,
        note=decision.note,
        created_at=decision.created_at,
    )


def report(found: Report) -> shapes.ReportOfComment:
    """Return a report without its reporter."""
    return shapes.ReportOfComment(
        cause=found.cause,
        note=found.note,
        ruling=found.ruling,
        created_at=found.created_at,
        ruled_at=found.ruled_at,
    )


def evidence(found: Evidence) -> shapes.EvidenceOfFilter:
    """Return what spoke to the filter, in words."""
    return shapes.EvidenceOfFilter(words=str(found), weight=round(found.weight, 3))


def batch(found: Batch, by: str | None) -> shapes.DecisionBatch:
    """Return a row of the log."""
    return shapes.DecisionBatch(
        id=found.id,
        action=found.action,
        by=by,
        undoes=found.undoes,
        total=found.total,
        done=found.done,
        goes_on=found.finished_at is None,
        created_at=found.created_at,
        finished_at=found.finished_at,
        details=_details(found.details or {}),
    )


def place(thread: Thread, site: Site) -> shapes.Place:
    """Return a thread, and whether it takes comments."""
    return shapes.Place(
        id=thread.id,
        url=thread.url,
        title=thread.title,
        is_closed=threads.is_closed(thread, site),
    )


def _comment(item: Item) -> dict[str, Any]:
    found, thread = item.comment, item.thread
    return {
        "id": found.id,
        "revision": found.revision,
        "status": found.status,
        "thread": place(thread, item.site),
        "parent_id": found.parent_id,
        "author": _writer(found),
        "source": found.source,
        "html": found.html,
        "created_at": found.created_at,
        "edited_at": found.edited_at,
        "moved_at": found.moved_at,
        "reasons": [
            shapes.Reason(code=each["code"], value=each.get("value", "")) for each in found.reasons
        ],
        "why": reasons.shown(found),
        "spam_score": found.spam_score,
        "open_reports": found.open_reports,
        "votes": found.votes,
        "is_pinned": found.id == thread.pinned_id,
        "hosts": found.link_hosts.split(),
        "cluster": found.cluster,
        "permalink": addressed.permalink(found),
    }


def _writer(found: Comment) -> shapes.Writer:
    return shapes.Writer(
        name=found.author_name,
        email=found.author_email,
        website=found.author_website,
        provider=found.author_provider,
        has_account=found.account_id is not None,
        is_moderator=found.is_official,
    )


def _group(size: Size | None) -> shapes.GroupSize | None:
    return shapes.GroupSize(more=size.more, people=size.people) if size else None


def _details(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed; the hash of a connection is shown to nobody."""
    hidden = {"value"} if kept.get("kind") == BlockKind.CLIENT.value else set()
    return {name: value for name, value in kept.items() if name not in _SELECTION | hidden}
