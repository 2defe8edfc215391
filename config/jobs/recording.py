"""The records of runs: how each began and ended, one row a day for those that found nothing."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from config.clock import now, studio_day
from config.jobs.registry import Job
from config.jobs.sole_runner import LockLost
from config.records.models import Channel, JobRun, RunStatus

log = logging.getLogger("studio.jobs")

KEPT = timedelta(days=90)
"""How long records of runs are kept."""
ERRORS_KEPT = 20
"""How many errors of one run its record names; the log has all."""


@contextmanager
def recorded(job: Job, at: datetime, channel: Channel) -> Iterator[JobRun]:
    """Keep the record of a run that this thread holds alone, and write down how it ended."""
    _mark_the_dead(job)
    record = begun(job, at, channel)
    record.save()
    try:
        yield record
    except BaseException as reason:
        _interrupted(record, reason)
        raise
    _store(concluded(record))
    log.log(
        logging.DEBUG if record.is_idle else logging.INFO,
        "done=%d failed=%d unchanged=%d",
        record.done,
        record.failed,
        record.unchanged,
    )


def begun(job: Job, at: datetime, channel: Channel) -> JobRun:
    """Return the record, not saved, of a run that begins."""
    started_at = now()
    return JobRun(
        job=job.name,
        channel=channel,
        as_of=at,
        first_started_at=started_at,
        started_at=started_at,
        host=socket.gethostname(),
        pid=os.getpid(),
    )


def concluded(record: JobRun) -> JobRun:
    """Say in the record, not saved, that the run has come to its end."""
    record.status = RunStatus.FAILED if record.failed else RunStatus.SUCCEEDED
    record.finished_at = now()
    return record


def note(record: JobRun, error: str) -> None:
    """Name an error, among the first ones."""
    if len(record.errors) < ERRORS_KEPT:
        record.errors.append(error)


def _mark_the_dead(job: Job) -> None:
    """Call interrupted what seems to run: who holds the job alone knows that nobody else does."""
    JobRun.objects.filter(job=job.name, status=RunStatus.RUNNING).update(
        status=RunStatus.INTERRUPTED, finished_at=now()
    )


def _interrupted(record: JobRun, reason: BaseException) -> None:
    name = str(reason) if isinstance(reason, LockLost) else type(reason).__name__
    log.error("interrupted: %s", name)
    note(record, name)
    record.status, record.finished_at = RunStatus.INTERRUPTED, now()
    if not connection.is_usable():
        connection.close()
    record.save()


@transaction.atomic
def _store(record: JobRun) -> None:
    """Save a run that came to its end; an idle one takes the place of an idle one before it.

    Only of one on the same day of the studio and of the same channel, so that a job of each minute
    leaves a row a day, and a nightly one a row each night.
    """
    runs = JobRun.objects.filter(job=record.job)
    before = runs.exclude(pk=record.pk).order_by("-started_at", "-id").first()
    if before is not None and _continues(record, before):
        record.first_started_at = before.first_started_at
        record.repeats = before.repeats + 1
        before.delete()
    record.save()
    runs.filter(started_at__lt=record.started_at - KEPT).delete()


def _continues(record: JobRun, before: JobRun) -> bool:
    return (
        record.is_idle
        and before.is_idle
        and record.channel == before.channel
        and studio_day(record.started_at) == studio_day(before.started_at)
    )
