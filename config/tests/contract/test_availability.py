"""Are you free, and when else: `/availability` as the contract tells it (section 6; rules, 3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import instant, now, studio_day, studio_zone
from config.tests.contract.shapes import (
    AVAILABILITY,
    OPTION,
    assert_answer,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.tests.builders import assign, book, external
from users.models import User

pytestmark = pytest.mark.django_db

ASK = "/api/v1/availability"
SLOTS = f"{ASK}/slots"


@pytest.fixture
def room() -> Room:
    return RoomFactory(name="Sala Azul")


@pytest.fixture
def wish(day: date) -> dict[str, Any]:
    """Two hours in a room of the studio, on a Monday at ten."""
    return {
        "date": day.isoformat(),
        "time": "10:00",
        "duration_hours": 2,
        "session_type": "Studio",
    }


@pytest.fixture
def span(wish: dict[str, Any]) -> dict[str, Any]:
    """The same, on any time of that day."""
    days = {"from": wish["date"], "to": wish["date"]}
    return days | {"duration_hours": 2, "session_type": "Studio"}


def test_an_empty_studio_is_free(desk, wish, room, photographer):
    body = assert_answer(desk.get(ASK, wish), AVAILABILITY)
    assert body["is_available"] is True
    assert body["rooms"] == [{"id": room.pk, "name": "Sala Azul", "is_free": True, "conflicts": []}]
    (person,) = body["photographers"]
    assert person == {
        "id": photographer.pk,
        "full_name": "Pedro Photographer",
        "is_free": True,
        "conflicts": [],
    }


def test_what_stands_in_the_way_is_named(desk, wish, room, day, photographer):
    session = book(at=now(), session_date=day, room=room)
    assign(session, photographer, at=now())
    body = assert_answer(desk.get(ASK, wish), AVAILABILITY)
    assert body["is_available"] is False
    for standing, kind in ((body["rooms"][0], "session"), (body["photographers"][0], "assignment")):
        assert standing["is_free"] is False
        assert standing["conflicts"] == [
            {
                "code": session.code,
                "kind": kind,
                "starts_at": session.starts_at.astimezone(studio_zone()).isoformat(),
                "ends_at": session.ends_at.astimezone(studio_zone()).isoformat(),
                "status": "Request",
            }
        ]


def test_the_next_options_say_when_where_and_who(desk, wish, room, day, photographer):
    book(at=now(), session_date=day, room=room)
    options = assert_answer(desk.get(ASK, wish), AVAILABILITY)["next_options"]
    assert options
    for option in options:
        assert option["room_ids"] == [room.pk]
        assert option["photographer_ids"] == [photographer.pk]
        assert length(option) == timedelta(hours=2)
    starts = [option["starts_at"] for option in options]
    assert len(starts) == len(set(starts))
    assert instant(day, time(8)).astimezone(studio_zone()).isoformat() in starts
    assert instant(day, time(12)).astimezone(studio_zone()).isoformat() in starts


def test_an_external_session_needs_no_room(desk, wish, photographer):
    body = assert_answer(desk.get(ASK, wish | {"session_type": "External"}), AVAILABILITY)
    assert body["is_available"] is True
    assert body["rooms"] == []
    assert all(option["room_ids"] == [] for option in body["next_options"])


@pytest.mark.parametrize(("count", "free"), [(None, True), (1, True), (2, False)])
def test_as_many_photographers_must_be_free_as_are_asked_for(
    desk, wish, room, photographer, count, free
):
    asked = wish if count is None else wish | {"photographers": count}
    assert assert_answer(desk.get(ASK, asked), AVAILABILITY)["is_available"] is free


@pytest.mark.parametrize(("minutes", "free"), [(60, True), (61, False)])
def test_travel_is_taken_into_account(desk, wish, day, photographer, minutes, free):
    before = external(at=now(), session_date=day, session_time=time(7))  # until nine
    assign(before, photographer, at=now())
    asked = wish | {"session_type": "External", "travel_minutes": minutes}
    assert assert_answer(desk.get(ASK, asked), AVAILABILITY)["is_available"] is free


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("date", None),
        ("date", "soon"),
        ("date", "2027-02-30"),
        ("time", None),
        ("time", "25:00"),
        ("duration_hours", None),
        ("duration_hours", 0),
        ("duration_hours", 24.25),
        ("duration_hours", "long"),
        ("session_type", None),
        ("session_type", "Both"),
        ("photographers", 0),
        ("photographers", "two"),
        ("travel_minutes", -1),
    ],
)
def test_a_wrong_wish_is_told_by_its_field(desk, wish, field, wrong):
    asked = {name: value for name, value in wish.items() if name != field}
    if wrong is not None:
        asked[field] = wrong
    assert_wrong_form(desk.get(ASK, asked), field)


@pytest.mark.parametrize("far", ["9999-12-31", "2150-01-01"])
def test_what_is_too_far_away_is_a_wrong_form(desk, wish, far):
    assert_wrong_form(desk.get(ASK, wish | {"date": far, "time": "23:59"}), "date")


def test_the_past_is_refused(desk, wish):
    yesterday = (studio_day(now()) - timedelta(days=1)).isoformat()
    assert_refused(desk.get(ASK, wish | {"date": yesterday}), 422, "INVALID_SESSION_DATE")


# Slots


def test_slots_are_within_the_opening_hours(desk, span, room, day, photographer):
    options = assert_answer(desk.get(SLOTS, span), [OPTION])
    starts = [datetime.fromisoformat(option["starts_at"]) for option in options]
    assert starts == sorted(starts)
    assert starts[0] == instant(day, time(8))
    assert starts[-1] == instant(day, time(16))
    assert all(length(option) == timedelta(hours=2) for option in options)


def test_slots_leave_out_what_is_taken(desk, span, room, day, photographer):
    session = book(at=now(), session_date=day, room=room)
    for option in assert_answer(desk.get(SLOTS, span), [OPTION]):
        starts, ends = (datetime.fromisoformat(option[end]) for end in ("starts_at", "ends_at"))
        assert ends <= session.starts_at or starts >= session.ends_at


def test_slots_span_at_most_62_days(desk, span, room, photographer, day):
    longest = span | {"to": (day + timedelta(days=61)).isoformat()}
    assert assert_answer(desk.get(SLOTS, longest), [OPTION])
    longer = span | {"to": (day + timedelta(days=62)).isoformat()}
    assert_wrong_form(desk.get(SLOTS, longer), "to")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"to": "2027-02-30"}, "to"),
        ({"from": "2150-01-01", "to": "2150-01-02"}, "to"),
        ({"duration_hours": "long"}, "duration_hours"),
        ({"session_type": "Both"}, "session_type"),
        ({"photographers": 0}, "photographers"),
    ],
)
def test_a_wrong_span_is_told_by_its_field(desk, span, changes, field):
    assert_wrong_form(desk.get(SLOTS, span | changes), field)


def test_days_in_the_wrong_order_are_a_wrong_form(desk, span, day):
    assert_wrong_form(desk.get(SLOTS, span | {"to": (day - timedelta(days=1)).isoformat()}), "to")


@pytest.mark.parametrize("days", [("0001-01-01", "0001-01-02"), ("2020-01-01", "2020-01-31")])
def test_days_that_are_past_have_no_slots(desk, span, room, photographer, days):
    first, last = days
    assert assert_answer(desk.get(SLOTS, span | {"from": first, "to": last}), [OPTION]) == []


# Who may ask


@pytest.mark.parametrize("address", [ASK, SLOTS])
def test_who_books_or_staffs_sessions_may_ask_and_nobody_else(
    boss, desk, photographer, editor, plain_user, wish, span, address
):
    asked = wish if address == ASK else span
    for client in (boss, desk):
        assert client.get(address, asked).status_code == 200
    for person in (photographer, editor, plain_user):
        assert_refused(signed_in(person).get(address, asked), 403, "PERMISSION_DENIED")
        assert_refused(signed_in(person).get(address), 403, "PERMISSION_DENIED")
    assert_refused(signed_in().get(address, asked), 401, "NOT_AUTHENTICATED")


def test_who_is_inactive_or_no_photographer_is_not_offered(desk, wish, editor, coordinator):
    left = User.objects.create(full_name="Leo Left", email="leo@studio.example")
    assert editor.pk
    assert left.pk
    body = assert_answer(desk.get(ASK, wish), AVAILABILITY)
    assert body["photographers"] == []


def length(option: dict[str, Any]) -> timedelta:
    starts, ends = (datetime.fromisoformat(option[end]) for end in ("starts_at", "ends_at"))
    return ends - starts
