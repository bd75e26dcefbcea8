"""What a site's filter says of a comment, from the model that this process keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select

from commentbox.extensions import db
from commentbox.lib.lru import LRU
from commentbox.models import Comment, SpamModel
from commentbox.spam.features import features
from commentbox.spam.model import Model
from commentbox.spam.verdict import Band, Evidence
from commentbox.spam.verdict import band as band_of
from commentbox.spam.verdict import explain as evidence

_MOST_KEPT: Final = 16  # models of about 2 MiB each


@dataclass(frozen=True)
class Judgement:
    """The chance, 0 to 1, that a comment is spam, where there is one, and what follows from it."""

    score: float | None
    band: Band


def judge(site_id: str, text: str, *, hosts: Sequence[str]) -> Judgement:
    """Return what the site's filter makes of a comment; `hosts` are where its links lead.

    This asks the database for a number, and for the model only when that has changed.
    """
    model = _model(site_id)
    if model is None:
        return Judgement(None, Band.UNSURE)
    score = model.score(features(text, hosts=hosts))
    return Judgement(score, band_of(model, score))


def explain(site_id: str, comment: Comment) -> list[Evidence]:
    """Return the five things that speak loudest in a comment, as the filter knows them today.

    As text each is a word or a fact in the current language; its weight is above 0 for spam.
    """
    model = _model(site_id) if comment.source else None  # nothing speaks in what is erased
    return evidence(model, comment.source, hosts=comment.link_hosts.split()) if model else []


def _model(site_id: str) -> Model | None:
    """Return what the site's filter has learned, or nothing before the first lesson."""
    revision = db.session.scalar(select(SpamModel.revision).where(*_has_learned(site_id)))
    if revision is None:
        return None
    known, model = _kept.get(site_id) or (None, None)
    return model if known == revision else _loaded(site_id)


def _loaded(site_id: str) -> Model | None:
    row = db.session.execute(
        select(SpamModel.content, SpamModel.revision).where(*_has_learned(site_id))
    ).one_or_none()
    if row is None:
        return None
    try:
        model = Model.loads(row.content)
    except ValueError:  # another version's: it is made anew when the next lesson is learned
        return None
    _kept.put(site_id, (row.revision, model))
    return model


def _has_learned(site_id: str) -> tuple[ColumnElement[bool], ...]:
    return SpamModel.site_id == site_id, SpamModel.digest != ""


_kept: Final = LRU[str, tuple[int, Model]](_MOST_KEPT)
