"""Writing letters, and sending them: two jobs, so that a mail server that is away loses none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from jinja2 import Environment

from commentbox.accounts import email_code, people, signin
from commentbox.adapters.mailer import Letter, Mailer, Undeliverable
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.jobs import outbox, worker
from commentbox.lib import clock
from commentbox.models import Account, Comment, HeldMail, Site, Status, Subscription
from commentbox.notify import audience
from commentbox.notify.links import Links
from commentbox.notify.mail import Letters

HELD_EVERY: Final = {
    HeldMail.AT_ONCE: timedelta(minutes=1),
    HeldMail.HOURLY: timedelta(hours=1),
    HeldMail.DAILY: timedelta(days=1),
}
"""The shortest time between two mails about held comments to one moderator, as they want it."""

FOLLOWERS_EVERY: Final = timedelta(minutes=5)
"""The shortest time between two mails about one thread to one follower."""

_FOLLOWERS: Final = 50  # letters that one transaction writes


@dataclass(frozen=True)
class Office:
    """What writes letters and what sends them."""

    letters: Letters
    mailer: Mailer


def handlers(settings: Settings, mailer: Mailer, templates: Environment) -> worker.Handlers:
    """Return what does each job about mail.

    Without a mail server no mail is written: held comments stand in the queue all the same, and
    the command line prints links to sign in.
    """
    office = Office(Letters(templates, Links.from_settings(settings)), mailer)
    writing: worker.Handlers = {
        "comment.pending": _ask_moderators,
        "comment.published": _tell_followers,
        "moderator.digest": partial(_write_to_moderator, office),
        "thread.digest": partial(_write_to_followers, office),
        "subscription.requested": partial(_ask_follower, office),
        "sign_in.requested": partial(_write_link, office),
        "invitation.requested": partial(_write_invitation, office),
        "email_code.requested": partial(_write_code, settings.secret_key),
    }
    return {
        **{kind: does if mailer.is_configured else _nothing for kind, does in writing.items()},
        "mail.send": partial(_send, office),
        "sign_in.send": partial(_send, office),
        "email_code.send": partial(_send_code, office, settings.secret_key),
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
            every=HELD_EVERY[account.held_mail],
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
    if account is None or account.blocked_at or not people.is_sent_links(account):
        return
    token = signin.link_for(account, valid=signin.BY_MAIL)
    minutes = int(signin.BY_MAIL.total_seconds() // 60)
    letter = office.letters.sign_in(account, token, minutes=minutes, next_page=next)
    until = clock.now() + signin.BY_MAIL
    _post(letter, kind="sign_in.send", until=until, account_id=account.id)


def _write_invitation(office: Office, account_id: str, site_id: str | None, by: str) -> None:
    """Write to who was invited, unless the role has been taken from them meanwhile."""
    account = db.session.get(Account, account_id)
    site = db.session.get(Site, site_id) if site_id else None
    if account is None or not people.is_sent_links(account):
        return
    host = db.session.get(Account, by)
    token, days = signin.link_for(account, valid=signin.BY_INVITATION), signin.BY_INVITATION.days
    letter = office.letters.invitation(
        account, site, token, by=host.name if host else "", days=days
    )
    _post(letter, until=clock.now() + signin.BY_INVITATION, account_id=account.id)


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


def _post(
    letter: Letter,
    *,
    kind: str = "mail.send",
    dedup_key: str | None = None,
    until: datetime | None = None,
    **meant_for: Any,
) -> None:
    """Note that a letter is to be sent; `meant_for` is what `_send` asks about its reader."""
    outbox.add(
        kind,
        dedup_key=dedup_key,
        letter=asdict(letter),
        until=until.isoformat() if until else None,
        **meant_for,
    )
