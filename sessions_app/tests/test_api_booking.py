"""`POST /sessions` on the wire (contract, section 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.tests.contract.shapes import TEXT
from sessions_app.models import Session
from sessions_app.tests.wire import (
    SESSION,
    SESSIONS,
    assert_shape,
    error,
)

pytestmark = pytest.mark.django_db


def test_a_session_is_booked(desk, asked, coordinator, day):
    answer = desk.post(SESSIONS, asked)
    assert answer.status_code == 201
    body = answer.json()
    assert_shape(body, SESSION | {"notices": [TEXT]})
    assert body["session_time"] == "10:00"
    assert body["estimated_duration_hours"] == 1.5
    assert body["starts_at"] == f"{day}T10:00:00-06:00"
    assert body["ends_at"] == f"{day}T11:30:00-06:00"
    assert body["status"] == "Request"
    assert body["responsible_id"] == coordinator.pk
    assert body["deposit_percentage"] == 50
    assert body["notices"] == []
    assert body["room"] == {"id": asked["room_id"], "name": "Sala Azul"}


def test_booking_outside_the_opening_hours_is_allowed_with_a_notice(desk, asked):
    body = desk.post(SESSIONS, asked | {"session_time": "19:00"}).json()
    assert "outside the opening hours" in body["notices"][0]


def test_a_taken_room_is_answered_409_with_what_stands_in_the_way(desk, asked, day):
    first = desk.post(SESSIONS, asked).json()
    answer = desk.post(SESSIONS, asked | {"session_time": "11:00"})
    assert error(answer) == (409, "ROOM_NOT_AVAILABLE")
    context = answer.json()["context"]
    assert context["conflicts"] == [
        {
            "code": first["code"],
            "kind": "session",
            "starts_at": f"{day}T10:00:00-06:00",
            "ends_at": f"{day}T11:30:00-06:00",
            "status": "Request",
        }
    ]
    assert context["next_free"][0] == {
        "starts_at": f"{day}T11:30:00-06:00",
        "ends_at": f"{day}T13:00:00-06:00",
    }


WRONG_BOOKINGS = {
    "no client": ({"client_id": None}, "client_id"),
    "an unknown client": ({"client_id": 10**15}, "client_id"),
    "no type": ({"session_type": None}, "session_type"),
    "type Both": ({"session_type": "Both"}, "session_type"),
    "Studio without a room": ({"room_id": None}, "room_id"),
    "an unknown room": ({"room_id": 10**15}, "room_id"),
    "External without a location": ({"session_type": "External", "room_id": None}, "location"),
    "External with a blank one": (
        {"session_type": "External", "room_id": None, "location": "  "},
        "location",
    ),
    "External with a room": ({"session_type": "External", "location": "x"}, "room_id"),
    "no date": ({"session_date": None}, "session_date"),
    "a date that is none": ({"session_date": "2026-02-30"}, "session_date"),
    "a time that is none": ({"session_time": "25:00"}, "session_time"),
    "too short": ({"estimated_duration_hours": 0.2}, "estimated_duration_hours"),
    "too long": ({"estimated_duration_hours": 24.25}, "estimated_duration_hours"),
    "a duration beyond numbers": ({"estimated_duration_hours": 1e300}, "estimated_duration_hours"),
    "nobody needed": ({"photographers_needed": 0}, "photographers_needed"),
    "a deposit above 100 %": ({"deposit_percentage": 101}, "deposit_percentage"),
    "an unknown responsible": ({"responsible_id": 10**15}, "responsible_id"),
}


@pytest.mark.parametrize(("change", "field"), WRONG_BOOKINGS.values(), ids=WRONG_BOOKINGS)
def test_a_wrong_form_is_answered_400_naming_its_field(desk, asked, change, field):
    answer = desk.post(SESSIONS, asked | change)
    assert error(answer) == (400, "VALIDATION_ERROR")
    assert field in answer.json()["errors"]
    assert answer.json()["detail"].startswith(f"{field}: ")
    assert not Session.objects.exists()


REFUSED_BOOKINGS = {
    "an inactive client": (lambda a: {"client_id": ClientFactory(status="Inactive").pk}, 422),
    "an inactive room": (lambda a: {"room_id": RoomFactory(status="Inactive").pk}, 422),
    "a room in maintenance": (lambda a: {"room_id": RoomFactory(status="Maintenance").pk}, 422),
}


@pytest.mark.parametrize(("change", "code"), REFUSED_BOOKINGS.values(), ids=REFUSED_BOOKINGS)
def test_what_is_inactive_takes_no_new_session(desk, asked, change, code):
    answer = desk.post(SESSIONS, asked | change(asked))
    assert error(answer) == (code, "INACTIVE_RESOURCE")


def test_yesterday_is_refused(desk, asked):
    yesterday = (studio_day(now()) - timedelta(days=1)).isoformat()
    answer = desk.post(SESSIONS, asked | {"session_date": yesterday})
    assert error(answer) == (422, "INVALID_SESSION_DATE")


def test_ids_and_unknown_fields_in_the_body_are_ignored(desk, asked):
    body = desk.post(SESSIONS, asked | {"id": 7, "code": "X", "paid_amount": 9, "x": 1}).json()
    assert body["code"] != "X"
    assert body["paid_amount"] == 0


def test_a_lower_deposit_needs_an_override_by_who_may(desk, boss, asked):
    low = asked | {"deposit_percentage": 30}
    assert error(desk.post(SESSIONS, low)) == (422, "OVERRIDE_NEEDED")
    assert error(desk.post(SESSIONS, low | {"override": True, "reason": "friend"})) == (
        403,
        "PERMISSION_DENIED",
    )
    nameless = boss.post(SESSIONS, low | {"override": True})
    assert error(nameless) == (400, "VALIDATION_ERROR")
    assert "reason" in nameless.json()["errors"]
    agreed = boss.post(SESSIONS, low | {"override": True, "reason": "friend"})
    assert agreed.status_code == 201
    assert agreed.json()["deposit_percentage"] == 30


def test_a_client_who_often_cancels_is_pointed_out(desk, asked):
    url = f"{SESSIONS}?client_id={asked['client_id']}"
    for number in range(3):
        assert not any(
            "High-risk" in notice for notice in desk.post(SESSIONS, asked).json()["notices"]
        )
        booked = desk.get(url).json()["items"][0]["id"]
        desk.post(f"{SESSIONS}/{booked}/details/items/{ItemFactory().pk}")
        for target in ("Pre-scheduled", "Canceled"):
            step = desk.post(f"{SESSIONS}/{booked}/transition", {"to_status": target})
            assert step.status_code == 200, number
    assert any("High-risk" in notice for notice in desk.post(SESSIONS, asked).json()["notices"])
    client = desk.get(f"/api/v1/clients/{asked['client_id']}").json()
    assert (client["is_high_risk"], client["sessions_count"]) == (True, 4)
