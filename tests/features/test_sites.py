"""Sites: removing one takes all that belongs to it, and nothing else."""

from collections.abc import Callable

from sqlalchemy import func, insert, select

from commentbox.comments import sites
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment, Site, Thread


def count(model: type[Comment] | type[Thread]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_site_is_removed_however_deep_its_replies_go(
    site: Site, post: Callable[..., Comment]
) -> None:
    top = post("top")
    row = {name: getattr(top, name) for name in Comment.__mapper__.columns.keys()}  # noqa: SIM118
    chain = [top.id, *(ids.new() for _ in range(1_500))]
    rows = [row | {"id": chain[n], "parent_id": chain[n - 1]} for n in range(1, len(chain))]
    db.session.execute(insert(Comment), rows)
    assert sites.comment_count(site) == 1_501
    sites.remove(site)
    assert (count(Comment), count(Thread), sites.every()) == (0, 0, [])


def test_the_other_sites_stay(site: Site, post: Callable[..., Comment]) -> None:
    post("stays")
    other = sites.add("other", ["https://other.test", "https://other.test/"])
    assert other.origins == ["https://other.test"]
    sites.remove(other)
    assert (count(Comment), [left.name for left in sites.every()]) == (1, ["blog"])
