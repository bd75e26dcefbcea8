"""Much at once at the desk, and the whole of it by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect
from sqlalchemy import select

from commentbox.comments import threads
from commentbox.extensions import db
from commentbox.lib import clock, ids
from commentbox.models import Batch, Comment, Site, Status, Thread
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated

TEXTS = [
    "I made 5000 dollars in a week from home, write to me and I will show you how it is done",
    "We sell watches and bags of every famous brand for half of what the shops in town want",
    "Doctor Oduwa heals herpes with herbs alone, look for his name on WhatsApp and be free again",
    "Get a loan of 20000 without any papers within one hour, at three percent for a whole year",
    "My husband left me and a spell caster brought him back in two days, his name is Lord Noble",
    "Best casino of the year with two hundred free spins for everybody who joins before Sunday",
    "Your site could be first in every search engine, our team of experts writes links all day",
    "Hot single ladies near you are waiting for a message right now, look at their pictures here",
    "Buy followers and likes for all of your channels, cheap and real and delivered overnight",
    "This little trick of an old woman melts belly fat while you sleep and doctors hate her",
    "Passports, visas and driving licences of any country, registered and real, ask for prices",
    "Double your bitcoin today, send any amount to our wallet and twice as much comes back",
]


class Hands:
    """Somebody at the desk: their clicks and keys are counted, and how long each form took."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0
        self.answers: list[Response] = []
        page.on("response", self._heard)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def click(self, role: Any, name: str) -> None:
        self.actions += 1
        self.page.get_by_role(role, name=name).click()

    def sees(self, words: str) -> None:
        """Wait until the notice says this."""
        expect(self.page.locator("[data-notice]")).to_contain_text(words, timeout=30_000)

    def quickest(self, path: str) -> float:
        """Return how many milliseconds the service took at least for a form that goes there."""
        times = [each.request.timing for each in self.answers if path in each.url]
        return min(time["responseStart"] - time["requestStart"] for time in times)

    def _heard(self, answer: Response) -> None:
        if answer.request.method == "POST":
            self.answers.append(answer)


@pytest.fixture
def hands(moderated: Moderated, page: Page) -> Iterator[Hands]:
    """Return somebody at the desk, for whom nothing went wrong when the test ends."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    moderated.sign_in(page)
    yield Hands(page)
    assert errors == []


def test_a_hundred_spam_comments_of_as_many_authors_are_gone_in_four_actions(
    hands: Hands, moderated: Moderated
) -> None:
    spam = {f"Seller {n}": f"{TEXTS[n % 12]}, number {n}" for n in range(100)}
    good = {f"Reader {n}": f"{ids.new()} {ids.new()} is what I think" for n in range(60)}
    sold, said = moderated.wait_for_a_decision(spam), moderated.wait_for_a_decision(good)
    before = standing(moderated)
    hands.page.reload()
    hands.click("link", "Repeated 100")
    expect(hands.page.locator(".row")).to_have_count(12)
    hands.press("Shift+X")
    expect(hands.page.locator("[data-chosen]")).to_have_text("Selected: 100")
    hands.press("s")
    hands.sees("100 comments marked as spam.")
    assert hands.actions <= 4
    statuses = {name: row[0] for name, row in standing(moderated)[0].items()}
    assert {statuses[each] for each in sold.values()} == {Status.SPAM}
    assert {statuses[each] for each in said.values()} == {Status.PENDING}
    hands.press("u")
    hands.sees("Undone: 100 comments are back where they were.")
    assert standing(moderated) == before
    expect(hands.page.locator(".row")).to_have_count(12)
    hands.press("Shift+X")
    hands.press("s")
    hands.sees("100 comments marked as spam.")
    # Twice, since the first one may have met with a machine that was busy elsewhere.
    assert hands.quickest("/admin/decisions?") < 1000


def test_all_that_match_go_on_in_the_background_while_the_desk_is_used(
    hands: Hands, moderated: Moderated
) -> None:
    [model] = moderated.wait_for_a_decision({"Ann": TEXTS[0]}).values()
    moderated.repeat(model, 600)
    other = moderated.wait_for_a_decision({"Zoë": "Could you say where that was taken?"})["Zoë"]
    hands.page.goto(f"{hands.page.url}?repeated=1&group=none")
    hands.press("Shift+X")
    expect(hands.page.locator("[data-chosen]")).to_have_text("Selected: 50")
    expect(hands.page.get_by_role("status").first).to_have_text("Selected: 50")
    names_what_takes_everything(hands)
    hands.page.get_by_label("All 601 that match").check()
    expect(hands.page.locator("[data-chosen]")).to_have_text("Selected: 601")
    hands.press("s")
    hands.sees("arking as spam")
    hands.page.keyboard.press("?")
    hands.page.keyboard.press("Escape")
    hands.sees("601 comments marked as spam.")
    expect(hands.page.locator(".empty")).to_be_visible()
    assert moderated.status(other) is Status.PENDING
    hands.press("u")
    hands.sees("Undone: 601 comments are back where they were.")
    expect(hands.page.locator(".row")).to_have_count(50)


def test_what_goes_on_in_the_background_is_followed_from_every_page_to_its_end(
    hands: Hands, moderated: Moderated
) -> None:
    ann = moderated.wait_for_a_decision(WORDS)["Ann"]
    for page in ("log", f"comments/{ann}"):
        going = change_batch(moderated, total=5000, done=100)
        hands.page.goto(f"{COMMENTS}/admin/{page}?done={going}")
        hands.sees("Undoing: 100 of 5,000 comments are back.")
        change_batch(moderated, going, done=4999)
        hands.sees("Undoing: 4,999 of 5,000 comments are back.")
        reply = hands.page.get_by_label("Your reply")
        if "comments" in page:
            reply.fill("So it was.")
        change_batch(moderated, going, done=5000, finished_at=clock.now())
        hands.sees("Undone: 5000 comments are back where they were.")
    expect(reply).to_have_value("So it was.")
    expect(reply).to_be_focused()


def change_batch(moderated: Moderated, batch_id: str = "", **columns: Any) -> str:
    """Let something long be so far, and return its id."""
    with moderated.written():
        site_id = threads.site_named(moderated.name).id
        batch = db.session.get(Batch, batch_id) or Batch(site_id=site_id, action="undo")
        for name, value in columns.items():
            setattr(batch, name, value)
        db.session.add(batch)
        db.session.flush()
        return batch.id


def names_what_takes_everything(hands: Hands) -> None:
    """Nobody takes the box for all pages for the one beside it, on a telephone either."""
    before = hands.page.viewport_size
    assert before
    hands.page.set_viewport_size({"width": 360, "height": 740})
    words = hands.page.locator(".everything span")
    assert words.evaluate("(it) => getComputedStyle(it).clipPath") == "none"
    assert hands.page.evaluate("document.documentElement.scrollWidth") == 360
    hands.page.set_viewport_size(before)


def test_whoever_undoes_by_hand_stays_where_they_were(hands: Hands, moderated: Moderated) -> None:
    moderated.wait_for_a_decision({f"Reader {n}": f"{ids.new()} {ids.new()}" for n in range(8)})
    hands.page.reload()
    rows = hands.page.locator(".row")
    rows.nth(5).get_by_role("button", name="Spam").click()
    hands.sees("1 comment marked as spam.")
    hands.click("button", "Undo")
    hands.sees("Undone: 1 comment is back where it was.")
    expect(rows).to_have_count(8)
    expect(rows.nth(5)).to_be_focused()


def test_the_whole_desk_is_used_by_keyboard_alone(hands: Hands, moderated: Moderated) -> None:
    spam = {f"Seller {n}": f"{TEXTS[1]}, number {n}" for n in range(3)}
    sold = moderated.wait_for_a_decision(spam)
    waiting = moderated.wait_for_a_decision(WORDS)
    rows = hands.page.locator(".row")
    hands.page.reload()
    expect(rows).to_have_count(5)
    hands.press("?")
    expect(hands.page.get_by_role("dialog", name="Keys")).to_be_visible()
    for key in ("Escape", "j", "j", "k"):
        hands.press(key)
    expect(hands.page.locator(f"#comment-{waiting['Zoë']}")).to_be_focused()
    for key, words in (("a", "1 comment approved."), ("s", "1 comment marked as spam.")):
        hands.press(key)
        hands.sees(words)
    writes_in_the_row(hands)
    assert moderated.status(waiting["Ben Okafor"]) is Status.PUBLISHED
    expect(hands.page.locator(f"#comment-{waiting['Ann']}")).to_be_focused()
    hands.press("x")
    hands.press("d")
    hands.sees("1 comment moved to the trash.")
    expect(rows).to_have_count(1)
    expect(rows.first.locator(".fold")).to_contain_text("and 2 more like this, by 3 authors")
    hands.press("s")
    hands.sees("3 comments marked as spam.")
    assert {moderated.status(each) for each in sold.values()} == {Status.SPAM}
    hands.press("u")
    hands.sees("Undone: 3 comments")
    hands.press("/")
    hands.page.keyboard.type("number 2")
    hands.press("Enter")
    expect(rows.first.locator(".fold")).to_have_count(0)
    assert hands.page.url.endswith("/admin/queue?status=pending&q=number+2")


def writes_in_the_row(hands: Hands) -> None:
    """Edit the first comment, open its form again and close it, and answer."""
    row = hands.page.locator(".row").first
    hands.press("e")
    expect(row.locator("#edit")).to_be_focused()
    hands.page.keyboard.type(" Edited here.")
    hands.press("Control+Enter")
    hands.sees("The comment has been edited.")
    expect(row.locator(".words")).to_contain_text("Edited here.")
    expect(row).to_be_focused()
    hands.press("e")
    expect(row.locator("#edit")).to_be_focused()
    hands.press("Escape")
    expect(row.locator("#edit")).to_have_count(0)
    hands.press("r")
    expect(row.locator("#reply")).to_be_focused()
    hands.page.keyboard.type("Thank you.")
    hands.press("Control+Enter")
    hands.sees("Your reply is published.")


def test_what_is_typed_in_a_row_outlives_a_decision_about_another(
    hands: Hands, moderated: Moderated
) -> None:
    waiting = moderated.wait_for_a_decision(WORDS)
    page = hands.page
    page.reload()
    mine, other = (page.locator(f"#comment-{waiting[name]}") for name in ("Ann", "Zoë"))
    mine.get_by_role("link", name="Reply").click()
    mine.locator("#reply").fill("So it was")
    other.get_by_role("button", name="Approve").click()
    hands.sees("1 comment approved.")
    expect(mine.locator("#reply")).to_have_value("So it was")
    page.locator(f"#comment-{waiting['Ben Okafor']}").get_by_role("link", name="Edit").click()
    expect(mine.locator("#reply")).to_be_focused()
    mine.locator("#reply").fill(" " * 3)
    mine.get_by_role("button", name="Approve and reply").click()
    expect(mine.get_by_role("alert")).to_have_text("Please enter a comment")
    mine.get_by_role("button", name="Cancel").click()
    expect(mine.locator("#reply")).to_have_count(0)
    expect(mine).to_be_focused()


def standing(moderated: Moderated) -> tuple[dict[str, Any], dict[str, int]]:
    """Return where every comment of the site stands, and every number that hangs on it."""
    with moderated.written():
        site = select(Site.id).where(Site.name == moderated.name).scalar_subquery()
        comments = select(
            *(Comment.id, Comment.status, Comment.is_shown, Comment.shown_children),
            *(Comment.shown_replies, Comment.open_reports),
        ).where(Comment.site_id == site)
        threads = select(Thread.id, Thread.comment_count).where(Thread.site_id == site)
        return (
            {row[0]: tuple(row[1:]) for row in db.session.execute(comments)},
            {row[0]: row[1] for row in db.session.execute(threads)},
        )
