"""Somebody who moderates within the frame: what they ask for, and what they press there."""

import re
from typing import Any, Final

from flask import Flask
from sqlalchemy import select

from commentbox.comments import sites, threads
from commentbox.extensions import db
from commentbox.models import Identity, Membership, Policy, Role, Status
from tests.conftest import BASE
from tests.reader import ARTICLE
from tests.walks import Person, scripted

TOOLS: Final = "/embed/blog/moderating"
HERE: Final = {"url": ARTICLE}
ACTS: Final = ("approve", "spam", "trash", "undo", "pin", "unpin", "close", "open")


class Moderator(Person):
    """Somebody logged in to the frame, with a role once it is given."""

    @classmethod
    def before_a_comment(cls, app: Flask) -> "Moderator":
        """Return somebody logged in who is nothing here, before one comment that waits."""
        scripted(app)
        person = cls(app)
        person.reader.change(lambda: sites.add("other", ["https://other.test"]))
        person.reader.change(_hold_all)
        person.reader.write(comment="Waiting **words**", author="Zoë")
        person.enter()
        return person

    def given(self, role: Role, *, site: str = "blog") -> "Moderator":
        """Give the person a role on a site; an admin's reaches over all."""
        self.reader.change(lambda: _give(role, site))
        return self

    def tools(self, **headers: str) -> Any:
        return self.client.get(TOOLS, query_string=HERE, headers=headers)

    def tools_about(self, comment: str) -> Any:
        """Ask for the tools, and for a comment as it stands now."""
        return self.client.get(TOOLS, query_string=HERE | {"about": comment})

    def token(self) -> str:
        found = re.search(r'data-token="([^"]+)"', self.tools().get_json()["section"])
        assert found
        return found[1]

    def use(self, act: str, comment: str = "", *, origin: str = BASE, **fields: Any) -> Any:
        """Press a tool; the comment is as it was when it was posted, unless told otherwise."""
        form = {"act": act, "comment": comment, "revision": "0"} | fields
        form = form if "token" in form else form | {"token": self.token()}
        headers = {"Origin": origin} if origin else {}
        return self.client.post(TOOLS, query_string=HERE, data=form, headers=headers)

    def ids(self) -> list[str]:
        return [comment.id for comment in self.reader.comments()]

    def statuses(self) -> list[Status]:
        return [comment.status for comment in self.reader.comments()]


def _give(role: Role, site: str) -> None:
    account = db.session.scalars(select(Identity.account_id)).one()
    site_id = None if role is Role.ADMIN else threads.site_named(site).id
    db.session.add(Membership(account_id=account, site_id=site_id, role=role))


def _hold_all() -> None:
    site = threads.site_named("blog")
    site.policy, site.revision = Policy.HOLD_ALL, site.revision + 1
