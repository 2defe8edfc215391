"""The jobs of the simulated studio: at their times, or as beat catches up after it was down."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.conf import settings

from config.clock import instant, start_of
from config.demo.timeline import Life
from config.jobs.schedule import run_if_due
from config.records.models import RunStatus
from config.tests.simulation.plans import close_of, spans

NIGHTLY = sorted(
    (name for name, wall_time in settings.JOB_TIMES.items() if wall_time is not None),
    key=lambda name: settings.JOB_TIMES[name],
)
"""The jobs with a time of day, in the order of it; messages are sent by `post`."""

APART, DOWN = (0.5, 6.0), (0.3, 5.5)
"""How many days beat is up and down, where it is down again and again."""


@dataclass
class Nights:
    """When beat looks whether a job is due, and when each was run."""

    looks: list[datetime]
    jobs: Collection[str] = tuple(NIGHTLY)
    runs: dict[str, list[datetime]] = field(default_factory=lambda: {job: [] for job in NIGHTLY})

    def pass_by(self) -> Life:
        """Run what is due, each time that beat looks; no case may fail."""
        for at in self.looks:
            yield at
            for job in self.jobs:
                record = run_if_due(job, at)
                if record is None:
                    continue
                assert record.status == RunStatus.SUCCEEDED, (job, at, record.errors)
                self.runs[job].append(at)

    def first_run(self, job: str, since: datetime) -> datetime:
        """Return when a job ran first from an instant on; the end of time for never."""
        return min((at for at in self.runs[job] if at >= since), default=NEVER)


NEVER = instant(date(9000, 1, 1), settings.JOB_TIMES[NIGHTLY[0]])


def every_night(first: date, last: date) -> Nights:
    """Return nights on which each job runs at its time."""
    return Nights([*_dues(first, last)])


def some_nights(first: date, last: date, seed: str) -> Nights:
    """Return nights of which some are missed, also several in a row.

    Half the times beat catches up as soon as it is back, whatever the hour; else the next time that
    a job is due has to do. All is caught up with at the end.
    """
    random = Random(f"{seed} nights")
    end = close_of(last)
    down = spans(start_of(first), end, random, APART, DOWN)
    back = [one.ends_at for one in down if random.random() < 0.5 and one.ends_at < end]
    kept = [
        due
        for due in _dues(first, last)
        if not any(one.starts_at <= due < one.ends_at for one in down)
    ]
    return Nights(sorted({*kept, *back, end}))


def never(jobs: Collection[str], first: date, last: date) -> Nights:
    """Return nights on which all but some jobs run at their times, and those never."""
    return Nights([*_dues(first, last)], [job for job in NIGHTLY if job not in jobs])


def _dues(first: date, last: date) -> Iterable[datetime]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        yield from (instant(day, settings.JOB_TIMES[job]) for job in NIGHTLY)
    yield close_of(last)
