"""The page on which a reader reports a comment, wholly usable without script."""

from http import HTTPStatus
from typing import Final

from flask import Response, make_response, render_template
from wtforms import HiddenField, StringField, TextAreaField

from commentbox.adapters import translations
from commentbox.adapters.translations import N_
from commentbox.comments import listing, reporting, threads
from commentbox.errors import CommentboxError, Invalid
from commentbox.extensions import db
from commentbox.lib import tokens
from commentbox.models import Cause, Comment, Site
from commentbox.web.embed.first_party import COOKIE, REMEMBERED
from commentbox.web.kit import cookies, forms, kept_words, offers, readers, reports
from commentbox.web.kit.forms import Form
from commentbox.web.kit.problems import Problem, problem
from commentbox.web.kit.readers import Reader
from commentbox.web.kit.requests import require_own_origin
from commentbox.web.kit.transaction import writes

CAUSES: Final = {
    Cause.SPAM: N_("It is spam or an advert"),
    Cause.ABUSE: N_("It is abusive or hurtful"),
    Cause.OFF_TOPIC: N_("It is off topic"),
    Cause.OTHER: N_("Something else"),
}
"""What a reader chooses from."""


class ReportForm(Form):
    """What is wrong with a comment.

    `session` names the login that was shown, if one was; `key` is the secret that a guest's report
    goes by where their browser has none yet: sent twice, it is one report.
    """

    cause = StringField()
    note = TextAreaField()
    session = HiddenField()
    key = HiddenField()


def ask(comment_id: str) -> Response:
    """Show the comment, and ask what is wrong with it."""
    return _page(listing.published(comment_id))


def send(comment_id: str) -> Response:
    """Store the report and thank for it; show the form again if it cannot be."""
    require_own_origin()
    try:
        return _store(comment_id)
    except CommentboxError as refusal:
        db.session.remove()  # its transaction was for writing; the page is only read
        return _page(listing.published(comment_id), refusal)


@writes
def _store(comment_id: str) -> Response:
    comment = listing.published(comment_id)
    form = _form(comment)
    form.validate()
    reader = readers.author(readers.at_home, form.session.data or "")
    cause, secret = _cause(form), _secret(form)
    reports.limit(reader)
    by = reporting.Reporter(reader.account if reader else None, secret)
    reporting.report(comment, by=by, cause=cause, note=form.note.data or "")
    response = _thanks(comment)
    if not reader:
        cookies.keep(response, COOKIE, secret, lasts=REMEMBERED, samesite="Lax")
    kept_words.forget(response, _site(comment), kept_words.of_report(comment.id))
    return response


def _form(comment: Comment) -> ReportForm:
    return ReportForm(binding=forms.guest(_site(comment)))


def _site(comment: Comment) -> Site:
    return threads.site_of(threads.by_id(comment.thread_id))


def _secret(form: ReportForm) -> str:
    """Return what the browser's comments and reports go by."""
    given = (cookies.value(COOKIE), form.key.data or "")
    return next((secret for secret in given if tokens.is_token(secret)), "") or tokens.new()


def _cause(form: ReportForm) -> Cause:
    try:
        return Cause(form.cause.data or "")
    except ValueError as problem:
        missing = "report.cause_missing"
        raise Invalid(missing, fields={"cause": missing}) from problem


def _page(comment: Comment, refusal: CommentboxError | None = None) -> Response:
    thread = threads.by_id(comment.thread_id)
    site, reader, form = threads.site_of(thread), readers.at_home(), _form(comment)
    filled_in = {"cause": form.cause.data or "", "note": form.note.data or ""}
    if not refusal:
        filled_in |= kept_words.kept(site, kept_words.of_report(comment.id))
    with translations.speaking(site.locale):
        trouble = problem(refusal) if refusal else None
        page = render_template(
            "embed/report.html",
            comment=comment,
            thread=thread,
            causes=CAUSES,
            chosen=filled_in["cause"],
            note=filled_in["note"],
            longest=reporting.LONGEST_NOTE,
            errors=trouble.fields if trouble else {},
            message=trouble.detail if trouble and not trouble.fields else "",
            hidden=_hidden(reader, forms.form_token(forms.guest(site))),
            me=readers.who(reader) if reader else None,
            providers=offers.offered(),
            by_mail=offers.by_mail(),
            doors={"mode": "page", "thread": thread.id, "reported": comment.id},
            is_sent=False,
        )
    return _private(page, trouble)


def _hidden(reader: Reader | None, token: str) -> dict[str, str]:
    who = {"session": reader.session.id} if reader else {"key": tokens.new()}
    return {forms.FIELD: token, **who}


def _thanks(comment: Comment) -> Response:
    thread = threads.by_id(comment.thread_id)
    with translations.speaking(threads.site_of(thread).locale):
        return _private(
            render_template("embed/report.html", thread=thread, comment=comment, is_sent=True)
        )


def _private(page: str, trouble: Problem | None = None) -> Response:
    response = make_response(page, trouble.status if trouble else HTTPStatus.OK)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Cookie"
    if trouble and trouble.retry_after:
        response.headers["Retry-After"] = str(trouble.retry_after)
    return response
