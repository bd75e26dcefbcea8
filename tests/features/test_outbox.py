"""Writing down what must happen after the commit."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from commentbox.extensions import db
from commentbox.jobs import outbox
from commentbox.lib import clock
from commentbox.models import Job

pytestmark = pytest.mark.usefixtures("writing")
MINUTE = timedelta(minutes=1)


def test_a_job_with_a_key_seen_before_is_left_out() -> None:
    outbox.add("greet", dedup_key="once", name="Ann")
    outbox.add("greet", dedup_key="once", name="Ben")
    assert [job.payload for job in _jobs()] == [{"name": "Ann"}]


def test_what_happens_within_a_minute_is_gathered_into_one_job() -> None:
    for item in ("a", "b", "a"):
        outbox.gather("tell", item, key="ann", every=MINUTE, who="Ann")
    [job] = _jobs()
    assert job.payload == {"who": "Ann", "items": ["a", "b"], "count": 2}
    assert clock.now() < job.run_at <= clock.now() + MINUTE


def test_a_gathering_job_names_a_few_and_counts_the_rest() -> None:
    for number in range(outbox.MOST_GATHERED + 5):
        outbox.gather("tell", str(number), key="ann", every=MINUTE)
    [job] = _jobs()
    assert len(job.payload["items"]) == outbox.MOST_GATHERED
    assert job.payload["count"] == outbox.MOST_GATHERED + 5


def test_a_gathering_job_that_was_begun_takes_nothing_more() -> None:
    outbox.gather("tell", "early", key="ann", every=MINUTE)
    _jobs()[0].attempts = 1
    db.session.flush()
    outbox.gather("tell", "late", key="ann", every=MINUTE)
    assert [job.payload["items"] for job in _jobs()] == [["early"], ["late"]]


def test_a_later_minute_has_a_job_of_its_own() -> None:
    outbox.gather("tell", "early", key="ann", every=MINUTE)
    with clock.turned_by(MINUTE):
        outbox.gather("tell", "late", key="ann", every=MINUTE)
    assert [job.payload["items"] for job in _jobs()] == [["early"], ["late"]]


def test_jobs_not_yet_done_can_be_taken_back_by_the_start_of_their_key() -> None:
    for key in ("follow:1_:a", "follow:1_:b", "follow:1x:a"):
        outbox.add("tell", dedup_key=key)
    outbox.withdraw("follow:1_:")
    assert [job.dedup_key for job in _jobs()] == ["follow:1x:a"]


@pytest.mark.parametrize(
    ("state", "found"), [({}, (1, 0)), ({"is_dead": True}, (0, 1)), ({"done_at": "now"}, (0, 0))]
)
def test_the_backlog_counts_what_is_due_and_what_was_given_up(
    state: dict[str, Any], found: tuple[int, int]
) -> None:
    outbox.add("tell")
    for name, value in state.items():
        setattr(_jobs()[0], name, clock.now() if value == "now" else value)
    db.session.flush()
    with clock.turned_by(timedelta(hours=1)):
        backlog = outbox.backlog()
    assert (backlog.due, backlog.dead) == found
    assert (backlog.oldest >= timedelta(hours=1)) == bool(found[0])


def _jobs() -> list[Job]:
    fresh = select(Job).order_by(Job.run_at, Job.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))
