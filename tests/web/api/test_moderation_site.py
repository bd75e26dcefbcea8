"""A site run by program: threads, blocks, trust, words, settings, numbers, people, the log."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import select, update

from commentbox.accounts import people
from commentbox.comments import sites, threads
from commentbox.extensions import db
from commentbox.lib import clock, tokens
from commentbox.models import Account, Batch, Block, BlockKind, Comment, Role, Site, Status, Thread
from commentbox.moderation import blocking
from tests.program import Program


def thread_of(program: Program, comment_id: str) -> str:
    found: str = program.call("GET", f"comments/{comment_id}").json["thread"]["id"]
    return found


def logged(program: Program) -> list[str]:
    """Return what the log says was done, the newest first."""
    return [each["action"] for each in program.call("GET", "decisions").json["decisions"]]


def log_in(program: Program, comment_id: str, email: str = "ben@example.org") -> None:
    """Let somebody who had logged in have written the comment."""
    with program.desk.written():
        account = Account(email=email, name="Ben")
        db.session.add(account)
        db.session.flush()
        mine = update(Comment).where(Comment.id == comment_id)
        db.session.execute(mine.values(account_id=account.id, person=f"account:{account.id}"))


def test_a_thread_is_closed_and_opened(program: Program) -> None:
    one = program.desk.add_comment("One")
    thread = thread_of(program, one)
    closed = program.call("PATCH", f"threads/{thread}", is_closed=True)
    assert (closed.status_code, closed.json["is_closed"]) == (HTTPStatus.OK, True)
    with program.app.app_context():
        assert db.session.get_one(Thread, thread).is_closed
    assert program.call("PATCH", f"threads/{thread}", is_closed=False).json["is_closed"] is False
    assert logged(program)[:2] == ["open", "close"]
    unknown = program.call("PATCH", f"threads/{one}", is_closed=True)
    assert (unknown.status_code, unknown.json["code"]) == (404, "thread.unknown")


def test_a_comment_that_readers_see_is_pinned(program: Program) -> None:
    one, two = program.desk.add_comment("One"), program.desk.add_comment("Two")
    held = program.call("PUT", f"comments/{one}/pin")
    assert (held.status_code, held.json["code"]) == (HTTPStatus.CONFLICT, "pin.unpublished")
    program.decide("approve", one, two)
    assert program.call("PUT", f"comments/{one}/pin").status_code == HTTPStatus.NO_CONTENT
    assert program.call("GET", f"comments/{one}").json["is_pinned"] is True
    assert program.call("DELETE", f"comments/{two}/pin").status_code == HTTPStatus.NO_CONTENT
    assert program.call("GET", f"comments/{one}").json["is_pinned"] is True
    program.call("DELETE", f"comments/{one}/pin")
    assert program.call("GET", f"comments/{one}").json["is_pinned"] is False


def test_a_block_is_looked_at_set_listed_and_ended(program: Program) -> None:
    program.desk.add_comment("Buy at https://shop.example/x")
    host: dict[str, Any] = {"kind": "host", "value": "Shop.example"}
    looked = program.call("POST", "blocks/preview", **host)
    assert looked.json == {"number": 1, "is_everybodys": False}
    until = (clock.now() + timedelta(days=7)).isoformat()
    added = program.call("POST", "blocks", **host, until=until, note="Sells pills")
    assert added.status_code == HTTPStatus.CREATED
    program.call("POST", "blocks", kind="domain", value="spam.example")
    first = program.call("GET", "blocks", query={"limit": 1}).json
    rest = program.call("GET", "blocks", query={"limit": 1, "after": first["next"]}).json
    assert [each["kind"] for each in (*first["blocks"], *rest["blocks"])] == ["domain", "host"]
    assert rest["next"] is None
    told = rest["blocks"][0]
    assert (told["value"], told["by"], told["note"]) == ("shop.example", "Olga", "Sells pills")
    gone = program.call("DELETE", f"blocks/{added.json['id']}")
    assert gone.status_code == HTTPStatus.NO_CONTENT
    again = program.call("DELETE", f"blocks/{added.json['id']}")
    assert (again.status_code, again.json["code"]) == (404, "block.unknown")
    assert logged(program)[:3] == ["unblock", "block", "block"]


def test_an_author_is_blocked_by_one_of_their_comments(program: Program) -> None:
    one = program.desk.add_comment("One")
    with program.desk.written():
        db.session.execute(update(Comment).values(client="0f" * 16))
    looked = program.call("POST", "blocks/preview", kind="email", comment_id=one)
    email = program.call("POST", "blocks", kind="email", comment_id=one)
    client = program.call("POST", "blocks", kind="client", comment_id=one)
    listed = program.call("GET", "blocks").json["blocks"]
    assert (looked.json["number"], email.json["until"]) == (1, None)
    assert client.json["until"] is not None
    assert [each["value"] for each in listed] == [None, "ann@example.org"]
    assert "0f0f" not in program.call("GET", "decisions").text
    nobody = program.call("POST", "blocks", kind="account", comment_id=one)
    assert (nobody.status_code, nobody.json["code"]) == (422, "block.account")


def test_nobody_who_moderates_is_blocked_by_what_they_wrote(program: Program) -> None:
    one = program.desk.add_comment("A question")
    answer = program.call("POST", f"comments/{one}/replies", comment="An answer", revision=0).json
    refused = program.call("POST", "blocks", kind="account", comment_id=answer["id"])
    assert (refused.status_code, refused.json["code"]) == (422, "block.account")


NO_BLOCKS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "host"}, "body.invalid"),
    ({"kind": "host", "value": "a.example", "comment_id": "0" * 22}, "body.invalid"),
    ({"kind": "nonsense", "value": "x"}, "body.invalid"),
    ({"kind": "host", "value": "blog.test"}, "block.host"),
    ({"kind": "host", "value": "shop..example"}, "block.host"),
    ({"kind": "host", "value": "*.shop.example"}, "block.star"),
    ({"kind": "email", "value": "*@shop.example"}, "block.star"),
    ({"kind": "network", "value": "10.0.0.0/4"}, "block.network"),
    ({"kind": "email", "value": "nobody\0@example.org"}, "block.email"),
    ({"kind": "client", "value": "0" * 32}, "block.client"),
    ({"kind": "account", "value": "0" * 22}, "block.account"),
    ({"kind": "host", "value": "a.example", "until": "2020-01-01T00:00:00Z"}, "block.until"),
    ({"kind": "host", "value": "a.example", "note": "x" * 201}, "body.invalid"),
]


def test_a_block_that_is_none_is_refused(program: Program) -> None:
    for body, code in NO_BLOCKS:
        answer = program.call("POST", "blocks", **body)
        assert (answer.status_code, answer.json["code"]) == (422, code), body
    with program.app.app_context():
        assert db.session.scalars(select(Block)).all() == []


def test_a_block_of_another_site_is_none_of_a_keys(program: Program) -> None:
    program.desk.add_site("other")
    token = program.key(by="ada@example.org", role=Role.ADMIN, everywhere=True)
    with program.desk.written():
        other, ada = threads.site_named("other"), people.find("ada@example.org")
        assert ada
        block = blocking.add(other, BlockKind.HOST, "shop.example", by=ada).id
    answer = program.call("DELETE", f"blocks/{block}", token=token)
    assert (answer.status_code, answer.json["code"]) == (404, "block.unknown")


def test_everything_by_somebody_goes_and_comes_back(program: Program) -> None:
    theirs = [program.desk.add_comment(f"Number {number}") for number in range(3)]
    program.decide("approve", theirs[0])
    purged = program.call("POST", "purges", author=theirs[0])
    assert (purged.status_code, purged.json["done"]) == (HTTPStatus.OK, 3)
    assert {program.desk.status(each) for each in theirs} == {Status.SPAM}
    program.call("DELETE", f"decisions/{purged.json['id']}")
    assert program.desk.status(theirs[0]) is Status.PUBLISHED
    assert program.desk.status(theirs[1]) is Status.PENDING


def test_who_has_logged_in_is_trusted_and_guests_are_not(program: Program) -> None:
    one = program.desk.add_comment("One")
    guest = program.call("PUT", f"trusted/{one}")
    assert (guest.status_code, guest.json["code"]) == (404, "person.unknown")
    log_in(program, one)
    trusted = program.call("PUT", f"trusted/{one}").json
    assert (trusted["is_granted"], trusted["is_trusted"], trusted["published"]) == (True, True, 0)
    distrusted = program.call("DELETE", f"trusted/{one}").json
    assert (distrusted["is_granted"], distrusted["is_trusted"]) == (False, False)
    assert logged(program)[:2] == ["distrust", "trust"]


def test_words_are_replaced_both_or_neither(program: Program) -> None:
    assert program.call("GET", "words").json == {"hold": "", "spam": ""}
    saved = program.call("PUT", "words", hold="casino\nloan", spam="viagra")
    assert saved.json == {"hold": "casino\nloan", "spam": "viagra"}
    refused = program.call("PUT", "words", hold="other", spam="x" * 101)
    assert (refused.status_code, refused.json["code"]) == (422, "words.too_long")
    starred = program.call("PUT", "words", hold="fine\nfoo*bar", spam="").json
    assert (starred["code"], [*starred["fields"]]) == ("words.star", ["hold.2"])
    assert program.call("PUT", "words", hold="other").status_code == 422
    assert program.call("GET", "words").json == saved.json
    with program.desk.written():
        db.session.execute(update(Site).values(policy="publish"))
    assert program.desk.status(program.desk.add_comment("Take a loan here")) is Status.PENDING


def test_a_long_list_of_words_fits_into_a_request(program: Program) -> None:
    many = "\n".join(f"word number {number}" for number in range(50_000))
    assert program.call("PUT", "words", hold="", spam=many).status_code == HTTPStatus.OK
    assert program.call("PUT", "words", hold="x" * 5_000_000, spam="").status_code == 413
    assert program.call("PUT", "words", token="", hold="", spam=many).status_code == 413
    made_up = f"cbk_{tokens.new()}"
    assert program.call("PUT", "words", token=made_up, hold="", spam=many).status_code == 413
    assert program.call("PUT", "words", token=made_up, hold="", spam="").status_code == 401


def test_settings_are_read_and_changed_one_by_one(program: Program) -> None:
    before = program.call("GET", "settings").json
    assert (before["policy"], before["link_limit"]) == ("hold-all", 2)
    after = program.call("PATCH", "settings", policy="publish", link_limit=5, heading=None).json
    assert after == before | {"policy": "publish", "link_limit": 5}
    [entry, *_] = program.call("GET", "decisions").json["decisions"]
    assert entry["action"] == "settings"
    assert entry["details"]["before"] == {"policy": "hold-all", "link_limit": 2}


NO_SETTINGS: list[dict[str, Any]] = [
    {"link_limit": 0},
    {"link_limit": True},
    {"link_limit": 2**63},
    {"closes_after": -1},
    {"heading": "x" * 121},
    {"heading": "x\0" * 100},
    {"policy": "nonsense"},
    {"policy": 1},
    {"asks_scorer": True},
    {"origins": ["https://evil.test"]},
    {"name": "other"},
    {"locale": "de"},
    {"filter_holds": "yes"},
]


def test_settings_that_cannot_be_are_refused(program: Program) -> None:
    before = program.call("GET", "settings").json
    for changed in NO_SETTINGS:
        answer = program.call("PATCH", "settings", **changed)
        assert answer.status_code == 422, changed
        assert list(answer.json["fields"]) == list(changed)
    assert program.call("GET", "settings").json == before


def test_numbers_are_those_of_the_desk(program: Program) -> None:
    one = program.desk.add_comment("One")
    program.desk.add_comment("Two")
    program.decide("spam", one)
    found = program.call("GET", "numbers").json
    assert len(found["days"]) == 30
    assert (found["days"][-1]["held"], found["missed"], found["freed"]) == (2, 0, 0)
    assert sum(each["number"] for each in found["caught"]) == 2


def test_who_moderates_is_told_without_addresses(program: Program) -> None:
    program.key(by="max@example.org", role=Role.MODERATOR)
    answer = program.call("GET", "members")
    roles = [(each["role"], each["is_everywhere"]) for each in answer.json["members"]]
    assert roles == [("owner", False), ("moderator", False)]
    assert "example.org" not in answer.text


def test_the_log_tells_what_was_done_page_by_page(program: Program) -> None:
    for number in range(3):
        program.decide("trash", program.desk.add_comment(f"Number {number}"))
    program.call("PATCH", "settings", link_limit=7)
    first = program.call("GET", "decisions", query={"limit": 2}).json
    rest = program.call("GET", "decisions", query={"limit": 9, "cursor": first["next"]}).json
    actions = [each["action"] for each in (*first["decisions"], *rest["decisions"])]
    assert actions == ["settings", "trash", "trash", "trash"]
    assert {each["by"] for each in first["decisions"]} == {"Olga"}
    assert rest["next"] is None


def test_the_log_of_another_site_is_none_of_a_keys(program: Program) -> None:
    program.desk.add_site("other")
    token = program.key(by="ada@example.org", role=Role.ADMIN, everywhere=True)
    with program.desk.written():
        ada = people.find("ada@example.org")
        sites.change(threads.site_named("other"), by=ada, link_limit=9)
        db.session.add(Batch(action="spam", account_id=ada.id if ada else None, details={}))
    assert program.call("GET", "decisions", token=token).json["decisions"] == []
