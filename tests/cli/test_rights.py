"""The page of rights."""

from commentbox.cli import rights
from commentbox.models import Role
from commentbox.policy import GRANTS, ROLES, TABLE, WORDS, Action
from tests.paths import ROOT


def test_the_page_is_what_the_service_asks() -> None:
    kept = (ROOT / "docs" / "rights.md").read_text("utf-8")
    assert kept == rights.text(), "Run `commentbox rights > docs/rights.md`"


def test_every_action_and_role_stands_on_it() -> None:
    assert set(WORDS) == set(TABLE) == set(Action)
    assert set(ROLES) == set(GRANTS) == set(Role)
    assert len([line for line in rights.text().splitlines() if "| yes |" in line]) == len(Action)
