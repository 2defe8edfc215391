"""Celery's doors to the jobs; when they are opened is said in `settings.CELERY_BEAT_SCHEDULE`."""

from __future__ import annotations

from celery import shared_task

from config.clock import now
from config.jobs import schedule


@shared_task
def run_job(name: str) -> None:
    """Run a job if it is due: one that was asked for twice, or late, runs once."""
    schedule.run_if_due(name, now())


@shared_task
def catch_up() -> None:
    """Ask for every job that is overdue, each as a task with time limits of its own."""
    for job in schedule.overdue(now()):
        run_job.delay(job.name)
