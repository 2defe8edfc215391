"""Queries of the agenda's doors, and what only the door decides (contract, section 6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.tests.factories import RoomFactory
from config.clock import instant, now
from conftest import signed_in
from sessions_app.actions.time_off import take_time_off
from sessions_app.lifecycle import Status
from sessions_app.models import TimeOff
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import SYSTEM, TEN, assign, book, external, taken_to
from sessions_app.tests.wire import holding, refused
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
WRONG = 400, "VALIDATION_ERROR"


def asked(day: date) -> dict[str, dict[str, Any]]:
    """Return each address, and a question about the week of a day."""
    week = {"from": day.isoformat(), "to": (day + timedelta(days=6)).isoformat()}
    wish = {"duration_hours": 2, "session_type": "Studio"}
    two_months = {"from": day.isoformat(), "to": (day + timedelta(days=61)).isoformat()}
    return {
        "availability": {"date": day.isoformat(), "time": "10:00", **wish},
        "availability/slots": {**two_months, **wish},
        "agenda": week,
        "time-off": {},
    }


def test_no_answer_takes_more_queries_for_three_of_everything_than_for_one(coordinator, day):
    desk = signed_in(coordinator)

    def more(days: int) -> None:
        UserFactory(roles=["photographer"])
        person = assign(book(at=now(), session_date=day), at=now()).photographer
        assign(external(at=now(), session_date=day + timedelta(days=1)), person, at=now())
        taken_to(Status.CONFIRMED, at=now(), session_date=day + timedelta(days=2))
        start = instant(day + timedelta(days=3 + days), TEN)
        take_time_off(person.pk, Period(start, start + timedelta(hours=3)), actor=SYSTEM, at=now())

    def counted() -> dict[str, int]:
        counts = {}
        for address, query in asked(day).items():
            with CaptureQueriesContext(connection) as queries:
                answer = desk.get(f"{API}/{address}", query)
            assert answer.status_code == 200, answer.json()
            counts[address] = len(queries)
        return counts

    more(0)
    counted()  # the first request of a process reads what later ones know
    before = counted()
    more(1)
    more(2)
    assert counted() == before


@pytest.mark.parametrize("address", ["availability", "availability/slots"])
@pytest.mark.parametrize(
    ("right", "status"),
    [
        (Right.SESSION_CREATE, 200),
        (Right.SESSION_EDIT_PRE_ASSIGNED, 200),
        (Right.SESSION_ASSIGN_RESOURCES, 200),
        (Right.SESSION_VIEW_ALL, 403),
        (Right.ROOM_VIEW, 403),
    ],
)
def test_any_right_to_book_or_staff_is_enough_to_ask_who_is_free(address, right, status, day):
    client = signed_in(holding(right, beside="photographer"))
    assert client.get(f"{API}/{address}", asked(day)[address]).status_code == status


def test_a_time_outside_the_opening_hours_comes_with_a_notice(desk, day):
    RoomFactory()
    UserFactory(roles=["photographer"])
    query = asked(day)["availability"]
    assert desk.get(f"{API}/availability", query).json()["notices"] == []
    late = desk.get(f"{API}/availability", query | {"time": "20:00"}).json()
    assert late["is_available"] is True
    assert len(late["notices"]) == 1
    out = query | {"time": "20:00", "session_type": "External"}
    assert desk.get(f"{API}/availability", out).json()["notices"] == []


def test_time_off_is_listed_latest_first_and_only_while_it_holds(desk, photographer, day):
    own, ids = signed_in(photographer), []
    for days in (1, 0, 2):
        start = instant(day + timedelta(days=days), TEN)
        body = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(1)).isoformat()}
        ids.append(own.post(f"{API}/time-off", body).json()["id"])
    first, second, third = ids
    assert [one["id"] for one in desk.get(f"{API}/time-off").json()["items"]] == [
        third,
        first,
        second,
    ]
    own.delete(f"{API}/time-off/{third}")
    assert [one["id"] for one in own.get(f"{API}/time-off").json()["items"]] == [first, second]
    assert TimeOff.objects.count() == 3


def test_no_other_claim_is_deleted_at_that_address(desk, day):
    claim = book(at=now(), session_date=day).claims.get()
    assert desk.delete(f"{API}/time-off/{claim.pk}").status_code == 404
    claim.refresh_from_db()
    assert claim.active


def test_who_assigns_photographers_by_a_made_role_sees_everybodys_time_off(day):
    person: User = UserFactory(roles=["photographer"])
    start = instant(day, TEN)
    take_time_off(person.pk, Period(start, start + timedelta(1)), actor=SYSTEM, at=now())
    desk = signed_in(holding(Right.SESSION_ASSIGN_RESOURCES, beside="editor"))
    assert desk.get(f"{API}/time-off").json()["total"] == 1
    assert signed_in(UserFactory(roles=["editor"])).get(f"{API}/time-off").json()["total"] == 0


def of(start: str, end: str) -> str:
    return f"{API}/agenda?from={start}&to={end}"


def test_a_period_has_a_year_and_a_day_at_most(desk, day):
    longest = day + timedelta(days=365)
    assert desk.get(of(f"{day}", f"{longest}")).status_code == 200
    refused(desk.get(of(f"{day}", f"{longest + timedelta(days=1)}")), *WRONG, "to")


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("1999-12-30", "1999-12-31", "from"),
        ("1999-12-30T00:00:00Z", "1999-12-30T10:00:00Z", "from"),
        ("2201-01-02", "2201-01-03", "from"),
        ("2201-01-02T00:00:00Z", "2201-01-02T10:00:00Z", "to"),
        ("2026-11-01", "9999-12-31", "to"),  # whose end is no instant
    ],
)
def test_what_is_centuries_away_is_in_no_agenda(desk, start, end, field):
    refused(desk.get(of(start, end)), *WRONG, field)
    assert desk.get(of("2000-01-02", "2000-01-03")).json() == []
    assert desk.get(of("2200-12-29", "2200-12-30")).json() == []
