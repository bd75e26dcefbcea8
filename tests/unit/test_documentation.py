"""What the service offers is written down: settings, and every address it answers."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from commentbox.app import create_app
from commentbox.config import PREFIX, Settings
from commentbox.config.providers import CREDENTIALS, OPTIONS
from commentbox.moderation import reasons
from commentbox.web.api import openapi
from tests.paths import ROOT

WRITTEN_FOR_PEOPLE = "routes.md"


PROVIDERS = "providers"  # the one that many settings make up


@pytest.mark.parametrize("name", sorted({entry.name for entry in fields(Settings)} - {PROVIDERS}))
def test_every_setting_is_explained(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in _document("configure.md")


@pytest.mark.parametrize("option", [*CREDENTIALS, *OPTIONS])
def test_every_setting_of_a_provider_is_explained(option: str) -> None:
    pattern = rf"\| `{PREFIX}(<PROVIDER>|[A-Z]+)_{option.upper()}` \|"
    assert re.search(pattern, _document("configure.md"))


def test_every_route_is_described_for_people_or_programs(tmp_path: Path) -> None:
    described = _addresses(_document(WRITTEN_FOR_PEOPLE)) | _addresses(openapi.text())
    assert _routes(tmp_path) - described == set()


def test_every_code_of_a_reason_is_listed_and_no_other() -> None:
    listed = _document("api.md").partition("**The codes of reasons**")[2].partition("\n- **")[0]
    assert sorted(re.findall(r"`([a-z-]+)`", listed)) == sorted(reasons.CODES)


@pytest.mark.parametrize("name", reasons.NAMES.values())
def test_every_reason_is_explained_by_the_words_of_the_desk(name: str) -> None:
    assert re.search(rf"\| {name} \||\*{name}\*", re.sub(r"\s+", " ", _document("moderate.md")))


def _document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _routes(instance: Path) -> set[str]:
    """Return the addresses the service answers, each variable part as `{}`."""
    app = create_app(
        Settings(
            secret_key="a secret for tests, long enough: 3f1c",
            base_url="https://comments.test",
            instance_dir=str(instance),
        )
    )
    return {_plain(rule.rule) for rule in app.url_map.iter_rules()}


def _addresses(text: str) -> set[str]:
    """Return every path in the text, each variable part as `{}`: `/t/<thread>` is `/t/{}`."""
    return {found.rstrip(".,") for found in re.findall(r"/[\w{}./-]*", _plain(text))}


def _plain(text: str) -> str:
    return re.sub(r"<[\w:(),=\"' ]+>|\{\w+\}", "{}", text)
