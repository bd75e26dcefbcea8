"""The page of the log."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.accounts import people
from commentbox.comments import closing, pinning, sites, threads
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Batch, BlockKind, Comment, Policy, Role, Status, Thread
from commentbox.moderation import actions, blocking, log, queue, wordlists
from commentbox.moderation.actions import Seen
from commentbox.web.admin import settings
from tests.desk import MIA, Desk
from tests.reader import queries

SAID = re.compile(r"<b>([^<]+)</b>")


def told(desk: Desk, site: str = "") -> list[str]:
    """Return what the log says was done, the newest first."""
    return SAID.findall(desk.get(f"/admin/log?site={site}").text.partition("<main")[2])


def decide(desk: Desk, action: str, *comments: str) -> None:
    desk.post("/admin/decisions", decision=action, comment=[f"{each}.0" for each in comments])


def test_an_empty_log_says_what_will_stand_there(desk: Desk) -> None:
    assert "Nothing has been done yet." in desk.get("/admin/log").text


def test_decisions_stand_in_the_log_and_are_taken_back_from_there(desk: Desk) -> None:
    one, two = desk.add_comment("One"), desk.add_comment("Two, and more")
    decide(desk, "spam", one, two)
    page = desk.get("/admin/log").text
    [undo] = re.findall(r'action="(/admin/decisions/\w+/undo)"', page)
    assert told(desk) == ["Marked 2 comments as spam"]
    assert "taken back" not in page
    assert MIA not in page.partition("<main")[2]
    answer = desk.post(undo, back="/admin/log")
    assert answer.location.startswith("/admin/log?done=")
    assert desk.status(one) is desk.status(two) is Status.PENDING
    assert told(desk) == ["Took back: 2 comments", "Marked 2 comments as spam"]
    assert desk.get("/admin/log").text.partition("Marked 2")[2].count("· taken back") == 1


def test_each_row_leads_to_what_was_decided_and_to_every_comment_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGE", 2)
    comments = [desk.add_comment(f"Number {each}", name=f"Ann {each}") for each in range(3)]
    decide(desk, "spam", *comments)
    [place] = re.findall(r'href="(/admin/log/\w+)"', desk.get("/admin/log").text)
    page = desk.get(place).text.partition("<main")[2]
    assert "Marked 3 comments as spam" in page
    assert page.count("Pending → Spam") == 2
    assert f"/admin/comments/{comments[0]}?back=" in page
    [more] = re.findall(r'class="more" href="([^"]+)"', page)
    rest = desk.get(more).text
    assert ("Number 2" in rest, "Number 1" in rest) == (True, False)
    [undo] = re.findall(r'action="(/admin/decisions/\w+/undo)"', page)
    assert desk.post(undo, back=place).location.startswith(f"{place}?done=")
    for unknown in (f"/admin/log/{ids.new()}", "/admin/log/nonsense"):
        assert desk.get(unknown).status_code == 404
    assert desk.get(f"{place}?after=nonsense").status_code == 422


def test_a_pin_and_a_closed_thread_lead_there(desk: Desk) -> None:
    comment = desk.add_comment("One")
    decide(desk, "approve", comment)
    with desk.written():
        mia, found = people.known_by(MIA), db.session.get_one(Comment, comment)
        pinning.pin(found, by=mia)
        closing.close(threads.by_id(found.thread_id), by=mia)
        thread = found.thread_id
    page = desk.get("/admin/log").text
    assert f'href="/admin/queue?thread={thread}"><b>Closed a thread' in page
    assert f'href="/admin/comments/{comment}"><b>Pinned a comment' in page
    assert page.count('class="detail"><bdi>An article</bdi>') == 2
    assert page.count('class="detail"><bdi>Ann</bdi>: <bdi>One</bdi>') == 2


def test_what_the_log_is_about_is_asked_for_once_however_many_rows(desk: Desk) -> None:
    def turn(times: int) -> None:
        with desk.written():
            mia, thread = people.known_by(MIA), db.session.scalars(select(Thread)).one()
            for _ in range(times):
                closing.close(thread, by=mia)
                closing.reopen(thread, by=mia)

    desk.add_comment("One")
    turn(1)
    desk.get("/admin/log")
    with queries(desk.app, at_most=99) as alone:
        desk.get("/admin/log")
    turn(5)
    with queries(desk.app, at_most=len(alone)):
        assert desk.get("/admin/log").text.count("<bdi>An article</bdi>") == 12


def test_rows_about_one_comment_tell_whose_and_how_it_begins(desk: Desk) -> None:
    one = desk.add_comment("The first,\nand <b>more</b>", name="Ann")
    two = desk.add_comment("Second " + "word " * 30, name="Ben")
    for comments in ([one], [two], [one, two]):
        decide(desk, "trash" if comments[1:] else "approve", *comments)
    page = desk.get("/admin/log").text
    ann = "The first, and &lt;b&gt;more&lt;/b&gt;"
    assert page.count('class="detail"') == 2
    assert f'class="detail"><bdi>Ann</bdi>: <bdi>{ann}</bdi>' in page
    undo = re.findall(r'Undo<span class="heard">: ([^<]+)</span>', page)
    assert undo[0] == "Trashed 2 comments"
    assert undo[1].startswith("Approved 1 comment. Ben: Second word word")
    assert undo[1].endswith("word...")
    assert undo[2] == f"Approved 1 comment. Ann: {ann}"
    with desk.written():
        actions.delete([Seen(two, 0)], by=people.known_by(MIA))
    assert "Second" not in desk.get("/admin/log").text


def test_the_comments_of_a_page_of_the_log_are_asked_for_at_once(desk: Desk) -> None:
    found = [desk.add_comment(f"Number {at}") for at in range(6)]
    decide(desk, "approve", found[0])
    desk.get("/admin/log")
    with queries(desk.app, at_most=99) as alone:
        desk.get("/admin/log")
    for each in found[1:]:
        decide(desk, "approve", each)
    with queries(desk.app, at_most=len(alone)):
        assert desk.get("/admin/log").text.count("<bdi>Number ") == 6


def test_a_changed_list_of_words_tells_what_was_added_and_removed(desk: Desk) -> None:
    words = "/admin/sites/blog/words"
    desk.post(words, hold="# mine\nloan\ncasino\npoker*", spam="")
    assert "<bdi>Added 3 entries: loan, casino, poker*</bdi>" in desk.get("/admin/log").text
    desk.post(words, hold="<i>bet\ncasino\npoker*", spam="")
    page = desk.get("/admin/log").text.partition("Took")[0]
    assert "<bdi>Added 1 entry: &lt;i&gt;bet</bdi>" in page
    assert "<bdi>Removed 1 entry: loan</bdi>" in page
    desk.post(words, hold="casino\n<i>bet\npoker*", spam="")
    assert "<bdi>Only notes or their order changed</bdi>" in desk.get("/admin/log").text


def test_of_a_long_list_the_log_keeps_the_first_words(desk: Desk) -> None:
    desk.post("/admin/sites/blog/words", hold="", spam="\n".join(f"w{at}" for at in range(70)))
    with desk.app.app_context():
        [kept] = db.session.scalars(select(Batch.details))
    assert (len(kept["added"]), kept["added_in_all"]) == (wordlists.NOTED, 70)
    assert "Added 70 entries: w0, w1, " in desk.get("/admin/log").text
    assert f"w{wordlists.NOTED - 1}, …" in desk.get("/admin/log").text


def test_what_an_older_version_kept_of_a_list_is_told_as_it_was(desk: Desk) -> None:
    with desk.written():
        known = {"effect": "hold", "before": 4, "after": 5}
        log.note("words", site_id=threads.site_named("blog").id, by=None, **known)
    assert "4 lines before, 5 now" in desk.get("/admin/log").text


def test_of_a_long_history_the_page_of_a_comment_shows_the_end_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "TOLD", 1)
    monkeypatch.setattr(queue, "COUNTED", 2)
    one = desk.add_comment("One")
    assert "The newest" not in desk.get(f"/admin/comments/{one}").text
    decide(desk, "spam", one)
    decide(desk, "trash", one)
    history = desk.get(f"/admin/comments/{one}").text.partition('id="history"')[2]
    assert "The newest 1 of 2+." in history
    assert (history.count("<time"), "Written" in history) == (2, True)


def test_changes_of_the_settings_say_what_was_before(desk: Desk) -> None:
    with desk.written():
        sites.change(threads.site_named("blog"), by=None, link_limit=5, heading="<b>Say</b>")
    page = desk.get("/admin/log").text
    assert "Links: 2 → 5" in page
    assert "&lt;b&gt;Say&lt;/b&gt;" in page
    assert "the service" in page


def test_every_setting_that_can_be_changed_has_words(desk: Desk) -> None:
    with desk.written():
        site = threads.site_named("blog")
        turned = {name: not getattr(site, name) for name in (*settings.TICKS, "asks_scorer")}
        others: dict[str, Any] = {"link_limit": 5, "closes_after": 7, "reports_to_hold": 4}
        others |= {"heading": "Say", "policy": Policy.PUBLISH, "origins": ["https://b.test"]}
        sites.change(site, by=None, **turned, **others)
    page = desk.get("/admin/log").text
    lines = re.findall(r'class="detail"><bdi>([^<]+): [^<]+ → ([^<]+)<', page)
    assert len(lines) == len(turned) + len(others)
    assert not [name for name, _ in lines if "_" in name or name.islower()]
    assert ("Which comments appear at once", "All") in lines


def test_blocks_are_told_without_ids_and_hashes(desk: Desk) -> None:
    with desk.written():
        site, mia = threads.site_named("blog"), people.known_by(MIA)
        ben = people.invite("ben@example.org", site=site, name="Ben")
        blocks = {BlockKind.ACCOUNT: ben.id, BlockKind.CLIENT: "c" * 32, BlockKind.DOMAIN: "b.test"}
        for kind, value in blocks.items():
            block = blocking.add(site, kind, value, by=mia)
            blocking.remove(block.id, by=mia, roles=people.roles(mia))
    page = desk.get("/admin/log").text
    assert not [value for value in (ben.id, "c" * 32) if value in page]
    for line in ("Account", "Ben", "Connection, for that day", "b.test"):
        assert page.count(f"<bdi>{line}</bdi>") == 2


def test_a_moderator_reads_of_their_sites_alone(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    decide(desk, "approve", desk.add_comment("One", site="other"))
    ben = browser_of("ben@example.org", site="blog", role=Role.MODERATOR)
    assert "Approved" not in ben.get("/admin/log").text
    assert ben.get("/admin/log?site=other").status_code == 404
    [place] = re.findall(r'href="(/admin/log/\w+)"', desk.get("/admin/log").text)
    assert ben.get(place).status_code == 404
    assert told(desk, "other") == ["Approved 1 comment"]
