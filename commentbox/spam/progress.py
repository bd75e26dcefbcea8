"""How far the filters of sites have come."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from commentbox.extensions import db
from commentbox.models import Site, SpamModel
from commentbox.spam.verdict import LESSONS, LESSONS_OF_EACH


@dataclass(frozen=True)
class Progress:
    """How many comments of either kind a filter has learned from."""

    spam: int = 0
    fine: int = 0

    @property
    def lessons(self) -> int:
        """Return how many they are together."""
        return self.spam + self.fine

    @property
    def is_enough(self) -> bool:
        """Say whether the filter decides by itself, as `verdict.is_ready` does."""
        return self.lessons >= LESSONS and min(self.spam, self.fine) >= LESSONS_OF_EACH


def of(site_ids: Collection[str]) -> dict[str, Progress]:
    """Return how far the filter of each site has come, by the site's id. One query."""
    counted = select(SpamModel.site_id, SpamModel.spam, SpamModel.fine)
    found = db.session.execute(counted.where(SpamModel.site_id.in_(site_ids)))
    known = {row.site_id: Progress(row.spam, row.fine) for row in found}
    return {site_id: known.get(site_id, Progress()) for site_id in site_ids}


def deciding() -> dict[str, bool]:
    """Return the ids of the sites whose filters decide, and whether each may hold. One query."""
    spam, fine = SpamModel.spam, SpamModel.fine
    is_enough = and_(spam + fine >= LESSONS, spam >= LESSONS_OF_EACH, fine >= LESSONS_OF_EACH)
    found = select(Site.id, Site.filter_holds).join(SpamModel, SpamModel.site_id == Site.id)
    return {row.id: row.filter_holds for row in db.session.execute(found.where(is_enough))}
