"""The learned filter of a site: trying it on comments, and making it anew."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from commentbox.cli import samples, service
from commentbox.cli.samples import Sample
from commentbox.comments.threads import site_named
from commentbox.extensions import begin_reading, begin_writing, db
from commentbox.lib import hosts, markdown, text
from commentbox.moderation import recalling
from commentbox.spam import judging, training
from commentbox.spam.judging import Judgement
from commentbox.spam.verdict import Band

_SHOWN: Final = 60  # characters of a comment
_BANDS: Final = {
    Band.SPAM: "spam",
    Band.HOLD: "held",
    Band.PUBLISH: "published",
    Band.UNSURE: "not decided",
}
_CAUGHT: Final = (Band.SPAM, Band.HOLD)
_site = click.option("--site", "name", required=True, metavar="NAME", help="Whose filter it is.")


@click.group()
def spam() -> None:
    """Try a site's learned filter, and make it anew."""


@spam.command("test")
@click.argument("file", type=click.Path(path_type=Path))
@_site
def try_out(file: Path, name: str) -> None:
    """Judge the comments of FILE as if they came in now; nothing is stored or learned.

    FILE is text with a comment on each line; - is what is piped in. If its name ends in .csv, it
    has the columns `text` and, if you know it, `label`: spam or fine. Then you are told how often
    the filter is right.
    """
    found = samples.read(file)
    with service.running():
        site_id = site_named(name).id
        judged = [(sample, _judge(site_id, sample)) for sample in _shown_progress(found)]
    for sample, judgement in judged:
        click.echo(_line(sample, judgement))
    click.echo(_counts(judgement for _, judgement in judged))
    for line in _measures([(sample, judgement.band) for sample, judgement in judged]):
        click.echo(line)


@spam.command()
@_site
def retrain(name: str) -> None:
    """Make the filter anew from all that moderators said, and say whether it was so already.

    What they decided before there was a filter counts as well.
    """
    with service.running():
        begin_writing()
        site_id = site_named(name).id
        recalled = _recalled(site_id)
        # Nobody who writes a comment waits while it is reckoned.
        rebuilt = training.retrain(site_id, pause=begin_reading, resume=begin_writing)
        db.session.commit()
    if recalled:
        click.echo(f"Found {recalled} decisions that nothing was learned from yet.")
    click.echo(f"Learned {rebuilt.lessons} of {rebuilt.labels} labels.")
    if rebuilt.lessons < rebuilt.labels:
        click.echo("Comments that say nearly the same count once.")
    same, other = "The filter is the same as before.", "Before, the filter had learned otherwise."
    click.echo(same if rebuilt.is_same else other)


def _recalled(site_id: str) -> int:
    """Take in what was decided before; commit now and then, so that nobody waits long to write."""
    number, after, is_over = 0, "", False
    while not is_over:
        found, after = recalling.recall(site_id, after=after, limit=recalling.AT_ONCE)
        db.session.commit()
        number, is_over = number + found, not after
    return number


def _shown_progress(found: list[Sample]) -> Iterator[Sample]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(found, label="Judging", file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def _judge(site_id: str, sample: Sample) -> Judgement:
    html = markdown.render(sample.text)
    return judging.judge(site_id, sample.text, hosts=hosts.of_all(markdown.links(html)))


def _line(sample: Sample, judgement: Judgement) -> str:
    chance = "-" if judgement.score is None else f"{judgement.score:.3f}"
    words = text.clean_line(sample.text)
    shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
    return f"{chance}\t{_BANDS[judgement.band]}\t{shown}"


def _counts(judgements: Iterable[Judgement]) -> str:
    counts = Counter(judgement.band for judgement in judgements)
    parts = [f"{counts[band]} {words}" for band, words in _BANDS.items() if counts[band]]
    return f"{counts.total()} comments: {', '.join(parts)}."


def _measures(judged: list[tuple[Sample, Band]]) -> Iterator[str]:
    """Yield how often the filter is right, where the labels say what right is."""
    counts = Counter((sample.is_spam, band) for sample, band in judged)
    if all(sample.is_spam is None for sample, _ in judged):
        return
    if counts[True, Band.UNSURE] or counts[False, Band.UNSURE]:
        yield "The filter has not learned enough to decide, so it is not measured."
        return
    for words, bands in (("spam", [Band.SPAM]), ("spam or held", _CAUGHT)):
        yield f"Of what is {words}: {_precision_and_recall(counts, bands)}."


def _precision_and_recall(
    counts: Mapping[tuple[bool | None, Band], int], bands: Iterable[Band]
) -> str:
    hits, misses = (sum(counts[is_spam, band] for band in bands) for is_spam in (True, False))
    every = sum(counts[True, band] for band in Band)
    return f"precision {_share(hits, hits + misses)}, recall {_share(hits, every)}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part} of {whole})" if whole else "unknown (none)"
