"""Every background job, by the name it is noted under."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Protocol

import structlog
from jinja2 import Environment

from commentbox.accounts import avatars, email_code, gravatar, people, signin
from commentbox.adapters import http
from commentbox.adapters.mailer import Letter, Mailer, Undeliverable
from commentbox.config import Settings
from commentbox.errors import Invalid
from commentbox.extensions import db
from commentbox.jobs import outbox, retention, worker
from commentbox.lib import clock
from commentbox.models import Account, Comment, Identity, Site, Status, Subscription
from commentbox.notify import audience
from commentbox.notify.links import Links
from commentbox.notify.mail import Letters

log = structlog.get_logger(__name__)

MODERATORS_EVERY: Final = timedelta(minutes=1)
"""The shortest time between two mails about held comments to one moderator."""

FOLLOWERS_EVERY: Final = timedelta(minutes=5)
"""The shortest time between two mails about one thread to one follower."""

HOURLY: Final = ("housekeeping",)
_LATE: Final = timedelta(hours=1)
_PICTURE_SECONDS: Final = 5.0
_FOLLOWERS: Final = 50  # letters that one transaction writes


class App(worker.App, Protocol):
    """What the jobs need of the application."""

    extensions: dict[str, Any]

    @property
    def jinja_env(self) -> Environment:
        """Return the templates."""


@dataclass(frozen=True)
class Office:
    """What writes letters and what sends them."""

    letters: Letters
    mailer: Mailer


def worker_for(app: App, *, parent: int | None = None) -> worker.Worker:
    """Return a worker that does every job of the service; see `Worker` about `parent`."""
    settings: Settings = app.extensions["commentbox.settings"]
    mailer: Mailer = app.extensions["commentbox.mailer"]
    if not mailer.is_configured:
        log.warning("mail.not_configured")
    done_by = handlers(settings, mailer, app.jinja_env)
    return worker.Worker(app, done_by, hourly=HOURLY, parent=parent)


def handlers(settings: Settings, mailer: Mailer, templates: Environment) -> worker.Handlers:
    """Return what does each kind of job.

    Without a mail server no mail is written: held comments stand in the queue all the same, and
    the command line prints links to sign in.
    """
    office = Office(Letters(templates, Links.from_settings(settings)), mailer)
    with_mail: worker.Handlers = {
        "comment.pending": _ask_moderators,
        "comment.published": _tell_followers,
        "moderator.digest": partial(_write_to_moderator, office),
        "thread.digest": partial(_write_to_followers, office),
        "subscription.requested": partial(_ask_follower, office),
        "sign_in.requested": partial(_write_link, office),
        "email_code.requested": partial(_write_code, settings.secret_key),
    }
    return {
        **{kind: does if mailer.is_configured else _nothing for kind, does in with_mail.items()},
        "mail.send": partial(_send, office),
        "email_code.send": partial(_send_code, office, settings.secret_key),
        "avatar.wanted": _fetch_avatar,
        "gravatar.wanted": partial(_fetch_gravatar, is_allowed=settings.gravatar),
        "housekeeping": _keep_house,
    }


def _nothing(**_payload: Any) -> None:
    """Do a job that only writes mail, where no mail is sent."""


def _ask_moderators(comment_id: str) -> None:
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.status is not Status.PENDING:
        return
    for account in audience.moderators(comment.site_id):
        outbox.gather(
            "moderator.digest",
            comment.id,
            key=f"held:{account.id}",
            every=MODERATORS_EVERY,
            account_id=account.id,
        )


def _write_to_moderator(office: Office, account_id: str, items: list[str], count: int) -> None:
    """Write about those that nobody has decided about meanwhile, where the person still may."""
    account = db.session.get(Account, account_id)
    if account is None or not account.email or not account.wants_mail:
        return
    entries = audience.decidable(account, audience.entries(items, Status.PENDING))
    if not entries:
        return
    waiting = len(entries) + count - len(items)
    listed = [entry.comment.id for entry in entries]
    _post(
        office.letters.held(account, entries, count=waiting),
        digest={"account_id": account.id, "items": listed, "count": waiting},
    )


def _tell_followers(comment_id: str) -> None:
    comment = db.session.get(Comment, comment_id)
    if comment is None or not comment.is_published or not audience.has_followers(comment.thread_id):
        return
    outbox.gather(
        "thread.digest",
        comment.id,
        key=f"news:{comment.thread_id}",
        every=FOLLOWERS_EVERY,
        thread_id=comment.thread_id,
    )


def _write_to_followers(
    office: Office, thread_id: str, items: list[str], count: int, after: str = ""
) -> None:
    """Write to some of the followers, and note a job for the others."""
    entries = audience.entries(items, Status.PUBLISHED)
    if not entries:
        return
    own = audience.addresses(entries)
    followers = audience.followers(thread_id, after=after, limit=_FOLLOWERS)
    for follower in followers:
        new = [entry for entry in entries if own[entry.comment.id] != follower.email.lower()]
        if new:
            letter = office.letters.news(follower, new, unlisted=count - len(items))
            _post(letter, dedup_key=f"follow:{follower.id}:{new[0].comment.id}")
    if len(followers) == _FOLLOWERS:
        rest = followers[-1].id
        outbox.add("thread.digest", thread_id=thread_id, items=items, count=count, after=rest)


def _ask_follower(office: Office, subscription_id: str) -> None:
    subscription = db.session.get(Subscription, subscription_id)
    if subscription is None or subscription.confirmed_at is not None:
        return
    site = db.session.get_one(Site, subscription.site_id)
    _post(office.letters.question(subscription, site), dedup_key=f"follow:{subscription.id}:ask")


def _write_link(office: Office, email: str, next: str = "") -> None:  # noqa: A002 -- as it is noted
    """Write to who may sign in; an address that is not known, or has no role, gets nothing."""
    account = people.find(email)
    if account is None or not people.roles(account):
        return
    token = signin.link_for(account, valid=signin.BY_MAIL)
    minutes = int(signin.BY_MAIL.total_seconds() // 60)
    letter = office.letters.sign_in(account, token, minutes=minutes, next_page=next)
    _post(letter, until=clock.now() + signin.BY_MAIL, account_id=account.id)


def _write_code(secret: str, code_id: str) -> None:
    """Note that a code is to be sent; the digits themselves stand in no job."""
    if email_code.write(code_id, secret=secret):
        outbox.add("email_code.send", code_id=code_id)


def _send_code(office: Office, secret: str, code_id: str) -> None:
    written = email_code.written(code_id, secret=secret)
    if written is None:
        return
    asked, code = written
    site = db.session.get_one(Site, asked.site_id) if asked.site_id else None
    minutes = int(email_code.LIFE.total_seconds() // 60)
    letter = office.letters.code(asked.email, site, code, minutes=minutes)
    _hand_over(office, replace(letter, id=code_id))  # the same when it is sent again


def _fetch_avatar(identity_id: str, url: str) -> None:
    """Take over a picture from where the person logged in; the letter stands where that fails.

    The identity may be gone by then, and its picture with it, or the person wants another.
    """
    picture = _picture(url)
    identity = db.session.get(Identity, identity_id, with_for_update=True)
    account = db.session.get_one(Account, identity.account_id) if identity else None
    if account and picture and not account.wants_gravatar:
        avatars.store(account, picture)


def _fetch_gravatar(account_id: str, *, is_allowed: bool) -> None:
    """Take over the picture that goes with the person's address, if they still want it."""
    account = db.session.get(Account, account_id) if is_allowed else None
    url = gravatar.picture_url(account) if account else ""
    picture = _picture(url) if url else None
    account = db.session.get(Account, account_id)
    if account and picture and gravatar.picture_url(account) == url:
        avatars.store(account, picture)


def _picture(url: str) -> avatars.Drawn | None:
    """Return a picture as it is to be shown, or nothing if it cannot be had."""
    db.session.rollback()  # nobody else waits for the network or the drawing: see `run_once`
    try:
        fetched = http.fetch(url, most_bytes=avatars.MOST_BYTES, seconds=_PICTURE_SECONDS)
        return avatars.drawn(fetched.body) if fetched.status == HTTPStatus.OK else None
    except (http.Unreachable, Invalid) as problem:
        log.info("avatar.missing", why=problem.code)
        return None


def _send(
    office: Office,
    letter: Mapping[str, str],
    until: str | None = None,
    account_id: str | None = None,
    digest: Mapping[str, Any] | None = None,
) -> None:
    """Hand a letter to the mail server, unless its reader has lost the role that it is for.

    A letter may have waited for hours. A `digest` of which the reader may not see all any more is
    written anew; one for `account_id` needs any role at all.
    """
    if until and clock.now() > datetime.fromisoformat(until):
        return
    if account_id and not audience.has_role(account_id):
        return
    if digest and not _is_still_due(digest):
        outbox.add("moderator.digest", **digest)
        return
    _hand_over(office, Letter(**letter))


def _hand_over(office: Office, letter: Letter) -> None:
    db.session.rollback()  # nothing was written; nobody else waits for the network: see `run_once`
    try:
        office.mailer.send(letter)
    except (Undeliverable, ValueError) as problem:
        raise worker.Hopeless(str(problem)) from problem


def _is_still_due(digest: Mapping[str, Any]) -> bool:
    account = db.session.get(Account, digest["account_id"])
    if account is None or not account.wants_mail:
        return False
    told = audience.entries(digest["items"], *Status)
    return len(audience.decidable(account, told)) == len(told)


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


def _post(
    letter: Letter,
    *,
    dedup_key: str | None = None,
    until: datetime | None = None,
    **meant_for: Any,
) -> None:
    """Note that a letter is to be sent; `meant_for` is what `_send` asks about its reader."""
    outbox.add(
        "mail.send",
        dedup_key=dedup_key,
        letter=asdict(letter),
        until=until.isoformat() if until else None,
        **meant_for,
    )
