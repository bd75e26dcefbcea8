"""What people say of comments becomes labels; what follows from those is learned in a job."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, insert, select, update

from commentbox.extensions import db, insert_new
from commentbox.lib import clock, ids
from commentbox.models import Comment, Site, SpamLabel, SpamModel
from commentbox.spam import lessons
from commentbox.spam.features import features
from commentbox.spam.lessons import Course
from commentbox.spam.model import Model

Pause = Callable[[], object]


@dataclass(frozen=True)
class Rebuilt:
    """What was learned anew: those of the `labels` that count; `is_same` as what was stored."""

    labels: int
    lessons: int
    is_same: bool


# Whoever calls the first three holds the comments' threads, so that nobody decides about the same
# comments meanwhile, and notes the job `spam.learn` for their site in the same transaction.


def note(comments: Iterable[Comment], *, is_spam: bool, batch: str) -> None:
    """Write down what a decision says of the comments; it stands for what was said before.

    Where a comment's text has been erased there is nothing to learn, and what was said of it stays.
    """
    told = [comment for comment in comments if comment.source]
    packed = cache(_packed)  # of the same text many times, the features are found out once
    _say([(each, packed(each.source, each.link_hosts)) for each in told], is_spam, batch)


def forget(comments: Iterable[Comment], *, batch: str) -> None:
    """Let a decision say nothing of the comments any more."""
    by_id = {comment.id: comment for comment in comments}
    if not by_id:
        return
    known = select(SpamLabel.comment_id).where(SpamLabel.comment_id.in_(by_id)).distinct()
    _say([(by_id[each], b"") for each in db.session.scalars(known)], None, batch)


def withdraw(batch: str, *, by: str, comments: Iterable[Comment] | None = None) -> None:
    """Make it as if a decision had said nothing, of all its comments unless they are named.

    What that decision had taken back itself is said again, by the decision `by`: to take back one
    that took another back is to say it again.
    """
    among = [] if comments is None else [SpamLabel.comment_id.in_([each.id for each in comments])]
    own = (SpamLabel.batch == batch, SpamLabel.withdrawn_by.is_(None))
    _change(*own, *among, withdrawn_by=by)
    _change(SpamLabel.withdrawn_by == batch, *among, withdrawn_by=None, batch=by)


def learn(site_id: str, *, pause: Pause = lambda: None, resume: Pause = lambda: None) -> None:
    """Bring the site's filter to what its labels say.

    Where labels only came since, it goes on from what it knows; where something that it knows was
    taken back or came again, it learns all anew, to the same bytes as if that had not happened.
    `pause` is called before all reckoning, `resume` before anything is written: a job commits and
    only reads in between, so that nobody waits meanwhile. Of several that learn at once the first
    one's model is stored, and the others go on from there.
    """
    while not _is_learned(site_id, pause, resume):
        pause()


def retrain(site_id: str, *, pause: Pause = lambda: None, resume: Pause = lambda: None) -> Rebuilt:
    """Make the site's model anew from all its labels, and say whether that is what was stored."""
    pause()
    before = lessons.stored(site_id).content
    while True:
        pause()
        learn(site_id, pause=pause, resume=resume)
        pause()
        course = lessons.course(site_id)
        pause()
        model = _taught(course, Model(), pause)
        if model is None or not course.is_done:
            continue
        content = _content(model)
        if content == course.stored.content or _is_kept(course, model, resume):
            return Rebuilt(course.labels, len(course.label_ids), is_same=content == before)


def _packed(text: str, hosts: str) -> bytes:
    return features(text, hosts=hosts.split()).packed()


def _say(told: Iterable[tuple[Comment, bytes]], is_spam: bool | None, batch: str) -> None:
    common = {"is_spam": is_spam, "batch": batch, "created_at": clock.now()}
    rows = [
        {
            "id": ids.new(),
            "site_id": comment.site_id,
            "comment_id": comment.id,
            "cluster": comment.cluster,
            "features": packed,
            **common,
        }
        for comment, packed in told
    ]
    if rows:
        db.session.execute(insert(SpamLabel), rows)


def _change(*which: ColumnElement[bool], **values: str | None) -> None:
    """Change labels, held in the order of their ids, as whoever learns holds them."""
    held = select(SpamLabel.id).where(*which).order_by(SpamLabel.id).with_for_update()
    if db.session.scalars(held).all():
        change = update(SpamLabel).where(*which).values(**values)
        db.session.execute(change.execution_options(synchronize_session=False))


def _is_learned(site_id: str, pause: Pause, resume: Pause) -> bool:
    course = lessons.course(site_id)
    if course.is_done or not _is_there(site_id):
        return True
    pause()
    model = _taught(course, _begun(course), pause)
    return model is not None and _is_kept(course, model, resume)


def _is_there(site_id: str) -> bool:
    return db.session.scalar(select(Site.id).where(Site.id == site_id)) is not None


def _begun(course: Course) -> Model:
    """Return the stored model where it can be gone on from, else one that knows nothing."""
    try:
        return Model.loads(course.stored.content) if course.goes_on else Model()
    except ValueError:  # another version's, which knew other bytes
        return Model()


def _taught(course: Course, model: Model, pause: Pause) -> Model | None:
    """Return the model after the lessons that it has not had, or nothing when one is gone."""
    for part in course.parts(after=model.spam + model.fine):
        told = lessons.read(part)
        pause()
        if told is None:
            return None
        for seen, is_spam in told:
            model.learn(seen, is_spam=is_spam)
    return model


def _is_kept(course: Course, model: Model, resume: Pause) -> bool:
    """Store what was learned, and say whether that was done: not where somebody else did first."""
    content, stored = _content(model), course.stored
    values = {
        "content": content,
        "spam": model.spam,
        "fine": model.fine,
        "digest": course.digest,
        "next_place": course.next_place,
        "revision": stored.revision + (content != stored.content or not stored.revision),
    }
    resume()
    if not _is_written(course, values):
        return False
    places = [{"id": label_id, "place": place} for label_id, place in sorted(course.places.items())]
    if places:
        db.session.execute(update(SpamLabel), places)
    return True


def _content(model: Model) -> bytes:
    return model.dumps() if model.spam + model.fine else b""


def _is_written(course: Course, values: dict[str, Any]) -> bool:
    stored = course.stored
    if not stored.revision:
        return insert_new(SpamModel, site_id=course.site_id, **values)
    as_read = update(SpamModel).where(
        SpamModel.site_id == course.site_id,
        SpamModel.revision == stored.revision,
        SpamModel.next_place == stored.next_place,
    )
    return cast(CursorResult[Any], db.session.execute(as_read.values(**values))).rowcount == 1
