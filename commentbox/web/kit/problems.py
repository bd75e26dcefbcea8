"""From what went wrong to a status and a sentence. Nothing else knows both."""

from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Final

from commentbox import errors
from commentbox.adapters.translations import N_, gettext

STATUS: Final[dict[type[errors.CommentboxError], HTTPStatus]] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Malformed: HTTPStatus.BAD_REQUEST,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.Closed: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Gone: HTTPStatus.GONE,
    errors.TooFast: HTTPStatus.TOO_MANY_REQUESTS,
}

SENTENCES: Final = {
    "comment.empty": N_("Please enter a comment"),
    "comment.too_long": N_("Your comment is too long."),
    "comment.duplicate": N_(
        "Duplicate comment detected; it looks as though you've already said that!"
    ),
    "comment.flood": N_("You are posting comments too quickly. Slow down."),
    "comment.unknown": N_("There is no such comment."),
    "pin.unpublished": N_("Only a comment that readers see can be pinned."),
    "author_key.invalid": N_("This is no secret of a guest."),
    "report.own": N_("You wrote this comment yourself."),
    "report.decided": N_("A moderator has decided about your report already."),
    "report.cause_missing": N_("Choose what is wrong with it."),
    "report.note_too_long": N_("Say it in fewer words."),
    "report.too_many": N_("You are reporting too quickly. Slow down."),
    "parent.gone": N_("The comment you replied to is no longer available."),
    "email.missing": N_("Please enter your email address here"),
    "email.invalid": N_("Invalid email address"),
    "email.too_long": N_("Your email address is too long."),
    "name.missing": N_("Please enter your name here"),
    "name.too_long": N_("Your name is too long."),
    "name.reserved": N_("This name is taken by the people who run this site."),
    "website.invalid": N_("Enter a web address that starts with http:// or https://"),
    "website.spaced": N_("A web address has no spaces in it."),
    "website.too_long": N_("Your URL is too long."),
    "thread.closed": N_("Sorry, comments are closed for this item."),
    "thread.elsewhere": N_("The other conversation is not on the same site."),
    "thread.same": N_("These are one conversation already."),
    "thread.taken": N_("There are comments at the new address already."),
    "thread.unknown": N_("There is no such conversation."),
    "site.unknown": N_("There is no such site here."),
    "site.exists": N_("There is a site of this name already."),
    "site.name": N_("A site's name is a short word of a-z, 0-9 and hyphens."),
    "origin.invalid": N_("An origin looks like https://blog.example, with nothing after the host."),
    "address.invalid": N_("This is not the address of a web page."),
    "address.not_registered": N_("This page's host is not registered for the site."),
    "thread_id.invalid": N_("This thread id cannot be used."),
    "cursor.invalid": N_("This place in the list does not exist."),
    "form.stale": N_("Please try again."),
    "origin.foreign": N_("This request came from a page that may not send it."),
    "request.too_many": N_("Too many requests. Slow down."),
    "key.invalid": N_("This idempotency key cannot be used."),
    "key.reused": N_("This idempotency key was used for another request."),
    "query.invalid": N_("The address's parameters are not what the service expects."),
    "field.missing": N_("This is missing."),
    "field.unknown": N_("There is no such field."),
    "field.invalid": N_("This cannot be used here."),
    "body.invalid": N_("The request body is not of the form that the service expects."),
    "status.impossible": N_("This comment cannot be moved there."),
    "status.changed": N_("Somebody else has decided about this comment meanwhile."),
    "comment.edited": N_("This comment has been edited since you saw it."),
    "comment.decided": N_("Somebody has decided about a comment since you saw it. Look again."),
    "link.used": N_("This link has been used already, or its time is over."),
    "link.invalid": N_("This link is not valid."),
    "comment.delete": N_("Only owners may delete comments for good."),
    "selection.empty": N_("Select at least one comment first."),
    "selection.gone": N_("Somebody has decided about these already. Nothing was left to do."),
    "selection.too_many": N_("Select fewer comments at once."),
    "action.unknown": N_("There is no such action."),
    "choice.unknown": N_("There is no such choice."),
    "decision.unknown": N_("There is no such decision."),
    "undo.late": N_("Nothing was undone: it was decided anew since."),
    "session.unknown": N_("There is no such session."),
    "desk.unknown": N_(
        "Nobody who logs in with this moderates here. Sign in by a link in a mail, and add this "
        "way to log in to your account."
    ),
    "account.unknown": N_("Nobody with this address has a role here."),
    "person.unknown": N_("Nobody who has logged in here is known by that."),
    "sign_in.needed": N_("Please sign in."),
    "session.expired": N_("Your login has expired. Log in again to post; your comment is kept."),
    "login.needed": N_("You are not logged in here."),
    "login.stale": N_("That was a while ago: log in again first."),
    "login.expired": N_("That login link has expired. Try again."),
    "login.elsewhere": N_("That login link has expired. Try again."),
    "login.too_many": N_("Too many login attempts. Try again in %(seconds)s seconds."),
    "login.much_too_many": N_("Too many login attempts. Try again in %(minutes)s minutes."),
    "code.wrong": N_("This is not the code from the mail."),
    "code.expired": N_("This code has expired. Ask for another one."),
    "signed_request.invalid": N_("This was not signed by the provider."),
    "deletion.unknown": N_("There is no such request."),
    "identity.taken": N_("Somebody else here logs in with this already."),
    "identity.last": N_("This is your only way to log in. Add another one before."),
    "identity.unknown": N_("You do not log in with this."),
    "avatar.unknown": N_("There is no such picture."),
    "challenge.used": N_("That login link has expired. Try again."),
    "challenge.invalid": N_("This login was not begun by a form of ours."),
    "return.foreign": N_("This page's host is not registered for the site."),
    "provider.unknown": N_("Nobody can log in with this here."),
    "words.too_many": N_("A list takes at most 100,000 entries."),
    "words.too_long": N_("An entry takes at most 100 characters."),
    "words.star": N_(
        "A * counts only at the end of an entry, once: casino* finds casinos. Elsewhere it finds "
        "nothing but itself."
    ),
    "account.blocked": N_("This account may not write here."),
    "api_key.invalid": N_("This key cannot be made."),
    "api_key.unnamed": N_("Give the key a name, such as what will use it."),
    "api_key.long_name": N_("This name is too long: 80 characters at most."),
    "api_key.for_nothing": N_("Choose at least one thing that the key is good for."),
    "api_key.past": N_("This day has passed already."),
    "api_key.too_many": N_("This site has as many keys as it can have. Revoke one first."),
    "api_key.made": N_(
        "This key has been made already, and was shown then. If you did not copy it, revoke it."
    ),
    "api_key.unknown": N_("There is no such key."),
    "api_key.wrong": N_(
        "This takes a key of the site in the header Authorization, one that is neither revoked nor "
        "over, and whose maker still has a role on the site."
    ),
    "api_key.scope": N_("This key is not good for that."),
    "block.either": N_("Name either a value or a comment."),
    "filter.empty": N_(
        'This filter chooses nothing. Name at least a status, such as {"status": "pending"}.'
    ),
    "decision.either": N_("Name either the comments or a filter."),
    "site.settings": N_("Only owners may change the settings of a site."),
    "site.invite": N_("Only owners may invite people and change their roles."),
    "site.keys": N_("Only owners may make and revoke keys."),
    "settings.invalid": N_("These settings cannot be saved."),
    "setting.number": N_("Enter a whole number."),
    "setting.range": N_("This number is out of range."),
    "setting.long": N_("This is too long: 120 characters at most."),
    "page.unknown": N_("There is no such page."),
    "member.unknown": N_("This person has no role here."),
    "member.known": N_("This person has a role here already: change it in the list."),
    "member.arrived": N_("This person has been here already and needs no invitation."),
    "role.unknown": N_("There is no such role."),
    "role.above": N_("You cannot give or take a role above your own."),
    "block.account": N_("Nobody who has logged in here is known by that."),
    "block.email": N_("Enter an email address, such as bob@example.org."),
    "block.domain": N_("Enter what stands behind the @, such as example.org."),
    "block.network": N_(
        "Enter a network address such as 203.0.113.0/24 or 2001:db8::/48; nothing wider than /8, "
        "or /19 of IPv6."
    ),
    "block.client": N_("This connection is not known any more."),
    "block.host": N_("Enter the host of a link, such as shop.example; not one of this site."),
    "block.star": N_(
        "A * stands for nothing here: a block is of exactly one host, address or domain. Name each "
        "by itself, also those below a host; all addresses at a domain are a kind of their own."
    ),
    "block.until": N_("This time is over already."),
    "block.unknown": N_("There is no such block."),
    "block.nothing": N_("Choose at least one thing to do."),
    "role.last": N_(
        "Somebody must be left who can manage this. Give somebody else this role first."
    ),
}

_LONG: Final = {"login.too_many": "login.much_too_many"}
_MINUTE: Final = 60  # seconds


@dataclass(frozen=True)
class Problem:
    """An error as a client sees it (RFC 9457, with `code`, `fields` and `retry_after`)."""

    status: int
    code: str
    detail: str
    fields: dict[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    comment_id: str | None = None


def problem(error: errors.CommentboxError) -> Problem:
    """Return the error in words, in the current language."""
    fields = error.fields if isinstance(error, errors.Invalid) else {}
    seconds = error.retry_after if isinstance(error, errors.TooFast) else None
    return Problem(
        status=next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS),
        code=error.code,
        detail=_timed(error.code, seconds or 0),
        fields={name: sentence(code) for name, code in fields.items()},
        retry_after=seconds,
        comment_id=error.comment_id if isinstance(error, errors.Conflict) else None,
    )


def _timed(code: str, seconds: int) -> str:
    """Return what a code says, and how long to wait; whoever waits for long counts minutes."""
    words = sentence(_LONG.get(code, code) if seconds > _MINUTE else code)
    minutes = str(ceil(seconds / _MINUTE))
    return words.replace("%(seconds)s", str(seconds)).replace("%(minutes)s", minutes)


def sentence(code: str) -> str:
    """Return what a code says to a person."""
    return gettext(SENTENCES.get(code, N_("Something went wrong.")))
