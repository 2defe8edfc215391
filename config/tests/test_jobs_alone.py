"""One run of a job at a time, among threads and connections, and when a connection breaks."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from config.jobs import schedule
from config.jobs.registry import Case
from config.jobs.running import run, run_held
from config.jobs.sole_runner import JobRunning, LockLost, SoleRunner
from config.records.models import Channel, JobRun, RunStatus
from users.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

RUNNERS = 8
RUNNING = "tidy_up is already running."


class Unlocked(SoleRunner):
    """The negative control: holds nothing."""

    def __enter__(self) -> Unlocked:
        return self

    def keep(self) -> None:
        pass


class Crowd:
    """A case that counts who does it, and how many do so at the same time."""

    def __init__(self) -> None:
        self.times = self.at_most = self._now = 0
        self._counting = threading.Lock()
        self._others = threading.Event()

    def do(self) -> str:
        with self._counting:
            self.times += 1
            self._now += 1
            self.at_most = max(self.at_most, self._now)
        self._others.wait(0.3)
        with self._counting:
            self._now -= 1
        return "Done."


def outcome(call: Callable[[], object]) -> Callable[[], str]:
    def answer() -> str:
        try:
            return "ran" if call() else "nothing due"
        except JobRunning as running:
            return str(running)

    return answer


def test_of_many_at_once_one_runs_and_the_others_are_told(a_job, at):
    crowd = Crowd()
    job = a_job(Case("one", crowd.do))
    call = outcome(lambda: run(job, at=at, channel=Channel.JOB))
    assert Counter(at_once(*[call] * RUNNERS)) == {"ran": 1, RUNNING: RUNNERS - 1}
    assert (crowd.times, crowd.at_most) == (1, 1)
    assert JobRun.objects.get().status == RunStatus.SUCCEEDED


def test_without_the_lock_they_would_do_it_at_the_same_time(a_job, at):
    crowd = Crowd()
    job = a_job(Case("one", crowd.do))

    def call() -> object:
        with Unlocked(job) as nobody:
            return run_held(nobody, at=at, channel=Channel.JOB)

    at_once(*[call] * RUNNERS)
    assert crowd.at_most > 1


def test_what_is_due_is_done_once_by_many_at_once(a_job, at):
    crowd = Crowd()
    job = a_job(Case("one", crowd.do))
    call = outcome(lambda: schedule.run_if_due(job.name, at))
    assert Counter(at_once(*[call] * RUNNERS))["ran"] == 1
    assert Counter(at_once(*[call] * RUNNERS)) == {"nothing due": RUNNERS}
    assert crowd.times == 1


def test_who_waited_between_the_look_and_the_lock_looks_again(a_job, at):
    crowd = Crowd()
    job = a_job(Case("one", crowd.do))
    calls = [outcome(lambda: schedule.run_if_due(job.name, at))] * 2
    for _ in range(5):
        at_once(*calls)
    assert crowd.times == 1


def test_another_job_can_run_at_the_same_time(a_job, at):
    job, other = a_job(name="other"), a_job()
    with SoleRunner(job):
        [record] = at_once(lambda: run(other, at=at, channel=Channel.JOB))
    assert record.status == RunStatus.SUCCEEDED


def test_the_job_is_free_again_after_a_run_however_it_ended(a_job, at):
    def end() -> str:
        raise SystemExit

    job = a_job(Case("end", end))
    with pytest.raises(SystemExit):
        run(job, at=at, channel=Channel.JOB)
    [taken] = at_once(lambda: SoleRunner(job).__enter__())
    assert isinstance(taken, SoleRunner)


# A connection that breaks


def cut() -> None:
    """Let the server end the connection of this thread, as a restart would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    end(backend)


def end(backend: int) -> None:
    facts = connection.get_connection_params()
    named = {name: facts[name] for name in ("host", "port", "user", "dbname") if facts.get(name)}
    with psycopg.connect(**named, password=facts.get("password"), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def cut_in_the_middle() -> str:
    cut()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "never"


def test_a_connection_that_breaks_in_a_case_costs_that_case_alone(a_job, at):
    job = a_job(
        Case("one", lambda: "Done."),
        Case("two", cut_in_the_middle),
        Case("three", lambda: "Done."),
        Case("four", cut_in_the_middle),
        Case("five", lambda: "Done."),
    )
    run(job, at=at, channel=Channel.JOB)
    record = JobRun.objects.get()
    assert (record.status, record.done, record.failed) == (RunStatus.FAILED, 3, 2)
    assert record.errors == ["two: OperationalError", "four: OperationalError"]


def test_the_job_is_still_held_alone_after_the_connection_was_renewed(a_job, at):
    seen = []
    job = a_job(
        Case("one", cut_in_the_middle),
        Case("two", lambda: seen.extend(at_once(lambda: run(job, at=at, channel=Channel.JOB)))),
    )
    run(job, at=at, channel=Channel.JOB)
    assert [type(answer) for answer in seen] == [JobRunning]
    [taken] = at_once(lambda: SoleRunner(job).__enter__())
    assert isinstance(taken, SoleRunner)


def test_who_lost_the_job_to_another_stops_and_says_so(a_job, at):
    ended, begun, done = threading.Event(), threading.Event(), []

    def lose_it() -> str:
        cut()
        ended.set()
        assert begun.wait(10)
        return cut_in_the_middle()

    def hold_it() -> None:
        assert ended.wait(10)
        with SoleRunner(job):
            begun.set()
            assert finished.wait(10)

    finished = threading.Event()
    job = a_job(Case("one", lose_it), Case("two", lambda: done.append("two")))

    def lose() -> None:
        try:
            run(job, at=at, channel=Channel.JOB)
        finally:
            finished.set()

    lost, held = at_once(lose, hold_it)
    assert isinstance(lost, LockLost)
    assert held is None
    assert done == []
    record = JobRun.objects.get()
    assert record.status == RunStatus.INTERRUPTED
    assert "another run has begun" in record.errors[-1]


def test_cases_whose_own_question_breaks_interrupt_the_run_in_the_record(a_job, at):
    def cases(when, channel):
        yield Case("one", lambda: "Done.")
        cut_in_the_middle()

    with pytest.raises(OperationalError):
        run(a_job(cases=cases), at=at, channel=Channel.JOB)
    record = JobRun.objects.get()
    assert (record.status, record.done) == (RunStatus.INTERRUPTED, 1)
    assert record.errors == ["OperationalError"]


def test_the_time_limits_leave_room_for_the_record():
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
