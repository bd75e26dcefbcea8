"""The pages about a site in a browser: every state of them, on every look, without script."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from commentbox.accounts import identities, people
from commentbox.comments import posting, sites, threads
from commentbox.models import Role
from commentbox.providers.base import Profile
from tests.e2e.axe import faults, is_cut_off
from tests.e2e.hosts import COMMENTS
from tests.e2e.moderating import WORDS, Moderated
from tests.paths import ROOT

SCREENSHOTS: Final = ROOT / ".cache" / "screenshots"
LOOKS: Final[list[tuple[int, Any]]] = [
    (width, scheme) for width in (360, 1280) for scheme in ("light", "dark")
]
ADA: Final = Profile(
    provider="google", issuer="https://accounts.google.com", subject="7", name="Ada"
)


@pytest.fixture
def owner(moderated: Moderated, browser: Browser) -> Iterator[Page]:
    """Return a tab of the owner of a site, in a browser that runs no script of ours."""
    context = browser.new_context(
        ignore_https_errors=True, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.route("**/static/admin/*.js", lambda route: route.abort())
    moderated.sign_in(page)
    yield page
    context.close()


def is_fine(page: Page, name: str) -> None:
    """Fail where axe finds something or something is cut off, on any look."""
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=SCREENSHOTS / f"site-{name}-{width}-{scheme}.png", full_page=True)
        found.append((width, scheme, faults(page), is_cut_off(page)))
    assert found == [(*look, [], False) for look in LOOKS], name


def send(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_site_is_set_up_on_every_screen(owner: Page, moderated: Moderated) -> None:
    owner.goto(f"{COMMENTS}/admin/sites")
    is_fine(owner, "sites")
    owner.get_by_role("link", name="Settings").click()
    owner.get_by_label("None").check()
    owner.get_by_label("Links").fill("0")
    send(owner, "Save")
    expect(owner.get_by_label("Links")).to_have_attribute("aria-invalid", "true")
    is_fine(owner, "settings")
    owner.get_by_label("Links").fill("5")
    send(owner, "Save")
    expect(owner.locator("[data-notice]")).to_contain_text("The settings are saved.")
    owner.get_by_role("link", name="Words").click()
    owner.get_by_label("Words that hold").fill("casino*")
    owner.get_by_label("Words that make it spam").fill("sgi88\n" + "x" * 101)
    owner.get_by_label("A comment", exact=True).fill("Two casinos")
    send(owner, "Save")
    is_fine(owner, "words-wrong")
    owner.get_by_label("Words that make it spam").fill("sgi88")
    send(owner, "Try it")
    expect(owner.locator(".found")).to_contain_text("casino*")
    is_fine(owner, "words")
    send(owner, "Save")
    expect(owner.locator("[data-notice]")).to_contain_text("The words are saved.")


def test_people_and_keys_are_managed_on_every_screen(owner: Page, moderated: Moderated) -> None:
    with moderated.written():
        site = threads.site_named(moderated.name)
        ben = f"ben-{moderated.name}@example.org"
        people.invite(ben, site=site, role=Role.OWNER, name="Ben Okafor").arrive()
    owner.goto(f"{COMMENTS}/admin/sites/{moderated.name}/people")
    owner.get_by_label("Email").fill(f"eve-{moderated.name}@example.org")
    send(owner, "Invite")
    expect(owner.locator(".people")).to_contain_text("has not been here yet")
    is_fine(owner, "people")
    owner.get_by_label("Role of Ben Okafor").select_option("moderator")
    owner.get_by_role("button", name="Change Ben Okafor").click()
    expect(owner.get_by_label("Role of Ben Okafor")).to_have_value("moderator")
    owner.get_by_role("link", name="Keys").click()
    send(owner, "Make it")
    is_fine(owner, "keys-wrong")
    owner.get_by_label("Name").fill("Nightly job")
    owner.get_by_label("Read").check()
    send(owner, "Make it")
    expect(owner.get_by_label("The key")).to_have_value(re.compile("^cbk_"))
    is_fine(owner, "keys")
    moderated.grow_old()
    owner.reload()
    owner.goto(f"{COMMENTS}/admin/sites/{moderated.name}/people")
    is_fine(owner, "people-old")


def test_somebody_is_blocked_on_every_screen(owner: Page, moderated: Moderated) -> None:
    waiting = moderated.wait_for_a_decision(WORDS)
    with moderated.written():
        site = threads.site_named(moderated.name)
        place = threads.place(site, address=f"https://{moderated.name}.test/ada")
        author = posting.Member(*identities.recognised(ADA))
        draft, arrival = posting.Draft("Hello"), posting.Arrival(client="c" * 32)
        by_ada = posting.post(
            threads.opened(site, place), site, author=author, draft=draft, arrival=arrival
        ).id
    owner.goto(f"{COMMENTS}/admin/sites/{moderated.name}/blocks")
    owner.get_by_label("What").select_option("domain")
    owner.get_by_label("Which").fill("example.org")
    send(owner, "Look what it would have hit")
    expect(owner.locator(".preview")).to_contain_text("This would have hit 4 comments")
    is_fine(owner, "blocks-preview")
    send(owner, "Block it")
    expect(owner.locator(".people")).to_contain_text("example.org")
    owner.get_by_label("Which").fill("a b")
    send(owner, "Look what it would have hit")
    is_fine(owner, "blocks")
    owner.goto(f"{COMMENTS}/admin/comments/{by_ada}/ban")
    is_fine(owner, "trust")
    owner.goto(f"{COMMENTS}/admin/comments/{waiting['CHEAP SHOES']}/ban")
    owner.get_by_label("Also move everything").check()
    is_fine(owner, "ban")
    send(owner, "Block")
    expect(owner.locator("[data-notice]")).to_contain_text("1 comment marked as spam.")


def test_what_was_done_and_what_came_in_is_read_on_every_screen(
    owner: Page, moderated: Moderated
) -> None:
    owner.goto(f"{COMMENTS}/admin/log")
    is_fine(owner, "log-empty")
    owner.goto(f"{COMMENTS}/admin/numbers")
    is_fine(owner, "numbers-empty")
    moderated.wait_for_a_decision(WORDS)
    owner.goto(f"{COMMENTS}/admin/queue")
    owner.locator("[data-row]").first.get_by_role("button", name="Spam", exact=True).click()
    expect(owner.locator("[data-notice]")).to_contain_text("1 comment marked as spam.")
    with moderated.written():
        sites.change(threads.site_named(moderated.name), by=None, link_limit=4, heading="Say it")
    owner.goto(f"{COMMENTS}/admin/log")
    expect(owner.locator(".log > li")).to_have_count(2)
    is_fine(owner, "log")
    owner.get_by_role("link", name="Marked 1 comment as spam").click()
    expect(owner.get_by_text("Pending → Spam")).to_be_visible()
    is_fine(owner, "log-entry")
    owner.get_by_role("button", name="Undo").click()
    expect(owner.locator("[data-notice]")).to_contain_text("1 comment is back where it was.")
    owner.goto(f"{COMMENTS}/admin/numbers")
    owner.get_by_text("The same in figures").click()
    is_fine(owner, "numbers")
