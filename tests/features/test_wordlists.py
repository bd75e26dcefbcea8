"""Lists of words that are kept ready for looking up."""

from typing import Any

import pytest

from commentbox.accounts import people
from commentbox.comments import sites
from commentbox.lib.words import WordList
from commentbox.models import Account, Effect, Site
from commentbox.moderation import wordlists


@pytest.fixture
def mia(site: Site) -> Account:
    """Return who moderates all sites."""
    return people.invite("mia@example.org")


def fail(*_args: Any, **_kwargs: Any) -> Any:
    pytest.fail("a list was parsed again")


def test_long_lists_of_several_sites_stay_ready(
    site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [site, *(sites.add(name, [f"https://{name}.test"]) for name in ("news", "shop"))]
    for each in every:
        for effect in Effect:
            words = (f"{each.name} {effect} {number}".ljust(90, "s") for number in range(5_000))
            wordlists.save(each, effect, "\n".join(words), by=mia)
        wordlists.of(each.id)
    monkeypatch.setattr(WordList, "parse", fail)
    for each in every:
        assert wordlists.of(each.id).keys() == set(Effect)


def test_both_lists_of_a_site_stay_ready_however_long_they_are(
    site: Site, mia: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WordList, "weight", 2**40)
    for effect in Effect:
        wordlists.save(site, effect, "casino", by=mia)
    wordlists.of(site.id)
    monkeypatch.setattr(WordList, "parse", fail)
    assert wordlists.of(site.id).keys() == set(Effect)
