"""Let 10,000 random operations loose on the same comments, several at once; then count afresh.

They post, edit, vote, report, decide in every way, take back, purge and merge, on SQLite and on
PostgreSQL. Not one count may differ from a recount, and nothing may fail but what is refused.

    .venv/bin/python bench/drift.py [--operations 10000] [--at-once 8] [--seed 1]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from commentbox.app import create_app
from commentbox.config import Settings
from commentbox.extensions import db
from tests.databases import KINDS, database
from tests.drifting import Outcome, Storm

KEY = "the secret of a benchmark 8Rw3Kz6Tn1Bx"
HOME = "http://comments.localhost"


def main() -> int:
    """Run on both databases, print what happened, and return 1 for any drift or error."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--operations", type=int, default=10_000)
    options.add_argument("--at-once", type=int, default=8)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    is_sound = True
    for name in KINDS:
        with tempfile.TemporaryDirectory() as folder, database(name, Path(folder)) as url:
            began = time.monotonic()
            outcome = _storm(url, folder, given)
            _tell(name, outcome, time.monotonic() - began)
        is_sound = is_sound and not outcome.drift and not outcome.errors
    return 0 if is_sound else 1


def _storm(url: str, folder: str, given: argparse.Namespace) -> Outcome:
    settings = Settings(
        secret_key=KEY, base_url=HOME, database_url=url, instance_dir=folder, log_level="ERROR"
    )
    app = create_app(settings)
    outcome = Storm(app, seed=given.seed).rage(given.operations, at_once=given.at_once)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return outcome


def _tell(name: str, outcome: Outcome, seconds: float) -> None:
    print(f"{name}: {sum(outcome.done.values())} done in {seconds:.0f} s", flush=True)
    print("  " + ", ".join(f"{number} {kind}" for kind, number in outcome.done.most_common()))
    print(f"  refused: {sum(outcome.refused.values())}")
    for code, number in outcome.refused.most_common():
        print(f"    {number:>5} {code}")
    print(f"  gave way to others and came again: {outcome.put_off}")
    for kind, found in (("errors", outcome.errors), ("drift", outcome.drift)):
        print(f"  {kind}: {len(found)}  {'met' if not found else 'MISSED'}")
        for line in found[:20]:
            print(f"    {line[:400]}")


if __name__ == "__main__":
    sys.exit(main())
