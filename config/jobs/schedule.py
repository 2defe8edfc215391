"""When each job is due (`settings.JOB_TIMES`, the studio's clocks), and running it when it is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings

from config.clock import instant, studio_day
from config.jobs.registry import Job, find, registered
from config.jobs.running import run_held
from config.jobs.sole_runner import JobRunning, SoleRunner
from config.records.models import Channel, JobRun, RunStatus

MINUTE = timedelta(minutes=1)
LATE = timedelta(minutes=2 * settings.CATCH_UP_MINUTES)


def last_due(job: Job, at: datetime) -> datetime:
    """Return the newest instant, not after `at`, at which a job was due.

    A time that the clocks leave out counts where it would have been, one that comes twice the first
    time.
    """
    wall_time = _time_of(job)
    if wall_time is None:
        return _minute_of(at)
    today = studio_day(at)
    dues = [instant(today - timedelta(days=back), wall_time) for back in range(3)]
    return max(due for due in dues if due <= at)


def next_due(job: Job, at: datetime) -> datetime:
    """Return the next instant, after `at`, at which a job is due."""
    wall_time = _time_of(job)
    if wall_time is None:
        return _minute_of(at) + MINUTE
    today = studio_day(at)
    dues = [instant(today + timedelta(days=ahead), wall_time) for ahead in range(-1, 3)]
    return min(due for due in dues if due > at)


def is_overdue(job: Job, at: datetime) -> bool:
    """Tell whether no run has come to its end since the job was last due.

    One in which cases failed has: the next one takes those again. An interrupted one has not.
    """
    return not JobRun.objects.filter(
        job=job.name,
        status__in=[RunStatus.SUCCEEDED, RunStatus.FAILED],
        as_of__gte=last_due(job, at),
    ).exists()


def overdue(at: datetime) -> list[Job]:
    """Return the jobs that are overdue, in their order."""
    return [job for job in registered() if is_overdue(job, at)]


def is_late(job: Job, at: datetime) -> bool:
    """Tell whether a job is overdue for longer than catching up takes: somebody must look."""
    return is_overdue(job, at - LATE)


def run_if_due(name: str, at: datetime) -> JobRun | None:
    """Run a job as the schedule does: once for each time it was due, or for several missed ones.

    Return None where nothing is due any more, or another runs it right now.
    """
    job = find(name)
    if not is_overdue(job, at):
        return None
    try:
        with SoleRunner(job) as runner:
            # Another may have run it between the look above and the lock.
            if not is_overdue(job, at):
                return None
            return run_held(runner, at=at, channel=Channel.JOB)
    except JobRunning:
        return None


def _time_of(job: Job) -> time | None:
    """Return when a job is due each day; None: each minute."""
    wall_time: time | None = settings.JOB_TIMES[job.name]
    return wall_time


def _minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
