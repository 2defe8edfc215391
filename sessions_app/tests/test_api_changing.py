"""Changing sessions and their states on the wire (contract, section 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import assign, book, external
from sessions_app.tests.wire import (
    HISTORY,
    SESSION,
    SESSIONS,
    ahead,
    arrived,
    assert_shape,
    error,
    refused,
)

pytestmark = pytest.mark.django_db


# Changing


def test_what_is_sent_is_changed_and_the_version_rises(desk, session):
    before = desk.get(f"{SESSIONS}/{session.pk}").json()
    body = desk.patch(
        f"{SESSIONS}/{session.pk}",
        {"session_time": "11:15", "internal_notes": "call first", "discount": "100.50"},
    ).json()
    assert body["session_time"] == "11:15"
    assert body["total_amount"] == 899.5
    assert body["deposit_amount"] == 449.75
    assert body["version"] == before["version"] + 1
    detail = desk.get(f"{SESSIONS}/{session.pk}").json()
    assert detail["internal_notes"] == "call first"


def test_what_is_already_so_is_no_change(desk, session):
    before = desk.get(f"{SESSIONS}/{session.pk}").json()
    same = {name: before[name] for name in ("session_date", "session_time", "discount", "room_id")}
    assert desk.patch(f"{SESSIONS}/{session.pk}", same).json()["version"] == before["version"]


LAST_YEAR = (studio_day(now()) - timedelta(days=300)).isoformat()


def test_a_stale_version_changes_nothing(desk, session):
    url = f"{SESSIONS}/{session.pk}"
    tag = desk.get(url).headers["ETag"]
    assert tag == f'"{session.version}"'
    fresh = desk.patch(url, {"discount": 10}, headers={"If-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != tag
    for stale in (tag, f"W/{tag}", '"nonsense"', ""):
        refused = desk.patch(url, {"discount": 20}, headers={"If-Match": stale})
        assert error(refused) == (412, "STALE_VERSION"), stale
    assert desk.patch(url, {"discount": 30}, headers={"If-Match": "*"}).json()["discount"] == 30


WRONG_CHANGES = {
    "a Studio session without a room": ({"room_id": None}, 400, "room_id"),
    "an unknown room": ({"room_id": 10**12}, 400, "room_id"),
    "transportation in the studio": ({"transportation_cost": 5}, 400, "transportation_cost"),
    "a negative discount": ({"discount": -1}, 400, "discount"),
    "more discount than there is": ({"discount": 1000.01}, 400, "discount"),
    "null for a required field": ({"session_date": None}, 400, "session_date"),
    "an unknown delivery method": ({"delivery_method": "Pigeon"}, 400, "delivery_method"),
    "a link that is none": ({"delivery_link": "javascript:alert(1)"}, 400, "delivery_link"),
    "three decimals": ({"discount": "1.005"}, 400, "discount"),
    "a date beyond reason": ({"session_date": "9999-12-31"}, 400, "session_date"),
    "a past date": ({"session_date": LAST_YEAR}, 422, None),
}


@pytest.mark.parametrize(("change", "code", "field"), WRONG_CHANGES.values(), ids=WRONG_CHANGES)
def test_a_wrong_change_changes_nothing(desk, session, change, code, field):
    answer = desk.patch(f"{SESSIONS}/{session.pk}", change | {"internal_notes": "lost?"})
    assert answer.status_code == code
    if field:
        assert field in answer.json()["errors"]
    session.refresh_from_db()
    assert session.internal_notes == ""


def test_optional_texts_take_null(desk, session):
    names = ("internal_notes", "delivery_method", "delivery_link", "client_requirements")
    answer = desk.patch(f"{SESSIONS}/{session.pk}", dict.fromkeys(names))
    assert answer.status_code == 200


def test_a_high_discount_needs_an_override_and_leaves_a_trace(desk, boss, session):
    high = {"discount": 200.01}
    assert error(desk.patch(f"{SESSIONS}/{session.pk}", high)) == (422, "OVERRIDE_NEEDED")
    assert desk.patch(f"{SESSIONS}/{session.pk}", {"discount": 200}).status_code == 200
    agreed = high | {"override": True, "reason": "anniversary"}
    assert boss.patch(f"{SESSIONS}/{session.pk}", agreed).status_code == 200
    entry = AuditEntry.objects.get(action="session.override")
    assert (entry.reason, entry.changes["guard"]) == ("anniversary", "OVERRIDE_NEEDED")


def test_a_cancelled_session_is_changed_by_an_admins_override_alone(desk, boss, session):
    desk.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Canceled"})
    url, change = f"{SESSIONS}/{session.pk}", {"client_requirements": "x"}
    assert error(desk.patch(url, change)) == (422, "IMMUTABLE_SESSION")
    assert error(boss.patch(url, change)) == (422, "IMMUTABLE_SESSION")
    agreed = change | {"override": True, "reason": "typo"}
    assert boss.patch(url, agreed).status_code == 200


def test_after_confirmation_the_terms_of_the_deposit_are_frozen(desk, boss):
    session = arrived(Status.CONFIRMED, days=30)
    url = f"{SESSIONS}/{session.pk}"
    more = {"deposit_percentage": 60}
    refused(desk.patch(url, more), 422, "IMMUTABLE_SESSION")
    agreed = more | {"override": True, "reason": "please"}
    refused(boss.patch(url, agreed), 422, "IMMUTABLE_SESSION")
    body = desk.patch(url, {"discount": 100}).json()
    assert (body["total_amount"], body["deposit_amount"]) == (900, 500)


def test_a_confirmed_session_that_moves_takes_its_deadline_along(desk):
    session = arrived(Status.CONFIRMED, days=30)
    moved = desk.patch(f"{SESSIONS}/{session.pk}", {"session_date": ahead(40).isoformat()}).json()
    assert moved["changes_deadline"] == ahead(33).isoformat()


def test_a_pre_scheduled_session_that_moves_closer_is_due_by_its_start(desk):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    moved = desk.patch(f"{SESSIONS}/{session.pk}", {"session_date": ahead(2).isoformat()}).json()
    assert moved["payment_deadline_at"] == moved["starts_at"]
    back = desk.patch(f"{SESSIONS}/{session.pk}", {"session_date": ahead(30).isoformat()}).json()
    assert back["payment_deadline_at"] == f"{ahead(5)}T23:59:59-06:00"


def test_from_pre_scheduled_on_a_session_keeps_its_time(desk):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    for missing in ({"session_time": None}, {"estimated_duration_hours": None}):
        refused(desk.patch(f"{SESSIONS}/{session.pk}", missing), 422, "MISSING_SCHEDULE")


def test_no_discount_takes_the_total_below_what_was_paid(boss):
    session = arrived(Status.CONFIRMED, days=30)
    high = {"discount": 500.01, "override": True, "reason": "a friend"}
    answer = boss.patch(f"{SESSIONS}/{session.pk}", high)
    assert refused(answer, 422, "PAYMENT_EXCEEDS_TOTAL")["total"] == 499.99


# Steps


def test_a_session_is_taken_through_its_states(desk, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    body = desk.post(url, {"to_status": "Pre-scheduled"}).json()
    assert_shape(body, SESSION)
    assert body["status"] == "Pre-scheduled"
    assert body["payment_deadline"] is not None
    assert desk.post(url, {"to_status": "Negotiation"}).json()["payment_deadline"] is None
    history = desk.get(f"{SESSIONS}/{session.pk}/history").json()
    assert [row["to_status"] for row in history] == [
        "Request",
        "Negotiation",
        "Pre-scheduled",
        "Negotiation",
    ]
    assert_shape(history[1], HISTORY)
    assert history[0]["from_status"] is None
    assert history[0]["changed_by_name"] == "Carla Coordinator"


def test_a_step_the_table_does_not_have_is_409_with_what_is_possible(desk, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    answer = desk.post(url, {"to_status": "Request"})
    assert error(answer) == (409, "INVALID_STATE_TRANSITION")
    allowed = answer.json()["context"]["allowed"]
    assert set(allowed) == {"Negotiation", "Pre-scheduled", "Canceled"}
    assert error(desk.post(url, {"to_status": "Nowhere"})) == (400, "VALIDATION_ERROR")
    assert error(desk.post(url, {})) == (400, "VALIDATION_ERROR")


def test_to_canceled_is_a_cancellation_by_the_client(desk, session, coordinator):
    url = f"{SESSIONS}/{session.pk}"
    desk.post(f"{url}/transition", {"to_status": "Canceled", "reason": None})
    body = desk.get(url).json()
    assert body["status"] == "Canceled"
    assert body["cancellation_initiator"] == "Client"
    assert body["cancelled_by"] == coordinator.pk
    assert body["cancellation_reason"]


def test_deleting_hides(desk, boss, session):
    url = f"{SESSIONS}/{session.pk}"
    assert error(desk.delete(url)) == (403, "PERMISSION_DENIED")
    assert boss.delete(url).status_code == 204
    assert error(boss.get(url)) == (404, "SESSION_NOT_FOUND")
    assert boss.get(SESSIONS).json()["items"] == []


def test_deleting_a_pre_scheduled_session_is_409(boss, session):
    boss.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Pre-scheduled"})
    answer = boss.delete(f"{SESSIONS}/{session.pk}")
    assert error(answer) == (409, "INVALID_STATE_TRANSITION")


DOORS = {
    "booking": ("post", "", {}),
    "changing": ("patch", "/{pk}", {"discount": -1}),
    "a step": ("post", "/{pk}/transition", {"to_status": "Nowhere"}),
    "hiding": ("delete", "/{pk}", {}),
    "an item": ("post", "/{pk}/details/items/{item}", {}),
    "a line": ("patch", "/{pk}/details/{line}", {"quantity": 0}),
    "removing": ("delete", "/{pk}/details/{line}", {}),
    "assigning": ("post", "/{pk}/photographers", {}),
    "a payment": ("post", "/{pk}/payments", {}),
    "cancelling": ("post", "/{pk}/cancel", {}),
}


@pytest.mark.parametrize(("method", "path", "body"), DOORS.values(), ids=DOORS)
def test_at_every_door_an_override_needs_the_right_first_and_then_a_reason(
    desk, boss, session, method, path, body
):
    line = session.lines.get()
    url = SESSIONS + path.format(pk=session.pk, line=line.pk, item=line.reference_id)
    if method == "delete":
        ask = {"path": f"{url}?override=true"}
    else:
        ask = {"path": url, "data": body | {"override": True}}
    refused = getattr(desk, method)(**ask)
    assert error(refused) == (403, "PERMISSION_DENIED")
    nameless = getattr(boss, method)(**ask)
    assert error(nameless) == (400, "VALIDATION_ERROR")


def test_recalculating_accepts_a_discount_that_was_agreed(desk, boss, session):
    agreed = {"discount": 450, "override": True, "reason": "anniversary"}
    boss.patch(f"{SESSIONS}/{session.pk}", agreed)
    assert desk.post(f"{SESSIONS}/{session.pk}/recalculate").status_code == 200


def test_seconds_are_cut(desk, session):
    body = desk.patch(f"{SESSIONS}/{session.pk}", {"session_time": "08:00:59"}).json()
    assert body["session_time"] == "08:00"
    assert "T08:00:00" in body["starts_at"]


# Postponing


def test_a_settled_session_moves_to_another_day_and_stays_what_it_is(desk, photographer):
    session = arrived(Status.ASSIGNED, photographer, days=3)
    url = f"{SESSIONS}/{session.pk}"
    was = desk.get(url).json()
    body = {"session_date": ahead(9).isoformat(), "session_time": "16:30", "reason": "rain"}
    moved = desk.post(f"{url}/postpone", body)
    assert moved.status_code == 200
    assert_shape(moved.json(), SESSION)
    assert moved.headers["ETag"] == f'"{moved.json()["version"]}"'
    assert moved.json()["starts_at"] == f"{ahead(9)}T16:30:00-06:00"
    assert moved.json()["ends_at"] == f"{ahead(9)}T18:30:00-06:00"
    assert moved.json()["status"] == "Assigned"
    assert moved.json()["changes_deadline"] == was["changes_deadline"]
    assert moved.json()["delivery_deadline"] == ahead(14).isoformat()
    assert moved.json()["version"] > was["version"]
    (member,) = desk.get(f"{url}/photographers").json()
    assert member["coverage_start"] == f"{ahead(9)}T16:30:00-06:00"
    longer = body | {"session_date": ahead(10).isoformat(), "estimated_duration_hours": 3}
    assert desk.post(f"{url}/postpone", longer).json()["estimated_duration_hours"] == 3
    assert AuditEntry.objects.filter(action="session.postponed", reason="rain").count() == 2


def test_postponing_into_another_booking_says_what_stands_in_the_way(desk, photographer):
    session = arrived(Status.ASSIGNED, photographer, days=3)
    body = {"session_date": ahead(9).isoformat(), "session_time": "10:00", "reason": "rain"}
    url = f"{SESSIONS}/{session.pk}/postpone"
    other = external(at=now(), session_date=ahead(9))
    assign(other, photographer, at=now())
    facts = refused(desk.post(url, body), 409, "PHOTOGRAPHER_NOT_AVAILABLE")
    assert [conflict["code"] for conflict in facts["conflicts"]] == [other.code]
    assert facts["next_free"]
    room = book(at=now(), session_date=ahead(9), room=session.room)
    facts = refused(desk.post(url, body), 409, "ROOM_NOT_AVAILABLE")
    assert [conflict["code"] for conflict in facts["conflicts"]] == [room.code]
    session.refresh_from_db()
    assert session.session_date == ahead(3)


WRONG_DAYS: dict[str, Any] = {
    "nothing": ({"session_date": None, "session_time": None, "reason": None}, 400),
    "no date": ({"session_date": None}, 400),
    "no time": ({"session_time": None}, 400),
    "no reason": ({"reason": ""}, 400),
    "a blank reason": ({"reason": "  "}, 400),
    "a day that is none": ({"session_date": "2027-02-30"}, 400),
    "a day beyond reason": ({"session_date": "9999-12-31"}, 400),
    "the first day of all": ({"session_date": "0001-01-01"}, 422),
    "a day that is a list": ({"session_date": []}, 400),
    "a time that is none": ({"session_time": "24:30"}, 400),
    "a time that is a number": ({"session_time": 10}, 400),
    "no duration at all": ({"estimated_duration_hours": 0}, 400),
    "a negative one": ({"estimated_duration_hours": -2}, 400),
    "too long a one": ({"estimated_duration_hours": 24.5}, 400),
    "one that is a list": ({"estimated_duration_hours": [2]}, 400),
    "yesterday": ({"session_date": ahead(-1).isoformat()}, 422),
}


@pytest.mark.parametrize(("change", "status"), WRONG_DAYS.values(), ids=WRONG_DAYS)
def test_a_wrong_postponement_moves_nothing(desk, change, status):
    session = arrived(Status.ASSIGNED, days=3)
    body = {"session_date": ahead(9).isoformat(), "session_time": "10:00", "reason": "rain"}
    answer = desk.post(f"{SESSIONS}/{session.pk}/postpone", body | change)
    code = {400: "VALIDATION_ERROR", 422: "INVALID_SESSION_DATE"}[status]
    refused(answer, status, code, *(change if status == 400 else ()))
    session.refresh_from_db()
    assert session.session_date == ahead(3)


@pytest.mark.parametrize(
    ("state", "days", "status", "code"),
    [
        (Status.REQUEST, 30, 409, "INVALID_STATE_TRANSITION"),
        (Status.PRE_SCHEDULED, 30, 409, "INVALID_STATE_TRANSITION"),
        (Status.CONFIRMED, 30, 422, "CHANGES_DEADLINE_NOT_REACHED"),
        (Status.ATTENDED, -1, 409, "INVALID_STATE_TRANSITION"),
        (Status.CANCELED, 30, 409, "INVALID_STATE_TRANSITION"),
    ],
)
def test_only_what_is_settled_is_postponed(desk, state, days, status, code):
    session = arrived(state, days=days)
    # a past date is the lesser reason, and hence not told
    body = {"session_date": ahead(-1).isoformat(), "session_time": "10:00", "reason": "rain"}
    facts = refused(desk.post(f"{SESSIONS}/{session.pk}/postpone", body), status, code)
    assert ("allowed" if status == 409 else "deadline") in facts
