"""What came from a provider is deleted when the person asks for that there."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commentbox.accounts import avatars, deletions, identities, profiles, sessions
from commentbox.comments import posting, reporting
from commentbox.errors import NotFound, NotSignedIn
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Avatar, Cause, Comment, Identity, Site, Thread
from commentbox.providers.base import Profile
from tests.features.test_avatars import picture

Write = Callable[[Profile], Comment]
FACEBOOK = Profile(
    provider="facebook",
    issuer="https://www.facebook.com",
    subject="7",
    name="Ada Lovelace",
    profile_url="https://example.org/ada",
    email="ada@example.org",
)
GOOGLE = Profile(
    provider="google", issuer="https://accounts.google.com", subject="1", name="A. King"
)


@pytest.fixture
def write(site: Site, thread: Thread) -> Write:
    def write(profile: Profile) -> Comment:
        author, draft = posting.Member(*identities.recognised(profile)), posting.Draft("Words")
        return posting.post(thread, site, author=author, draft=draft, arrival=posting.Arrival())

    return write


def delete(profile: Profile) -> str:
    return deletions.request(
        profile.provider, profile.issuer, profile.subject, code=tokens.new()
    ).code


def byline(comment: Comment) -> tuple[str | None, ...]:
    db.session.refresh(comment)
    return (
        comment.author_name,
        comment.author_website,
        comment.author_email,
        comment.author_provider,
        comment.author_avatar,
    )


def test_the_words_stay_and_nothing_that_came_from_the_provider(
    write: Write, thread: Thread
) -> None:
    comment = write(FACEBOOK)
    account, identity = identities.recognised(FACEBOOK)
    account.wants_gravatar = True
    avatars.store(account, avatars.drawn(picture()))
    _, token = sessions.begin(account, device="", days=1, identity=identity)
    db.session.refresh(thread)
    revision = thread.revision
    delete(FACEBOOK)
    assert byline(comment) == ("Commenter", "", "", "", None)
    assert (comment.source, comment.account_id, comment.is_published) == ("Words", None, True)
    assert (comment.person, comment.author_domain, comment.link_hosts) == ("", "", "")
    for table in (Account, Identity, Avatar):
        assert db.session.query(table).count() == 0
    with pytest.raises(NotSignedIn):
        sessions.by_token(token)
    db.session.refresh(thread)
    assert thread.revision > revision


@pytest.mark.parametrize(("is_linked", "note"), [(False, ""), (True, "I am Ada of No. 7")])
def test_what_somebody_said_with_a_report_goes_with_them(
    write: Write, post: Callable[..., Comment], is_linked: bool, note: str
) -> None:
    account, _ = identities.recognised(FACEBOOK)
    if is_linked:
        identities.link(account, GOOGLE)
    by = reporting.Reporter(account)
    report = reporting.report(post("Hello"), by=by, cause=Cause.ABUSE, note="I am Ada of No. 7")
    delete(FACEBOOK)
    db.session.refresh(report)
    assert (report.note, report.cause) == (note, Cause.ABUSE)


def test_what_came_from_elsewhere_stays(write: Write) -> None:
    account, _ = identities.recognised(GOOGLE)
    identities.link(account, FACEBOOK)
    by_google = write(GOOGLE)
    profiles.rename(account, "Countess")
    delete(FACEBOOK)
    assert byline(by_google) == ("Countess", "", "", "google", None)
    assert [identity.provider for identity in identities.of(account)] == ["google"]


def test_a_picture_by_their_address_stays(write: Write) -> None:
    account, _ = identities.recognised(GOOGLE)
    identities.link(account, FACEBOOK)
    account.wants_gravatar = True
    avatars.store(account, avatars.drawn(picture()))
    comment = write(GOOGLE)
    delete(FACEBOOK)
    assert byline(comment)[-1] == account.avatar_id is not None


def test_a_picture_goes_that_may_have_come_from_there(write: Write) -> None:
    account, _ = identities.recognised(GOOGLE)
    identities.link(account, FACEBOOK)
    avatars.store(account, avatars.drawn(picture()))
    comment = write(GOOGLE)
    delete(FACEBOOK)
    assert byline(comment)[-1] is account.avatar_id is None
    assert db.session.query(Avatar).count() == 0


def test_who_asks_can_see_that_it_is_done(writing: None) -> None:
    identities.recognised(FACEBOOK)
    code = delete(FACEBOOK)
    note = deletions.noted(code)
    assert note.provider == "facebook"
    assert timedelta(0) <= clock.now() - note.created_at < timedelta(minutes=1)
    assert delete(FACEBOOK) != code


@pytest.mark.parametrize(
    "code", ["", "x", "\x00" * 43, "Qm4Tn7Wb2Kd9Rf1Zp6Xs3Vg8Hj5Lc0Ya_uEi-oOtPr"]
)
def test_a_made_up_code_tells_nothing(writing: None, code: str) -> None:
    with pytest.raises(NotFound, match=r"deletion\.unknown"):
        deletions.noted(code)
