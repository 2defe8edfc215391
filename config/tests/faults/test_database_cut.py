"""The database connection cut in the middle: of a job, and of sending."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction

from config.clock import now
from config.jobs.running import run
from config.jobs.sole_runner import JobRunning, LockLost
from config.records.models import Channel, JobRun, RunStatus
from config.tests.demo_processes import free_port
from config.tests.faults.letters import FOR_LONG, asked_for, statuses
from config.tests.faults.mail_sink import MailSink
from config.tests.faults.waiting import until
from notifications import post
from notifications.jobs import SEND_PENDING_MESSAGES
from notifications.models import Email, EmailStatus
from notifications.sending import recover, send_due
from sessions_app.jobs import JOBS
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Session
from sessions_app.tests.builders import taken_to

pytestmark = pytest.mark.django_db(transaction=True)

UNPAID = 10


@pytest.fixture
def unpaid(at: datetime) -> list[Session]:
    """Ten sessions whose payment deadline is past."""
    return [taken_to(Status.PRE_SCHEDULED, at=at) for _ in range(UNPAID)]


@pytest.fixture
def cancel_unpaid(unpaid: list[Session]) -> Callable[[], JobRun]:
    """Return a runner of the nightly job as of the end of the last deadline."""
    (job,) = (job for job in JOBS if job.name == "cancel_unpaid_sessions")
    deadline = unpaid[-1].payment_deadline_at
    return lambda: run(job, at=deadline, channel=Channel.COMMAND)


def cut(*, waits_for: str | None = None, last_said: str | None = None) -> bool:
    """End the other connection that waits for such a thing, or last said such a thing, if any.

    Asked by a connection of its own: within a transaction pg_stat_activity stays as it was.
    """
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (wait_event_type = %s OR query LIKE %s)",
            [waits_for, last_said],
        )
        return bool(cursor.fetchall())


def in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Begin some work on a thread and a connection of its own; return what will come of it."""
    outcome: list[Any] = []

    def run_it() -> None:
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run_it)
    thread.start()
    return thread, outcome


def each_is_cancelled_once(unpaid: list[Session]) -> None:
    cancellations = HistoryEntry.objects.filter(to_status=Status.CANCELED)
    sessions = sorted(cancellations.values_list("session", flat=True))
    assert sessions == sorted(session.pk for session in unpaid)
    told = Email.objects.filter(kind="session_cancelled")
    assert sorted(told.values_list("session_id", flat=True)) == sessions


def test_cut_in_the_middle_of_a_case_the_others_are_done_and_the_next_run_does_it(
    unpaid: list[Session], cancel_unpaid: Callable[[], JobRun]
) -> None:
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=unpaid[4].pk)
        thread, outcome = in_thread(cancel_unpaid)
        until(lambda: cut(waits_for="Lock"), "the job waits for the fifth session")
    thread.join()
    [record] = outcome
    assert (record.status, record.done, record.failed) == (RunStatus.FAILED, UNPAID - 1, 1)
    assert record.errors == [f"{unpaid[4].code}: OperationalError"]
    again = cancel_unpaid()
    assert (again.status, again.done, again.failed) == (RunStatus.SUCCEEDED, 1, 0)
    each_is_cancelled_once(unpaid)


def test_another_run_that_begins_when_one_is_cut_does_nothing_twice(
    unpaid: list[Session], cancel_unpaid: Callable[[], JobRun]
) -> None:
    """The lock of a job goes with its connection: both may be at it, and only one does each."""
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=unpaid[4].pk)
        one, its_outcome = in_thread(cancel_unpaid)
        until(lambda: cut(waits_for="Lock"), "the job waits for the fifth session")
        rival, rivals_outcome = in_thread(cancel_unpaid)
    one.join()
    rival.join()
    for outcome in (*its_outcome, *rivals_outcome):
        assert isinstance(outcome, JobRun | JobRunning | LockLost)
    cancel_unpaid()
    each_is_cancelled_once(unpaid)
    assert not JobRun.objects.filter(status=RunStatus.RUNNING).exists()


def test_cut_between_handing_over_and_writing_it_down_nothing_is_lost(sink: MailSink) -> None:
    """As with a worker that is killed there: nobody can know, so it goes out again."""
    cuts: list[bool] = []

    def cut_the_sender(server: Any) -> None:
        if not cuts:
            cuts.append(cut(last_said='UPDATE "notifications_email"%'))

    sink.on_data = cut_the_sender
    letters = asked_for(3)
    post.wait_until_done()
    assert cuts == [True]
    assert statuses(letters) == [EmailStatus.SENDING, EmailStatus.PENDING, EmailStatus.PENDING]
    later = now() + FOR_LONG
    recover(later)
    send_due(lambda: later)
    assert statuses(letters) == [EmailStatus.SENT] * 3
    assert [one.uncertain for one in letters] == [1, 0, 0]
    copies = Counter(one.message_id for one in sink.letters)
    assert [copies[one.message_id] for one in letters] == [2, 1, 1]


def test_cut_while_the_job_of_each_minute_sends_it_goes_on_with_the_others(
    sink: MailSink, settings: Any
) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    letters = asked_for(3)
    post.wait_until_done()  # whoever would be called at once is not there

    def cut_the_first(server: Any) -> None:
        sink.on_data = None
        assert cut(last_said='UPDATE "notifications_email"%')

    sink.on_data = cut_the_first
    thread, outcome = in_thread(
        lambda: run(SEND_PENDING_MESSAGES, at=now(), channel=Channel.COMMAND)
    )
    thread.join()
    [record] = outcome
    assert (record.status, record.done, record.failed) == (RunStatus.FAILED, 2, 1)
    assert statuses(letters) == [EmailStatus.SENDING, EmailStatus.SENT, EmailStatus.SENT]
