"""What those who moderate are shown in a thread: what waits there, and tools for each comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template

from commentbox import policy
from commentbox.accounts import people
from commentbox.comments.reading import Placed
from commentbox.errors import NotFound
from commentbox.extensions import db
from commentbox.models import Account, Comment, Membership, Status, Thread
from commentbox.moderation import queue, reasons
from commentbox.moderation.filters import Filter
from commentbox.policy import Action
from commentbox.web.embed import pages
from commentbox.web.embed.places import Spot, View
from commentbox.web.kit import forms
from commentbox.web.kit.readers import Reader

MOST: Final = 50
"""How many comments that wait, and how many reported ones, are shown; the desk has the others."""


@dataclass(frozen=True)
class Toolbox:
    """The tools of a person in a thread, as fragments of HTML in the current language."""

    spot: Spot
    view: View
    reader: Reader
    roles: Sequence[Membership]

    @classmethod
    def of(cls, reader: Reader, spot: Spot, view: View) -> "Toolbox":
        """Return the tools; raise `NotFound("page.unknown")` for who does not decide here."""
        roles = people.roles(reader.account)
        policy.require(roles, Action.DECIDE, site_id=spot.site.id, code="page.unknown")
        return cls(spot, view, reader, roles)

    @property
    def holder(self) -> Account:
        """Return who uses them."""
        return self.reader.account

    @property
    def thread(self) -> Thread:
        """Return the thread; raise `NotFound("thread.unknown")` before its first comment."""
        if self.spot.thread is None:
            raise NotFound("thread.unknown")
        return self.spot.thread

    @property
    def binding(self) -> str:
        """Return what the token of the tools is bound to: the session that they are shown to."""
        return f"tools:{self.reader.session.id}"

    def section(self) -> str:
        """Return the part of the page that has the bar in it, and what is said of its use."""
        return self._render("moderating", **self._counted())

    def bar(self) -> str:
        """Return the tools of the thread as a whole, and how much waits in it."""
        return self._render("bar", **self._counted())

    def of_comments(self) -> str:
        """Return the tools for any comment that readers read; `{name}` stands for its author's."""
        return self._render("tools", name="{name}")

    def waiting(self) -> str:
        """Return the newest comments that wait here, the first first, as items of the list."""
        wanted = self._filter()
        found = queue.page(wanted, limit=MOST).items if wanted else []
        return self._render("waiting", listed=[_placed(*each) for each in _pairs(found)])

    def reported(self) -> str:
        """Return what to say of the newest comments here that readers read and have reported."""
        wanted = self._filter(status=Status.PUBLISHED, is_reported=True)
        found = queue.page(wanted, limit=MOST).items if wanted else []
        return self._render("reported", comments=[each.comment for each in found])

    def decided(self, comment: Comment, *, said: str, batch: str = "") -> str:
        """Return a comment as it stands after a decision, with a way to take that back, if any."""
        parent = db.session.get(Comment, comment.parent_id) if comment.parent_id else None
        return self._render("decided", placed=_placed(comment, parent), said=said, batch=batch)

    def fold(self, comment: Comment) -> str:
        """Return the button that folds the replies around a comment, where there are any."""
        root = db.session.get_one(Comment, comment.root_id, populate_existing=True)
        return self._render("fold", root=root) if root.shown_replies else ""

    def pinned(self) -> str:
        """Return what stands above the other comments, or nothing."""
        found = pages.pinned(self.spot.thread, self.view)
        return self._render("pinned", pinned=found) if found else ""

    def _render(self, part: str, **values: Any) -> str:
        may = {
            each.name.lower(): policy.may(self.roles, each, site_id=self.spot.site.id)
            for each in (Action.DECIDE, Action.PIN, Action.CLOSE)
        }
        return render_template(
            f"embed/_{part}.html",
            spot=self.spot,
            view=self.view,
            in_frame=True,
            acts="" if self.spot.is_closed else "button",
            may=may,
            why_held=reasons.shown,
            **values,
        )

    def _counted(self) -> dict[str, Any]:
        wanted = self._filter()
        waiting = queue.counted({"here": wanted})["here"] if wanted else 0
        return {"waiting": waiting, "token": forms.form_token(self.binding)}

    def _filter(self, **asked: Any) -> Filter | None:
        site, thread = self.spot.site, self.spot.thread
        return Filter((site.id,), thread_id=thread.id, **asked) if thread else None


def _pairs(found: Sequence[queue.Item]) -> list[tuple[Comment, Comment | None]]:
    return [(each.comment, each.answers) for each in reversed(found)]


def _placed(comment: Comment, parent: Comment | None) -> Placed:
    return Placed(comment, comment.depth, parent.author_name if parent else "")
