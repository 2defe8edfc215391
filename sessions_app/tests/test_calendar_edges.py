"""Days, deadlines and sessions where calendars and clocks are odd (rules, section 2, *Dates*)."""

from __future__ import annotations

import os
import time as process
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog.tests.factories import RoomFactory
from config.errors import DomainError
from sessions_app.actions import attendance, planning, postponing
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import ORDER, Status
from sessions_app.tests.builders import (
    acting,
    assign,
    book,
    external,
    paid,
    priced,
    taken_to,
)
from sessions_app.tests.racing import broken
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SYSTEM = acting(None)
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)

GUATEMALA, NEW_YORK, MADRID = "America/Guatemala", "America/New_York", "Europe/Madrid"
SANTIAGO, TOKYO = "America/Santiago", "Asia/Tokyo"
HAVANA, AZORES = "America/Havana", "Atlantic/Azores"


@pytest.fixture(autouse=True)
def studio(settings: Any, admin_user: Any) -> Iterator[None]:
    """Have an admin, and all in order when a test ends, still in its time zone."""
    yield
    assert broken() == []


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refusal(work: Any, *facts: Any, **by: Any) -> str | None:
    """Return the code with which something is refused, if it is."""
    try:
        work(*facts, actor=SYSTEM, **by)
    except DomainError as refused:
        return refused.code
    return None


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
    assert session.payment_deadline == last_day
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
    assert session.changes_deadline == last_day
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
    assert session.changes_deadline == day - timedelta(days=7)
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


# Where the clocks change: on these days one hour is missing, or comes twice


SPRING = [
    # zone, the day, and its last midnight; the sessions are a week on
    (NEW_YORK, date(2027, 3, 14), "2027-03-15T04:00"),
    (MADRID, date(2027, 3, 28), "2027-03-28T22:00"),
    (SANTIAGO, date(2026, 9, 5), "2026-09-06T04:00"),  # here midnight itself is missing
]
AUTUMN = [
    (NEW_YORK, date(2027, 11, 7), "2027-11-08T05:00"),
    (MADRID, date(2027, 10, 31), "2027-10-31T23:00"),
    (SANTIAGO, date(2027, 4, 3), "2027-04-04T04:00"),  # 23:00 to midnight comes twice
    (HAVANA, date(2027, 11, 6), "2027-11-07T04:00"),  # midnight comes twice: the first ends it
    (AZORES, date(2027, 10, 30), "2027-10-31T00:00"),
]


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_a_deadline_on_such_a_day_ends_at_its_midnight(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    session = taken_to(
        Status.PRE_SCHEDULED,
        at=ends - timedelta(days=5, hours=12),
        session_date=day + timedelta(days=7),
    )
    assert session.payment_deadline == day
    assert session.payment_deadline_at == ends
    assign(session, at=ends - timedelta(days=5))
    paid(session, "500", at=ends - TICK)
    transition(session, Status.CONFIRMED, actor=SYSTEM, at=ends)
    session.refresh_from_db()
    assert session.changes_deadline == day
    assert session.changes_deadline_at == ends
    assert refusal(transition, session, Status.ASSIGNED, at=ends - TICK) == (
        "CHANGES_DEADLINE_NOT_REACHED"
    )
    assert refusal(transition, session, Status.ASSIGNED, at=ends) is None


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_a_payment_recorded_at_that_midnight_is_late(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    session = taken_to(
        Status.PRE_SCHEDULED,
        at=ends - timedelta(days=5, hours=12),
        session_date=day + timedelta(days=7),
    )
    assign(session, at=ends - timedelta(days=5))
    paid(session, "500", at=ends)
    assert refusal(transition, session, Status.CONFIRMED, at=ends) == "PAYMENT_DEADLINE_EXPIRED"


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_a_session_on_such_a_day_goes_through_its_whole_life(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    at = utc(ends) - timedelta(days=30)
    session = taken_to(Status.COMPLETED, at=at, session_date=day)
    assert session.history.count() == len(ORDER)
    assert session.delivery_deadline == day + timedelta(days=5)


ODD_HOURS = {
    # The studio's clocks go from 02:00 to 03:00: what is asked for at 02:30 begins at 03:30.
    "missing in New York": (NEW_YORK, date(2027, 3, 14), time(2, 30), "2027-03-14T07:30"),
    "missing in Madrid": (MADRID, date(2027, 3, 28), time(2, 30), "2027-03-28T01:30"),
    # 01:30, or 02:30 in Madrid, comes twice: the first one is meant.
    "double in New York": (NEW_YORK, date(2027, 11, 7), time(1, 30), "2027-11-07T05:30"),
    "double in Madrid": (MADRID, date(2027, 10, 31), time(2, 30), "2027-10-31T00:30"),
}


@pytest.mark.parametrize(
    ("zone", "day", "asked", "starts"), ODD_HOURS.values(), ids=ODD_HOURS.keys()
)
def test_a_session_in_an_hour_that_is_missing_or_comes_twice_lasts_as_long_as_it_says(
    settings, zone, day, asked, starts
):
    settings.TIME_ZONE = zone
    starts = utc(starts)
    session = taken_to(
        Status.READY, at=starts - timedelta(days=30), session_date=day, session_time=asked
    )
    assert session.starts_at == starts
    assert session.ends_at == starts + timedelta(hours=2)
    assert set(session.claims.values_list("starts_at", "ends_at")) == {
        (starts, starts + timedelta(hours=2))
    }


NEIGHBOURS = {
    # After a session of two hours from 01:00, or in Madrid 02:00, comes the next one.
    "an hour is missing": (NEW_YORK, date(2027, 3, 14), time(1), time(3, 59), time(4)),
    "an hour comes twice": (NEW_YORK, date(2027, 11, 7), time(1), time(1, 59), time(2)),
    "missing in Madrid": (MADRID, date(2027, 3, 28), time(1), time(3, 59), time(4)),
    "twice in Madrid": (MADRID, date(2027, 10, 31), time(2), time(2, 59), time(3)),
}


@pytest.mark.parametrize(
    ("zone", "day", "first", "too_soon", "next_"), NEIGHBOURS.values(), ids=NEIGHBOURS.keys()
)
def test_back_to_back_is_counted_in_hours_and_not_on_the_clocks_face(
    settings, zone, day, first, too_soon, next_
):
    settings.TIME_ZONE = zone
    at = datetime.combine(day - timedelta(days=30), time(18), UTC)
    room = RoomFactory()
    book(at=at, room=room, session_date=day, session_time=first)
    with pytest.raises(DomainError) as refused:
        book(at=at, room=room, session_date=day, session_time=too_soon)
    assert refused.value.code == "ROOM_NOT_AVAILABLE"
    assert book(at=at, room=room, session_date=day, session_time=next_).pk


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_moved_over_such_a_day_a_session_keeps_its_time_on_the_clock(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    before, after = day - timedelta(days=2), day + timedelta(days=2)
    session = taken_to(Status.CONFIRMED, at=ends - timedelta(days=30), session_date=before)
    assert (
        refusal(
            postponing.postpone,
            session,
            after,
            time(10),
            reason="rain",
            at=ends - timedelta(days=4),
        )
        is None
    )
    session.refresh_from_db()
    shown = session.starts_at.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.time()) == (after, time(10))
    assert session.ends_at - session.starts_at == timedelta(hours=2)
    (member,) = session.assignments.all()
    assert (member.coverage_start, member.coverage_end) == (session.starts_at, session.ends_at)
    assert session.changes_deadline == before - timedelta(days=7)  # a passed one stays passed


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_the_deadline_follows_over_such_a_day_while_it_is_to_come(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    at = ends - timedelta(days=30)
    session = taken_to(Status.CONFIRMED, at=at, session_date=day + timedelta(days=2))
    changes = {"session_date": day + timedelta(days=7)}
    planning.change_session(session, changes, actor=SYSTEM, at=at)
    session.refresh_from_db()
    assert session.changes_deadline_at == ends


# The server's own time zone is nobody's business


@pytest.fixture(params=["Asia/Tokyo", "America/Los_Angeles", "UTC", "Pacific/Kiritimati"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the process run in another time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    process.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    process.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_all_deadlines_are_the_studios_wherever_the_server_is():
    late = utc("2027-03-11T05:59:59")  # 23:59:59 on the 10th in the studio
    session = priced(book(at=late, session_date=date(2027, 4, 20)), at=late)
    transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=late)
    session.refresh_from_db()
    assert session.payment_deadline_at == utc("2027-03-16T06:00")
    assign(session, at=late)
    paid(session, "500", at=late, payment_date=date(2027, 3, 10))
    transition(session, Status.CONFIRMED, actor=SYSTEM, at=late)
    session.refresh_from_db()
    ends = utc("2027-04-14T06:00")
    assert session.changes_deadline_at == ends
    assert refusal(transition, session, Status.ASSIGNED, at=ends - TICK) == (
        "CHANGES_DEADLINE_NOT_REACHED"
    )
    assert refusal(transition, session, Status.ASSIGNED, at=ends) is None
    begins = utc("2027-04-20T06:00")
    assert refusal(transition, session, Status.ATTENDED, at=begins - TICK) == "TOO_EARLY"
    assert refusal(transition, session, Status.ATTENDED, at=begins) is None
    session.refresh_from_db()
    assert session.starts_at == utc("2027-04-20T16:00")
    assert session.delivery_deadline == date(2027, 4, 25)


@pytest.mark.usefixtures("elsewhere")
def test_a_whole_life_is_in_order_wherever_the_server_is(settings):
    settings.TIME_ZONE = NEW_YORK
    at = utc("2027-02-10T12:00")
    day = {"session_date": date(2027, 3, 14), "session_time": time(2, 30)}
    session = taken_to(Status.COMPLETED, at=at, **day)
    assert session.starts_at == utc("2027-03-14T07:30")
