"""The page of numbers."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from commentbox.models import Role
from commentbox.moderation import intake, reasons
from commentbox.moderation.numbers import Day, Numbers
from commentbox.web.admin.numbers import HEIGHT, chart
from tests.desk import Desk, teach


def test_the_page_shows_the_days_and_what_held_comments(desk: Desk) -> None:
    for source in ("One", "Two and more"):
        desk.add_comment(source)
    page = desk.get("/admin/numbers").text
    assert "Held <b>2</b>" in page
    assert "Every comment waits" in page
    assert page.count("<tr>") == 31
    assert 'class="held"' in page


def test_whatever_can_hold_a_comment_has_words() -> None:
    assert {rule.code for rule in intake.RULES} - reasons.NAMES.keys() == set()


def test_without_comments_it_says_so(desk: Desk) -> None:
    assert "No comment came in during these days" in desk.get("/admin/numbers").text


def test_a_moderator_sees_the_numbers_of_their_sites_alone(
    desk: Desk, browser_of: Callable[..., Desk]
) -> None:
    desk.add_site("other")
    desk.add_comment("One", site="other")
    ben = browser_of("ben@example.org", site="blog", role=Role.MODERATOR)
    assert "No comment came in during these days" in ben.get("/admin/numbers").text
    assert ben.get("/admin/numbers?site=other").status_code == 404
    teach(desk, spam=40, fine=51)
    teach(desk, spam=7, fine=5, site="other")
    page = ben.get("/admin/numbers").text
    assert ("40 spam" in page, "7 spam" in page) == (True, False)
    assert "(40 spam" not in desk.get("/admin/numbers?site=other").text


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_the_fullest_day_is_as_high_as_the_chart(most: int) -> None:
    days = [Day(date(2026, 3, 1) + timedelta(days=passed)) for passed in range(29)]
    drawn = chart(Numbers([*days, Day(date(2026, 3, 30), published=most - 1, spam=1)]))
    assert sum(bar.height for bar in drawn.bars) == pytest.approx(HEIGHT, abs=0.1)
    assert drawn.lines[-1].number == most
