"""What the learned filter of a site knows, told without the code that learns."""

from sqlalchemy import select

from commentbox.extensions import db
from commentbox.models import Site, SpamLabel, SpamModel
from commentbox.spam.features import Features
from commentbox.spam.model import Model

TEXTS = (
    "Cheap watches at watches.example, order now!!!",
    "Thank you, the second picture explains it well.",
    "EARN MONEY from home, 500 $ a day",
    "I had the same problem with my bicycle last summer.",
    "Subscribe to my channel please, I follow everybody back",
    "The link in the third paragraph is dead.",
)


def stored(site: Site) -> SpamModel:
    """Return what is stored of the site's filter."""
    query = select(SpamModel).where(SpamModel.site_id == site.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def in_force(site: Site) -> list[SpamLabel]:
    """Return the last label of each comment that nobody took back, if it says anything."""
    said = db.session.scalars(
        select(SpamLabel)
        .where(SpamLabel.site_id == site.id, SpamLabel.withdrawn_by.is_(None))
        .order_by(SpamLabel.created_at, SpamLabel.id)
        .execution_options(populate_existing=True)
    ).all()
    last = {label.comment_id: label.id for label in said}
    return [each for each in said if last[each.comment_id] == each.id and each.is_spam is not None]


def anew(site: Site) -> bytes:
    """Return what follows from the labels in force, told without any of the code under test."""
    model, known = Model(), set()
    for label in in_force(site):
        if (label.cluster, label.is_spam) not in known:
            model.learn(Features.unpack(label.features), is_spam=bool(label.is_spam))
            known.add((label.cluster, label.is_spam))
    return model.dumps() if known else b""
