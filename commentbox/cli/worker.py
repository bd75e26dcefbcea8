"""Background work in a process of its own."""

import signal

import click

from commentbox import tasks
from commentbox.cli import service


@click.command()
def worker() -> None:
    """Do background work, such as sending mail, until SIGTERM or Ctrl-C.

    `serve` does this too; a process of its own keeps mail away from the web processes.
    """
    with service.working() as app:
        worker = tasks.worker_for(app)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        click.echo("Commentbox works in the background", err=True)
        worker.run()
