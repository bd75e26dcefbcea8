"""Somebody who moderates a site of their own, and what waits there."""

from datetime import timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import update

from commentbox.accounts import people, signin
from commentbox.comments import posting, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import clock, ids
from commentbox.models import Comment, Policy, Session, Site, Status
from tests.e2e.hosts import COMMENTS

WORDS = {
    "Ann": "The third paragraph says 1987, but the bridge was opened in **1986**. "
    "See https://bridges.example/1986",
    "Ben Okafor": "Thank you for this! I have walked past it every day for ten years and never "
    "knew.\n\n> It was never meant to last.\n\nAnd yet it does.",
    "CHEAP SHOES": "buy now https://shoes.example https://more.example https://best.example",
    "Zoë": "Could you say where the photograph was taken?",
}


class Moderated:
    """A site of its own with comments that wait, and somebody who may decide about them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.name = app, f"desk-{ids.new().lower()}"
        with self.written():
            origins = [f"https://{self.name}.test"]
            db.session.add(Site(name=self.name, origins=origins, policy=Policy.HOLD_FIRST))

    def written(self) -> Any:
        return _Written(self.app)

    def link(self) -> str:
        with self.written():
            site = threads.site_named(self.name)
            account = people.invite(f"{self.name}@example.org", site=site, name="Mia Lindqvist")
            return f"{COMMENTS}/admin/sign-in/{signin.link_for(account, valid=signin.BY_HAND)}"

    def sign_in(self, page: Page) -> None:
        """Open the queue in a tab."""
        page.goto(self.link())
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/queue")

    def grow_old(self) -> None:
        """Let the moderator have signed in a while ago."""
        ago = clock.now() - timedelta(minutes=11)
        with self.written():
            account = people.find(f"{self.name}@example.org")
            assert account
            mine = update(Session).where(Session.account_id == account.id)
            db.session.execute(mine.values(fresh_at=ago))

    def wait_for_a_decision(self, words: dict[str, str]) -> dict[str, str]:
        """Let comments arrive that have waited for a minute, and return their ids by author."""
        with self.written():
            posted = {name: self._post(name, source) for name, source in words.items()}
            for comment in posted.values():
                comment.created_at -= timedelta(minutes=1)
            return {name: comment.id for name, comment in posted.items()}

    def repeat(self, comment_id: str, times: int) -> None:
        """Let others say the same as a comment, as often as that."""
        with self.written():
            model = db.session.get_one(Comment, comment_id)
            columns = {each.key: getattr(model, each.key) for each in Comment.__table__.columns}
            for number in range(times):
                one = ids.new()
                mine = {"id": one, "root_id": one, "person": f"email:{number}@example.org"}
                db.session.add(Comment(**columns | mine))

    def take_over(self, name: str) -> None:
        """Let the moderator decide about another site too."""
        with self.written():
            people.invite(f"{self.name}@example.org", site=threads.site_named(name))

    def status(self, comment_id: str) -> Status:
        with self.written():
            return db.session.get_one(Comment, comment_id).status

    def _post(self, name: str, source: str) -> Comment:
        site = threads.site_named(self.name)
        address = f"https://{self.name}.test/{ids.new()}"
        place = threads.place(site, address=address, title="The bridge that should not be there")
        return posting.post(
            threads.opened(site, place),
            site,
            author=posting.Guest(name=name, email=f"{name.replace(' ', '.').lower()}@example.org"),
            draft=posting.Draft(source),
            arrival=posting.Arrival(),
        )


class _Written:
    def __init__(self, app: Flask) -> None:
        self._context = app.app_context()

    def __enter__(self) -> None:
        self._context.__enter__()
        begin_writing()

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is None:
            db.session.commit()
        self._context.__exit__(kind, *rest)
