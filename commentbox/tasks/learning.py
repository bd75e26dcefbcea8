"""Learning from what moderators decided."""

from commentbox.extensions import begin_reading, begin_writing
from commentbox.jobs import worker
from commentbox.spam import training


def handlers() -> worker.Handlers:
    """Return what does the jobs of the learned filter."""
    return {"spam.learn": _learn}


def _learn(site_id: str) -> None:
    """Learn what is new on a site. Others may write while it reads and reckons."""
    begin_reading()
    try:
        training.learn(site_id, pause=begin_reading, resume=begin_writing)
    finally:
        begin_writing()  # the worker notes how it went
