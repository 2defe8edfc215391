"""Sessions on the wire: booking, reading, changing, listing (contract, section 4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.tests.contract.session_shapes import (
    DETAIL,
    HISTORY,
    PRIVATE_FIELDS,
    SESSION,
    names_in,
    without_private,
)
from config.tests.contract.shapes import (
    TEXT,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import acting, assign, book, external
from sessions_app.tests.wire import arrived
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SESSIONS = "/api/v1/sessions"


def one(session: Any, *parts: Any) -> str:
    return "/".join(map(str, (SESSIONS, session.pk, *parts)))


# Booking


def test_a_booking_is_answered_whole(desk, coordinator, asked):
    answer = desk.post(SESSIONS, asked | {"client_requirements": "Fondo claro"})
    body = assert_answer(answer, SESSION | {"notices": [TEXT]}, status=201)
    for name, value in (asked | {"client_requirements": "Fondo claro"}).items():
        assert body[name] == value
    assert body["status"] == "Request"
    assert body["room"] == {"id": asked["room_id"], "name": "Sala Azul"}
    assert body["client"]["full_name"] == "Álvaro Yax"
    assert body["starts_at"] == f"{asked['session_date']}T10:00:00-06:00"
    assert body["ends_at"] == f"{asked['session_date']}T11:30:00-06:00"
    assert body["responsible_id"] == coordinator.pk
    assert body["photographers_needed"] == 1
    assert body["photographers"] == []
    assert body["total_amount"] == body["balance_amount"] == body["refund_due"] == 0


def test_a_booking_outside_opening_hours_comes_with_a_notice(desk, asked):
    body = desk.post(SESSIONS, asked | {"session_time": "06:00"}).json()
    assert len(body["notices"]) == 1


def test_a_time_without_a_duration_is_one_hour(desk, asked):
    del asked["estimated_duration_hours"]
    body = assert_answer(desk.post(SESSIONS, asked), SESSION, status=201)
    assert body["estimated_duration_hours"] == 1


def test_a_booking_may_do_without_a_time(desk, asked):
    del asked["estimated_duration_hours"], asked["session_time"]
    body = assert_answer(desk.post(SESSIONS, asked), SESSION, status=201)
    assert body["session_time"] is body["starts_at"] is body["ends_at"] is None


def test_a_booking_elsewhere_has_a_place_and_no_room(desk, asked):
    body = {
        name: value for name, value in asked.items() if name not in {"room_id", "session_type"}
    } | {"session_type": "External", "location": "Antigua"}
    made = assert_answer(desk.post(SESSIONS, body), SESSION, status=201)
    assert (made["location"], made["room_id"], made["room"]) == ("Antigua", None, None)
    assert_wrong_form(desk.post(SESSIONS, body | {"room_id": asked["room_id"]}), "room_id")
    assert_wrong_form(desk.post(SESSIONS, body | {"location": None}), "location")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("session_type", "Both"),
        ("session_type", "studio"),
        ("room_id", None),
        ("room_id", 987654321),
        ("client_id", 987654321),
        ("client_id", "x"),
        ("responsible_id", 987654321),
        ("session_date", "20/04/2030"),
        ("session_date", "2030-02-30"),
        ("session_time", "25:00"),
        ("estimated_duration_hours", 0),
        ("estimated_duration_hours", 0.1),
        ("estimated_duration_hours", 24.5),
        ("estimated_duration_hours", "NaN"),
        ("photographers_needed", "many"),
        ("deposit_percentage", 101),
    ],
)
def test_a_wrong_booking_is_400_with_its_field(desk, asked, field, wrong):
    assert_wrong_form(desk.post(SESSIONS, asked | {field: wrong}), field)


def test_a_booking_in_the_past_is_refused(desk, asked):
    yesterday = (studio_day(now()) - timedelta(days=1)).isoformat()
    answer = desk.post(SESSIONS, asked | {"session_date": yesterday})
    assert_refused(answer, 422, "INVALID_SESSION_DATE")


@pytest.mark.parametrize("factory", [ClientFactory, RoomFactory])
def test_what_is_inactive_takes_no_booking(desk, asked, factory):
    field = "client_id" if factory is ClientFactory else "room_id"
    answer = desk.post(SESSIONS, asked | {field: factory(status="Inactive").pk})
    assert_refused(answer, 422, "INACTIVE_RESOURCE")


def test_a_room_that_is_taken_is_409_with_what_stands_in_the_way(desk, asked):
    first = desk.post(SESSIONS, asked).json()
    answer = desk.post(SESSIONS, asked | {"session_time": "11:00"})
    context = assert_refused(answer, 409, "ROOM_NOT_AVAILABLE")["context"]
    [conflict] = context["conflicts"]
    assert conflict.keys() >= {"code", "kind", "starts_at", "ends_at", "status"}
    assert (conflict["code"], conflict["status"]) == (first["code"], "Request")
    assert all(free.keys() >= {"starts_at", "ends_at"} for free in context["next_free"])
    assert desk.post(SESSIONS, asked | {"session_time": "11:30"}).status_code == 201


def test_a_low_deposit_asks_for_an_override(desk, boss, asked):
    low = asked | {"deposit_percentage": 10}
    assert_refused(desk.post(SESSIONS, low), 422, "OVERRIDE_NEEDED")
    forced = low | {"override": True, "reason": "an old friend"}
    assert_refused(desk.post(SESSIONS, forced), 403, "PERMISSION_DENIED")
    assert_wrong_form(boss.post(SESSIONS, low | {"override": True}), "reason")
    made = assert_answer(boss.post(SESSIONS, forced), SESSION, status=201)
    assert made["deposit_percentage"] == 10


def test_a_session_is_entered_afterwards_by_an_admin(boss, desk, asked, photographer, editor):
    entry = asked | {
        "session_date": (studio_day(now()) - timedelta(days=10)).isoformat(),
        "status": "In Editing",
        "reason": "from the spreadsheet",
        "photographer_ids": [photographer.pk],
        "editor_id": editor.pk,
        "lines": [{"item_id": ItemFactory().pk, "quantity": 2}],
    }
    assert_refused(desk.post(SESSIONS, entry), 403, "PERMISSION_DENIED")
    body = assert_answer(boss.post(SESSIONS, entry), SESSION, status=201)
    assert (body["status"], body["editing_assigned_to"]) == ("In Editing", editor.pk)
    history = assert_answer(boss.get(f"{SESSIONS}/{body['id']}/history"), [HISTORY])
    assert [(row["from_status"], row["to_status"]) for row in history] == [(None, "In Editing")]


def test_who_may_not_book_is_403(photographer, editor, plain_user, asked):
    for person in (photographer, editor, plain_user):
        answer = signed_in(person).post(SESSIONS, asked)
        assert_refused(answer, 403, "PERMISSION_DENIED")


# Reading


@pytest.mark.parametrize("status", list(Status))
def test_a_session_is_answered_whole_in_every_state(desk, coordinator, day, status):
    days = -1 if status in (Status.ATTENDED, Status.IN_EDITING, Status.READY) else 3
    days = -1 if status == Status.COMPLETED else days
    at = now() - timedelta(days=21) if days < 0 else now()
    session = arrived(status, days=days, booked_at=at, actor=acting(coordinator))
    body = assert_answer(desk.get(one(session)), DETAIL)
    assert body["status"] == status.value
    assert body["balance_amount"] == body["total_amount"] - body["paid_amount"]
    assert (body["delivered_at"] is not None) == (status == Status.COMPLETED)
    assert (body["cancelled_at"] is not None) == (status == Status.CANCELED)


def test_the_deadlines_are_days_and_the_instants_that_end_them(desk, coordinator):
    session = arrived(Status.PRE_SCHEDULED, days=30, actor=acting(coordinator))
    body = desk.get(one(session)).json()
    expected = studio_day(now()) + timedelta(days=5)
    assert body["payment_deadline"] == expected.isoformat()
    assert body["payment_deadline_at"].startswith(f"{expected}T23:59:59")
    assert body["changes_deadline"] is None
    session = arrived(Status.CONFIRMED, days=30, actor=acting(coordinator))
    body = desk.get(one(session)).json()
    expected = studio_day(now()) + timedelta(days=23)
    assert body["changes_deadline"] == expected.isoformat()
    assert body["changes_deadline_at"].startswith(f"{expected}T23:59:59")
    assert body["payment_deadline"] is body["payment_deadline_at"] is None


def test_who_covers_a_session_sees_no_money_and_no_private_notes(desk, session, photographer):
    assign(session, photographer)
    desk.patch(one(session), {"internal_notes": "secret", "delivery_address": "Zona 1"})
    mine = signed_in(photographer)
    body = assert_answer(mine.get(one(session)), without_private(DETAIL))
    assert not names_in(body) & PRIVATE_FIELDS
    assert body["client"].keys() == {"id", "full_name", "email", "primary_phone"}
    for address in ("", "/my-assignments"):
        entries = assert_list(mine.get(f"{SESSIONS}{address}"), without_private(SESSION))
        assert [entry["id"] for entry in entries] == [session.pk]
        assert not names_in(entries) & PRIVATE_FIELDS


def test_a_session_that_one_may_not_see_is_404(session, photographer, editor, plain_user):
    for person in (photographer, editor, plain_user):
        assert_refused(signed_in(person).get(one(session)), 404, "SESSION_NOT_FOUND", "NOT_FOUND")


def test_the_history_comes_oldest_first(desk, asked, coordinator):
    made = desk.post(SESSIONS, asked).json()
    url = f"{SESSIONS}/{made['id']}"
    desk.post(f"{url}/transition", {"to_status": "Negotiation", "reason": "r", "notes": "n"})
    rows = assert_answer(desk.get(f"{url}/history"), [HISTORY])
    assert [(row["from_status"], row["to_status"]) for row in rows] == [
        (None, "Request"),
        ("Request", "Negotiation"),
    ]
    assert {row["channel"] for row in rows} == {"api"}
    assert {(row["changed_by"], row["changed_by_name"]) for row in rows} == {
        (coordinator.pk, coordinator.full_name)
    }
    assert (rows[1]["reason"], rows[1]["notes"]) == ("r", "n")


# Changing


def test_a_change_is_answered_as_a_session(desk, session, day):
    room = RoomFactory()
    changes = {
        "session_date": (day + timedelta(days=1)).isoformat(),
        "session_time": "15:00",
        "estimated_duration_hours": 3,
        "room_id": room.pk,
        "client_requirements": "Con flores",
        "discount": 50,
        "deposit_percentage": 60,
        "photographers_needed": 2,
        "responsible_id": UserFactory(roles=["coordinator"]).pk,
    }
    body = assert_answer(desk.patch(one(session), changes), SESSION)
    assert {name: body[name] for name in changes} == changes
    assert (body["total_amount"], body["deposit_amount"]) == (950, 570)
    notes = {
        "internal_notes": "paid cash",
        "reported_incidents": "rain",
        "delivery_method": "Both",
        "delivery_address": "Zona 1",
        "delivery_link": "https://photos.example/1",
    }
    assert_answer(desk.patch(one(session), notes), SESSION)
    detail = assert_answer(desk.get(one(session)), DETAIL)
    assert {name: detail[name] for name in notes} == notes


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("transportation_cost", 100),
        ("delivery_method", "Pigeon"),
        ("room_id", 987654321),
        ("room_id", None),
        ("session_date", None),
        ("discount", 1000.01),
        ("discount", -1),
    ],
)
def test_a_wrong_change_is_400_with_its_field(desk, session, field, wrong):
    assert_wrong_form(desk.patch(one(session), {field: wrong}), field)


def test_the_desk_plans_no_session_that_is_assigned(desk):
    session = arrived(Status.ASSIGNED, days=3)
    answer = desk.patch(one(session), {"session_time": "15:00"})
    assert_refused(answer, 422, "IMMUTABLE_SESSION")


def test_a_session_is_hidden_by_an_admin(boss, desk, session):
    assert_refused(desk.delete(one(session)), 403, "PERMISSION_DENIED")
    gone = boss.delete(one(session))
    assert (gone.status_code, gone.content) == (204, b"")
    assert_refused(boss.get(one(session)), 404, "SESSION_NOT_FOUND", "NOT_FOUND")
    assert boss.get(SESSIONS).json()["total"] == 0


def test_a_session_with_payments_is_not_hidden(boss):
    session = arrived(Status.CONFIRMED, days=30)
    move = {"to_status": "Negotiation"}
    assert boss.post(one(session, "transition"), move).status_code == 200
    assert_refused(boss.delete(one(session)), 409, "IN_USE")


# Listing


def test_sessions_come_latest_date_first(desk, coordinator, day):
    made = [
        book(acting(coordinator), at=now(), session_date=day + timedelta(days=n)) for n in (1, 3, 2)
    ]
    entries = assert_list(desk.get(SESSIONS), SESSION)
    assert [entry["id"] for entry in entries] == [made[1].pk, made[2].pk, made[0].pk]
    entries = assert_list(desk.get(SESSIONS, {"ordering": "session_date"}), SESSION)
    assert [entry["id"] for entry in entries] == [made[0].pk, made[2].pk, made[1].pk]


def test_sessions_by_what_they_are(desk, coordinator, session, day: date, photographer):
    other = external(acting(coordinator), at=now(), session_date=day + timedelta(days=9))
    assign(other, photographer)
    canceled = arrived(Status.CANCELED, days=60)
    for query, expected in (
        ({"client_id": session.client_id}, {session}),
        ({"session_type": "External"}, {other}),
        ({"status": "Canceled"}, {canceled}),
        ({"status": "Canceled,Request"}, {canceled, session, other}),
        ({"status": ["Canceled", "Request"]}, {canceled, session, other}),
        ({"room_id": session.room_id}, {session}),
        ({"photographer_id": photographer.pk}, {other}),
        ({"start_date": day, "end_date": day}, {session}),
        ({"start_date": day + timedelta(days=1), "status": "Request"}, {other}),
        ({"end_date": day + timedelta(days=9)}, {session, other}),
    ):
        entries = assert_list(desk.get(SESSIONS, query), SESSION)
        assert {entry["id"] for entry in entries} == {one.pk for one in expected}, query


def test_sessions_by_their_editor(desk, editor):
    session = arrived(Status.IN_EDITING, editor=editor)
    arrived(Status.IN_EDITING)
    entries = assert_list(desk.get(SESSIONS, {"editor_id": editor.pk}), SESSION)
    assert [entry["id"] for entry in entries] == [session.pk]
    mine = assert_list(signed_in(editor).get(f"{SESSIONS}/my-editing"), without_private(SESSION))
    assert [entry["id"] for entry in mine] == [session.pk]
