"""Learning from what moderators decided."""

from commentbox.extensions import db
from commentbox.jobs import worker
from commentbox.spam import training


def handlers() -> worker.Handlers:
    """Return what does the jobs of the learned filter."""
    return {"spam.learn": _learn}


def _learn(site_id: str) -> None:
    """Learn what is new on a site. No transaction is open while it reckons: others may write."""
    training.learn(site_id, pause=db.session.commit)
