"""Logging in by six digits: the panel in the frame, and the mail that has them."""

import re

from flask import Flask
from sqlalchemy import select

from commentbox.accounts import email_code
from commentbox.extensions import db
from commentbox.models import EmailCode
from tests.conftest import SECRET
from tests.e2e.logging_in import Visitor
from tests.servers import until

NAME = "Log in with a code by email"


class Panel:
    """The panel in which an address and then the digits are typed."""

    def __init__(self, visitor: Visitor) -> None:
        self.group = visitor.frame.get_by_role("group", name=NAME)
        self.door = visitor.frame.get_by_role("button", name=NAME)
        self.address = self.group.get_by_label("Email")
        self.send = self.group.get_by_role("button", name="Send code")
        self.digits = self.group.get_by_label(re.compile("Type the six digits"))
        self.name = self.group.get_by_label("Name")
        self.log_in = self.group.get_by_role("button", name="Log in", exact=True)
        self.cancel = self.group.get_by_role("button", name="Cancel")


def written(desk: Flask, address: str) -> str:
    """Return the digits of the mail to an address, once it has been written."""
    found: list[str] = []
    mine = select(EmailCode.id).where(EmailCode.email == address).order_by(EmailCode.id)

    def is_written() -> bool:
        with desk.app_context():
            codes = [email_code.written(one, secret=SECRET) for one in db.session.scalars(mine)]
        found.extend(code[1] for code in codes if code)
        return bool(found)

    until(is_written)
    return found[-1]


def another(digits: str) -> str:
    """Return six digits that are wrong."""
    return f"{(int(digits) + 1) % 1_000_000:06}"
