"""Where the links of mails lead. Opening one shows a button: mail scanners open every link."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from commentbox.adapters.translations import N_, gettext
from commentbox.comments import following, threads
from commentbox.errors import Gone
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Account, Comment, Site, Status, Subscription, Thread
from commentbox.notify import answers
from commentbox.notify.links import Links, Purpose, Topic, Verdict
from commentbox.notify.mail import Entry
from commentbox.web.kit.requests import require_own_origin, settings
from commentbox.web.kit.transaction import writes

blueprint = Blueprint("mail", __name__, url_prefix="/mail")

_WORDS: Final = {
    Verdict.APPROVE: (N_("Approve this comment?"), N_("Approve")),
    Verdict.SPAM: (N_("Is this comment spam?"), N_("Mark as spam")),
    Verdict.TRASH: (N_("Trash this comment?"), N_("Trash")),
}
_STATES: Final = {
    Status.PENDING: N_("The comment waits for a decision."),
    Status.PUBLISHED: N_("The comment is published."),
    Status.SPAM: N_("The comment is spam."),
    Status.TRASHED: N_("The comment is in the trash."),
    Status.DELETED: N_("The comment is deleted."),
}
_BY_ITSELF: Final = {
    "reported": N_("Readers reported it."),
    "settled": N_("The outside spam service decided so."),
    "empty": N_("It was there for 30 days."),
}
_BY_WHO_IS_GONE: Final = N_("Somebody whose account is gone decided so.")


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    # The address is the key, so no other site may learn it; our own forms keep their Origin.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/moderate/<token>")
def ask_moderator(token: str) -> ResponseReturnValue:
    """Show a held comment, and the button for what the link does with it."""
    try:
        asked = answers.wanted(_links(), token)
    except Gone:
        return _decided(token), HTTPStatus.GONE
    question, button = _WORDS[asked.verdict]
    return render_template(
        "mail/moderate.html",
        title=gettext(question),
        button=gettext(button),
        entry=_entry(asked.comment),
        account=asked.account,
        queue=_links().queue(),
    )


@blueprint.post("/moderate/<token>")
@writes
def moderate(token: str) -> ResponseReturnValue:
    """Decide about the comment, once."""
    require_own_origin()
    try:
        answers.decide(_links(), token)
    except Gone:
        return _decided(token), HTTPStatus.GONE
    return _decided(token)


@blueprint.post("/moderate/<token>/undo")
@writes
def undo(token: str) -> str:
    """Take the decision back, for an hour, if nobody has decided since."""
    require_own_origin()
    answers.undo(_links(), token)
    return _decided(token, works=True)


@blueprint.get("/confirm/<token>")
def ask_follower(token: str) -> str:
    """Show what would be followed, and what else was asked for with the address."""
    subscription = following.asked(_confirming(token))
    return render_template(
        "mail/confirm.html",
        title=gettext("Get new comments by mail?"),
        thread=threads.by_id(subscription.thread_id),
        others=following.also_asked(subscription),
        link=_links().thread(subscription.thread_id),
    )


@blueprint.post("/confirm/<token>")
@writes
def confirm(token: str) -> str:
    """Begin to send new comments to the address that the link was sent to."""
    require_own_origin()
    also = [thread_id for thread_id in request.form.getlist("also") if ids.is_id(thread_id)]
    subscription = following.confirm(_confirming(token), also=also)
    return _said(
        gettext("New comments will come by mail."),
        link=_links().thread(subscription.thread_id),
        words=gettext("Read the comments"),
    )


@blueprint.get("/unsubscribe/<token>")
def ask_to_leave(token: str) -> str:
    """Show the button that ends these mails."""
    topic, row_id = _leaving(token)
    return render_template(
        "mail/unsubscribe.html",
        title=gettext("Get no more of these mails?"),
        article=_article(row_id) if topic is Topic.THREAD else None,
    )


@blueprint.post("/unsubscribe/<token>")
@writes
def leave(token: str) -> str:
    """End these mails: at a press of the button, or of the mail program's own (RFC 8058).

    The link alone is proof enough; mail programs send neither a session nor an Origin. A second
    time is no mistake.
    """
    topic, row_id = _leaving(token)
    if topic is Topic.THREAD:
        following.unsubscribe(row_id)
    else:
        account = db.session.get(Account, row_id)
        if account is not None:
            account.wants_mail = False
    return _said(gettext("You get no more of these mails."))


def _links() -> Links:
    return Links.from_settings(settings())


def _decided(token: str, *, works: bool = False) -> str:
    """Say what became of a link's comment, how to take that back, and whether links work again."""
    found = answers.decided(_links(), token)
    comment = found.comment
    return render_template(
        "mail/decided.html",
        title=gettext(_STATES[comment.status]),
        entry=None if comment.status is Status.DELETED else _entry(comment),
        who=gettext("The links in the mail work again.") if works else _who(found),
        link=_links().comment(comment.id) if comment.is_published else "",
        undo=url_for("mail.undo", token=token) if found.batch else "",
        queue=_links().queue(),
    )


def _who(found: answers.Decided) -> str:
    if not found.action:
        return ""
    if found.by is None:
        return gettext(_BY_ITSELF.get(found.action, _BY_WHO_IS_GONE))
    is_mine, waits = found.by is found.account, found.comment.status is Status.PENDING
    if is_mine:
        return gettext("You put it back there.") if waits else gettext("You decided so.")
    words = gettext("%(name)s put it back there.") if waits else gettext("%(name)s decided so.")
    return words % {"name": found.by.name}


def _entry(comment: Comment) -> Entry:
    thread = threads.by_id(comment.thread_id)
    return Entry(comment, thread, db.session.get_one(Site, thread.site_id))


def _confirming(token: str) -> str:
    [subscription_id] = _links().read(token, Purpose.CONFIRM).parts
    return subscription_id


def _leaving(token: str) -> tuple[Topic, str]:
    topic, row_id = _links().read(token, Purpose.UNSUBSCRIBE).parts
    return Topic(topic), row_id


def _article(subscription_id: str) -> Thread | None:
    subscription = db.session.get(Subscription, subscription_id)
    return threads.by_id(subscription.thread_id) if subscription else None


def _said(title: str, *, link: str = "", words: str = "") -> str:
    return render_template("mail/said.html", title=title, link=link, words=words)
