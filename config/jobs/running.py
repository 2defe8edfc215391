"""Running a job: alone, case by case, each case in a transaction of its own, and with a record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from config.business_rules import forget_rules
from config.errors import DomainError
from config.jobs import recording
from config.jobs.registry import Case, Job, Trouble
from config.jobs.sole_runner import SoleRunner
from config.logs import in_job
from config.records.models import Channel, JobRun

log = logging.getLogger("studio.jobs")


class Outcome(StrEnum):
    """What came of a case."""

    DONE = "done"
    UNCHANGED = "unchanged"
    TROUBLE = "trouble"
    FAILED = "failed"
    WAITING = "waiting"
    """It would be done, but cannot be tried (a dry run of a job that cannot be undone)."""


@dataclass(frozen=True)
class CaseResult:
    """What a run tells of one case: `sentence` has no personal data, `error` may have."""

    label: str
    outcome: Outcome
    sentence: str = ""
    error: Exception | None = None

    @property
    def is_bad(self) -> bool:
        """Whether somebody must look at it."""
        return self.outcome in (Outcome.TROUBLE, Outcome.FAILED)


Progress = Callable[[CaseResult], None]


def run(
    job: Job,
    *,
    at: datetime,
    channel: Channel,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> JobRun:
    """Run a job as of an instant, and return what came of it.

    A case that fails is logged and counted, and stops no other. A dry run does each case and takes
    it back, one by one, or only names those of a job that cannot be undone; it leaves no record and
    asks for no lock. Raises JobRunning where another runs this job, LockLost where another took it
    over in the middle, and whatever `job.cases` raises; the record then says *Interrupted*.
    """
    if not dry_run:
        with SoleRunner(job) as runner:
            return run_held(runner, at=at, channel=channel, progress=progress)
    record = recording.begun(job, at, channel)
    with in_job(job.name):
        forget_rules()
        for case in job.cases(at, channel):
            _account(record, _tried(job, case), progress, dry_run=True)
    return recording.concluded(record)


def run_held(
    runner: SoleRunner, *, at: datetime, channel: Channel, progress: Progress | None = None
) -> JobRun:
    """Run a job that this thread already holds alone; see `run`."""
    job = runner.job
    with in_job(job.name), recording.recorded(job, at, channel) as record:
        forget_rules()
        for case in job.cases(at, channel):
            _account(record, _done(case), progress)
            runner.keep()
    return record


def _done(case: Case) -> CaseResult:
    """Do a case; whatever it raises is what came of it, but that the time of the run is over."""
    try:
        sentence = case.do()
    except SoftTimeLimitExceeded:
        raise
    except Trouble as trouble:
        return CaseResult(case.label, Outcome.TROUBLE, str(trouble))
    except DomainError as refusal:
        # By its code: a refusal's sentence may name people.
        return CaseResult(case.label, Outcome.FAILED, refusal.code, refusal)
    except Exception as error:
        return CaseResult(case.label, Outcome.FAILED, type(error).__name__, error)
    return CaseResult(case.label, Outcome.DONE if sentence else Outcome.UNCHANGED, sentence or "")


def _tried(job: Job, case: Case) -> CaseResult:
    """Do a case and take it back, with all that would follow its commit."""
    if not job.can_be_undone:
        return CaseResult(case.label, Outcome.WAITING)
    with transaction.atomic():
        result = _done(case)
        transaction.set_rollback(True)
    return result


def _account(
    record: JobRun, result: CaseResult, progress: Progress | None, *, dry_run: bool = False
) -> None:
    """Count a case, write its line in the log, and tell who waits for it."""
    if result.is_bad:
        record.failed += 1
        recording.note(record, f"{result.label}: {result.sentence}")
    elif result.outcome == Outcome.UNCHANGED:
        record.unchanged += 1
    else:
        record.done += 1
    log.log(
        logging.ERROR if result.is_bad else logging.INFO,
        "%scase=%s outcome=%s %s",
        "dry run: " if dry_run else "",
        result.label,
        result.outcome,
        result.sentence,
        exc_info=result.error,
        extra={"case": result.label, "outcome": result.outcome.value, "dry_run": dry_run},
    )
    if progress is not None:
        progress(result)
