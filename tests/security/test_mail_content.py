"""What is in mails, and what their links can do: rows I1 to I5, D3, G2 and P6 of the threats."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text

from commentbox.accounts import people
from commentbox.adapters.mailer import Letter, compose
from commentbox.comments import following
from commentbox.config import Settings
from commentbox.extensions import db
from commentbox.models import Account, Comment, Policy, Site, Subscription, Thread
from commentbox.moderation import actions
from commentbox.notify.links import Links, Purpose, Verdict
from tests.conftest import BASE
from tests.postbox import Postbox, work

Post = Callable[..., Comment]
OURS = {"Origin": BASE}
MINUTE, SOON = timedelta(minutes=1), timedelta(minutes=6)
BREAKS = ["\r\nBcc: evil@evil.test", "\nBcc: evil@evil.test", "\r\n\r\n<b>body</b>", "\u2028Bcc: e"]


@pytest.fixture
def links(settings: Settings) -> Links:
    """Return the links of the service."""
    return Links.from_settings(settings)


@pytest.fixture
def moderator(site: Site) -> Account:
    """Return somebody who moderates a site that holds every comment."""
    site.policy = Policy.HOLD_ALL
    account = people.invite("mo@example.org", site=site, name="Mo")
    account.arrive()
    return account


@pytest.fixture
def follower(thread: Thread) -> Subscription:
    """Return a confirmed subscription of the thread."""
    following.subscribe(thread, "ann@example.org")
    return following.confirm(db.session.scalars(select(Subscription.id)).one())


@pytest.mark.parametrize("line_break", BREAKS)
def test_i1_what_people_type_makes_no_header(
    app: Flask, post: Post, thread: Thread, follower: Subscription, line_break: str
) -> None:
    thread.title = f"Title{line_break}"
    post("News", name=f"Ben{line_break}", email="ben@example.org")
    [message] = _messages(app)
    assert message.get_all("To") == ["ann@example.org"]
    assert message["Bcc"] is None
    assert set(message.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
    }


@pytest.mark.parametrize("field", ["to", "sender", "subject", "unsubscribe", "id"])
def test_i1_the_mailer_itself_refuses_a_line_break(field: str) -> None:
    fields = {"to": "ann@example.org", "sender": "x", "subject": "x", "text": "", "html": ""}
    fields[field] = "x@example.org\r\nBcc: evil@evil.test"
    with pytest.raises(ValueError, match=r"CR|linefeed|newline"):
        compose(Letter(**fields), sender="comments@comments.test")


def test_i2_mails_hold_no_picture_and_lead_only_to_us(
    app: Flask, post: Post, thread: Thread, follower: Subscription, moderator: Account
) -> None:
    hostile = "<img src=x onerror=a()> ![p](https://evil.test/p) [Approve](https://evil.test) \"'>"
    thread.title = hostile
    name = "<b>Ben</b><a href='https://evil.test'>x</a>"
    held = [post(f"{number} {hostile}", name=name, email="ben@example.org") for number in range(2)]
    actions.approve([actions.Seen.of(held[0])], by=moderator)
    messages = _messages(app)
    assert {message["To"] for message in messages} == {"mo@example.org", "ann@example.org"}
    for message in messages:
        plain, html = (part.get_content() for part in message.iter_parts())
        hrefs = re.findall(r'href="([^"]*)"', html)
        assert {"{0.scheme}://{0.netloc}".format(urlsplit(href)) for href in hrefs} == {BASE}
        assert not re.search(r"<(img|b|script|iframe|object|link)\b|url\(", html)
        assert set(re.findall(r"https://comments\.test/\S+", plain)) == set(hrefs)


def test_i3_a_hundred_requests_for_one_address_are_one_mail(app: Flask, site: Site) -> None:
    for number in range(100):
        thread = Thread(site_id=site.id, key=str(number), url="https://blog.test/", title="x")
        db.session.add(thread)
        db.session.flush()
        following.subscribe(thread, "victim@example.org" if number % 2 else "Victim@example.org")
    assert len(_messages(app, later=SOON)) == 1


def test_i3_a_flood_of_replies_is_one_mail(app: Flask, post: Post, follower: Subscription) -> None:
    for number in range(200):
        post(f"Reply {number}", email="ben@example.org")
    [message] = _messages(app, later=SOON)
    assert message["Subject"].startswith("200 new comments")


def test_i4_the_address_in_the_header_unsubscribes_and_no_other_does(
    app: Flask, client: FlaskClient, post: Post, follower: Subscription
) -> None:
    post("News", email="ben@example.org")
    [message] = _messages(app, later=SOON)
    db.session.commit()
    link = message["List-Unsubscribe"].strip("<>")
    one_click = {"List-Unsubscribe": "One-Click"}
    client.get(link, base_url=BASE)
    said, _, signature = link.rpartition(".")
    # Not its last letter, of which two bits mean nothing.
    forged = f"{said}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    for wrong in (forged, f"{BASE}/mail/unsubscribe/x"):
        assert client.post(wrong, base_url=BASE, data=one_click).status_code == 400
    assert _followers() == [follower.id]
    assert client.post(link, base_url=BASE, data=one_click).status_code == 200
    assert _followers() == []


def test_i5_links_begin_with_our_own_address_whatever_the_request_claims(
    app: Flask, client: FlaskClient, moderator: Account
) -> None:
    db.session.commit()
    form = client.get("/admin/sign-in", base_url="https://evil.test").text
    token = re.search(r'name="token"[^>]*value="([^"]+)"', form)
    assert token
    client.post(
        "/admin/sign-in",
        base_url="https://evil.test",
        headers={**OURS, "X-Forwarded-Host": "evil.test"},
        data={"email": moderator.email, "token": token[1]},
    )
    [message] = _messages(app)
    assert "evil.test" not in message.as_string()
    assert f"{BASE}/admin/sign-in/" in message.as_string()


@pytest.mark.parametrize("purpose", [Purpose.MODERATE, Purpose.CONFIRM])
def test_d3_opening_a_link_changes_nothing_and_a_second_press_is_refused(
    purpose: Purpose,
    links: Links,
    post: Post,
    thread: Thread,
    moderator: Account,
    client: FlaskClient,
) -> None:
    link = _link(purpose, links, post, thread, moderator)
    for _ in range(3):
        for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch"}):
            assert client.get(link, base_url=BASE, headers=headers).status_code == 200
            assert client.head(link, base_url=BASE, headers=headers).status_code == 200
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 200
    assert client.post(link, base_url=BASE, headers=OURS).status_code == 410


@pytest.mark.parametrize("purpose", [Purpose.MODERATE, Purpose.CONFIRM])
def test_d3_a_link_for_one_purpose_is_none_for_another(
    purpose: Purpose,
    links: Links,
    post: Post,
    thread: Thread,
    moderator: Account,
    client: FlaskClient,
) -> None:
    token = _link(purpose, links, post, thread, moderator).rpartition("/")[2]
    for other in set(Purpose) - {purpose}:
        for ask in (client.get, client.post):
            answer = ask(f"/mail/{other}/{token}", base_url=BASE, headers=OURS)
            assert answer.status_code == 400


def test_g2_a_link_decides_about_its_own_comment_only(
    links: Links, post: Post, moderator: Account, client: FlaskClient
) -> None:
    first, second = post("First"), post("Second")
    proof = links.decide(first, Verdict.APPROVE, by=moderator).rpartition("/")[2].split(".")[1:]
    says = links.decide(second, Verdict.APPROVE, by=moderator).rpartition("/")[2].split(".")[0]
    db.session.commit()
    forged = "/mail/moderate/" + ".".join([says, *proof])
    assert client.post(forged, base_url=BASE, headers=OURS).status_code == 400


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_p6_an_address_is_nowhere_in_the_files_once_its_mail_was_sent(
    app: Flask, site: Site, thread: Thread, settings: Settings
) -> None:
    following.subscribe(thread, "seeded-value@example.org")
    postbox = Postbox()
    work(app, postbox)
    following.unsubscribe(db.session.scalars(select(Subscription.id)).one())
    db.session.commit()
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    assert postbox.to("seeded-value@example.org")
    path = Path(engine.url.database or "")
    for file in path.parent.glob("commentbox.db*"):
        assert b"seeded-value" not in file.read_bytes()


def _link(purpose: Purpose, links: Links, post: Post, thread: Thread, moderator: Account) -> str:
    if purpose is Purpose.MODERATE:
        link = links.decide(post("Held"), Verdict.APPROVE, by=moderator)
    else:
        following.subscribe(thread, "ann@example.org")
        link = links.confirm(db.session.scalars(select(Subscription.id)).one())
    db.session.commit()
    return link


def _messages(app: Flask, *, later: timedelta = SOON) -> list[EmailMessage]:
    postbox = Postbox()
    work(app, postbox, later=later)
    return [compose(letter, sender=postbox.sender) for letter in postbox.letters]


def _followers() -> list[str]:
    found = list(db.session.scalars(select(Subscription.id)))
    db.session.commit()
    return found
