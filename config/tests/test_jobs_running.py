"""Running a job case by case: what a bad case costs, what a dry run leaves, what is recorded."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.business_rules import business_rules, first_rules
from config.clock import now
from config.errors import InUse
from config.jobs.recording import ERRORS_KEPT, KEPT
from config.jobs.registry import Case, Trouble, find, register, registered
from config.jobs.running import CaseResult, Outcome, run
from config.logs import current_job
from config.records.models import Channel, JobRun, RunStatus, StudioSettings, columns_of

pytestmark = pytest.mark.django_db

TOLD = dict[str, tuple[Outcome, str]]


def rename(name: str) -> str:
    """Do what an action does: change a row in a transaction, and plan something for afterwards."""
    with transaction.atomic():
        ClientFactory(full_name=name)
        transaction.on_commit(lambda: AFTERWARDS.append(name))
    return f"{name} is here."


AFTERWARDS: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_is_planned():
    AFTERWARDS.clear()


def raising(error: Exception):
    def do() -> str:
        ClientFactory(full_name="half done")
        raise error

    return do


GOOD = Case("one", lambda: rename("one"))
IDLE = Case("two", lambda: None)
BAD = Case("three", raising(ValueError("Ana Client")))
REFUSED = Case("four", raising(InUse()))
WRONG = Case("five", raising(Trouble("Two rooms overlap.")))
LAST = Case("six", lambda: rename("six"))
ALL = (GOOD, IDLE, BAD, REFUSED, WRONG, LAST)


def told_by(job, at, **options) -> tuple[JobRun, TOLD]:
    results: list[CaseResult] = []
    record = run(job, at=at, channel=Channel.JOB, progress=results.append, **options)
    return record, {one.label: (one.outcome, one.sentence) for one in results}


# Cases


def test_a_bad_case_stops_no_other(a_job, at):
    record, told = told_by(a_job(*ALL), at)
    assert told == {
        "one": (Outcome.DONE, "one is here."),
        "two": (Outcome.UNCHANGED, ""),
        "three": (Outcome.FAILED, "ValueError"),
        "four": (Outcome.FAILED, "IN_USE"),
        "five": (Outcome.TROUBLE, "Two rooms overlap."),
        "six": (Outcome.DONE, "six is here."),
    }
    assert (record.done, record.failed, record.unchanged) == (2, 3, 1)
    assert {"one", "six"} <= set(Client.objects.values_list("full_name", flat=True))


def test_the_record_says_what_failed_and_names_nobody(a_job, at):
    run(a_job(*ALL), at=at, channel=Channel.COMMAND)
    record = JobRun.objects.get()
    assert record.status == RunStatus.FAILED
    assert (record.job, record.channel, record.as_of) == ("tidy_up", Channel.COMMAND, at)
    assert record.errors == [
        "three: ValueError",
        "four: IN_USE",
        "five: Two rooms overlap.",
    ]
    assert record.started_at <= record.finished_at
    assert record.pid > 0
    assert record.host


def test_only_the_first_errors_are_kept_but_all_are_counted(a_job, at):
    cases = [Case(f"case {n}", raising(Trouble("Wrong."))) for n in range(ERRORS_KEPT + 5)]
    run(a_job(*cases), at=at, channel=Channel.JOB)
    record = JobRun.objects.get()
    assert (record.failed, len(record.errors)) == (ERRORS_KEPT + 5, ERRORS_KEPT)


def test_each_case_has_one_line_in_the_log_and_only_faults_a_traceback(a_job, at, caplog):
    caplog.set_level(logging.INFO, "studio.jobs")
    run(a_job(*ALL), at=at, channel=Channel.JOB)
    lines = [record for record in caplog.records if hasattr(record, "case")]
    assert [(line.case, line.outcome, bool(line.exc_info)) for line in lines] == [
        ("one", "done", False),
        ("two", "unchanged", False),
        ("three", "failed", True),
        ("four", "failed", True),
        ("five", "trouble", False),
        ("six", "done", False),
    ]
    assert lines[0].getMessage() == "case=one outcome=done one is here."


def test_the_lines_of_a_run_know_its_job(a_job, at):
    named = []
    job = a_job(Case("one", lambda: named.append(current_job.get())))
    run(job, at=at, channel=Channel.JOB)
    run(job, at=at, channel=Channel.JOB, dry_run=True)
    assert named == ["tidy_up", "tidy_up"]
    assert current_job.get() == "-"


def test_the_cases_know_the_instant_and_the_channel(a_job, at):
    asked = []
    job = a_job(cases=lambda when, channel: asked.append((when, channel)) or [])
    run(job, at=at, channel=Channel.COMMAND)
    assert asked == [(at, Channel.COMMAND)]


def test_cases_are_asked_for_one_by_one(a_job, at):
    steps = []

    def cases(when, channel):
        for n in range(3):
            steps.append(f"asked {n}")
            yield Case(str(n), lambda n=n: steps.append(f"did {n}"))

    run(a_job(cases=cases), at=at, channel=Channel.JOB)
    assert steps == ["asked 0", "did 0", "asked 1", "did 1", "asked 2", "did 2"]


def test_a_run_goes_by_the_settings_in_force_when_it_begins(a_job, at):
    assert business_rules().payment_deadline_days == 5
    seen = []
    job = a_job(Case("one", lambda: seen.append(business_rules().payment_deadline_days)))
    change_payment_deadline(9)
    run(job, at=at, channel=Channel.JOB)
    change_payment_deadline(11)
    run(job, at=at, channel=Channel.JOB, dry_run=True)
    assert seen == [9, 11]


def change_payment_deadline(days: int) -> None:
    facts = columns_of(first_rules()) | {"payment_deadline_days": days}
    StudioSettings.objects.create(at=now(), **facts)


# Dry runs


def test_a_dry_run_tells_exactly_what_would_happen_and_leaves_nothing(a_job, at):
    job = a_job(*ALL)
    record, dry = told_by(job, at, dry_run=True)
    assert (record.done, record.failed, record.unchanged) == (2, 3, 1)
    assert not Client.objects.exists()
    assert not JobRun.objects.exists()
    _record, real = told_by(job, at)
    assert dry == real


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_commits_nothing_and_so_nothing_follows(a_job, at):
    job = a_job(GOOD, BAD, LAST)
    run(job, at=at, channel=Channel.COMMAND, dry_run=True)
    assert AFTERWARDS == []
    assert not Client.objects.exists()
    assert connection.get_autocommit()
    run(job, at=at, channel=Channel.COMMAND)
    assert AFTERWARDS == ["one", "six"]


def test_a_case_that_breaks_its_transaction_is_taken_back_too(a_job, at):
    def break_it() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return "never"

    _record, told = told_by(a_job(Case("broken", break_it), GOOD), at, dry_run=True)
    assert told == {
        "broken": (Outcome.FAILED, "DataError"),
        "one": (Outcome.DONE, "one is here."),
    }


def test_what_cannot_be_undone_is_only_named_by_a_dry_run(a_job, at):
    record, told = told_by(a_job(GOOD, BAD, can_be_undone=False), at, dry_run=True)
    assert told == {"one": (Outcome.WAITING, ""), "three": (Outcome.WAITING, "")}
    assert (record.done, record.failed) == (2, 0)
    assert not Client.objects.exists()


# Ends before the end


@pytest.mark.parametrize("reason", [KeyboardInterrupt, SystemExit, SoftTimeLimitExceeded])
def test_who_is_told_to_end_says_that_the_run_was_interrupted(a_job, at, reason):
    def end() -> str:
        raise reason

    job = a_job(GOOD, Case("end", end), LAST)
    with pytest.raises(reason):
        run(job, at=at, channel=Channel.JOB)
    record = JobRun.objects.get()
    assert (record.status, record.done, record.errors) == (
        RunStatus.INTERRUPTED,
        1,
        [reason.__name__],
    )
    assert record.finished_at is not None


def test_cases_that_cannot_be_found_interrupt_the_run(a_job, at):
    def cases(when, channel):
        yield GOOD
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        run(a_job(cases=cases), at=at, channel=Channel.JOB)
    assert JobRun.objects.get().status == RunStatus.INTERRUPTED


def test_a_run_whose_process_is_gone_is_called_interrupted_by_the_next(a_job, at):
    job, begun_at = a_job(GOOD), now()
    dead = JobRun.objects.create(
        job=job.name,
        channel=Channel.JOB,
        as_of=at,
        first_started_at=begun_at,
        started_at=begun_at,
        host="gone",
        pid=1,
    )
    run(job, at=at, channel=Channel.JOB)
    dead.refresh_from_db()
    assert dead.status == RunStatus.INTERRUPTED
    assert JobRun.objects.filter(status=RunStatus.SUCCEEDED).count() == 1


# Records of idle runs


def test_idle_runs_of_a_day_share_one_row(a_job, at):
    job = a_job(IDLE)
    for minute in range(4):
        run(job, at=at + timedelta(minutes=minute), channel=Channel.JOB)
    record = JobRun.objects.get()
    assert record.repeats == 3
    assert record.as_of == at + timedelta(minutes=3)
    assert record.first_started_at < record.started_at


def test_a_run_that_did_something_keeps_its_row_and_those_around_it_theirs(a_job, at):
    cases = [IDLE]
    job = a_job(cases=lambda when, channel: cases)
    for found in ([IDLE], [], [GOOD], [IDLE], [BAD], [], []):
        cases[:] = found
        run(job, at=at, channel=Channel.JOB)
    rows = JobRun.objects.order_by("id").values_list("status", "done", "repeats")
    assert list(rows) == [
        ("Succeeded", 0, 1),
        ("Succeeded", 1, 0),
        ("Succeeded", 0, 0),
        ("Failed", 0, 0),
        ("Succeeded", 0, 1),
    ]


def test_idle_runs_of_another_day_channel_or_job_have_rows_of_their_own(a_job, at):
    job, other = a_job(IDLE), a_job(IDLE, name="other")
    run(job, at=at, channel=Channel.JOB)
    JobRun.objects.update(started_at=F("started_at") - timedelta(days=1))
    run(job, at=at, channel=Channel.JOB)
    run(job, at=at, channel=Channel.COMMAND)
    run(other, at=at, channel=Channel.COMMAND)
    assert set(JobRun.objects.values_list("repeats", flat=True)) == {0}
    assert JobRun.objects.count() == 4


def test_records_are_kept_for_ninety_days(a_job, at):
    job, other = a_job(GOOD), a_job(GOOD, name="other")
    for one in (job, other):
        run(one, at=at, channel=Channel.JOB)
    JobRun.objects.update(started_at=now() - KEPT - timedelta(seconds=1))
    run(job, at=at, channel=Channel.JOB)
    assert list(JobRun.objects.values_list("job", flat=True)) == ["tidy_up", "other"]


IMPOSSIBLE = {
    "succeeded with failures": {"failed": 1, "status": RunStatus.SUCCEEDED},
    "failed without": {"status": RunStatus.FAILED},
    "running and finished": {"status": RunStatus.RUNNING},
    "an end that is none": {"status": "Over"},
    "a door that is none": {"status": RunStatus.SUCCEEDED, "channel": "window"},
}


@pytest.mark.parametrize("facts", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_the_database_refuses_a_record_that_cannot_be(at, facts):
    record = JobRun(job="x", channel=Channel.JOB, as_of=at, host="h", pid=1)
    record.first_started_at = record.started_at = record.finished_at = at
    for name, value in facts.items():
        setattr(record, name, value)
    with pytest.raises(IntegrityError):
        record.save()


# The registry


def test_two_jobs_cannot_have_one_name(a_job):
    job = a_job(GOOD)
    with pytest.raises(ValueError, match="tidy_up"):
        register(job)
    assert registered() == [job]
    assert find("tidy_up") is job
    with pytest.raises(LookupError):
        find("unknown")
