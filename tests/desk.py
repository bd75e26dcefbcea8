"""The desk as a moderator's browser sees it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from commentbox.accounts import people, signin
from commentbox.comments import posting, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock
from commentbox.models import Comment, Policy, Role, Site, SpamModel, Status
from commentbox.spam.features import features
from commentbox.spam.model import Model
from tests.conftest import BASE

MIA = "mia@example.org"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Desk:
    """A moderator's browser without script, and a look into the database beside it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()

    @contextmanager
    def written(self) -> Iterator[None]:
        """Write into the database as another process would."""
        with self.app.app_context():
            begin_writing()
            yield
            db.session.commit()

    def add_site(self, name: str, *, policy: Policy = Policy.HOLD_ALL) -> None:
        with self.written():
            db.session.add(Site(name=name, origins=[f"https://{name}.test"], policy=policy))

    def add_comment(
        self,
        source: str = "Hello",
        *,
        site: str = "blog",
        name: str = "Ann",
        ago: timedelta = timedelta(minutes=1),
    ) -> str:
        """Let a comment come in that has waited for so long."""
        with clock.turned_by(-ago), self.written():
            found = threads.site_named(site)
            place = threads.place(found, address=f"https://{site}.test/article", title="An article")
            comment = posting.post(
                threads.opened(found, place),
                found,
                author=posting.Guest(name=name, email="ann@example.org"),
                draft=posting.Draft(source),
                arrival=posting.Arrival(),
            )
            return comment.id

    def change(self, *comment_ids: str, **columns: Any) -> None:
        """Let comments have other values in these columns."""
        with self.written():
            mine = update(Comment).where(Comment.id.in_(comment_ids))
            db.session.execute(mine.values(columns))

    def add_alike(self, number: int) -> list[str]:
        """Let comments wait that say nearly the same, each by somebody else."""
        found = [self.add_comment(f"Cheap shoes {at}", name=f"Ann {at}") for at in range(number)]
        self.change(*found, cluster=found[0])
        for at, each in enumerate(found):
            self.change(each, person=f"email:ann{at}@example.org")
        return found

    def link(self, email: str = MIA, *, site: str = "", role: Role = Role.ADMIN) -> str:
        """Return the path of a fresh sign-in link."""
        with self.written():
            account = people.invite(
                email, site=threads.site_named(site) if site else None, role=role
            )
            return f"/admin/sign-in/{signin.link_for(account, valid=signin.BY_HAND)}"

    def sign_in(self, email: str = MIA, *, site: str = "", role: Role = Role.ADMIN) -> TestResponse:
        return self.post(self.link(email, site=site, role=role))

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, base_url=BASE, headers={"Accept": "text/html", **named})

    def post(self, path: str, *, origin: str = BASE, page: str = "", **form: Any) -> TestResponse:
        """Send a form of a page; its token is taken from there, as a browser would."""
        page = page or ("/admin/account" if "/sign-in" not in path else path)
        if "token" not in form:
            form["token"] = self.token(page)
        return self.client.post(
            path, base_url=BASE, data=form, headers={"Accept": "text/html", "Origin": origin}
        )

    def token(self, page: str = "/admin/account") -> str:
        """Return the token that a page puts into its forms."""
        found = TOKEN.search(self.get(page).text)
        return found[1] if found else ""

    def status(self, comment_id: str) -> Status:
        with self.app.app_context():
            return db.session.scalars(select(Comment.status).where(Comment.id == comment_id)).one()


def teach(
    desk: Desk, *, spam: int, fine: int, holds: bool = True, site: str = "blog", text: str = ""
) -> None:
    """Let the filter of a site have learned from so many comments, some of them of this text."""
    model = Model()
    if text:
        model.learn(features(text), is_spam=True)
    with desk.written():
        found = threads.site_named(site)
        found.filter_holds = holds
        known = {"spam": spam, "fine": fine, "content": model.dumps()}
        db.session.add(SpamModel(site_id=found.id, revision=1, digest="some", **known))
