"""Running the studio's jobs in tests, and what they must leave as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from config.clock import start_of
from config.jobs.registry import find
from config.jobs.running import run
from config.records.models import AuditEntry, Channel, JobRun
from notifications.models import Email, Notification
from sessions_app.models import Claim, HistoryEntry, Payment, Session
from sessions_app.tests.builders import AT

SECOND = timedelta(seconds=1)
NIGHT = timedelta(days=1)
PAYMENT_DEADLINE = start_of((AT + timedelta(days=6)).date())
"""Of what is pre-scheduled at AT: the fifth day after it has ended."""

_ALL: Any = (Session, HistoryEntry, Payment, Claim, Email, Notification, AuditEntry, JobRun)


def ran(job: str, at: datetime, channel: Channel = Channel.JOB) -> JobRun:
    """Run a job as of an instant, and return its record."""
    return run(find(job), at=at, channel=channel)


def rows() -> list[list[dict[str, Any]]]:
    """Return all that a job could write."""
    return [list(model.objects.order_by("pk").values()) for model in _ALL]


def told(kind: str) -> list[str]:
    """Return the names of those who were told a kind, one for each time."""
    rows = Notification.objects.filter(kind=kind).order_by("recipient__full_name")
    return list(rows.values_list("recipient__full_name", flat=True))


def fresh(session: Session) -> Session:
    """Return the session as the database has it."""
    return Session.objects.get(pk=session.pk)


def break_writes_about(session: Session) -> None:
    """Let the database refuse, until the test is rolled back, what is written about a session."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'this row is broken'; END $$
            """
        )
        for table, column in {
            "sessions_app_session": "id",
            "notifications_email": "session_id",
            "notifications_notification": "session_id",
        }.items():
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
                f"WHEN (NEW.{column} = {int(session.pk)}) EXECUTE FUNCTION refuse()"
            )
