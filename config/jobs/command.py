"""The operator's door to a job: each job's command is a `JobCommand` with its `job_name`."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.clock import now, studio_zone
from config.jobs.registry import Job, find
from config.jobs.running import CaseResult, Outcome, run
from config.jobs.sole_runner import JobRunning, LockLost
from config.records.models import Channel, JobRun

BAD, WRONG = 1, 2
"""Exit statuses."""


class JobCommand(BaseCommand):
    """Runs one job now, prints what it did case by case, and exits with 1 where a case failed."""

    job_name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = (
            f"{self._job.sentence} Exit status: 0 all is well, also when another process is at it "
            "already; 1 a case failed or was found wrong, the others were done; 2 it cannot be "
            "asked so."
        )

    @property
    def _job(self) -> Job:
        return find(self.job_name)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="do each case and take it back, so that nothing stays"
            if self._job.can_be_undone
            else "only tell what there is to do",
        )
        parser.add_argument(
            "--as-of",
            type=_instant,
            metavar="WHEN",
            help="what would be right at that day or time, like 2026-12-05 or 2026-12-05T09:00 in "
            "the studio; later than now only with --dry-run (now)",
        )
        parser.add_argument(
            "--quiet", action="store_true", help="print only what went wrong (for cron)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the job, print, and exit with 1 where a case failed."""
        at, dry_run, quiet = now(), options["dry_run"], options["quiet"]
        as_of = options["as_of"] or at
        if as_of > at and not dry_run:
            raise CommandError("--as-of is in the future: add --dry-run.", returncode=WRONG)
        try:
            record = self._run(as_of, dry_run=dry_run, quiet=quiet)
        except JobRunning as running:
            if not quiet:
                self.stdout.write(f"{running} Nothing was done here.")
            return
        except LockLost as lost:
            raise CommandError(f"{lost} That one does the rest.", returncode=BAD) from None
        if record.failed or not quiet:
            self.stdout.write(self.summary(record, dry_run=dry_run))
        if record.failed:
            sys.exit(BAD)

    def _run(self, as_of: datetime, *, dry_run: bool, quiet: bool) -> JobRun:
        # None: only on a terminal.
        with tqdm(desc=self.job_name, unit=" cases", disable=None, file=self.stderr) as bar:

            def progress(result: CaseResult) -> None:
                bar.update()
                if result.is_bad or (not quiet and result.outcome != Outcome.UNCHANGED):
                    bar.clear()
                    self.stdout.write(self.line(result))
                    bar.refresh()

            shows_lines = self.stdout.isatty() and not quiet
            with _printed_instead() if shows_lines else nullcontext():
                return run(
                    self._job, at=as_of, channel=Channel.COMMAND, dry_run=dry_run, progress=progress
                )

    def line(self, result: CaseResult) -> str:
        """Return what is printed of a case."""
        line = f"{result.label}: {result.sentence}" if result.sentence else result.label
        return self.style.ERROR(line) if result.is_bad else line

    def summary(self, record: JobRun, *, dry_run: bool) -> str:
        """Return what is printed at the end."""
        done = "would be done" if dry_run else "done"
        counts = (
            f"{record.done} {done}, {record.failed} failed, {record.unchanged} with nothing to do"
        )
        hint = " Dry run: nothing has changed." if dry_run else ""
        return f"{record.job}: {counts}.{hint}"


@contextmanager
def _printed_instead() -> Iterator[None]:
    """Keep the log from saying what a terminal is told already; what goes wrong it still says."""
    log, level = logging.getLogger("studio.jobs"), logging.getLogger("studio.jobs").level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def _instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
        # By UTC, since arithmetic within one zone goes by the wall clock.
        at = (read if read.tzinfo else read.replace(tzinfo=studio_zone())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(
            f"“{text}” is no day like 2026-12-05 and no time like 2026-12-05T09:00"
        ) from None
    if not 2000 <= at.year < 2200:
        raise ArgumentTypeError(f"“{text}” is no day of a studio's life")
    return at
