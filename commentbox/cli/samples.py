"""Reading comments from a file, to try a filter on them."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

import click

from commentbox.lib.text import clean_line

_PIPED: Final = Path("-")
_LABELS: Final = {
    **dict.fromkeys(("spam", "1", "true", "yes"), True),
    **dict.fromkeys(("fine", "ham", "0", "false", "no"), False),
    "": None,
}


@dataclass(frozen=True)
class Sample:
    """A comment, and whether it is known to be spam or fine."""

    text: str
    is_spam: bool | None = None


def read(file: Path) -> list[Sample]:
    """Return the comments of a file: of its columns `text` and `label`, or its lines.

    The file `-` is the standard input, with a comment on each line. Raises `ClickException` with a
    sentence for a file that cannot be used.
    """
    try:
        found = list(_rows(file) if file.suffix.lower() == ".csv" else _lines(file))
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{_named(file)} is not text in UTF-8.") from problem
    except csv.Error as problem:
        raise click.ClickException(f"{file} cannot be read as CSV: {problem}.") from problem
    if not found:
        raise click.ClickException(f"There are no comments in {_named(file)}.")
    return found


def _named(file: Path) -> str:
    return "standard input" if file == _PIPED else str(file)


def _lines(file: Path) -> Iterator[Sample]:
    with _opened(file) as lines:
        yield from (Sample(line.strip()) for line in lines if line.strip())


def _opened(file: Path) -> TextIO:
    if file == _PIPED:
        return TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
    return file.open(encoding="utf-8-sig")


def _rows(file: Path) -> Iterator[Sample]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, restval="", strict=True)
        columns = {name.strip().lower(): name for name in rows.fieldnames or ()}
        if "text" not in columns:
            raise click.ClickException(f"{file} has no column named text in its first line.")
        for row in rows:
            label = row[columns["label"]].strip() if "label" in columns else ""
            if label.lower() not in _LABELS:
                shown = clean_line(label)  # whoever wrote the file gets no say over the terminal
                raise click.ClickException(
                    f"{file}, line {rows.line_num}: {shown} is neither spam nor fine."
                )
            if text := row[columns["text"]].strip():
                yield Sample(text, _LABELS[label.lower()])
