"""A site full of hostile text: each line of the corpus as text, as name and as website."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Flask
from sqlalchemy import Select, select

from commentbox.accounts import people
from commentbox.comments import guests, posting, reading, sites, threads
from commentbox.extensions import begin_writing, db
from commentbox.lib import tokens
from commentbox.models import Comment, Policy, Site, Status, Thread
from commentbox.moderation import status
from tests import corpora

NAME: Final = "hostile"
ORIGIN: Final = "https://hostile.test"
MODERATOR: Final = "mia@hostile.test"
FEW: Final = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]
_FROM_SITE: Final = "https://ann.example/?"
_IN_A_NAME, _IN_A_WEBSITE, _IN_A_TEXT, _IN_A_TITLE = 240, 170, 9_000, 300  # characters
_IN_A_BRANCH = 1 + reading.FIRST_REPLIES  # comments: what a page shows of it at first
_IN_A_THREAD = 2 * reading.PAGE * _IN_A_BRANCH
_IN_A_FEED = 8 * _IN_A_BRANCH  # at most what a feed has room for
_ALONE: Final = 20  # each twentieth line also stands in a comment of its own


@dataclass(frozen=True)
class Hostile:
    """What the site holds: threads of many published comments, and long comments that wait."""

    threads: list[tuple[str, str]]
    published: set[str]
    held: dict[str, str]
    """Each comment that waits, and its thread."""
    author: str
    """The secret of the browser that wrote those."""


def fill(app: Flask) -> Hostile:
    """Post the corpus through the code that posts for readers, and return what is there.

    A comment holds as many lines as a name can, so that all of them fit into pages that a browser
    reads in a minute. Others hold as many as a text can, for feeds, and for moderators.
    """
    lines, author = list(dict.fromkeys(corpora.lines("xss/**/*.txt"))) or FEW, tokens.new()
    with app.app_context():
        begin_writing()
        site = sites.add(NAME, [ORIGIN], policy=Policy.PUBLISH)
        site.link_limit = len("\n".join(lines))
        people.invite(MODERATOR, site=site, name="Mia")
        short = [*_together(lines, _IN_A_NAME), *([line] for line in lines[::_ALONE])]
        long = list(_together(lines, _IN_A_TEXT))
        _publish(site, "short", short, in_a_thread=_IN_A_THREAD)
        _publish(site, "long", long, in_a_thread=_IN_A_FEED)
        _hold(site, long, author)
        db.session.commit()
        return Hostile(
            threads=[(row.id, row.url) for row in db.session.scalars(_threads(site))],
            published=set(db.session.scalars(_published(site))),
            held={row.id: row.thread_id for row in db.session.execute(_held(site))},
            author=author,
        )


def _publish(site: Site, path: str, groups: Sequence[Sequence[str]], *, in_a_thread: int) -> None:
    """Post into threads of branches, each as long as a page shows it at first."""
    thread: Thread | None = None
    root: Comment | None = None
    above: Comment | None = None
    for number, group in enumerate(groups):
        if number % in_a_thread == 0:
            thread = _thread(site, f"{path}-{number}", group)
        if number % _IN_A_BRANCH == 0:
            root = above = None
        # The last reply of a branch answers a reply: its page names whom.
        parent = above if number % _IN_A_BRANCH == _IN_A_BRANCH - 1 else root
        assert thread
        above = _post(site, thread, group, email=f"{path}-{number}@example.org", parent=parent)
        if not above.is_published:  # lines of the corpus are often nearly the same
            status.move(above, Status.PUBLISHED)
        root = root or above


def _hold(site: Site, groups: Sequence[Sequence[str]], author: str) -> None:
    for number, group in enumerate(groups):
        thread = _thread(site, f"held-{number}", group)
        _post(site, thread, group, email=f"{number}@example.net", author=author)


def _together(lines: Sequence[str], most: int) -> Iterator[list[str]]:
    """Group lines that have no more characters together; one that has more stands alone."""
    group: list[str] = []
    for line in lines:
        if group and len(" ".join([*group, line])) > most:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _thread(site: Site, path: str, titles: Sequence[str]) -> Thread:
    title = " ".join(titles)[:_IN_A_TITLE]
    return threads.opened(site, threads.place(site, address=f"{ORIGIN}/{path}", title=title))


def _post(
    site: Site,
    thread: Thread,
    group: Sequence[str],
    *,
    email: str,
    parent: Comment | None = None,
    author: str | None = None,
) -> Comment:
    line = " ".join(group)
    guest = guests.guest(
        name=line[:_IN_A_NAME],
        email=email,
        website=_FROM_SITE + line[:_IN_A_WEBSITE],
        key=author,
        site=site,
    )
    # Some lines are the same once they are cleaned; the address keeps their comments apart.
    text = "\n\n".join([*group, email])[:10_000]
    draft = posting.Draft(text, parent_id=parent.id if parent else None)
    arrival = posting.Arrival(is_trap=author is not None)
    return posting.post(thread, site, author=guest, draft=draft, arrival=arrival)


def _threads(site: Site) -> Select[Thread]:
    return select(Thread).where(Thread.site_id == site.id, Thread.comment_count > 0)


def _published(site: Site) -> Select[str]:
    return select(Comment.id).where(Comment.site_id == site.id, Comment.status == Status.PUBLISHED)


def _held(site: Site) -> Select[str, str]:
    return select(Comment.id, Comment.thread_id).where(
        Comment.site_id == site.id, Comment.status == Status.PENDING
    )
