"""Look for 65,000 words and phrases in comments of 300 characters, plain and dressed up.

    .venv/bin/python bench/words.py [--entries 65000] [--comments 500] [--seed 1]

One entry in ten is a phrase, one in ten goes on (`*`), one in twenty has a sign in it, and one in
twenty is Chinese.
"""

import argparse
import random
import statistics
import string
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from commentbox.lib.words import WordList

LENGTH = 300  # characters of a comment
ROUNDS = 5
BOLD = {ord(letter): chr(0x1D41A + place) for place, letter in enumerate(string.ascii_lowercase)}
CYRILLIC = str.maketrans("abdegiklmnoprstuvyz", "абдегиклмнопрстувыз")
COMMON = 2_500  # characters of Chinese that one meets
DRESSES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "with a link": lambda text: text.replace(". ", " https://blog.example/a?b=c ", 1),
    "accents and a picture": lambda text: text.replace("e", "é") + "🔥",
    "bold letters of mathematics": lambda text: text.translate(BOLD),
    "zero-width spaces and overlays": lambda text: "\u200b".join(text).replace("a", "a\u0336"),
    "Cyrillic": lambda text: text.translate(CYRILLIC),
    "Chinese": lambda text: "".join(_sign(place * ord(char)) for place, char in enumerate(text)),
}


@dataclass
class Figures:
    """What was measured, each beside its goal."""

    missed: list[str] = field(default_factory=list)

    def below(self, name: str, value: float, goal: float, *, unit: str) -> None:
        """Print a figure that must be smaller than its goal."""
        is_met = value < goal
        verdict = "met" if is_met else "MISSED"
        print(f"{name:<46} {value:>8.3f} {unit:<2} goal < {goal:g}  {verdict}")
        if not is_met:
            self.missed.append(name)


def main() -> int:
    """Measure, print each figure beside its goal, and return 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=65_000)
    parser.add_argument("--comments", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance, figures = random.Random(chosen.seed), Figures()
    text = "\n".join(_entry(chance) for _ in range(chosen.entries))
    began = time.thread_time()
    words = WordList.parse(text)
    figures.below(f"reading {chosen.entries} entries", time.thread_time() - began, 1, unit="s")
    comments = [_comment(chance) for _ in range(chosen.comments)]
    for name, dress in DRESSES.items():
        dressed = [dress(comment)[:LENGTH] for comment in comments]
        took = min(_milliseconds(words, dressed) for _ in range(ROUNDS))
        figures.below(f"a comment, {name}", took, 0.2, unit="ms")
    return 1 if figures.missed else 0


def _entry(chance: random.Random) -> str:
    word, kind = _word(chance, 4, 12), chance.random()
    if kind < 0.1:
        return f"{word} {_word(chance, 2, 8)}"
    if kind < 0.2:
        return f"{word}*"
    if kind < 0.25:
        return f"{word[:2]}${word[2:]}"
    if kind < 0.3:
        return "".join(_sign(chance.randrange(COMMON)) for _ in range(chance.randint(2, 4)))
    return word


def _comment(chance: random.Random) -> str:
    """Return sentences of made-up words, as long as English ones."""
    said = ""
    while len(said) < LENGTH:
        sentence = " ".join(_word(chance, 1, 9) for _ in range(chance.randint(4, 12)))
        said += f"{sentence.capitalize()}. "
    return said[:LENGTH]


def _sign(number: int) -> str:
    """Return a Chinese character."""
    return chr(0x4E00 + number % COMMON)


def _word(chance: random.Random, shortest: int, longest: int) -> str:
    letters = chance.choices(string.ascii_lowercase, k=chance.randint(shortest, longest))
    return "".join(letters)


def _milliseconds(words: WordList, comments: list[str]) -> float:
    """Return the CPU time that a comment takes in the middle of all."""
    times = []
    for comment in comments:
        began = time.thread_time()
        words.found(comment)
        times.append(time.thread_time() - began)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    sys.exit(main())
