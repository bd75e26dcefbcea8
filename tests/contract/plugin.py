"""The provider that docs/plugins.md builds, installed as a package would install it."""

import re
import sys
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType
from typing import Any

import pytest

from commentbox.config import providers as settings
from commentbox.providers import registry
from tests.contract.providers import ADA, Case, discord
from tests.paths import ROOT

TEXT = (ROOT / "docs" / "plugins.md").read_text("utf-8")
SOURCE = re.findall(r"```python\n(.*?)```", TEXT, re.S)[0]
ENTRIES = re.findall(r'\[project.entry-points."([\w.]+)"\]\n(\w+) = "(\w+):(\w+)"', TEXT)

_AVATAR = "https://cdn.discordapp.com/avatars/1089/https://pictures.test/ada.jpg.png"
CASE = Case(
    "discord",
    discord,
    "/api/users/@me",
    {"avatar_url": _AVATAR, "email": ADA, "email_verified": True},
)


def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the package of the document."""
    [(group, name, package, thing)] = ENTRIES
    module = ModuleType(package)
    exec(compile(SOURCE, f"{package}.py", "exec"), module.__dict__)  # noqa: S102 -- our document
    monkeypatch.setitem(sys.modules, package, module)
    entries = EntryPoints([EntryPoint(name, f"{package}:{thing}", group)])

    def entry_points(**wanted: Any) -> EntryPoints:
        return entries.select(**wanted)

    monkeypatch.setattr(registry, "entry_points", entry_points)
    monkeypatch.setattr(settings, "entry_points", entry_points)
