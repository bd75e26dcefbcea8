"""Who a guest says they are: the typed details, checked all at once."""

from collections.abc import Callable

from commentbox.accounts import people
from commentbox.adapters.translations import gettext
from commentbox.comments import posting
from commentbox.errors import Invalid
from commentbox.lib import email as emails
from commentbox.lib import source, text, tokens, urls
from commentbox.models import Site


def guest(
    *, name: str, email: str, website: str, key: str | None, site: Site, comment: str | None = None
) -> posting.Guest:
    """Return the guest as their comments keep them; without a usable key they get a fresh one.

    Raises `Invalid` whose `fields` (`comment`, `email`, `name`, `website`) name everything that is
    wrong, so that a form can show it at once; its code is that of the first. The comment's text is
    checked along when it is given.
    """
    faults: dict[str, str] = {}
    if comment is not None:
        _take(faults, "comment", lambda: source.checked(comment))
    found = posting.Guest(
        email=_take(faults, "email", lambda: _email(email, is_required=site.requires_email)),
        name=_take(faults, "name", lambda: _name(name, site)),
        website=_take(faults, "website", lambda: _website(website)),
        key=key if key and tokens.is_token(key) else tokens.new(),
    )
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    return found


def _take(faults: dict[str, str], field: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Invalid as fault:
        faults[field] = fault.code
        return ""


def _email(typed: str, *, is_required: bool) -> str:
    if typed.strip():
        return emails.address(typed)
    if is_required:
        raise Invalid("email.missing")
    return ""


def _name(typed: str, site: Site) -> str:
    name = text.clean_line(typed)
    if text.is_blank(name):
        if site.requires_name:
            raise Invalid("name.missing")
        return gettext("Anonymous")
    if len(name) > text.LONGEST_NAME:
        raise Invalid("name.too_long")
    if people.is_reserved(name, site=site):
        raise Invalid("name.reserved")
    return name


def _website(typed: str) -> str:
    if not typed.strip():
        return ""
    if len(typed.strip()) > urls.MAX_WEBSITE_LENGTH:
        raise Invalid("website.too_long")
    return urls.web_address(typed)
