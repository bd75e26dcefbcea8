"""Let the filter learn from real comments, and see what it makes of those it has not seen.

Reads the YouTube Spam Collection (CC BY 4.0: comments under four videos, labelled) from the folder
of tests' data, `COMMENTBOX_TEST_DATA`. Comments become what the service keeps of them: their HTML
is undone, and who wrote them and when is not looked at. Of comments with the same words only the
first stays, before anything is split. Near duplicates stay, on both sides of a split too.

Three ways to split, for each seed anew: ten folds; one video held out; 200 labels, then all others.
Comments are learned once, in the order that the seed shuffles them to. Nothing is chosen by what
is held out: constants and bounds are those of `commentbox/spam`.

    .venv/bin/python bench/spam.py [--seeds 5]
"""

import argparse
import csv
import html
import random
import re
import statistics
import sys
import time
import tracemalloc
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from commentbox.lib import folding, hosts, markdown
from commentbox.lib.text import clean
from commentbox.spam import verdict
from commentbox.spam.features import SIZE, Features, features
from commentbox.spam.model import Model
from commentbox.spam.verdict import Band
from tests.corpora import FOLDER

FILES = sorted((FOLDER / "youtube-spam").glob("Youtube*.csv"))
FOLDS = 10
LABELS = 200
MIB = 2**20
WIDE = 60  # characters of a name
JOB = 25  # lessons between two times that a model is stored

_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"</?(?:a|b|i|span)\b[^<>]*>")


class Comment(NamedTuple):
    """One comment, and what a person said of it."""

    video: str
    text: str
    hosts: list[str]
    is_spam: bool
    features: Features


Split = tuple[list[Comment], list[Comment]]
"""What is learned, in order, and what is held out."""


class Answer(NamedTuple):
    """What a filter made of a comment that it had not seen."""

    chance: float
    band: Band
    is_spam: bool


@dataclass
class Figures:
    """What was measured, each beside its goal."""

    missed: list[str] = field(default_factory=list)

    def at_least(self, name: str, values: list[float], goal: float) -> None:
        """Note a mean that may not be smaller, and the smallest and largest it is made of."""
        mean, spread = statistics.fmean(values), f"({min(values):.4f} to {max(values):.4f})"
        self._note(f"{name:<{WIDE}} {mean:>8.4f} {spread:<19} goal >= {goal:g}", mean >= goal)

    def at_most(self, name: str, value: float, goal: float, *, unit: str) -> None:
        """Note a figure that may not be larger."""
        self._note(f"{name:<{WIDE}} {value:>8.3f} {unit:<19} goal <= {goal:g}", value <= goal)

    def holds(self, name: str, *, does: bool) -> None:
        """Note what must be so."""
        self._note(f"{name:<{WIDE}} {'yes' if does else 'no':>8} {'':<19} goal yes   ", does)

    def _note(self, line: str, is_met: bool) -> None:
        print(f"{line}  {'met' if is_met else 'MISSED'}", flush=True)
        if not is_met:
            self.missed.append(line)


def main() -> int:
    """Measure, print each figure beside its goal, and return 1 when one is missed."""
    if not FILES:
        print(f"absent: {FOLDER / 'youtube-spam'}; set COMMENTBOX_TEST_DATA")
        return 1
    seeds, comments, figures = _seeds(), _read(), Figures()
    for name, (split, goal) in WAYS.items():
        _judge(name, [[*split(_shuffled(comments, seed))] for seed in seeds], figures, goal=goal)
    _time(comments, figures)
    _weigh(comments, figures)
    for seed in seeds:
        _unlearn(_shuffled(comments, seed), figures, seed=seed)
    return 1 if figures.missed else 0


def _seeds() -> range:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    return range(1, parser.parse_args().seeds + 1)


def _read() -> list[Comment]:
    """Return the comments of all videos, each text once."""
    found: dict[str, Comment] = {}
    total = 0
    for file in FILES:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                comment = _comment(file.stem, row)
                found.setdefault(_words(comment.text), comment)
                total += 1
    spam = sum(comment.is_spam for comment in found.values())
    print(
        f"{total} comments under {len(FILES)} videos; {len(found)} of different words, {spam} spam"
    )
    return list(found.values())


def _comment(video: str, row: dict[str, str]) -> Comment:
    typed = _TAG.sub("", _BREAK.sub("\n", row["CONTENT"]))
    text = clean(html.unescape(typed)).strip()
    led = hosts.of_all(markdown.links(markdown.render(text)))
    return Comment(video, text, led, row["CLASS"] == "1", features(text, hosts=led))


def _words(text: str) -> str:
    return " ".join(folding.words(text)) or text


def _shuffled(comments: list[Comment], seed: int) -> list[Comment]:
    return random.Random(seed).sample(comments, len(comments))


def _folds(comments: list[Comment]) -> Iterator[Split]:
    for fold in range(FOLDS):
        rest = [comment for place, comment in enumerate(comments) if place % FOLDS != fold]
        yield rest, comments[fold::FOLDS]


def _videos(comments: list[Comment]) -> Iterator[Split]:
    for file in FILES:
        rest = [comment for comment in comments if comment.video != file.stem]
        yield rest, [comment for comment in comments if comment.video == file.stem]


def _few(comments: list[Comment]) -> Iterator[Split]:
    yield comments[:LABELS], comments[LABELS:]


WAYS = {
    f"{FOLDS} folds": (_folds, 0.95),
    "one video held out": (_videos, 0.90),
    f"after {LABELS} labels": (_few, 0.92),
}


def _judge(name: str, runs: list[list[Split]], figures: Figures, *, goal: float) -> None:
    """Learn each split of each seed, and hold the mean of what came out against the goals."""
    learned = "/".join(str(len(rest)) for rest, _ in runs[0][:4])
    print(f"\n{name}: seeds 1 to {len(runs)}, {len(runs[0])} split(s) of each, {learned} learned")
    answers = [[_answers(rest, held) for rest, held in splits] for splits in runs]
    # Folds are parts of one whole; videos are wholes of their own, as other sites would be.
    wholes = [[list(chain(*split))] if name.endswith("folds") else split for split in answers]
    for seed, whole in enumerate(wholes, 1):
        print(f"  seed {seed}: F1 {' '.join(f'{_f1(part):.4f}' for part in whole)}")
    figures.at_least(f"{name}: F1", [statistics.fmean(map(_f1, whole)) for whole in wholes], goal)
    pooled = [list(chain(*split)) for split in answers]
    called = [_share(_of(seed, Band.SPAM)) for seed in pooled]
    figures.at_least(f"{name}: precision of automatic spam", called, 0.98)
    fine = [1 - _share(_of(seed, Band.PUBLISH)) for seed in pooled]
    figures.at_least(f"{name}: precision of automatic publish", fine, 1 - verdict.FINE_UNTIL)
    _tell(pooled)


def _answers(rest: list[Comment], held: list[Comment]) -> list[Answer]:
    model = _taught(rest)
    chances = [model.score(comment.features) for comment in held]
    bands = [verdict.band(model, chance) for chance in chances]
    return list(map(Answer, chances, bands, (comment.is_spam for comment in held)))


def _taught(comments: Iterable[Comment]) -> Model:
    model = Model()
    for comment in comments:
        model.learn(comment.features, is_spam=comment.is_spam)
    return model


def _f1(answers: list[Answer]) -> float:
    """Return the harmonic mean of precision and recall where a chance of half or more is spam."""
    right = sum(answer.is_spam and answer.chance >= 0.5 for answer in answers)
    wrong = sum(answer.is_spam != (answer.chance >= 0.5) for answer in answers)
    return 2 * right / (2 * right + wrong)


def _of(answers: list[Answer], band: Band) -> list[Answer]:
    return [answer for answer in answers if answer.band is band]


def _share(answers: list[Answer]) -> float:
    """Return the share of spam, where anything was decided at all."""
    return sum(answer.is_spam for answer in answers) / len(answers) if answers else 0.0


def _tell(pooled: list[list[Answer]]) -> None:
    """Print how much the filter decides by itself, and whether its chances come true."""
    every = list(chain(*pooled))
    shares = (f"{band} {len(_of(every, band)) / len(every):.0%}" for band in Band)
    print(f"  decides: {', '.join(shares)}")
    for low, high in ((0, 0.02), (0.02, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 0.98), (0.98, 1)):
        found = [answer for answer in every if low <= answer.chance < high]
        if found:
            said = statistics.fmean(answer.chance for answer in found)
            print(
                f"  chances of {low:g} to {high:g}: said {said:.3f}, came true {_share(found):.3f}"
            )


def _time(comments: list[Comment], figures: Figures) -> None:
    """Measure the processor's time for one comment, from its text."""
    print()
    model = _taught(comments)
    longest = " ".join(comment.text for comment in comments)[: markdown.MAX_SOURCE]

    def score(comment: Comment) -> None:
        model.score(features(comment.text, hosts=comment.hosts))

    def learn(comment: Comment) -> None:
        model.learn(features(comment.text, hosts=comment.hosts), is_spam=comment.is_spam)

    for name, work in (("score", score), ("learn", learn)):
        spent = [_spent(work, comment) for comment in comments]
        figures.at_most(f"features and {name}, median", statistics.median(spent), 1, unit="ms")
        figures.at_most(f"features and {name}, mean", statistics.fmean(spent), 1, unit="ms")
        most = _spent(work, comments[0]._replace(text=longest))
        print(f"  the longest comment that may be posted: {most:.2f} ms")


def _spent(work: Callable[[Comment], None], comment: Comment) -> float:
    begun = time.process_time_ns()
    work(comment)
    return (time.process_time_ns() - begun) / 1e6


def _weigh(comments: list[Comment], figures: Figures) -> None:
    """Measure a model of all comments, and one that knows as much as there is room for."""
    tracemalloc.start()
    model = _taught(comments)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    figures.at_most("a site in memory", held / MIB, 3, unit="MiB")
    figures.at_most("a site as stored", len(model.dumps()) / MIB, 3, unit="MiB")
    chance = random.Random(0)
    for place in range(0, 4 * SIZE, 300):
        numbers = array("I", sorted(chance.sample(range(SIZE), 300)))
        model.learn(Features(numbers), is_spam=place % 7 < 3)
    figures.at_most("a full one as stored", len(model.dumps()) / MIB, 3, unit="MiB")


def _unlearn(comments: list[Comment], figures: Figures, *, seed: int) -> None:
    """Learn one more and take it back, and take one back from the middle: the rest is as before."""
    stored = [(comment.features.packed(), comment.is_spam) for comment in comments]
    before = _replayed(stored[:-1])
    after = Model.loads(before)
    after.learn(Features.unpack(stored[-1][0]), is_spam=stored[-1][1])
    middle = len(stored) // 2
    without = _replayed(stored[:middle] + stored[middle + 1 :])
    never = _taught([*comments[:middle], *comments[middle + 1 :]]).dumps()
    does = after.dumps() != before == _replayed(stored[:-1]) and without == never
    figures.holds(f"seed {seed}: learned and unlearned, byte for byte as before", does=does)


def _replayed(stored: list[tuple[bytes, bool]]) -> bytes:
    """Return the model that stored labels make, stored itself after every few of them."""
    content = b""
    for first in range(0, len(stored), JOB):
        model = Model.loads(content)
        for packed, is_spam in stored[first : first + JOB]:
            model.learn(Features.unpack(packed), is_spam=is_spam)
        content = model.dumps()
    return content


if __name__ == "__main__":
    sys.exit(main())
