"""What the readers of the demonstration say."""

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MOST_REAL: Final = 300
MOST_SPAM: Final = 12
_TAG: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Said:
    """One comment, and the replies to it."""

    name: str
    text: str
    replies: list["Said"] = field(default_factory=list)


def real(folder: Path) -> list[Said]:
    """Return comments that people wrote under music videos, or none where the data is absent.

    `folder` holds the YouTube Spam Collection: CSV files with the columns AUTHOR, CONTENT and
    CLASS, 1 being spam.
    """
    found = _labelled(folder, "0")
    step = max(1, len(found) // MOST_REAL)
    return found[::step][:MOST_REAL]


def spam(folder: Path) -> list[Said]:
    """Return some of that data's spam, for the moderators' queue."""
    return _labelled(folder, "1")[:MOST_SPAM]


def _labelled(folder: Path, label: str) -> list[Said]:
    found: dict[str, Said] = {}
    for file in sorted(folder.glob("Youtube*.csv")):
        for row in _rows(file):
            text = html.unescape(_TAG.sub(" ", row["CONTENT"])).strip()
            if row["CLASS"] == label and text:
                found.setdefault(text.casefold(), Said(row["AUTHOR"] or "Somebody", text))
    return list(found.values())


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


FRIENDLY: Final = [
    Said("Ines", "For me it is always the song from the advert, **never** one I like."),
    Said(
        "Robert Achterberg",
        "The chewing gum really works. I tried it on a train, with a brass band next door.",
        [Said("Ines", "A brass band on a train? I want to hear the rest of that story.")],
    ),
    Said(
        "Yuki",
        "My children sing one line for a week, then swap it for another without a warning.\n\n"
        "> It may well be there on Thursday.\n\nIt was there on *every* Thursday of the term.",
        [
            Said(
                "Olu",
                "Ours have moved on to the dishwasher's melody.",
                [Said("Yuki", "Please do not tell mine that dishwashers have melodies.")],
            ),
            Said("Marta's neighbour", "I am the radio next door. Sorry about that."),
        ],
    ),
    Said("Petra K.", "Listening to the very end helped. Thank you! Eleven days, and it is gone."),
    Said(
        "Samir",
        "Is there a word for the opposite, a song that you *want* in your head and cannot keep?",
        [
            Said("Anna", "There should be one. I can never keep the slow movement of anything."),
            Said("Tom", "`while (true) { hum(chorus); }`"),
        ],
    ),
]

HELD: Final = [
    Said("Noor", "First time here. The tongue and the chipped tooth: exactly that."),
    Said("Cheap Tickets", "Great post!! Visit http://a.example and http://b.example today"),
]
