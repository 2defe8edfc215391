"""Days and deadlines where months end, and around midnight (rules, section 2, *Dates*)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import RoomFactory
from config.errors import DomainError
from sessions_app.actions import attendance
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import ORDER, Status
from sessions_app.policy.deadlines import deadline_day
from sessions_app.tests.builders import SYSTEM, assign, book, external, paid, taken_to
from sessions_app.tests.calendars import (
    GUATEMALA,
    MADRID,
    NEW_YORK,
    SECOND,
    TICK,
    TOKYO,
    refusal,
    utc,
)
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("settings", "all_holds")]
"""The settings first: all must be in order while the time zone is still another."""


# Days are counted by the calendar


@pytest.mark.parametrize(
    ("today", "last_day"),
    [
        (date(2028, 2, 24), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 3, 5)),
        (date(2027, 2, 24), date(2027, 3, 1)),
        (date(2026, 4, 30), date(2026, 5, 5)),
        (date(2026, 12, 29), date(2027, 1, 3)),
    ],
)
def test_the_payment_deadline_is_five_days_on_over_the_ends_of_months(today, last_day):
    noon = datetime.combine(today, time(18), UTC)
    session = taken_to(Status.PRE_SCHEDULED, at=noon, session_date=today + timedelta(days=30))
    midnight = datetime.combine(last_day + timedelta(days=1), time(6), UTC)
    assert deadline_day(session.payment_deadline_at) == last_day
    assert session.payment_deadline_at == midnight


@pytest.mark.parametrize(
    ("day", "last_day"),
    [
        (date(2028, 3, 7), date(2028, 2, 29)),
        (date(2028, 3, 8), date(2028, 3, 1)),
        (date(2028, 2, 29), date(2028, 2, 22)),
        (date(2027, 3, 7), date(2027, 2, 28)),
        (date(2027, 1, 7), date(2026, 12, 31)),
    ],
)
def test_the_changes_deadline_is_seven_days_back_over_the_ends_of_months(day, last_day):
    at = datetime.combine(day - timedelta(days=30), time(18), UTC)
    session = taken_to(Status.CONFIRMED, at=at, session_date=day)
    assert deadline_day(session.changes_deadline_at) == last_day
    ends = datetime.combine(last_day + timedelta(days=1), time(6), UTC)
    assert session.changes_deadline_at == ends
    assert refusal(transition, session, Status.ASSIGNED, at=ends - TICK) == (
        "CHANGES_DEADLINE_NOT_REACHED"
    )
    assert refusal(transition, session, Status.NEGOTIATION, at=ends) == "CHANGES_DEADLINE_EXPIRED"
    assert refusal(transition, session, Status.ASSIGNED, at=ends) is None


@pytest.mark.parametrize(
    ("day", "delivery"),
    [
        (date(2028, 2, 26), date(2028, 3, 2)),
        (date(2028, 2, 29), date(2028, 3, 5)),
        (date(2027, 2, 26), date(2027, 3, 3)),
        (date(2027, 12, 29), date(2028, 1, 3)),
    ],
)
def test_the_delivery_date_is_five_days_on_over_the_ends_of_months(day, delivery):
    at = datetime.combine(day - timedelta(days=30), time(18), UTC)
    session = taken_to(Status.ASSIGNED, at=at, session_date=day)
    assert session.delivery_deadline == delivery


def test_a_session_goes_through_its_whole_life_on_a_leap_day():
    at = utc("2028-01-31T18:00")
    session = taken_to(Status.COMPLETED, at=at, session_date=date(2028, 2, 29))
    assert session.status == Status.COMPLETED
    assert session.history.count() == len(ORDER)


# Around midnight


AROUND_MIDNIGHT = [
    (GUATEMALA, "2027-04-20T06:00"),
    (NEW_YORK, "2027-04-20T04:00"),
    (MADRID, "2027-04-19T22:00"),
    (TOKYO, "2027-04-19T15:00"),
]


@pytest.mark.parametrize(("zone", "midnight"), AROUND_MIDNIGHT)
def test_a_day_begins_at_the_studios_midnight_and_not_a_tick_before(settings, zone, midnight):
    settings.TIME_ZONE = zone
    begins = utc(midnight)
    day = date(2027, 4, 20)
    session = taken_to(Status.CONFIRMED, at=begins - timedelta(days=40), session_date=day)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=begins - timedelta(days=6))
    (member,) = session.assignments.all()
    mark = {"attended": True}
    assert refusal(attendance.mark, member, at=begins - TICK, **mark) == "TOO_EARLY"
    assert refusal(attendance.mark, member, at=begins, **mark) is None


@pytest.mark.parametrize(("zone", "midnight"), AROUND_MIDNIGHT)
def test_a_request_for_today_is_one_until_the_studios_midnight(settings, zone, midnight):
    settings.TIME_ZONE = zone
    ends = utc(midnight)
    asked = {"session_date": date(2027, 4, 19), "session_time": None}
    assert book(at=ends - TICK, **asked).pk
    with pytest.raises(DomainError) as refused:
        book(at=ends, **asked)
    assert refused.value.code == "INVALID_SESSION_DATE"


@pytest.mark.parametrize(("zone", "midnight"), AROUND_MIDNIGHT)
def test_a_payment_of_today_is_one_by_the_studios_calendar(settings, zone, midnight):
    settings.TIME_ZONE = zone
    ends = utc(midnight)
    session = taken_to(
        Status.PRE_SCHEDULED, at=ends - timedelta(days=2), session_date=date(2027, 5, 20)
    )
    with pytest.raises(DomainError) as refused:
        paid(session, "500", at=ends - TICK, payment_date=date(2027, 4, 20))
    assert refused.value.code == "VALIDATION_ERROR"
    assert paid(session, "500", at=ends, payment_date=date(2027, 4, 20)).pk


LATE_EVENINGS = [date(2027, 4, 20), date(2027, 1, 31), date(2028, 2, 29), date(2027, 12, 31)]


@pytest.mark.parametrize("day", LATE_EVENINGS)
def test_a_session_over_midnight_belongs_to_the_day_it_starts(day):
    at = datetime.combine(day - timedelta(days=40), time(18), UTC)
    late = {"session_time": time(23), "estimated_duration_hours": Decimal(3)}
    session = taken_to(Status.CONFIRMED, at=at, session_date=day, **late)
    begins = datetime.combine(day, time(6), UTC)
    assert session.starts_at == begins + timedelta(hours=23)
    assert session.ends_at == begins + timedelta(hours=26)
    assert deadline_day(session.changes_deadline_at) == day - timedelta(days=7)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=begins - timedelta(days=1))
    session.refresh_from_db()
    assert session.delivery_deadline == day + timedelta(days=5)
    assert refusal(transition, session, Status.ATTENDED, at=begins - SECOND) == "TOO_EARLY"
    assert refusal(transition, session, Status.ATTENDED, at=session.ends_at) is None


@pytest.mark.parametrize("day", LATE_EVENINGS)
def test_a_session_over_midnight_takes_room_and_people_on_both_days(day):
    at = datetime.combine(day - timedelta(days=40), time(18), UTC)
    room = RoomFactory()
    one = UserFactory(roles=["photographer"])
    late = {"session_time": time(23), "estimated_duration_hours": Decimal(3)}
    assign(book(at=at, room=room, session_date=day, **late), one, at=at)
    after = {"at": at, "session_date": day + timedelta(days=1)}
    with pytest.raises(DomainError) as refused:
        book(room=room, session_time=time(1, 59), **after)
    assert refused.value.code == "ROOM_NOT_AVAILABLE"
    with pytest.raises(DomainError) as refused:
        assign(external(session_time=time(1, 59), **after), one, at=at)
    assert refused.value.code == "PHOTOGRAPHER_NOT_AVAILABLE"
    assert assign(book(room=room, session_time=time(2), **after), one, at=at).pk
