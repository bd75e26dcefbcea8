"""Sending mail: rows I6, I7 and I8 of the threats."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPException

import pytest
from flask import Flask
from sqlalchemy import select

from commentbox.adapters.mailer import Letter, Mailer, Undeliverable
from commentbox.comments import following
from commentbox.config import Settings
from commentbox.extensions import begin_writing, db
from commentbox.jobs import worker
from commentbox.jobs.worker import Worker
from commentbox.lib import clock
from commentbox.models import Comment, Job, Subscription, Thread
from commentbox.tasks import handlers
from tests.conftest import SECRET
from tests.paths import ROOT
from tests.postbox import work
from tests.smtp import HOST, Authority, Sink, serving, silent, unused_port

LETTER = Letter(
    to="ann@example.org",
    sender="blog.test",
    subject="Grüße",
    text="Hello\n.\nÜber\n",
    html="<p>Hello</p>",
    unsubscribe="https://comments.test/mail/unsubscribe/" + "x" * 200,
)
NIGHT = timedelta(hours=9)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return an authority that this process trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture
def follower(writing: None, thread: Thread) -> Subscription:
    """Return a confirmed subscription of the thread."""
    following.subscribe(thread, "ann@example.org")
    return following.confirm(db.session.scalars(select(Subscription.id)).one())


def test_i6_a_message_has_one_recipient_and_says_what_it_is(authority: Authority) -> None:
    sink = Sink()
    with serving(sink, authority) as url:
        _mailer(url).send(LETTER)
    [message] = sink.messages
    assert sink.recipients == [["ann@example.org"]]
    assert (message["To"], message["Cc"], message["Bcc"]) == ("ann@example.org", None, None)
    assert message["From"] == '"blog.test" <comments@comments.test>'
    assert (message["Subject"], message["Auto-Submitted"]) == ("Grüße", "auto-generated")
    assert message["Message-ID"] == f"<{LETTER.id}@comments.test>"
    assert message["List-Unsubscribe"] == f"<{LETTER.unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_i8_mail_goes_over_tls_with_the_given_login(authority: Authority) -> None:
    sink = Sink()
    with serving(sink, authority, login="me:s3cret%2F") as url:
        _mailer(url.replace("%2F", "%252F")).send(LETTER)
    assert sink.was_secret == [True]


def test_i8_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    sink = Sink()
    with serving(sink, Authority(tmp_path)) as url, pytest.raises(OSError, match="verify failed"):
        _mailer(url).send(LETTER)
    assert sink.messages == []


def test_i8_a_server_without_tls_gets_mail_only_where_the_owner_says_so() -> None:
    sink = Sink()
    with serving(sink) as url:
        with pytest.raises(OSError, match="STARTTLS"):
            _mailer(url).send(LETTER)
        Mailer(url, "comments@comments.test", is_plain=True).send(LETTER)
    assert len(sink.messages) == 1


@pytest.mark.parametrize("reply", ["451 Later", "421 Closing"])
def test_i7_a_server_that_says_later_is_asked_again(authority: Authority, reply: str) -> None:
    for sink in (Sink(reply_to_recipient=reply), Sink(reply_to_message=reply)):
        with serving(sink, authority) as url, pytest.raises(SMTPException):
            _mailer(url).send(LETTER)


def test_i7_a_server_that_says_never_is_believed(authority: Authority) -> None:
    for sink in (Sink(reply_to_recipient="550 Unknown"), Sink(reply_to_message="554 Spam")):
        with serving(sink, authority) as url, pytest.raises(Undeliverable, match=r"^55"):
            _mailer(url).send(LETTER)


def test_i7_a_dead_or_silent_server_loses_nothing(
    app: Flask, follower: Subscription, post: Callable[..., Comment], authority: Authority
) -> None:
    post("News", email="ben@example.org")
    work(app, _mailer(f"smtp://{HOST}:{unused_port()}"), later=timedelta(minutes=6))
    with silent() as (url, _listening):
        work(app, Mailer(url, "comments@comments.test", timeout=0.05), later=timedelta(minutes=20))
    sink = Sink()
    with serving(sink, authority) as url:
        work(app, _mailer(url), later=NIGHT)
        work(app, _mailer(url), later=NIGHT * 2)
    assert len(sink.messages) == 1
    assert _waiting() == []


def test_i7_a_recipient_that_is_refused_for_good_is_given_up(
    app: Flask, follower: Subscription, post: Callable[..., Comment], authority: Authority
) -> None:
    post("News", email="ben@example.org")
    with serving(Sink(reply_to_recipient="550 No ann@example.org here"), authority) as url:
        for hours in range(1, 6):
            work(app, _mailer(url), later=timedelta(hours=hours))
    [job] = _waiting()
    assert (job.is_dead, job.attempts) == (True, worker.HOPELESS_ATTEMPTS)
    assert "ann@example.org" not in job.last_error


def test_i7_posting_does_not_wait_for_a_silent_server(
    app: Flask, settings: Settings, post: Callable[..., Comment]
) -> None:
    with silent() as (url, listening):
        does = handlers(settings, Mailer(url, "comments@comments.test", timeout=60), app.jinja_env)
        db.session.add(Job(kind="mail.send", payload={"letter": _payload()}))
        db.session.commit()
        working = Worker(app, does)
        thread = working.start()
        connection, _ = listening.accept()  # the worker waits for a greeting from now on
        begin_writing()
        assert post("While it waits").is_published
        db.session.commit()
        assert thread.is_alive()
        working.stop()
        connection.close()
        thread.join(10)
    assert not thread.is_alive()


def test_i7_a_worker_killed_after_sending_sends_the_same_message_again(
    app: Flask, settings: Settings, authority: Authority, writing: None
) -> None:
    db.session.add(Job(kind="mail.send", payload={"letter": _payload()}))
    db.session.commit()
    with _killed_by_its_first_message(settings, authority) as (sink, url):
        does = handlers(settings, _mailer(url), app.jinja_env)
        while worker.run_once(does, clock.now()):  # the dead worker's lease still holds
            pass
        assert len(sink.messages) == 1
        work(app, _mailer(url), later=worker.LEASE * 2)
    assert [message["Message-ID"] for message in sink.messages] == [
        f"<{LETTER.id}@comments.test>"
    ] * 2
    assert _waiting() == []


@contextmanager
def _killed_by_its_first_message(
    settings: Settings, authority: Authority
) -> Iterator[tuple[Sink, str]]:
    """Run `commentbox worker` until it has handed over a message; lend the server it went to."""
    sink = Sink(on_message=lambda: os.kill(process.pid, signal.SIGKILL))
    with serving(sink, authority) as url:
        environment = {
            "COMMENTBOX_SECRET_KEY": SECRET,
            "COMMENTBOX_BASE_URL": settings.base_url,
            "COMMENTBOX_DATABASE_URL": settings.database_url,
            "COMMENTBOX_INSTANCE_DIR": settings.instance_dir,
            "COMMENTBOX_SMTP_URL": url,
            "SSL_CERT_FILE": str(authority.file),
        }
        command = [sys.executable, "-m", "commentbox", "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        assert process.wait(30) == -signal.SIGKILL
        sink.on_message = lambda: None
        yield sink, url


def _mailer(url: str) -> Mailer:
    return Mailer(url, "comments@comments.test")


def _payload() -> dict[str, str]:
    return {name: getattr(LETTER, name) for name in LETTER.__dataclass_fields__}


def _waiting() -> list[Job]:
    fresh = select(Job).where(Job.done_at.is_(None)).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))
