"""A mail server that is a list, and a worker that does what is due."""

from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask

from commentbox.adapters.mailer import Letter, Mailer, compose
from commentbox.extensions import begin_writing, db
from commentbox.jobs.worker import run_once
from commentbox.lib import clock
from commentbox.tasks import handlers


@dataclass(frozen=True)
class Postbox(Mailer):
    """Keeps what would be sent."""

    url: str = "smtp://mail.test"
    sender: str = "comments@comments.test"
    letters: list[Letter] = field(default_factory=list)
    is_away: bool = False

    def send(self, letter: Letter) -> None:
        """Keep the letter, if it can be made into a message."""
        if self.is_away:
            raise ConnectionRefusedError
        compose(letter, sender=self.sender)
        self.letters.append(letter)

    def to(self, address: str) -> list[Letter]:
        """Return what one person got."""
        return [letter for letter in self.letters if letter.to == address]


def work(app: Flask, mailer: Mailer, *, later: timedelta = timedelta(0)) -> None:
    """Commit, then do every job that is due, and after that what is due so much later."""
    db.session.commit()
    done_by = handlers(app.extensions["commentbox.settings"], mailer, app.jinja_env)
    for step in sorted({timedelta(0), later}):
        with clock.turned_by(_to_next_stretch() + step):
            while run_once(done_by, clock.now()):
                pass
    begin_writing()


def _to_next_stretch() -> timedelta:
    """Return the time to just after the next five full minutes: no test runs across the edge."""
    return timedelta(seconds=-clock.now().timestamp() % 300 + 1)
