"""Shutting somebody out who logs in, and letting them in again."""

import pytest
from sqlalchemy import select

from commentbox.accounts import email_code, identities, people, sessions
from commentbox.comments import posting
from commentbox.errors import NotSignedIn
from commentbox.extensions import db
from commentbox.models import Account, Comment, Site, Thread
from tests.cli.conftest import Run
from tests.reader import Reader
from tests.walks import ADA

EMAIL = "ben@example.org"


@pytest.fixture
def comment(reader: Reader) -> str:
    """Return the id of a comment of somebody who has logged in."""
    reader.fill(1)
    comment: str = reader.change(_written)
    return comment


def test_whoever_wrote_a_comment_is_blocked_and_let_in_again(
    run: Run, reader: Reader, comment: str
) -> None:
    token = reader.change(_begun)
    assert run("people", "block", comment).stdout == "Blocked Ada Lovelace.\n"
    with pytest.raises(NotSignedIn):
        reader.change(lambda: sessions.by_token(token))
    assert reader.change(_is_blocked) is True
    assert run("people", "unblock", comment).stdout == "Unblocked Ada Lovelace.\n"
    assert reader.change(_is_blocked) is False


def test_somebody_is_found_by_the_address_that_they_proved_or_were_invited_by(
    run: Run, reader: Reader
) -> None:
    reader.change(lambda: people.invite("mia@example.org", name="Mia"))
    reader.change(lambda: identities.recognised(email_code.profile(EMAIL)))
    assert run("people", "block", "MIA@example.org").stdout == "Blocked Mia.\n"
    assert run("people", "block", "Ben@Example.org").stdout == "Blocked Commenter.\n"


@pytest.mark.parametrize("given", ["guest", "ada@example.org", "x" * 22, ""])
def test_who_is_not_known_is_said_to_be_not(
    run: Run, reader: Reader, comment: str, given: str
) -> None:
    if given == "guest":
        query = select(Comment.id).where(Comment.account_id.is_(None))
        given = str(reader.change(lambda: db.session.scalar(query)))
    result = run("people", "block", given)
    assert result.exit_code == 1
    assert "Nobody who has logged in here is known by that." in result.stderr


def _written() -> str:
    thread = db.session.scalars(select(Thread)).one()
    site = db.session.get_one(Site, thread.site_id)
    author = posting.Member(*identities.recognised(ADA))
    draft, arrival = posting.Draft("Words"), posting.Arrival()
    return posting.post(thread, site, author=author, draft=draft, arrival=arrival).id


def _begun() -> str:
    return sessions.begin(identities.recognised(ADA)[0], device="", days=1)[1]


def _is_blocked() -> bool:
    return bool(db.session.scalars(select(Account.blocked_at)).one())
