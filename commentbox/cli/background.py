"""What a serving process does beside answering requests."""

import os
import signal
import threading
import time
from multiprocessing.util import Finalize
from typing import Final

from flask import Flask

from commentbox import tasks
from commentbox.jobs.worker import Worker

_GLANCE: Final = 0.25  # seconds between two looks at whether the master lives
_GRACE: Final = 5.0  # seconds for the requests under way when it does not


def leave_with(master: int) -> None:
    """End this process when its master is gone, also when that one was killed.

    An orphan would go on answering on the port next to the workers of a new master.
    """
    threading.Thread(target=_watch, args=(master,), name="orphan-watch", daemon=True).start()


def stop_once() -> None:
    """Let the first SIGTERM, and no other signal, stop this serving process.

    The server's own handler must not run twice: it sets an event, whose lock its second run would
    wait for while the first one holds it. Ctrl-C and systemd both signal the workers as well as
    the master, which then signals the workers again. So a thread waits for the signal, and calls
    the handler.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    inherited = signal.getsignal(signal.SIGTERM)
    threading.Thread(target=_await_end, args=(inherited,), name="signals", daemon=True).start()


def work(app: Flask) -> None:
    """Do the jobs in a thread; the one under way is finished before the process ends."""
    worker = tasks.worker_for(app)
    thread = worker.start()
    Finalize(None, _finish, args=(worker, thread), exitpriority=10)


def _watch(master: int) -> None:
    while os.getppid() == master:
        time.sleep(_GLANCE)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)


def _await_end(inherited: object) -> None:
    signal.sigwait({signal.SIGTERM})
    while (handler := signal.getsignal(signal.SIGTERM)) is inherited:
        time.sleep(_GLANCE)  # the server is still starting
    if callable(handler):
        handler(signal.SIGTERM, None)


def _finish(worker: Worker, thread: threading.Thread) -> None:
    worker.stop()
    thread.join(_GRACE)
