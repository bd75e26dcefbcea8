"""Who a guest may call themselves: row D1 of the threats."""

from typing import Any

import pytest
from flask import Flask

from commentbox.accounts import people
from commentbox.models import Account
from tests.conftest import BLOG
from tests.desk import MIA, Desk
from tests.reader import Reader
from tests.security.ways import ORDINARY, WAYS

# What a reserved name looks like when it is written otherwise.
DISGUISES = [
    "{0}",
    "{0} ",
    "\u200b{0}\u2060",
    "{0}\U000e0041",
    "\u202e{0}",
    "{0}\u0301",
    "{0}\u115f",
]
NAMES = [
    *(
        "Admin",
        "ADMIN",
        "\u0410dmin",
        "Adm\u0456n",
        "\uff21\uff44\uff4d\uff49\uff4e",
        "Ad\u00admin",
    ),
    *("A d m i n", "Adm1n", "Adrnin", "Moderator", "M\u043ederat\u043er", "The Site Owner"),
    *("Mia Lindqvist", "mia lindqvist", "M\u0456a L\u0456ndqvist", "Mi\u0430 Lindqvist"),
]


@pytest.fixture
def reader(app: Flask) -> Reader:
    """Return a browser in front of the site."""
    return Reader(app)


@pytest.fixture
def desk(app: Flask, reader: Reader) -> Desk:
    """Return the desk of a moderator of the site, Mia Lindqvist."""
    desk = Desk(app)
    desk.sign_in()
    reader.change(lambda: people.rename(_account(), "Mia Lindqvist"))
    return desk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", WAYS)
def test_d1_nobody_takes_the_name_of_a_moderator(reader: Reader, desk: Desk, way: str) -> None:
    for name in NAMES:
        for disguise in DISGUISES:
            typed = ORDINARY | {"author": disguise.format(name)}
            assert WAYS[way](reader, typed) == 422, ascii(typed["author"])
    assert reader.comments() == []


def test_d1_the_refusal_names_the_field(reader: Reader) -> None:
    answer = reader.write(author="\u0410dmin").get_json()
    assert answer["code"] == "name.reserved"
    assert set(answer["fields"]) == {"author"}


@pytest.mark.parametrize("way", WAYS)
def test_d1_a_moderator_s_address_gives_a_guest_nothing(
    reader: Reader, desk: Desk, way: str
) -> None:
    before = reader.change(lambda: _values(_account()))
    for number, address in enumerate((MIA, MIA.upper())):
        typed = {"email": address, "address": f"{number}", "comment": f"{number} words of mine"}
        assert WAYS[way](reader, ORDINARY | typed) == 201
    assert {comment.account_id for comment in reader.comments()} == {None}
    pages = [reader.get(url=f"{BLOG}/0").text, desk.get("/admin/queue?status=published").text]
    assert [page.count('class="badge"') for page in pages] == [0, 0]
    assert reader.change(lambda: _values(_account())) == before


def _account() -> Account:
    found = people.find(MIA)
    assert found
    return found


def _values(account: Account) -> dict[str, Any]:
    return {column.name: getattr(account, column.name) for column in Account.__table__.columns}
