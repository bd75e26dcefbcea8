"""The corpora of real and hostile data that tests run over, where they are present."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.paths import ROOT

FOLDER = Path(os.environ.get("COMMENTBOX_TEST_DATA", ROOT.parent / "shared" / "data"))


def lines(pattern: str) -> list[str]:
    """Return every line of the files that match, or say that they are absent."""
    files = sorted(FOLDER.glob(pattern))
    if not files:
        sys.stdout.write(f"absent: {pattern}\n")
    return [line for file in files for line in _text(file).splitlines() if line.strip()]


def document(name: str) -> Any:
    """Return what a JSON file holds, or an empty dictionary where it is absent."""
    file = FOLDER / name
    if not file.is_file():
        sys.stdout.write(f"absent: {name}\n")
        return {}
    return json.loads(_text(file))


def _text(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")
