"""`manage.py jobs`: when each job ran last and runs next, and whether the schedule lives."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.clock import now, studio_zone
from config.jobs.heartbeat import beat_lives
from config.jobs.registry import Job, registered
from config.jobs.schedule import is_late, next_due
from config.records.models import JobRun

HEADINGS = ("job", "last run", "outcome", "done", "failed", "next run", "")


class Command(BaseCommand):
    """Prints a table; exit status 1 where something wants attention."""

    help = (
        "Show when each job ran last, what came of it and when it runs next, in the studio's time. "
        "Exit status 1: a job is overdue, or beat does not live (for monitoring)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, and exit with 1 where a job is late or beat is dead."""
        at = now()
        late = {job.name for job in registered() if is_late(job, at)}
        rows = [HEADINGS, *(_row(job, at, is_late=job.name in late) for job in registered())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        is_dead = bool(settings.REDIS_URL) and not beat_lives(at)
        self.stdout.write(_of_beat(is_dead=is_dead))
        if late or is_dead:
            sys.exit(1)


def _row(job: Job, at: datetime, *, is_late: bool) -> tuple[str, ...]:
    last = JobRun.objects.filter(job=job.name).first()
    return (
        job.name,
        _shown(last.started_at) if last else "never",
        last.status if last else "-",
        str(last.done) if last else "-",
        str(last.failed) if last else "-",
        _shown(next_due(job, at)),
        "OVERDUE" if is_late else "",
    )


def _of_beat(*, is_dead: bool) -> str:
    if not settings.REDIS_URL:
        return "Beat: none (REDIS_URL is not set)."
    if is_dead:
        return "Beat: DEAD, or no worker takes what it asks for."
    return "Beat: lives."


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(studio_zone()):%d/%m/%Y %H:%M}"
