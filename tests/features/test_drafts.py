"""What was typed where no script keeps it."""

from datetime import timedelta

import pytest

from commentbox.comments import drafts
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Draft, Site, Thread

WORDS = {"comment": "Not sent yet", "author": "Ann"}


@pytest.fixture
def site(thread: Thread) -> Site:
    """Return the site of the thread."""
    return db.session.get_one(Site, thread.site_id)


def test_what_was_typed_comes_back_to_the_browser_that_has_its_secret(site: Site) -> None:
    secret = drafts.keep(site, "key", target="", fields=WORDS)
    assert drafts.kept(secret, site, "key", target="") == WORDS
    assert drafts.kept(tokens.new(), site, "key", target="") == {}
    assert drafts.kept("", site, "key", target="") == {}


def test_it_comes_back_only_where_it_was_typed(site: Site) -> None:
    secret = drafts.keep(site, "key", target="one", fields=WORDS)
    assert drafts.kept(secret, site, "key", target="") == {}
    assert drafts.kept(secret, site, "other", target="one") == {}
    assert drafts.kept(secret, site, "key", target="one") == WORDS


def test_it_waits_for_an_hour(site: Site) -> None:
    secret = drafts.keep(site, "key", target="", fields=WORDS)
    with clock.turned_by(drafts.LIFE - timedelta(seconds=1)):
        assert drafts.kept(secret, site, "key", target="") == WORDS
    with clock.turned_by(drafts.LIFE):
        assert drafts.kept(secret, site, "key", target="") == {}


def test_it_is_gone_once_it_was_sent(site: Site) -> None:
    drafts.forget(drafts.keep(site, "key", target="", fields=WORDS))
    assert db.session.query(Draft).count() == 0


def test_of_its_secret_only_a_digest_is_kept(site: Site) -> None:
    secret = drafts.keep(site, "key", target="", fields=WORDS)
    assert db.session.query(Draft).one().browser == tokens.digest(secret)
