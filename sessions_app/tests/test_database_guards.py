"""The database says no, whatever the door: raw SQL, bulk writes, the shell (rules, section 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from config.records.models import AuditEntry
from sessions_app.models import Claim, HistoryEntry, Session
from sessions_app.models.claim import PERSON_CONSTRAINT, ROOM_CONSTRAINT
from sessions_app.tests.builders import assign, book, taken_to

pytestmark = pytest.mark.django_db


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.fixture
def session() -> Session:
    session = book()
    assign(session)
    return session


def twin(claim: Claim) -> Claim:
    claim.pk = None
    claim._state.adding = True
    claim.kind, claim.session, claim.assignment = (
        ("maintenance" if claim.room_id else "time_off"),
        None,
        None,
    )
    return claim


@pytest.mark.parametrize(
    ("kind", "constraint"), [("session", ROOM_CONSTRAINT), ("assignment", PERSON_CONSTRAINT)]
)
def test_bulk_create_cannot_make_claims_overlap(session, kind, constraint):
    with refused(constraint):
        Claim.objects.bulk_create([twin(session.claims.get(kind=kind))])


@pytest.mark.parametrize(
    ("column", "constraint"), [("room_id", ROOM_CONSTRAINT), ("person_id", PERSON_CONSTRAINT)]
)
def test_raw_sql_cannot_make_claims_overlap(session, column, constraint):
    kind = "maintenance" if column == "room_id" else "time_off"
    with refused(constraint), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO sessions_app_claim
                (kind, {column}, starts_at, ends_at, active, reason, end_cause)
            SELECT %s, {column}, starts_at + interval '1 minute', ends_at, true, '', ''
            FROM sessions_app_claim WHERE {column} IS NOT NULL
            """,  # noqa: S608
            [kind],
        )


def test_a_bulk_update_cannot_move_claims_onto_each_other(session):
    other = book(room=session.room, session_date=session.session_date + timedelta(days=1))
    with refused(ROOM_CONSTRAINT):
        Claim.objects.filter(session=other).update(
            starts_at=session.starts_at, ends_at=session.ends_at
        )


def test_a_claim_cannot_be_brought_back_to_life_over_another(session):
    cancelled = taken_to("Canceled", book(session_time=None))
    Claim.objects.create(
        kind="session",
        session=cancelled,
        room=session.room,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        active=False,
        ended_at=session.created_at,
        end_cause="canceled",
    )
    with refused(ROOM_CONSTRAINT):
        Claim.objects.filter(session=cancelled).update(active=True, ended_at=None, end_cause="")


@pytest.mark.parametrize(
    "change",
    [
        lambda: HistoryEntry.objects.update(reason="x"),
        lambda: HistoryEntry.objects.all().delete(),
        lambda: HistoryEntry.objects.first().delete(),
        lambda: connection.cursor().execute("UPDATE sessions_app_historyentry SET changed_by_id=1"),
        lambda: connection.cursor().execute("DELETE FROM sessions_app_historyentry"),
    ],
    ids=["update", "delete", "delete one", "raw update", "raw delete"],
)
def test_a_history_row_is_never_changed_or_deleted(session, change):
    with refused("never changed or deleted"):
        change()


@pytest.mark.parametrize(
    "change",
    [lambda: AuditEntry.objects.update(reason="x"), lambda: AuditEntry.objects.all().delete()],
    ids=["update", "delete"],
)
def test_an_audit_row_is_never_changed_or_deleted(change):
    taken_to("Canceled")
    assert AuditEntry.objects.filter(action="session.cancelled").exists()
    with refused("never changed or deleted"):
        change()


BAD_SESSIONS = {
    "an unknown state": {"status": "Nowhere"},
    "an unknown type": {"session_type": "Both"},
    "Studio without a room": {"room": None},
    "External with a room": {"session_type": "External", "location": "x"},
    "a total beside the formula": {"total_amount": 5},
    "a negative discount": {"discount": -1, "total_amount": 1},
    "transportation in the studio": {"transportation_cost": 5, "total_amount": 5},
    "a time without instants": {"starts_at": None},
    "an end before the start": {"ends_at": "2020-01-01T00:00Z"},
    "a deposit above 100 %": {"deposit_percentage": 101},
    "no photographer needed": {"photographers_needed": 0},
    "cancelled without saying when": {"status": "Canceled"},
    "pre-scheduled without a deadline": {"status": "Pre-scheduled"},
    "a duration beyond a day": {"estimated_duration_hours": 25},
}


@pytest.mark.parametrize("columns", BAD_SESSIONS.values(), ids=BAD_SESSIONS)
def test_a_session_row_that_makes_no_sense_is_refused(session, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(**columns)
