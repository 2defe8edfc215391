"""`/time-off` and planned maintenance as the contract tells them (sections 3 and 6; rules, 3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from config.clock import instant, now, studio_day, studio_zone
from config.tests.contract.shapes import (
    CONFLICT,
    ROOM,
    TIME_OFF,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
    problems,
)
from conftest import signed_in
from sessions_app.tests.builders import assign, book
from users.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/time-off"


@pytest.fixture
def morning(day: date) -> dict[str, Any]:
    return {"starts_at": at(day, 8), "ends_at": at(day, 13)}


def at(day: date, clock: int) -> str:
    return instant(day, time(clock)).astimezone(studio_zone()).isoformat()


def test_one_takes_time_off_and_reads_it_again(photographer, morning):
    own = signed_in(photographer)
    taken = assert_answer(own.post(ADDRESS, morning | {"reason": "dentist"}), TIME_OFF, 201)
    assert taken == morning | {
        "id": taken["id"],
        "user_id": photographer.pk,
        "reason": "dentist",
    }
    assert assert_list(own.get(ADDRESS), TIME_OFF) == [taken]
    assert own.delete(f"{ADDRESS}/{taken['id']}").status_code == 204
    assert assert_list(own.get(ADDRESS), TIME_OFF) == []
    assert_refused(own.delete(f"{ADDRESS}/{taken['id']}"), 404, "NOT_FOUND")


@pytest.mark.parametrize("empty", [{}, {"reason": None, "user_id": None}])
def test_what_is_optional_may_be_null_or_left_out(photographer, morning, empty):
    taken = assert_answer(signed_in(photographer).post(ADDRESS, morning | empty), TIME_OFF, 201)
    assert (taken["reason"], taken["user_id"]) == (None, photographer.pk)


def test_who_assigns_photographers_does_so_for_others(desk, photographer, morning):
    asked = morning | {"user_id": photographer.pk}
    taken = assert_answer(desk.post(ADDRESS, asked), TIME_OFF, 201)
    assert taken["user_id"] == photographer.pk
    assert assert_list(desk.get(ADDRESS), TIME_OFF) == [taken]
    assert desk.delete(f"{ADDRESS}/{taken['id']}").status_code == 204


def test_nobody_else_takes_gives_back_or_sees_anothers(photographer, editor, morning):
    taken = signed_in(photographer).post(ADDRESS, morning).json()
    other = signed_in(editor)
    asked = morning | {"user_id": photographer.pk}
    assert_refused(other.post(ADDRESS, asked), 403, "PERMISSION_DENIED")
    assert_refused(other.delete(f"{ADDRESS}/{taken['id']}"), 404, "NOT_FOUND")
    assert assert_list(other.get(ADDRESS), TIME_OFF) == []
    assert_refused(signed_in().get(ADDRESS), 401, "NOT_AUTHENTICATED")


def test_who_is_only_invited_takes_none(plain_user, morning):
    invited = signed_in(plain_user)
    assert_refused(invited.post(ADDRESS, morning), 403, "PERMISSION_DENIED")
    assert_refused(invited.post(ADDRESS, {}), 403, "PERMISSION_DENIED")  # before a wrong form


def test_over_bookings_it_is_refused_with_the_list(photographer, day, morning):
    session = book(at=now(), session_date=day)
    assign(session, photographer, at=now())
    answer = signed_in(photographer).post(ADDRESS, morning)
    body = assert_refused(answer, 409, "PHOTOGRAPHER_NOT_AVAILABLE")
    assert problems(body["context"]["conflicts"], [CONFLICT]) == []
    assert [one["code"] for one in body["context"]["conflicts"]] == [session.code]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": None}, "ends_at"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"ends_at": "2026-11-20"}, "ends_at"),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, "ends_at"),
        ({"user_id": 10**12}, "user_id"),
        ({"user_id": "me"}, "user_id"),
        ({"reason": "x" * 251}, "reason"),
    ],
)
def test_a_wrong_form_is_told_by_its_field(desk, morning, changes, field):
    assert_wrong_form(desk.post(ADDRESS, morning | changes), field)


def test_a_period_ends_after_it_begins_and_is_not_over(photographer, day, morning):
    own = signed_in(photographer)
    assert_wrong_form(own.post(ADDRESS, morning | {"ends_at": morning["starts_at"]}), "ends_at")
    past = studio_day(now()) - timedelta(days=3)
    over = {"starts_at": at(past, 8), "ends_at": at(past, 9)}
    assert_wrong_form(own.post(ADDRESS, over), "ends_at")


# Maintenance of a room


@pytest.fixture
def room() -> Room:
    return RoomFactory()


def maintenance(room: Room | int) -> str:
    pk = room if isinstance(room, int) else room.pk
    return f"/api/v1/rooms/{pk}/maintenance"


def test_planned_maintenance_leaves_the_room_active_until_then(boss, room, day):
    period = {"from": at(day, 8), "to": at(day, 13), "reason": "paint"}
    body = assert_answer(boss.put(maintenance(room), period), ROOM)
    assert body["status"] == "Active"
    (claim,) = boss.get(
        f"/api/v1/rooms/{room.pk}/agenda", {"from": day.isoformat(), "to": day.isoformat()}
    ).json()
    assert claim["kind"] == "maintenance"
    assert [claim["starts_at"], claim["ends_at"]] == [period["from"], period["to"]]


def test_no_session_is_booked_within_it_but_one_afterwards(boss, desk, asked):
    day = date.fromisoformat(asked["session_date"])
    room = asked["room_id"]
    assert boss.put(maintenance(room), {"from": at(day, 8), "to": at(day, 13)}).status_code == 200
    body = assert_refused(desk.post("/api/v1/sessions", asked), 409, "ROOM_NOT_AVAILABLE")
    assert [one["kind"] for one in body["context"]["conflicts"]] == ["maintenance"]
    later = asked | {"session_time": "13:00"}
    assert desk.post("/api/v1/sessions", later).status_code == 201


def test_over_bookings_planned_maintenance_is_refused_with_the_list(boss, day):
    session = book(at=now(), session_date=day)
    period = {"from": at(day, 11), "to": at(day, 13)}
    assert session.room_id
    body = assert_refused(boss.put(maintenance(session.room_id), period), 409, "ROOM_NOT_AVAILABLE")
    assert [one["code"] for one in body["context"]["conflicts"]] == [session.code]


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"from": "2027-01-04"}, "to"),
        ({"to": "2027-01-04"}, "from"),
        ({"from": "soon", "to": "2027-01-04"}, "from"),
        ({"from": "2027-01-04", "to": "soon"}, "to"),
        ({"from": "2027-01-04", "to": "2027-01-03"}, "to"),
        ({"from": "2020-01-04", "to": "2020-01-05"}, "to"),
        ({"from": "2027-01-04", "to": "2028-06-04"}, "to"),
        ({"from": "2150-01-04", "to": "2150-01-05"}, "to"),
        ({"reason": "x" * 251}, "reason"),
    ],
)
def test_a_wrong_period_is_told_by_its_field(boss, room, period, field):
    assert_wrong_form(boss.put(maintenance(room), period), field)


@pytest.mark.parametrize("body", [{}, {"from": None, "to": None, "reason": None}])
def test_without_a_period_it_is_from_now_until_reactivated(boss, room, body):
    assert assert_answer(boss.put(maintenance(room), body), ROOM)["status"] == "Maintenance"
    answer = boss.put(f"/api/v1/rooms/{room.pk}/reactivate")
    assert assert_answer(answer, ROOM)["status"] == "Active"


def test_it_is_for_who_may_close_rooms(desk, room, day, photographer):
    period = {"from": at(day, 8), "to": at(day, 13)}
    for person in (desk, signed_in(photographer)):
        assert_refused(person.put(maintenance(room), period), 403, "PERMISSION_DENIED")
        assert_refused(person.put(maintenance(room), {"from": "x"}), 403, "PERMISSION_DENIED")


def test_instants_are_told_with_the_studios_offset(photographer: User, day: date):
    utc = {
        "starts_at": f"{day.isoformat()}T15:00:00Z",
        "ends_at": f"{day.isoformat()}T16:00:00Z",
    }
    taken = assert_answer(signed_in(photographer).post(ADDRESS, utc), TIME_OFF, 201)
    expected = datetime.fromisoformat(utc["starts_at"]).astimezone(studio_zone()).isoformat()
    assert taken["starts_at"] == expected
