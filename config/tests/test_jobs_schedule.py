"""When jobs are due, in the studio's zone and over its clock changes, and catching up."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as configured
from django.utils import timezone

from config.jobs.heartbeat import beat_lives
from config.jobs.registry import Case, Trouble, registered
from config.jobs.running import run
from config.jobs.schedule import LATE, is_late, is_overdue, last_due, next_due, overdue, run_if_due
from config.records.models import Channel, JobRun, RunStatus

NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def guatemala(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}-06:00")


@pytest.fixture
def zone(settings, request):
    settings.TIME_ZONE = request.param.key
    timezone.get_default_timezone.cache_clear()
    yield request.param
    timezone.get_default_timezone.cache_clear()


# Due


@pytest.mark.parametrize(
    ("at", "last", "following"),
    [
        ("2026-03-10T01:59:59", "2026-03-09T02:00", "2026-03-10T02:00"),
        ("2026-03-10T02:00:00", "2026-03-10T02:00", "2026-03-11T02:00"),
        ("2026-03-10T02:00:01", "2026-03-10T02:00", "2026-03-11T02:00"),
        ("2026-12-31T23:59:59", "2026-12-31T02:00", "2027-01-01T02:00"),
    ],
)
def test_a_nightly_job_is_due_by_the_studio_s_clocks(a_job, at, last, following):
    job = a_job()
    assert last_due(job, guatemala(at)) == guatemala(last)
    assert next_due(job, guatemala(at)) == guatemala(following)


def test_a_job_at_midnight_is_due_when_the_day_begins(a_job):
    job = a_job(due=time(0, 0))
    assert last_due(job, guatemala("2026-03-10T00:00:00")) == guatemala("2026-03-10T00:00")
    assert last_due(job, guatemala("2026-03-09T23:59:59")) == guatemala("2026-03-09T00:00")


def test_a_job_of_each_minute_is_due_with_each(a_job):
    job = a_job(due=None)
    at = guatemala("2026-03-10T10:30:59")
    assert last_due(job, at) == guatemala("2026-03-10T10:30:00")
    assert next_due(job, at) == guatemala("2026-03-10T10:31:00")


CHANGES = {
    "a time that is left out": (NEW_YORK, time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
    "a time that comes twice": (NEW_YORK, time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    "a midnight left out": (SANTIAGO, time(0, 0), datetime(2026, 9, 6, 4, 0, tzinfo=UTC)),
}


@pytest.mark.parametrize(
    ("zone", "due", "instant"), CHANGES.values(), ids=CHANGES, indirect=["zone"]
)
def test_a_job_is_due_once_on_days_when_the_clocks_change(a_job, zone, due, instant):
    job = a_job(due=due)
    assert last_due(job, instant) == instant
    assert next_due(job, instant - timedelta(seconds=1)) == instant
    dues = set()
    at = instant - 2 * DAY
    while at < instant + 2 * DAY:
        dues.add(last_due(job, at))
        assert last_due(job, at) <= at < next_due(job, at)
        assert last_due(job, next_due(job, at)) == next_due(job, at)
        at += timedelta(minutes=10)
    assert len({one.astimezone(zone).date() for one in dues}) == len(dues) >= 4


# Overdue


@pytest.mark.django_db
def test_a_job_is_overdue_until_a_run_comes_to_its_end(a_job, at):
    job = a_job(Case("one", lambda: "Done."))
    assert is_overdue(job, at)
    assert overdue(at) == [job]
    run(job, at=at, channel=Channel.JOB)
    assert not is_overdue(job, at)
    assert not is_overdue(job, at + 9 * HOUR)
    assert is_overdue(job, at + DAY)


@pytest.mark.django_db
def test_a_run_as_of_an_earlier_day_does_not_count_for_today(a_job, at):
    job = a_job(Case("one", lambda: "Done."))
    run(job, at=at - DAY, channel=Channel.COMMAND)
    assert is_overdue(job, at)


@pytest.mark.django_db
def test_a_run_in_which_cases_failed_counts_and_an_interrupted_one_does_not(a_job, at):
    def fail() -> str:
        raise Trouble("Wrong.")

    job = a_job(Case("one", fail))
    assert run_if_due(job.name, at).status == RunStatus.FAILED
    assert run_if_due(job.name, at + MINUTE) is None
    JobRun.objects.update(status=RunStatus.INTERRUPTED)
    assert run_if_due(job.name, at + MINUTE) is not None


@pytest.mark.django_db
def test_after_three_days_of_outage_each_job_runs_once(a_job, at):
    done: list[str] = []
    jobs = [
        a_job(Case("one", lambda name=name: done.append(name)), name=name, due=due)
        for name, due in (("cancel", time(0, 0)), ("check", time(2, 0)), ("send", None))
    ]
    for job in jobs:
        run_if_due(job.name, at - 3 * DAY)
    done.clear()
    for _ in range(3):
        for job in overdue(at):
            run_if_due(job.name, at)
    assert done == ["cancel", "check", "send"]
    assert overdue(at) == []
    assert overdue(at + MINUTE) == [jobs[2]]


@pytest.mark.django_db
def test_an_unknown_job_cannot_be_asked_for(a_job, at):
    with pytest.raises(LookupError):
        run_if_due("unknown", at)


@pytest.mark.django_db
def test_a_job_is_late_once_catching_up_should_have_done_it(a_job):
    job = a_job()
    due = guatemala("2026-03-10T02:00")
    run(job, at=due - DAY, channel=Channel.JOB)
    assert is_overdue(job, due)
    assert not is_late(job, due + LATE - MINUTE)
    assert is_late(job, due + LATE)


# What the settings say


def test_every_job_that_the_apps_register_has_its_time_and_the_other_way_round():
    assert {job.name for job in registered()} == configured.JOB_TIMES.keys()


# Whether it lives


@pytest.fixture
def each_minute(a_job):
    return a_job(due=None, name="send")


@pytest.mark.django_db
def test_beat_lives_while_the_job_of_each_minute_runs_by_itself(each_minute, a_job, at):
    assert not beat_lives(at)
    record = run(each_minute, at=at, channel=Channel.JOB)
    assert beat_lives(record.started_at + 2 * MINUTE)
    assert not beat_lives(record.finished_at + 3 * MINUTE + timedelta(seconds=1))


@pytest.mark.django_db
def test_a_command_or_a_nightly_job_does_not_prove_that_beat_lives(each_minute, a_job, at):
    record = run(each_minute, at=at, channel=Channel.COMMAND)
    run(a_job(), at=at, channel=Channel.JOB)
    assert not beat_lives(record.started_at)


@pytest.mark.django_db
def test_beat_lives_while_a_long_run_is_on_its_way_but_not_for_ever(each_minute, at):
    JobRun.objects.create(
        job="send",
        channel=Channel.JOB,
        as_of=at,
        first_started_at=at,
        started_at=at,
        host="h",
        pid=1,
    )
    assert beat_lives(at + 9 * MINUTE)
    assert not beat_lives(at + 11 * MINUTE)
