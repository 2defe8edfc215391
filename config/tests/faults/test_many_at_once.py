"""Two beats and three workers, all asked for everything at once: each thing is done once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from celery import current_app
from django.conf import settings as configured
from django.db.models import Sum

from config.clock import now, studio_day
from config.jobs.tasks import run_job
from config.records.models import JobRun, RunStatus
from config.tests.faults.conftest import Start
from config.tests.faults.letters import asked_for
from config.tests.faults.mail_sink import MailSink
from config.tests.faults.programs import BEAT, WORKER
from config.tests.faults.redis_server import RedisServer
from config.tests.faults.waiting import until
from notifications.models import Email, EmailStatus
from notifications.tasks import send_due
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry
from sessions_app.tests.builders import taken_to
from users.models import User
from users.tests.races import at_once

pytestmark = [pytest.mark.slow_faults, pytest.mark.django_db(transaction=True)]

OF_EACH, LETTERS, CALLS = 5, 40, 25


def call(broker: str) -> None:
    """Ask for every job, and for what is due, again and again."""
    with current_app.connection_for_write(broker) as connection:
        for _ in range(CALLS):
            send_due.apply_async(connection=connection)
            for name in configured.JOB_TIMES:
                run_job.apply_async([name], connection=connection)


def test_reminders_cancellations_and_messages_happen_once(
    start: Start, redis_server: RedisServer, sink: MailSink, by_worker: None, admin_user: User
) -> None:
    today, day = studio_day(now()), timedelta(days=1)
    for _ in range(OF_EACH):
        taken_to(Status.PRE_SCHEDULED, at=now() - 10 * day, session_date=today + 30 * day)
        taken_to(Status.PRE_SCHEDULED, at=now() - 4 * day, session_date=today + 30 * day)
        taken_to(Status.CONFIRMED, at=now() - 2 * day, session_date=today + day)
    begun = now()
    for outcome in at_once(*[partial(call, redis_server.url)] * 4):
        assert outcome is None
    letters = asked_for(LETTERS)
    programs = [start(arguments) for arguments in (WORKER, WORKER, WORKER, BEAT, BEAT)]

    succeeded = JobRun.objects.filter(status=RunStatus.SUCCEEDED)
    for name in configured.JOB_TIMES:
        until(succeeded.filter(job=name).exists, f"{name} has run")
    waiting = Email.objects.filter(status__in=[EmailStatus.PENDING, *("Claimed", "Sending")])
    until(lambda: not waiting.exists(), "all has gone out")
    each_minute = succeeded.filter(job="send_pending_messages")
    two_later = (now() + timedelta(minutes=2)).replace(second=0, microsecond=0)
    until(each_minute.filter(as_of__gte=two_later).exists, "two ticks of beat", within=200)

    assert all(program.lives for program in programs)
    told = Counter(Email.objects.exclude(session_id=None).values_list("kind", flat=True))
    assert told == {
        "session_confirmed": OF_EACH,
        "session_cancelled": OF_EACH,
        "payment_reminder": OF_EACH,
        "session_tomorrow": OF_EACH,
    }
    assert HistoryEntry.objects.filter(to_status=Status.CANCELED).count() == OF_EACH
    assert HistoryEntry.objects.filter(to_status=Status.ASSIGNED).count() == OF_EACH
    ids = Counter(letter.message_id for letter in sink.letters)
    assert set(ids.values()) == {1}
    assert len(ids) == 4 * OF_EACH + len(letters)
    assert Email.objects.exclude(status=EmailStatus.SENT, uncertain=0).count() == 0
    nightly = JobRun.objects.exclude(job="send_pending_messages")
    assert sorted(nightly.values_list("job", flat=True)) == sorted(
        set(configured.JOB_TIMES) - {"send_pending_messages"}
    )
    minutes = (now() - begun) // timedelta(minutes=1) + 2
    assert each_minute.aggregate(runs=Sum("repeats"))["runs"] <= minutes
