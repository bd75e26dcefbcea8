"""The letters: what each says, as plain text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment

from commentbox.adapters.mailer import Letter
from commentbox.adapters.translations import DEFAULT, gettext, ngettext, speaking
from commentbox.lib import markdown, text
from commentbox.models import Account, Comment, Site, Subscription, Thread
from commentbox.moderation import reasons
from commentbox.notify.links import Links, Verdict

_EXCERPT: Final = 400  # characters of a comment
_TITLE: Final = 80  # characters of what people typed that a subject shows
SERVICE: Final = "Commentbox"


@dataclass(frozen=True)
class Entry:
    """A comment in a letter, with where it was written."""

    comment: Comment
    thread: Thread
    site: Site

    @property
    def author(self) -> str:
        """Return the author's name on one line."""
        return text.clean_line(self.comment.author_name)

    @property
    def excerpt(self) -> str:
        """Return how the comment begins, without any markup."""
        return markdown.plain(self.comment.html, _EXCERPT)

    @property
    def article(self) -> str:
        """Return what the article is called."""
        return _title(self.thread)

    @property
    def reasons(self) -> list[str]:
        """Return why it was held, in words."""
        return reasons.in_words(self.comment.reasons)


@dataclass(frozen=True)
class Letters:
    """Writes every letter that the service sends. None of them names anybody's address."""

    templates: Environment
    links: Links

    def held(self, account: Account, entries: Sequence[Entry], *, count: int) -> Letter:
        """Return the letter that asks a moderator about held comments.

        `count` is how many there are, of which `entries` are those that the letter shows.
        """
        site = entries[0].site
        places = ", ".join(sorted({label(entry.site) for entry in entries}))
        with speaking(site.locale):
            subject = ngettext(
                "A comment waits on %(place)s", "%(num)d comments wait on %(place)s", count
            ) % {"num": count, "place": places}
            return self._letter(
                "held",
                to=account.email or "",
                sender=label(site),
                subject=subject,
                unsubscribe=self.links.leave_desk(account),
                asked=[(entry, self._verdicts(entry.comment, account)) for entry in entries],
                count=count,
            )

    def news(
        self, subscription: Subscription, entries: Sequence[Entry], *, unlisted: int
    ) -> Letter:
        """Return the letter that shows a reader new comments of a thread they follow.

        `unlisted` is how many more there are that the letter does not show.
        """
        first = entries[0]
        with speaking(first.site.locale):
            number = len(entries) + unlisted
            subject = ngettext(
                "New comment on “%(title)s”", "%(num)d new comments on “%(title)s”", number
            ) % {"num": number, "title": _short(first.article)}
            return self._letter(
                "news",
                to=subscription.email,
                sender=label(first.site),
                subject=subject,
                unsubscribe=self.links.unsubscribe(subscription.id),
                entries=entries,
                unlisted=unlisted,
                article=first.article,
                thread=first.thread,
            )

    def question(self, subscription: Subscription, site: Site) -> Letter:
        """Return the letter that asks an address whether it wants what was asked for.

        Anybody can have it sent to anybody. So nothing in it comes from whoever asked: no name, no
        title, no address of an article.
        """
        with speaking(site.locale):
            return self._letter(
                "question",
                to=subscription.email,
                sender=label(site),
                subject=gettext("Confirm: new comments on %(place)s") % {"place": label(site)},
                place=label(site),
                confirm=self.links.confirm(subscription.id),
            )

    def sign_in(self, account: Account, token: str, *, minutes: int, next_page: str) -> Letter:
        """Return the letter with the link that signs a moderator in."""
        return self._letter(
            "sign_in",
            to=account.email or "",
            sender=SERVICE,
            subject=gettext("Your link to sign in"),
            link=self.links.sign_in(token, next_page=next_page),
            minutes=minutes,
        )

    def invitation(
        self, account: Account, site: Site | None, token: str, *, by: str, days: int
    ) -> Letter:
        """Return the letter that says that somebody may moderate, with a link to begin."""
        place = label(site) if site else urlsplit(self.links.base_url).hostname or SERVICE
        with speaking(site.locale if site else DEFAULT):
            return self._letter(
                "invitation",
                to=account.email or "",
                sender=SERVICE,
                subject=gettext("Your invitation to the comments of %(place)s") % {"place": place},
                place=place,
                by=text.clean_line(by),
                link=self.links.sign_in(token),
                days=days,
            )

    def code(self, address: str, site: Site | None, code: str, *, minutes: int) -> Letter:
        """Return the letter with the digits that prove an address.

        Anybody can have it sent to anybody: there is nothing to click, and nothing in it comes from
        whoever asked.
        """
        place = label(site) if site else urlsplit(self.links.base_url).hostname or SERVICE
        with speaking(site.locale if site else DEFAULT):
            return self._letter(
                "code",
                to=address,
                sender=place,
                subject=gettext("Your code for %(place)s") % {"place": place},
                place=place,
                code=code,
                minutes=minutes,
            )

    def _verdicts(self, comment: Comment, account: Account) -> dict[str, str]:
        return {
            verdict.value: self.links.decide(comment, verdict, by=account) for verdict in Verdict
        }

    def _letter(
        self,
        name: str,
        *,
        to: str,
        sender: str,
        subject: str,
        unsubscribe: str = "",
        **values: Any,
    ) -> Letter:
        subject = text.clean_line(subject)
        values |= {
            "links": self.links,
            "subject": subject,
            "unsubscribe": unsubscribe,
        }
        plain, html = (
            self.templates.get_template(f"mail/letters/{name}.{form}").render(values)
            for form in ("txt", "html")
        )
        return Letter(
            to=to,
            sender=sender,
            subject=subject,
            text=plain,
            html=html,
            unsubscribe=unsubscribe,
        )


def label(site: Site) -> str:
    """Return what people call the site: the host of its pages."""
    host = urlsplit(site.origins[0]).hostname if site.origins else None
    return host or site.name


def _title(thread: Thread) -> str:
    return text.clean_line(thread.title) or thread.url


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
