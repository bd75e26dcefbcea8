"""A site's keys at the desk."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commentbox.accounts import api_keys
from commentbox.lib import clock
from commentbox.models import Role
from tests.desk import Desk

PAGE = "/admin/sites/blog/keys"
FORM: dict[str, Any] = {"title": "Nightly job", "scope": ["read", "decide"], "days": "30"}


def is_live(desk: Desk, token: str) -> bool:
    with desk.app.app_context():
        return api_keys.known(token) is not None


def made(page: str) -> str:
    found = re.search(r'id="made" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_key_is_shown_once_and_works_until_it_is_revoked(desk: Desk) -> None:
    answer = desk.post(PAGE, **FORM)
    token = made(answer.text)
    assert (answer.status_code, is_live(desk, token)) == (201, True)
    page = desk.get(PAGE).text
    assert token not in page
    assert "Nightly job" in page
    [path] = re.findall(rf'action="({PAGE}/[^"]+/revoke)"', page)
    told = desk.get(desk.post(path).location).text
    assert "The key is revoked" in told
    assert ("Nightly job" in told, is_live(desk, token)) == (False, False)
    assert desk.post(path).status_code == 404


def test_a_form_that_is_sent_twice_makes_one_key(desk: Desk) -> None:
    [key] = re.findall(r'name="id" value="(\w{22})"', desk.get(PAGE).text)
    assert desk.post(PAGE, **FORM, id=key).status_code == 201
    again = desk.post(PAGE, **FORM, id=key)
    assert (again.status_code, 'id="made"' in again.text) == (409, False)
    assert "This key has been made already" in again.text
    assert len(re.findall(rf'action="{PAGE}/\w+/revoke"', again.text)) == 1


def test_a_key_ends_by_itself_unless_it_is_to_stay(desk: Desk) -> None:
    short = made(desk.post(PAGE, **FORM).text)
    long = made(desk.post(PAGE, **(FORM | {"days": ""})).text)
    with clock.turned_by(timedelta(days=31)):
        assert (is_live(desk, short), is_live(desk, long)) == (False, True)


def test_a_key_that_cannot_be_made_is_explained_and_what_was_typed_is_kept(desk: Desk) -> None:
    answer = desk.post(PAGE, title="x" * 81, days="365")
    assert answer.status_code == 422
    assert 'id="made"' not in answer.text
    assert "80 characters at most" in answer.text.partition('id="title-wrong"')[2]
    assert "at least one thing" in answer.text.partition('id="scopes-wrong"')[2]
    assert '<option value="365" selected>' in answer.text
    assert f'value="{"x" * 81}"' in answer.text
    assert answer.text.count(" autofocus") == 1
    nothing = desk.post(PAGE, **(FORM | {"scope": []})).text
    assert '<fieldset aria-describedby="scopes-wrong">' in nothing
    described = re.findall(r'id="([^"]+)"[^>]* aria-describedby="([^"]+)" autofocus', nothing)
    assert described == [("scope-read", "scopes-wrong scope-read-hint")]


@pytest.mark.parametrize("days", ["7", "never", " 30", "-30"])
def test_how_long_a_key_lives_is_one_of_the_choices(desk: Desk, days: str) -> None:
    answer = desk.post(PAGE, **(FORM | {"days": days}))
    assert answer.status_code == 422
    assert "There is no such choice." in answer.text
    assert 'id="made"' not in answer.text


def test_an_old_sign_in_makes_and_revokes_nothing(desk: Desk) -> None:
    token = made(desk.post(PAGE, **FORM).text)
    [path] = re.findall(rf'action="({PAGE}/[^"]+/revoke)"', desk.get(PAGE).text)
    with clock.turned_by(timedelta(minutes=11)):
        assert "Sign in again to make and revoke keys" in desk.get(PAGE).text
        for refused in (desk.post(PAGE, **FORM), desk.post(path)):
            assert refused.location == f"/admin/again?next={PAGE}"
    assert is_live(desk, token)


def test_only_owners_come_near_keys(desk: Desk, browser_of: Callable[..., Desk]) -> None:
    token = made(desk.post(PAGE, **FORM).text)
    [path] = re.findall(rf'action="({PAGE}/[^"]+/revoke)"', desk.get(PAGE).text)
    desk.add_site("other")
    mo = browser_of("mo@example.org", site="blog", role=Role.MODERATOR)
    zoe = browser_of("zoe@example.org", site="other")
    for somebody, status in ((mo, 403), (zoe, 404)):
        assert somebody.get(PAGE).status_code == status
        assert somebody.post(PAGE, **FORM).status_code == status
        assert somebody.post(path).status_code == status
    elsewhere = path.replace("/blog/", "/other/")
    assert zoe.post(elsewhere).status_code == 404
    assert is_live(desk, token)
