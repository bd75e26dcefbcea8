"""The words that a site looks out for, at the desk."""

from collections.abc import Callable
from typing import cast

import pytest
from sqlalchemy import select

from commentbox.extensions import RoutedSession, db
from commentbox.lib import tokens
from commentbox.lib.words import WordList
from commentbox.models import Effect, Role, Site
from commentbox.moderation import wordlists
from tests.desk import Desk

PAGE = "/admin/sites/blog/words"


def stored(desk: Desk) -> dict[Effect, str]:
    with desk.app.app_context():
        site = db.session.scalars(select(Site).where(Site.name == "blog")).one()
        return {effect: wordlists.text(site.id, effect) for effect in Effect}


def test_both_lists_are_saved_as_they_were_written(desk: Desk) -> None:
    answer = desk.post(PAGE, hold="casino*\r\n# mine\r\nbuy now", spam="\r\nsgi88")
    page = desk.get(answer.location).text
    assert "The words are saved." in page
    assert stored(desk) == {Effect.HOLD: "casino*\n# mine\nbuy now", Effect.SPAM: "\nsgi88"}
    assert "casino*\n# mine\nbuy now</textarea>" in page
    assert ">\n\nsgi88</textarea>" in page  # the first line end is the page's own


def test_trying_a_text_shows_what_is_found_and_saves_nothing(desk: Desk) -> None:
    desk.post(PAGE, hold="old", spam="")
    form = {"hold": "casino*", "spam": "sgi88\nnever", "trial": "C\u0430sinos? 𝐒𝐆𝐈𝟖𝟖!"}
    page = desk.post(PAGE, **form, **{"try": "1"}).text
    said = page.partition('class="found"')[2].partition("</div>")[0]
    assert "<code>casino*</code>" in said
    assert "<code>sgi88</code>" in said
    assert "never" not in said
    assert "casino*</textarea>" in page
    assert "𝐒𝐆𝐈𝟖𝟖" in page
    assert stored(desk)[Effect.HOLD] == "old"


def test_nobody_waits_to_write_while_long_lists_are_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, waits = WordList.parse, []

    def parsed(entries: str) -> WordList:
        waits.append(cast(RoutedSession, db.session()).writes)
        return parse(entries)

    monkeypatch.setattr(WordList, "parse", parsed)
    desk.post(PAGE, hold="casino", spam="sgi88", trial="Casino", **{"try": "1"})
    assert waits
    assert not any(waits)


def test_a_text_with_none_of_the_words_is_told_so(desk: Desk) -> None:
    page = desk.post(PAGE, hold="casino", spam="", trial="Casinos", **{"try": "1"}).text
    assert "None of the entries is in this text." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("fine\n" + "x" * 101, "Line 2: An entry takes at most 100 characters."),
        ("fine*\nfoo*bar", "Line 2: A * counts only at the end of an entry"),
        ("a\n" * 100_001, "A list takes at most 100,000 entries."),
    ],
)
def test_a_list_that_cannot_be_is_explained_beside_it_and_kept(
    desk: Desk, typed: str, words: str
) -> None:
    answer = desk.post(PAGE, hold="casino", spam=typed)
    assert answer.status_code == 422
    assert words in answer.text.partition('id="spam-wrong"')[2].partition("</p>")[0]
    assert 'id="hold-wrong"' not in answer.text
    assert typed in answer.text
    assert stored(desk) == {Effect.HOLD: "", Effect.SPAM: ""}


def test_l2_long_lists_are_taken_from_who_is_at_the_desk_and_from_nobody_else(desk: Desk) -> None:
    entries = "\n".join(f"entry{number}" for number in range(65_000))
    assert desk.post(PAGE, hold=entries, spam="").status_code == 303
    assert stored(desk)[Effect.HOLD] == entries
    assert desk.post("/admin/sites/blog", heading=entries).status_code == 413
    stranger = Desk(desk.app)
    assert stranger.post(PAGE, hold=entries, token="x").status_code == 413
    for name in ("cb_admin", "__Host-cb_admin"):
        stranger.client.set_cookie(name, tokens.new(), domain="comments.test", secure=True)
    assert stranger.post(PAGE, hold=entries, token="x").status_code == 413
    assert desk.post(PAGE, hold="x" * 4 * 1024 * 1024).status_code == 413


def test_moderators_and_strangers_see_no_words(desk: Desk, browser_of: Callable[..., Desk]) -> None:
    desk.add_site("other")
    mo = browser_of("mo@example.org", site="blog", role=Role.MODERATOR)
    zoe = browser_of("zoe@example.org", site="other")
    for somebody, status in ((mo, 403), (zoe, 404)):
        assert somebody.get(PAGE).status_code == status
        assert somebody.post(PAGE, hold="x", spam="").status_code == status
        assert somebody.post(PAGE, hold="x", trial="x", **{"try": "1"}).status_code == status
    assert stored(desk) == {Effect.HOLD: "", Effect.SPAM: ""}
