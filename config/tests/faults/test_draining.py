"""A long outbox drains page by page: what a message costs does not grow with how many wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.tests.faults.mail_sink import MailSink
from notifications.models import Email, EmailStatus
from notifications.sending import PAGE, send_due
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import taken_to

pytestmark = pytest.mark.django_db

MANY = PAGE + 50


def confirmations(count: int, at: datetime, *, poisoned: int | None = None) -> list[Email]:
    """Write so many messages about a confirmed session; one of them cannot be made."""
    session = taken_to(Status.CONFIRMED, at=at)
    step = session.history.latest("id").pk
    Email.objects.all().delete()
    return Email.objects.bulk_create(
        Email(
            kind="session_confirmed",
            key=f"drained:{number}",
            to=f"client{number}@client.example",
            session_id=session.pk,
            facts={} if number == poisoned else {"step": step},
            created_at=at,
            due_at=at + timedelta(microseconds=number % 7),
        )
        for number in range(count)
    )


def drained(count: int, at: datetime) -> tuple[list[str], float]:
    """Send so many; return the queries that read what is due, and how many others each cost."""
    confirmations(count, at)
    with CaptureQueriesContext(connection) as captured:
        send_due(lambda: at + timedelta(seconds=1))
    queries = [query["sql"] for query in captured.captured_queries]
    pages = [sql for sql in queries if '"due_at" <=' in sql and sql.startswith("SELECT")]
    return pages, (len(queries) - len(pages)) / count


def test_a_message_costs_as_many_queries_among_many_and_they_are_read_a_page_at_a_time(
    sink: MailSink, at: datetime
) -> None:
    (_page, _none), cost_among_few = drained(10, at)
    pages, cost_among_many = drained(MANY, at)
    assert cost_among_many == cost_among_few
    assert len(pages) == 3  # the last is empty
    assert all(f"LIMIT {PAGE}" in page for page in pages)
    assert len(sink.letters) == 10 + MANY


def test_a_poisoned_one_in_the_middle_does_not_stop_the_rest(sink: MailSink, at: datetime) -> None:
    emails = confirmations(40, at, poisoned=20)
    send_due(lambda: at + timedelta(seconds=1))
    assert len({letter.message_id for letter in sink.letters}) == len(sink.letters) == 39
    [poisoned] = Email.objects.exclude(status=EmailStatus.SENT)
    assert (poisoned, poisoned.status) == (emails[20], EmailStatus.PENDING)
    assert "KeyError" in poisoned.reason
