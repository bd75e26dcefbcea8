"""Long comments at the desk: a beginning in the list, and all of it wherever it is looked for."""

from playwright.sync_api import Browser, Page, expect

from commentbox.lib import ids
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import Moderated

SHORT, LONG = (
    "Just a word.",
    "\n\n".join(f"Paragraph {n}: {'so it goes on ' * 20}" for n in range(25)),
)
END = f"{LONG} https://end.example/{ids.new()}"


def test_a_long_comment_shows_its_beginning_and_all_of_it_on_demand(
    moderated: Moderated, page: Page
) -> None:
    found = moderated.wait_for_a_decision({"Ann": END, "Ben": SHORT})
    page.set_viewport_size({"width": 360, "height": 740})
    moderated.sign_in(page)
    row = page.locator(f"#comment-{found['Ann']}")
    words, button = row.locator(".words"), row.get_by_role("button", name="Show all")
    assert height(page, row) < 600
    expect(page.get_by_role("button", name="Show all")).to_have_count(1)
    assert (faults(page), is_cut_off(page)) == ([], False)
    button.click()
    expect(row.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    whole = height(page, row)
    assert whole > 3000
    page.locator(f"#comment-{found['Ben']}").get_by_role("button", name="Approve").click()
    expect(page.locator("[data-notice]")).to_contain_text("1 comment approved.")
    assert height(page, row) == whole
    row.get_by_role("button", name="Show less").click()
    assert height(page, row) < 600
    # What is hidden is looked for: a search and the Tab key scroll to it.
    words.get_by_role("link").focus()
    expect(words.get_by_role("link")).to_be_in_viewport()
    assert height(page, row) == whole
    page.goto(f"{COMMENTS}/admin/comments/{found['Ann']}")
    expect(page.get_by_role("button", name="Show all")).to_have_count(0)
    assert height(page, page.locator(".comment")) > 2000


def test_without_script_all_of_it_is_there(browser: Browser, moderated: Moderated) -> None:
    found = moderated.wait_for_a_decision({"Ann": END})
    plain = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    page = plain.new_page()
    moderated.sign_in(page)
    row = page.locator(f"#comment-{found['Ann']}")
    expect(row.get_by_role("button", name="Show all")).to_have_count(0)
    box = row.bounding_box()
    assert box
    assert box["height"] > 1200
    plain.close()


def height(page: Page, element: object) -> int:
    """Return how high something is, once the page stands still."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return int(element.evaluate("it => it.offsetHeight"))  # type: ignore[attr-defined]
