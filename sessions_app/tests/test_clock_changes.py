"""Sessions where clocks change, and on a server that is elsewhere (rules, section 2, *Dates*)."""

from __future__ import annotations

import os
import time as process
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalog.tests.factories import RoomFactory
from config.errors import DomainError
from sessions_app.actions import planning, postponing
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import ORDER, Status
from sessions_app.models import Session
from sessions_app.policy.deadlines import deadline_day
from sessions_app.tests.builders import SYSTEM, assign, book, paid, priced, taken_to
from sessions_app.tests.calendars import (
    AZORES,
    HAVANA,
    MADRID,
    NEW_YORK,
    SANTIAGO,
    TICK,
    refusal,
    utc,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("settings", "all_holds")]
"""The settings first: all must be in order while the time zone is still another."""


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


def due(day: date, ends: datetime) -> Session:
    """A session of a week later whose deposit is due by the end of a day; somebody covers it."""
    session = taken_to(
        Status.PRE_SCHEDULED,
        at=ends - timedelta(days=5, hours=12),
        session_date=day + timedelta(days=7),
    )
    assign(session, at=ends - timedelta(days=5))
    return session


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_a_deadline_on_such_a_day_ends_at_its_midnight(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    session = due(day, ends)
    assert deadline_day(session.payment_deadline_at) == day
    assert session.payment_deadline_at == ends
    paid(session, "500", at=ends - TICK)
    transition(session, Status.CONFIRMED, actor=SYSTEM, at=ends)
    session.refresh_from_db()
    assert deadline_day(session.changes_deadline_at) == day
    assert session.changes_deadline_at == ends
    assert refusal(transition, session, Status.ASSIGNED, at=ends - TICK) == (
        "CHANGES_DEADLINE_NOT_REACHED"
    )
    assert refusal(transition, session, Status.ASSIGNED, at=ends) is None


@pytest.mark.parametrize(("zone", "day", "ends"), SPRING + AUTUMN)
def test_a_payment_recorded_at_that_midnight_is_late(settings, zone, day, ends):
    settings.TIME_ZONE = zone
    ends = utc(ends)
    session = due(day, ends)
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
    stays = before - timedelta(days=7)  # it was past
    assert deadline_day(session.changes_deadline_at) == stays


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
