"""Taking a new request (rules, section 2, the first row of the table)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.errors import DomainError, InactiveResource
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import AT, acting, book, external, priced, state
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"session_date": date(2026, 3, 9)}, "INVALID_SESSION_DATE"),
        ({"session_date": date(2026, 3, 10), "session_time": time(9, 59)}, "INVALID_SESSION_DATE"),
        ({"client_id": 0}, "VALIDATION_ERROR"),
        ({"room_id": 0}, "VALIDATION_ERROR"),
        ({"room_id": None}, "VALIDATION_ERROR"),
        ({"responsible_id": 0}, "VALIDATION_ERROR"),
        ({"deposit_percentage": Decimal("49.99")}, "OVERRIDE_NEEDED"),
    ],
)
def test_booking_refuses(asked, refusal):
    with pytest.raises(DomainError) as refused:
        book(**asked)
    assert refused.value.code == refusal
    assert not Session.objects.exists()


@pytest.mark.parametrize("status", ["Inactive", "Maintenance"])
def test_a_room_that_takes_no_booking_is_refused(status):
    with pytest.raises(DomainError) as refused:
        book(room=RoomFactory(status=status))
    assert refused.value.code == "INACTIVE_RESOURCE"


def test_an_inactive_client_is_refused():
    with pytest.raises(DomainError) as refused:
        book(client=ClientFactory(status="Inactive"))
    assert refused.value.code == "INACTIVE_RESOURCE"


def test_nor_is_the_request_of_a_client_who_is_inactive_meanwhile_pre_scheduled():
    session = priced(book())
    Client.objects.update(status="Inactive")
    with pytest.raises(InactiveResource):
        transition(session, Status.PRE_SCHEDULED, actor=acting(None), at=AT)
    assert state(session) == Status.REQUEST


@pytest.mark.parametrize(
    ("role", "answer"),
    [
        ("admin", "booked"),
        ("coordinator", "booked"),
        ("photographer", "PERMISSION_DENIED"),
        ("editor", "PERMISSION_DENIED"),
        ("user", "PERMISSION_DENIED"),
    ],
)
def test_only_the_office_books(role, answer):
    actor = acting(UserFactory(roles=[role]))
    try:
        given = "booked" if book(actor).pk else ""
    except DomainError as refusal:
        given = refusal.code
    assert given == answer


def test_booking_today_without_a_time_and_right_now_is_fine():
    assert book(session_date=date(2026, 3, 10), session_time=None).pk
    assert book(session_date=date(2026, 3, 10), session_time=time(10)).pk


def test_a_time_without_a_duration_lasts_an_hour():
    session = book(estimated_duration_hours=None)
    assert session.estimated_duration_hours == 1
    assert session.ends_at - session.starts_at == timedelta(hours=1)


def test_codes_count_up_within_the_year_of_the_request():
    assert book().code == "S-2026-0001"
    assert external().code == "S-2026-0002"
    next_year = datetime(2027, 1, 1, 6, 0, tzinfo=AT.tzinfo)
    assert external(at=next_year, session_date=date(2027, 5, 1)).code == "S-2027-0001"
    assert external().code == "S-2026-0003"


def test_who_books_is_responsible_unless_someone_else_is_named(coordinator):
    other = UserFactory(roles=["coordinator"])
    assert book(acting(coordinator)).responsible == coordinator
    assert book(acting(coordinator), responsible_id=other.pk).responsible == other
