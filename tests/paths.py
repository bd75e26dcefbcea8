"""Where the tests find the repository, and data that is not part of it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Real data for tests. It may be missing: then a test says "absent" and its own cases still count.
TEST_DATA = Path(os.environ.get("COMMENTBOX_TEST_DATA") or ROOT.parent / "shared" / "data")
