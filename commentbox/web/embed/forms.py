"""The comment form: one definition for the frame and for the page without script."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from commentbox.comments import guests, posting
from commentbox.errors import Invalid
from commentbox.lib import clock, email, source
from commentbox.models import Site
from commentbox.web.kit import forms, offers, readers, requests
from commentbox.web.kit.forms import Form
from commentbox.web.kit.readers import Reader

QUICKEST: Final = timedelta(seconds=2)
"""Nobody fills in the form faster than that after it opened."""

_NAMES: Final = {"name": "author", "website": "url"}


@dataclass(frozen=True)
class Entry:
    """What somebody sent: who they are, what they say, how it came."""

    author: posting.Guest | posting.Member
    draft: posting.Draft
    arrival: posting.Arrival
    mail_to: str
    """Where news of the thread are to be sent, or nothing."""

    @property
    def key(self) -> str | None:
        """Return the secret that a guest's comment goes by; a member's goes by no secret."""
        return self.author.key if isinstance(self.author, posting.Guest) else None


def offers_mail(site: Site) -> bool:
    """Say whether the form offers new comments by mail: only where mail can be sent."""
    return site.offers_subscription and bool(requests.settings().smtp_url)


class CommentForm(Form):
    """A comment and its author.

    `session` names the login that was shown, if one was; `mail_to` is where somebody who logged in
    without an address wants mail. `contact` is invisible: only a program fills it in.
    """

    comment = TextAreaField()
    email = StringField()
    author = StringField()
    url = StringField()
    parent = HiddenField()
    subscribe = BooleanField()
    contact = StringField()
    mail_to = StringField()
    session = HiddenField()
    key = HiddenField()

    def entry(self, site: Site, *, reader: Reader | None, author_key: str | None) -> Entry:
        """Return what was sent, checked: by `reader`, else by a guest whose secret is `author_key`.

        Raises `NotAllowed("form.stale")`, and `Invalid` whose `fields` name all fields at fault.
        """
        self.validate()
        author, address = self._author(site, reader, author_key)
        arrival = self._arrival(site)
        wants_mail = bool(self.subscribe.data) and offers_mail(site) and not arrival.is_trap
        return Entry(
            author=author,
            draft=posting.Draft(self.typed("comment"), parent_id=self.typed("parent") or None),
            arrival=arrival,
            mail_to=address if wants_mail else "",
        )

    def typed(self, name: str) -> str:
        """Return the text in a field, empty when the field was not sent."""
        return str(self[name].data or "")

    def essence(self, place: str) -> bytes:
        """Return what makes two sendings the same comment, however fresh their tokens are."""
        names = ("comment", "email", "author", "url", "parent")
        return "\x1f".join([place, *map(self.typed, names)]).encode("utf-8", "replace")

    def _author(
        self, site: Site, reader: Reader | None, author_key: str | None
    ) -> tuple[posting.Guest | posting.Member, str]:
        """Return whose comment it is, and where mail reaches them."""
        if reader:
            return self._member(reader), readers.address_of(reader) or self._added_address()
        guest = self._guest(site, author_key)
        return guest, guest.email

    def _added_address(self) -> str:
        """Return the address that was added; it gets one question, as every address of a guest."""
        typed = self.typed("mail_to").strip()
        if not typed:
            return ""
        try:
            return email.address(typed)
        except Invalid as fault:
            raise Invalid(fault.code, fields={"mail_to": fault.code}) from fault

    def _member(self, reader: Reader) -> posting.Member:
        try:
            source.checked(self.typed("comment"))
        except Invalid as fault:
            raise Invalid(fault.code, fields={"comment": fault.code}) from fault
        return posting.Member(reader.account, reader.identity)

    def _guest(self, site: Site, author_key: str | None) -> posting.Guest:
        try:
            return guests.guest(
                name=self.typed("author"),
                email=self.typed("email"),
                website=self.typed("url"),
                comment=self.typed("comment"),
                key=author_key,
                site=site,
            )
        except Invalid as fault:
            fields = {_NAMES.get(name, name): code for name, code in fault.fields.items()}
            raise Invalid(fault.code, fields=fields) from fault

    def _arrival(self, site: Site) -> posting.Arrival:
        issued = forms.read_token(self.typed(forms.FIELD), forms.guest(site))
        settings = requests.settings()
        return posting.Arrival(
            client=requests.client(),
            address=requests.address(),
            is_trap=bool(self.typed("contact")) or clock.now() - issued < QUICKEST,
            flood=(settings.flood_comments, settings.flood_seconds),
            has_scorer=bool(offers.scorer()),
        )
