"""Which labels a site's filter learns from, in which order, and how far it has come with them.

Of labels that say the same of the same cluster only the first counts: it makes no difference
whether one author repeats a text or a hundred authors send it, so number alone outweighs nobody.
What a filter knows follows from the labels that count, in order of their places, and from nothing
else.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Final

from sqlalchemy import Row, select

from commentbox.extensions import db
from commentbox.models import SpamLabel, SpamModel
from commentbox.spam.features import Features

Label = Row[*tuple[Any, ...]]
Lesson = tuple[Features, bool]
"""What is to be learned from one label: the comment's features, and whether it is spam."""

_AT_ONCE: Final = 500  # labels, about a KiB each


@dataclass(frozen=True)
class Stored:
    """A site's model as it is in the database, or as it would be before the first lesson."""

    content: bytes = b""
    spam: int = 0
    fine: int = 0
    digest: str = ""
    next_place: int = 1
    revision: int = 0

    @property
    def lessons(self) -> int:
        """Return how many lessons it was made from."""
        return self.spam + self.fine


@dataclass(frozen=True)
class Course:
    """What there is to learn on a site at one moment, and the stored model of it.

    Of `labels` in force, `label_ids` are those that count, in order of their places. `places` are
    for the labels that have none yet.
    """

    site_id: str
    stored: Stored
    labels: int
    label_ids: list[str]
    places: dict[str, int]

    @property
    def next_place(self) -> int:
        """Return the place after all labels."""
        return self.stored.next_place + len(self.places)

    @property
    def digest(self) -> str:
        """Return what names the labels that count, in their order."""
        return _digest(self.label_ids)

    @property
    def goes_on(self) -> bool:
        """Say whether all that the stored model was made from still counts, before all else."""
        return self.stored.digest == _digest(self.label_ids[: self.stored.lessons])

    @property
    def is_done(self) -> bool:
        """Say whether the stored model is what follows from the labels."""
        return self.goes_on and self.stored.lessons == len(self.label_ids) and not self.places

    def parts(self, *, after: int) -> Iterator[list[str]]:
        """Yield the labels that count, without the first of them, in parts to be read at once."""
        rest = iter(self.label_ids[after:])
        while part := list(islice(rest, _AT_ONCE)):
            yield part


def course(site_id: str) -> Course:
    """Return what there is to learn on a site as it is now."""
    known = stored(site_id)
    labels = db.session.execute(
        select(
            *(SpamLabel.id, SpamLabel.comment_id, SpamLabel.cluster, SpamLabel.is_spam),
            *(SpamLabel.place, SpamLabel.withdrawn_by, SpamLabel.created_at),
        ).where(SpamLabel.site_id == site_id)
    ).all()
    # Those that were taken back before they were learned have places too: when they are said again,
    # all is as if that had not happened.
    new = sorted((row.created_at, row.id) for row in labels if row.place is None)
    places = dict(zip((label_id for _, label_id in new), count(known.next_place), strict=False))
    said = _in_force(sorted(labels, key=lambda row: row.place or places[row.id]))
    return Course(site_id, known, len(said), _counting(said), places)


def stored(site_id: str) -> Stored:
    """Return a site's model as it is now."""
    row = db.session.execute(
        select(
            *(SpamModel.content, SpamModel.spam, SpamModel.fine),
            *(SpamModel.digest, SpamModel.next_place, SpamModel.revision),
        ).where(SpamModel.site_id == site_id)
    ).one_or_none()
    return Stored(*row) if row else Stored()


def read(label_ids: Sequence[str]) -> list[Lesson] | None:
    """Return the lessons of some labels in their order, or nothing when one of them is gone."""
    rows = db.session.execute(
        select(SpamLabel.id, SpamLabel.features, SpamLabel.is_spam).where(
            SpamLabel.id.in_(label_ids)
        )
    )
    found = {row.id: (Features.unpack(row.features), row.is_spam) for row in rows}
    return [found[label_id] for label_id in label_ids] if len(found) == len(label_ids) else None


def _in_force(labels: Iterable[Label]) -> list[Label]:
    """Return the last label of each comment, if that says anything."""
    last: dict[str, Label] = {}
    for row in labels:
        if row.withdrawn_by is None:
            last.pop(row.comment_id, None)
            last[row.comment_id] = row
    return [row for row in last.values() if row.is_spam is not None]


def _counting(labels: Iterable[Label]) -> list[str]:
    firsts: dict[tuple[str, bool], str] = {}
    for row in labels:
        firsts.setdefault((row.cluster, row.is_spam), row.id)
    return list(firsts.values())


def _digest(label_ids: Sequence[str]) -> str:
    if not label_ids:
        return ""
    return hashlib.sha256("".join(label_ids).encode()).hexdigest()
