"""Logging in by six digits: what was written before by this browser is theirs afterwards."""

import time

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from commentbox.accounts import email_code
from commentbox.cli.demo.providers import Standins
from commentbox.extensions import db
from commentbox.lib import ids
from commentbox.models import Comment, EmailCode
from tests.e2e.conftest import SECRET
from tests.e2e.logging_in import Visitor


@pytest.fixture
def visitor(page: Page, article: str, standins: Standins) -> Visitor:
    """Return somebody before the article, who has done nothing yet."""
    page.goto(article)
    return Visitor(page)


def test_what_a_guest_wrote_is_theirs_after_the_code(visitor: Visitor, desk: Flask) -> None:
    address = f"{ids.new().lower()}@example.org"
    visitor.box.fill("Written as a guest")
    visitor.introduce("Ann", address)
    visitor.send()
    expect(visitor.comments).to_have_count(1)
    visitor.door("email").click()
    visitor.frame.locator("#code-address").fill(address)
    visitor.frame.locator("[data-act=code]").click()
    visitor.frame.locator("#code-digits").fill(_code(desk, address))
    visitor.frame.locator("[data-act=prove]").click()
    visitor.is_logged_in("email")
    ids_twice = "(all => all.filter((id, at) => all.indexOf(id) < at))"
    all_ids = "[...document.querySelectorAll('[id]')].map(({ id }) => id)"
    assert visitor.inside.evaluate(f"{ids_twice}({all_ids})") == []
    with desk.app_context():
        mine = select(Comment).where(Comment.author_email == address)
        assert db.session.scalars(mine).one().account_id


def _code(desk: Flask, address: str) -> str:
    """Return the digits of the mail, once it has been written."""
    mine = select(EmailCode.id).where(EmailCode.email == address)
    for _ in range(100):
        with desk.app_context():
            for code_id in db.session.scalars(mine):
                if found := email_code.written(code_id, secret=SECRET):
                    return found[1]
        time.sleep(0.1)
    raise AssertionError(address)
