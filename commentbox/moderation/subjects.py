"""The comments that rows of the log are about, where each is about one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, union_all

from commentbox import policy
from commentbox.extensions import db
from commentbox.models import Batch, Comment, Decision, Membership, Status
from commentbox.policy import Action

_BEGINNING: Final = 200
"""So many characters of a comment are read: the log shows its first words."""


@dataclass(frozen=True)
class Subject:
    """Who wrote a comment, and how it begins."""

    name: str
    words: str


def of(roles: Iterable[Membership], batches: Iterable[Batch]) -> dict[str, Subject]:
    """Return what batches are about that are about one comment, by their ids.

    One query, however many they are. Left out is what was deleted, and what the roles do not reach.
    """
    batches = list(batches)
    single = [batch.id for batch in batches if batch.done == 1 and batch.finished_at]
    named = {batch.id: str((batch.details or {}).get("comment", "")) for batch in batches}
    known = {comment_id for comment_id in named.values() if comment_id}
    found = _found(roles, single, known) if single or known else {}
    about = {batch.id: found.get(batch.id) or found.get(named[batch.id]) for batch in batches}
    return {batch_id: subject for batch_id, subject in about.items() if subject}


def _found(
    roles: Iterable[Membership], batch_ids: Iterable[str], comment_ids: Iterable[str]
) -> dict[str, Subject]:
    """Return comments by the batch that decided about them, or by their own ids."""
    shown = (Comment.author_name, func.substr(Comment.source, 1, _BEGINNING))
    seen = [Comment.status != Status.DELETED]
    if (reach := policy.reach(roles, Action.LOG)) is not None:
        seen.append(Comment.site_id.in_(reach))
    decided = select(Decision.batch, *shown).join(Comment, Comment.id == Decision.comment_id)
    rows = union_all(
        decided.where(Decision.batch.in_(batch_ids), *seen),
        select(Comment.id, *shown).where(Comment.id.in_(comment_ids), *seen),
    )
    return {
        name: Subject(author, " ".join(source.split()))
        for name, author, source in db.session.execute(rows)
    }
