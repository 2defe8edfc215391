"""Whether the schedule lives, from beat to worker to record: seen by the job of each minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from config.records.models import Channel, JobRun, RunStatus

PATIENCE = timedelta(minutes=3)


def beat_lives(at: datetime) -> bool:
    """Tell whether beat and a worker made a job of each minute run within the last three minutes.

    One that takes longer counts for as long as a task may take.
    """
    each_minute = [name for name, wall_time in settings.JOB_TIMES.items() if wall_time is None]
    longest = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    return JobRun.objects.filter(
        Q(started_at__gte=at - PATIENCE)
        | Q(finished_at__gte=at - PATIENCE)
        | Q(status=RunStatus.RUNNING, started_at__gte=at - longest),
        job__in=each_minute,
        channel=Channel.JOB,
    ).exists()
