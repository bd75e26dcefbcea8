"""The desk in a browser: by keyboard, on a phone, in the dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.lib import ids
from commentbox.models import Status
from tests.e2e.axe import faults
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated
from tests.paths import ROOT

SCREENSHOTS = ROOT / ".cache" / "screenshots"


@pytest.fixture
def signed_in(moderated: Moderated, page: Page) -> Iterator[Page]:
    """Return a tab with the queue, on which nothing went wrong when the test ends."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda line: (
            errors.append(line.text) if line.type == "error" and "404" not in line.text else None
        ),
    )
    moderated.sign_in(page)
    yield page
    assert errors == []


@pytest.fixture
def waiting(moderated: Moderated, signed_in: Page) -> dict[str, str]:
    found = moderated.wait_for_a_decision(WORDS)
    signed_in.reload()
    return found


def test_a_link_signs_in_and_an_empty_desk_says_so(signed_in: Page) -> None:
    expect(signed_in.locator(".empty")).to_contain_text("Nothing waits for you")
    assert signed_in.title().startswith("(0) Pending")


def test_a_comment_is_approved_by_keyboard_and_the_next_one_is_there(
    signed_in: Page, moderated: Moderated, waiting: dict[str, str]
) -> None:
    signed_in.keyboard.press("j")
    expect(signed_in.locator(f"#comment-{waiting['Zoë']}")).to_be_focused()
    signed_in.keyboard.press("a")
    expect(signed_in.locator("[data-notice]")).to_contain_text("1 comment approved.")
    expect(signed_in.locator(".row").first).to_be_focused()
    assert moderated.status(waiting["Zoë"]) is Status.PUBLISHED
    assert signed_in.title().startswith("(3) Pending")
    expect(signed_in.locator("#said")).to_have_text("1 comment approved.")


def test_three_are_marked_as_spam_at_once_and_one_key_takes_it_back(
    signed_in: Page, moderated: Moderated, waiting: dict[str, str]
) -> None:
    for key in ("j", "x", "j", "x", "j", "x"):
        signed_in.keyboard.press(key)
    expect(signed_in.locator("[data-chosen]")).to_have_text("Selected: 3")
    signed_in.keyboard.press("s")
    expect(signed_in.locator("[data-notice]")).to_contain_text("3 comments marked as spam.")
    expect(signed_in.locator(".row")).to_have_count(1)
    signed_in.keyboard.press("u")
    expect(signed_in.locator("[data-notice]")).to_contain_text("Undone: 3 comments")
    expect(signed_in.locator(".row")).to_have_count(4)
    assert {moderated.status(each) for each in waiting.values()} == {Status.PENDING}


def test_everything_on_the_page_is_selected_by_one_key(
    signed_in: Page, waiting: dict[str, str]
) -> None:
    signed_in.keyboard.press("Shift+X")
    expect(signed_in.locator("[data-chosen]")).to_have_text("Selected: 4")
    expect(signed_in.locator("[data-all]")).to_be_checked()
    signed_in.keyboard.press("d")
    expect(signed_in.locator(".empty")).to_be_visible()
    expect(signed_in.locator("#main")).to_be_focused()


def test_keys_open_the_help_the_filter_the_edit_and_the_reply(
    signed_in: Page, moderated: Moderated, waiting: dict[str, str]
) -> None:
    signed_in.keyboard.press("?")
    expect(signed_in.get_by_role("dialog", name="Keys")).to_be_visible()
    signed_in.keyboard.press("Escape")
    signed_in.keyboard.press("/")
    signed_in.keyboard.type("photograph")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".row")).to_have_count(1)
    signed_in.keyboard.press("j")
    signed_in.keyboard.press("e")
    expect(signed_in.locator("#edit")).to_be_focused()
    signed_in.keyboard.type(" And when?")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator(".words")).to_contain_text("taken? And when?")
    signed_in.keyboard.press("r")
    expect(signed_in.locator("#reply")).to_be_focused()
    signed_in.keyboard.type("On the north bank, in May.")
    signed_in.keyboard.press("Control+Enter")
    expect(signed_in.locator("[data-notice]")).to_contain_text("Your reply is published.")
    assert moderated.status(waiting["Zoë"]) is Status.PUBLISHED


@pytest.mark.parametrize("key", ["a", "s", "d", "e", "r", "x"])
def test_a_key_only_marks_the_first_comment_while_none_is_marked(
    signed_in: Page, waiting: dict[str, str], key: str
) -> None:
    asked: list[str] = []
    signed_in.on("request", lambda request: asked.append(request.url))
    signed_in.keyboard.press(key)
    expect(signed_in.locator(f"#comment-{waiting['Zoë']}")).to_be_focused()
    expect(signed_in.locator(".row :checked")).to_have_count(0)
    signed_in.evaluate("async () => { await fetch('/healthz'); }")
    # The browser fetches the page's icon when it likes.
    assert [each for each in asked if "/static/" not in each] == [f"{COMMENTS}/healthz"]


def test_a_key_marks_a_comment_in_sight_and_the_next_one_decides_about_it(
    signed_in: Page, moderated: Moderated
) -> None:
    signed_in.set_viewport_size({"width": 1280, "height": 500})
    many = moderated.wait_for_a_decision({f"Reader {n}": f"{ids.new()} " * 12 for n in range(12)})
    signed_in.reload()
    seen = signed_in.locator(f"#comment-{many['Reader 5']}")
    seen.evaluate("row => scrollTo(0, row.offsetTop - 50)")
    signed_in.keyboard.press("d")
    expect(seen).to_be_focused()
    expect(seen).to_be_in_viewport(ratio=1)
    assert {moderated.status(each) for each in many.values()} == {Status.PENDING}
    signed_in.keyboard.press("d")
    expect(signed_in.locator("[data-notice]")).to_contain_text("1 comment moved to the trash.")
    assert moderated.status(many["Reader 5"]) is Status.TRASHED


def test_letters_typed_into_a_field_decide_nothing(
    signed_in: Page, moderated: Moderated, waiting: dict[str, str]
) -> None:
    signed_in.get_by_role("searchbox").fill("")
    signed_in.keyboard.type("asdux")
    assert {moderated.status(each) for each in waiting.values()} == {Status.PENDING}


def test_the_desk_works_without_script(
    moderated: Moderated, waiting: dict[str, str], signed_in: Page
) -> None:
    plain = signed_in.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, ignore_https_errors=True
    )
    page = plain.new_page()
    page.goto(moderated.link())
    page.get_by_role("button", name="Sign in").click()
    page.locator(".row").first.get_by_role("button", name="Spam").click()
    expect(page.locator("[data-notice]")).to_contain_text("1 comment marked as spam.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".row")).to_have_count(4)
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_legible_on_any_screen(
    signed_in: Page, waiting: dict[str, str], width: int, scheme: Any
) -> None:
    signed_in.set_viewport_size({"width": width, "height": 800})
    signed_in.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    seen = []
    for name, path in pages(waiting).items():
        signed_in.goto(f"{COMMENTS}{path}")
        picture(signed_in, f"admin-{name}-{width}-{scheme}.png")
        seen.append((name, overflow(signed_in), faults(signed_in)))
    assert seen == [(name, 0, []) for name in pages(waiting)]


def test_a_desk_of_two_sites_fits_a_phone(
    browser: Browser, moderated: Moderated, waiting: dict[str, str]
) -> None:
    moderated.take_over("blog")
    phone = browser.new_context(
        ignore_https_errors=True, viewport={"width": 360, "height": 800}, has_touch=True
    )
    page = phone.new_page()
    page.goto(moderated.link())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("combobox", name="Site")).to_be_visible()
    picture(page, "admin-two-sites-360-light.png")
    assert overflow(page) == 0
    assert lines(page, ".filter > button") == lines(page, ".filter > [type=search]")
    assert len(lines(page, f"#comment-{waiting['Ann']} .acts > *")) == 1
    phone.close()


@pytest.mark.parametrize("count", ["125", "1000+"])
def test_folders_with_many_comments_fit_a_phone(signed_in: Page, count: str) -> None:
    """As they come in while the page is open."""
    counts = dict.fromkeys(("pending", "published", "spam", "trashed"), int(count.rstrip("+")))
    signed_in.route("**/admin/counts*", lambda route: route.fulfill(json=counts))
    signed_in.clock.install()
    signed_in.set_viewport_size({"width": 360, "height": 800})
    signed_in.reload()
    signed_in.clock.run_for(61_000)
    expect(signed_in.locator(".folders .count")).to_have_text([count] * 4)
    assert signed_in.title().startswith(f"({count}) Pending")
    picture(signed_in, f"admin-many-{len(count)}-360-light.png")
    assert overflow(signed_in) == 0
    assert all(
        box and box["x"] >= 0 and box["x"] + box["width"] <= 360
        for box in (each.bounding_box() for each in signed_in.locator(".folders a").all())
    )


def test_the_last_decision_can_be_undone_after_a_reload(
    signed_in: Page, moderated: Moderated, waiting: dict[str, str]
) -> None:
    signed_in.keyboard.press("j")
    signed_in.keyboard.press("s")
    expect(signed_in.locator("[data-notice]")).to_contain_text("1 comment marked as spam.")
    signed_in.reload()
    signed_in.keyboard.press("u")
    expect(signed_in.locator("[data-notice]")).to_contain_text("Undone: 1 comment")
    assert moderated.status(waiting["Zoë"]) is Status.PENDING


def test_the_keyboard_is_back_on_the_row_after_an_edit_or_a_ban_and_moves_on_after_a_reply(
    signed_in: Page, waiting: dict[str, str]
) -> None:
    row = signed_in.locator(f"#comment-{waiting['Ann']}")
    row.get_by_role("link", name="Edit").click()
    signed_in.get_by_role("button", name="Save").click()
    expect(row).to_be_focused()
    row.get_by_role("link", name="Ban").click()
    expect(signed_in.locator("#what-1")).to_be_focused()
    signed_in.get_by_role("button", name="Block").click()
    expect(row).to_be_focused()
    row.locator(".when").click()
    signed_in.get_by_role("link", name="Back to the queue").click()
    expect(row).to_be_focused()
    row.get_by_role("link", name="Reply").click()
    signed_in.keyboard.type("So it was.")
    signed_in.get_by_role("button", name="Approve and reply").click()
    expect(row).to_have_count(0)
    expect(signed_in.locator(".row").last).to_be_focused()


def test_what_was_done_and_what_is_selected_are_legible_too(
    signed_in: Page, waiting: dict[str, str]
) -> None:
    signed_in.set_viewport_size({"width": 360, "height": 800})
    for key in ("j", "a", "x"):
        signed_in.keyboard.press(key)
        signed_in.wait_for_timeout(0)
    expect(signed_in.locator("[data-notice]")).to_be_visible()
    signed_in.keyboard.press("x")
    picture(signed_in, "admin-notice-360-light.png")
    assert (overflow(signed_in), faults(signed_in)) == (0, [])
    signed_in.keyboard.press("?")
    picture(signed_in, "admin-help-360-light.png")
    assert faults(signed_in) == []
    signed_in.keyboard.press("Escape")
    signed_in.get_by_text("Filter and order").click()
    signed_in.keyboard.press("j")
    signed_in.keyboard.press("e")
    expect(signed_in.locator("#edit")).to_be_focused()
    picture(signed_in, "admin-open-360-light.png")
    assert (overflow(signed_in), faults(signed_in)) == (0, [])


def pages(waiting: dict[str, str]) -> dict[str, str]:
    return {
        "queue": "/admin/queue",
        "filtered": "/admin/queue?q=e&reason=first&since=2026-01-02&sort=spam&group=host",
        "comment": f"/admin/comments/{waiting['Ben Okafor']}",
        "account": "/admin/account",
        "sign-in": "/admin/sign-in",
        "missing": "/admin/comments/nothing",
    }


def overflow(page: Page) -> int:
    """Return how many pixels the page is wider than the screen."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def lines(page: Page, selector: str) -> set[int]:
    """Return where the middles of elements are, from the top: one value for one line."""
    boxes = (each.bounding_box() for each in page.locator(selector).all())
    return {round(box["y"] + box["height"] / 2) for box in boxes if box}


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(Path(SCREENSHOTS, name)), full_page=True)
