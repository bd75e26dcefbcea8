"""The locked versions: what pip installs tomorrow is what it installs today."""

from importlib.metadata import distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT


def test_what_is_needed_with_an_extra_is_locked_with_it() -> None:
    """For `x[y]`, pip passes over a lock that says `x` once a newer release of x is there."""
    lines = (ROOT / "requirements" / "dev.txt").read_text("utf-8").splitlines()
    locked = [Requirement(line.split(" ")[0]) for line in lines if "==" in line]
    extras = {canonicalize_name(each.name): each.extras for each in locked}
    missing = {
        f"{needed.name}{sorted(needed.extras)}"
        for one in distributions()
        if canonicalize_name(one.name) in extras
        for needed in map(Requirement, one.requires or ())
        if (needed.marker is None or needed.marker.evaluate({"extra": ""}))
        if needed.extras - extras[canonicalize_name(needed.name)]
    }
    assert extras
    assert missing == set()
