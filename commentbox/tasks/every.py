"""Every background job, by the name it is noted under, and the worker that does them."""

from datetime import timedelta
from typing import Any, Final, Protocol

import structlog
from jinja2 import Environment

from commentbox.adapters.mailer import Mailer
from commentbox.config import Settings
from commentbox.jobs import outbox, retention, worker
from commentbox.tasks import bulk, learning, letters, pictures, scoring

log = structlog.get_logger(__name__)

HOURLY: Final = ("housekeeping", "moderation.empty")
_LATE: Final = timedelta(hours=1)


class App(worker.App, Protocol):
    """What the jobs need of the application."""

    extensions: dict[str, Any]

    @property
    def jinja_env(self) -> Environment:
        """Return the templates."""


def worker_for(app: App, *, parent: int | None = None) -> worker.Worker:
    """Return a worker that does every job of the service; see `Worker` about `parent`."""
    settings: Settings = app.extensions["commentbox.settings"]
    mailer: Mailer = app.extensions["commentbox.mailer"]
    if not mailer.is_configured:
        log.warning("mail.not_configured")
    done_by = handlers(settings, mailer, app.jinja_env)
    return worker.Worker(app, done_by, hourly=HOURLY, parent=parent)


def handlers(settings: Settings, mailer: Mailer, templates: Environment) -> worker.Handlers:
    """Return what does each kind of job."""
    return {
        **letters.handlers(settings, mailer, templates),
        **pictures.handlers(settings),
        **learning.handlers(),
        **bulk.handlers(),
        **scoring.handlers(settings),
        "housekeeping": _keep_house,
    }


def _keep_house() -> None:
    """Delete what has been kept long enough, and report jobs that do not get done."""
    retention.clean_up()
    backlog = outbox.backlog()
    if backlog.dead or backlog.oldest > _LATE:
        log.warning(
            "jobs.backlog",
            due=backlog.due,
            dead=backlog.dead,
            oldest_seconds=int(backlog.oldest.total_seconds()),
        )
