"""What a page says about its own language."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from commentbox.adapters import translations


@pytest.fixture
def arabic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak a language that runs from right to left, as if it were shipped."""
    monkeypatch.setattr(translations, "available", lambda: frozenset({"en", "ar_EG"}))
    with translations.speaking("ar_EG"):
        yield


@pytest.mark.parametrize("path", ["/admin/sign-in", "/nowhere", "/mail/confirm/x", "/embed/nope"])
def test_a_page_names_the_language_that_it_is_in(
    client: FlaskClient, arabic: None, path: str
) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    assert '<html lang="ar-EG" dir="rtl"' in page


@pytest.mark.parametrize("path", ["/admin/sign-in", "/nowhere"])
def test_a_page_in_english_says_so(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    assert '<html lang="en" dir="ltr"' in page
