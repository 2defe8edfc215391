"""Lines, team and rooms on the wire (contract, sections 3 and 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from config.clock import now, studio_zone
from config.records.models import AuditEntry
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import assign, book, priced
from sessions_app.tests.wire import (
    ASSIGNMENT,
    LINE,
    SESSION,
    SESSIONS,
    arrived,
    assert_shape,
    error,
    refused,
)
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# Lines


def test_an_item_is_added_changed_and_removed(desk, session):
    url = f"{SESSIONS}/{session.pk}/details"
    answer = desk.post(f"{url}/items/{ItemFactory(unit_price='45.00').pk}?quantity=3")
    assert answer.status_code == 201
    line = answer.json()
    assert_shape(line, LINE)
    assert line["line_subtotal"] == 135
    assert desk.get(f"{SESSIONS}/{session.pk}").json()["total_amount"] == 1135
    changed = desk.patch(f"{url}/{line['id']}", {"quantity": 2, "is_delivered": True}).json()
    assert (changed["line_subtotal"], changed["is_delivered"]) == (90, True)
    assert changed["delivered_at"] is not None
    assert desk.delete(f"{url}/{line['id']}").status_code == 204
    assert desk.get(f"{SESSIONS}/{session.pk}").json()["total_amount"] == 1000


def test_a_package_answers_its_lines(desk, session):
    package = PackageFactory(base_price="500.00")
    PackageItemFactory(package=package, quantity=6)
    url = f"{SESSIONS}/{session.pk}/details"
    answer = desk.post(f"{url}/packages/{package.pk}")
    assert answer.status_code == 201
    kinds = [(line["line_type"], line["line_subtotal"], line["group"]) for line in answer.json()]
    assert kinds == [("Item", 600, 1), ("Adjustment", -100, 1)]
    assert [line["id"] for line in desk.get(url).json()][1:] == [
        line["id"] for line in answer.json()
    ]


@pytest.mark.parametrize("quantity", ["0", "-1", "x", "10001", "1.5", "1e9"])
def test_a_quantity_that_is_none_is_a_wrong_form(desk, session, quantity):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}?quantity={quantity}"
    assert error(desk.post(url)) == (400, "VALIDATION_ERROR")


def test_what_is_not_in_the_catalog_or_on_this_session_is_404(desk, session, day):
    other = priced(book(at=now(), session_date=day + timedelta(days=1)), at=now())
    url = f"{SESSIONS}/{session.pk}/details"
    assert error(desk.post(f"{url}/items/987654")) == (404, "NOT_FOUND")
    assert error(desk.post(f"{url}/packages/987654")) == (404, "NOT_FOUND")
    line = other.lines.get()
    assert error(desk.patch(f"{url}/{line.pk}", {"quantity": 2})) == (404, "NOT_FOUND")
    assert error(desk.delete(f"{url}/{line.pk}")) == (404, "NOT_FOUND")


def test_an_override_of_a_deletion_is_in_the_query(boss, session):
    boss.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Canceled"})
    url = f"{SESSIONS}/{session.pk}/details/{session.lines.get().pk}"
    assert error(boss.delete(url)) == (422, "IMMUTABLE_SESSION")
    assert error(boss.delete(f"{url}?override=true")) == (400, "VALIDATION_ERROR")
    assert boss.delete(f"{url}?override=true&reason=typo").status_code == 204


def test_recalculating_answers_the_session(desk, session):
    body = desk.post(f"{SESSIONS}/{session.pk}/recalculate").json()
    assert_shape(body, SESSION)


# Team


def test_a_photographer_is_assigned_changed_and_released(desk, session, photographer, day):
    url = f"{SESSIONS}/{session.pk}/photographers"
    answer = desk.post(url, {"photographer_id": photographer.pk, "role": "Lead"})
    assert answer.status_code == 201
    body = answer.json()
    assert_shape(body, ASSIGNMENT)
    assert body["coverage_start"] == f"{day}T10:00:00-06:00"
    changed = desk.patch(
        f"{url}/{body['id']}",
        {
            "role": None,
            "coverage_start": f"{day}T09:00:00-06:00",
            "coverage_end": f"{day}T13:00:00-06:00",
            "notes": "brings the lights",
        },
    ).json()
    assert (changed["role"], changed["notes"]) == (None, "brings the lights")
    assert changed["coverage_end"] == f"{day}T13:00:00-06:00"
    assert desk.delete(f"{url}/{body['id']}").status_code == 204
    assert desk.get(url).json() == []
    (past,) = desk.get(f"{url}?all=true").json()
    assert past["assignment_status"] == "Released"
    assert error(desk.delete(f"{url}/{body['id']}")) == (404, "NOT_FOUND")


def test_someone_else_takes_over_role_and_coverage(desk, session, photographer):
    url = f"{SESSIONS}/{session.pk}/photographers"
    first = desk.post(url, {"photographer_id": photographer.pk, "role": "Lead"}).json()
    other = UserFactory(roles=["photographer"])
    answer = desk.post(
        f"{url}/{first['id']}/reassign", {"photographer_id": other.pk, "reason": "ill"}
    )
    assert answer.status_code == 201
    assert (answer.json()["photographer_id"], answer.json()["role"]) == (other.pk, "Lead")
    states = {row["id"]: row["assignment_status"] for row in desk.get(f"{url}?all=1").json()}
    assert states == {first["id"]: "Reassigned", answer.json()["id"]: "Assigned"}


REFUSED_ASSIGNMENTS = {
    "an unknown person": (lambda: {"photographer_id": 10**12}, 400, "VALIDATION_ERROR"),
    "nobody": (dict, 400, "VALIDATION_ERROR"),
    "an editor": (
        lambda: {"photographer_id": UserFactory(roles=["editor"]).pk},
        422,
        "WRONG_ROLE",
    ),
    "someone inactive": (
        lambda: {"photographer_id": UserFactory(roles=["photographer"], status="Inactive").pk},
        422,
        "INACTIVE_RESOURCE",
    ),
    "a coverage beside the session": (
        lambda: {
            "photographer_id": UserFactory(roles=["photographer"]).pk,
            "coverage_start": "2031-01-01T10:00:00-06:00",
            "coverage_end": "2031-01-01T12:00:00-06:00",
        },
        400,
        "VALIDATION_ERROR",
    ),
    "half a coverage": (
        lambda: {
            "photographer_id": UserFactory(roles=["photographer"]).pk,
            "coverage_start": "2031-01-01T10:00:00-06:00",
        },
        400,
        "VALIDATION_ERROR",
    ),
    "an unknown role": (
        lambda: {"photographer_id": UserFactory(roles=["photographer"]).pk, "role": "Boss"},
        400,
        "VALIDATION_ERROR",
    ),
}


@pytest.mark.parametrize(
    ("asked_for", "status", "code"), REFUSED_ASSIGNMENTS.values(), ids=REFUSED_ASSIGNMENTS
)
def test_an_assignment_is_refused(desk, session, asked_for, status, code):
    answer = desk.post(f"{SESSIONS}/{session.pk}/photographers", asked_for())
    assert error(answer) == (status, code)
    assert session.assignments.count() == 0


def test_the_same_person_and_a_second_lead_are_duplicates(desk, session, photographer):
    url = f"{SESSIONS}/{session.pk}/photographers"
    desk.post(url, {"photographer_id": photographer.pk, "role": "Lead"})
    assert error(desk.post(url, {"photographer_id": photographer.pk})) == (409, "DUPLICATE")
    other = {"photographer_id": UserFactory(roles=["photographer"]).pk}
    assert error(desk.post(url, other | {"role": "Lead"})) == (409, "DUPLICATE")
    second = desk.post(url, other | {"role": "Assistant"}).json()
    promoted = desk.patch(f"{url}/{second['id']}", {"role": "Lead"})
    assert error(promoted) == (409, "DUPLICATE")


@pytest.mark.parametrize(
    ("sent", "missing"), [("coverage_start", "coverage_end"), ("coverage_end", "coverage_start")]
)
def test_half_a_coverage_is_refused_by_the_end_that_is_missing(
    desk, session, photographer, day, sent, missing
):
    url = f"{SESSIONS}/{session.pk}/photographers"
    asked = {"photographer_id": photographer.pk, sent: f"{day}T11:00:00-06:00"}
    refused(desk.post(url, asked), 400, "VALIDATION_ERROR", missing)
    member = assign(session, photographer)
    answer = desk.patch(f"{url}/{member.pk}", {missing: None})
    refused(answer, 400, "VALIDATION_ERROR", missing)


def test_a_coverage_stays_near_its_session(desk, session, photographer, day):
    asked = {
        "photographer_id": photographer.pk,
        "coverage_start": f"{day}T10:00:00-06:00",
        "coverage_end": "9999-12-31T23:59:59Z",
    }
    answer = desk.post(f"{SESSIONS}/{session.pk}/photographers", asked)
    assert error(answer) == (400, "VALIDATION_ERROR")


def test_why_someone_was_replaced_is_for_the_audit_trail(desk, session, photographer):
    url = f"{SESSIONS}/{session.pk}/photographers"
    first = desk.post(url, {"photographer_id": photographer.pk}).json()
    desk.patch(f"{url}/{first['id']}", {"notes": "not to be told"})
    other = UserFactory(roles=["photographer"])
    desk.post(f"{url}/{first['id']}/reassign", {"photographer_id": other.pk, "reason": "late"})
    seen = signed_in(other).get(f"{url}?all=true").json()
    assert [row["notes"] for row in seen] == [None, None]
    assert desk.get(f"{url}?all=true").json()[0]["notes"] == "not to be told"
    assert AuditEntry.objects.get(action="assignment.reassigned").reason == "late"


def test_the_team_of_a_cancelled_session_is_final(desk, session, photographer):
    desk.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Canceled"})
    answer = desk.post(
        f"{SESSIONS}/{session.pk}/photographers", {"photographer_id": photographer.pk}
    )
    assert error(answer) == (409, "INVALID_STATE_TRANSITION")


LATER: dict[str, tuple[Status, int, int, str]] = {
    "assigned": (Status.ASSIGNED, 201, 422, "MISSING_RESOURCES"),
    "in editing": (Status.IN_EDITING, 201, 422, "MISSING_RESOURCES"),
    "ready": (Status.READY, 409, 409, "INVALID_STATE_TRANSITION"),
    "completed": (Status.COMPLETED, 409, 409, "INVALID_STATE_TRANSITION"),
}


@pytest.mark.parametrize(("state", "adding", "removing", "code"), LATER.values(), ids=LATER)
def test_the_team_later_in_life(desk, photographer, state, adding, removing, code):
    session = arrived(state)
    url = f"{SESSIONS}/{session.pk}/photographers"
    last = session.assignments.get()
    assert error(desk.delete(f"{url}/{last.pk}")) == (removing, code)
    assert desk.post(url, {"photographer_id": photographer.pk}).status_code == adding
    other = {"photographer_id": UserFactory(roles=["photographer"]).pk}
    replaced = desk.post(f"{url}/{last.pk}/reassign", other)
    assert replaced.status_code == (409 if state == Status.COMPLETED else 201)


# Lines later in life: adding one, to a coordinator, and whether an admin may by override.
SETTLED: dict[str, tuple[Status, int, str | None]] = {
    "pre-scheduled": (Status.PRE_SCHEDULED, 30, None),
    "confirmed, in time": (Status.CONFIRMED, 30, None),
    "confirmed, late": (Status.CONFIRMED, 3, "CHANGES_DEADLINE_EXPIRED"),
    "assigned": (Status.ASSIGNED, -1, "IMMUTABLE_SESSION"),
    "in editing": (Status.IN_EDITING, -1, "IMMUTABLE_SESSION"),
    "completed": (Status.COMPLETED, -1, "IMMUTABLE_SESSION"),
}


@pytest.mark.parametrize(("state", "days", "code"), SETTLED.values(), ids=SETTLED)
def test_what_is_sold_is_settled_with_the_deadline(desk, boss, state, days, code):
    session = arrived(state, days=days)
    url = f"{SESSIONS}/{session.pk}/details"
    item = ItemFactory(unit_price="50.00").pk
    agreed = {"override": True, "reason": "one more album"}
    if code is None:
        assert desk.post(f"{url}/items/{item}").status_code == 201
    else:
        facts = refused(desk.post(f"{url}/items/{item}"), 422, code)
        assert ("deadline" in facts) == (code == "CHANGES_DEADLINE_EXPIRED")
        assert boss.post(f"{url}/items/{item}", agreed).status_code == 201
    body = desk.get(f"{SESSIONS}/{session.pk}").json()
    assert body["total_amount"] == 1050
    assert body["deposit_amount"] == (525 if state == Status.PRE_SCHEDULED else 500)


def test_no_line_is_taken_away_that_was_paid_for(desk, boss):
    session = arrived(Status.CONFIRMED, days=30)
    dear = session.lines.get()
    priced(session, "123.45", at=now())
    url = f"{SESSIONS}/{session.pk}/details/{dear.pk}"
    facts = refused(desk.delete(url), 422, "PAYMENT_EXCEEDS_TOTAL")
    assert facts["total"] == 123.45
    refused(boss.delete(f"{url}?override=true&reason=x"), 422, "PAYMENT_EXCEEDS_TOTAL")


def test_delivery_of_a_line_is_noted_until_completed(desk):
    session = arrived(Status.READY)
    url = f"{SESSIONS}/{session.pk}/details/{session.lines.get().pk}"
    assert desk.patch(url, {"is_delivered": True}).json()["delivered_at"] is not None
    done = arrived(Status.COMPLETED, days=-2)
    url = f"{SESSIONS}/{done.pk}/details/{done.lines.get().pk}"
    refused(desk.patch(url, {"is_delivered": True}), 422, "IMMUTABLE_SESSION")


# Rooms


def test_maintenance_from_now_takes_no_new_booking_and_names_what_it_endangers(
    boss, session, asked
):
    room = session.room_id
    answer = boss.put(f"/api/v1/rooms/{room}/maintenance", {})
    assert answer.status_code == 200
    assert answer.json()["status"] == "Maintenance"
    assert [claim["code"] for claim in answer.json()["endangered"]] == [session.code]
    refused = boss.post(SESSIONS, asked | {"room_id": room, "session_time": "15:00"})
    assert error(refused) == (422, "INACTIVE_RESOURCE")
    assert boss.put(f"/api/v1/rooms/{room}/maintenance").status_code == 200
    back = boss.put(f"/api/v1/rooms/{room}/reactivate")
    assert back.json()["status"] == "Active"
    assert (
        boss.post(SESSIONS, asked | {"room_id": room, "session_time": "15:00"}).status_code == 201
    )


def test_maintenance_is_refused_while_a_booking_is_running(boss):
    running = book(at=now() - timedelta(minutes=1), **_starting_now())
    answer = boss.put(f"/api/v1/rooms/{running.room_id}/maintenance", {})
    assert error(answer) == (409, "ROOM_NOT_AVAILABLE")


def _starting_now() -> dict[str, Any]:
    local = now().astimezone(studio_zone())
    return {"session_date": local.date(), "session_time": local.time().replace(microsecond=0)}


def test_what_open_sessions_need_is_not_deactivated(boss, session, photographer):
    assign(session, photographer)
    for url in (f"/api/v1/rooms/{session.room_id}", f"/api/v1/clients/{session.client_id}"):
        answer = boss.delete(url)
        assert error(answer) == (409, "IN_USE")
        assert answer.json()["context"]["conflicts"][0]["code"] == session.code
    boss.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": "Canceled"})
    assert boss.delete(f"/api/v1/rooms/{session.room_id}").status_code == 200
    assert boss.delete(f"/api/v1/clients/{session.client_id}").status_code == 200


@pytest.mark.parametrize("part", ["details", "photographers?all=true", "history"])
def test_the_parts_of_a_session_take_the_same_queries_for_1_and_for_many(
    desk, session, part, django_assert_max_num_queries
):
    url = f"{SESSIONS}/{session.pk}/{part}"
    assign(session)
    with django_assert_max_num_queries(8) as few:
        desk.get(url)
    for target in ("Negotiation", "Pre-scheduled", "Negotiation"):
        desk.post(f"{SESSIONS}/{session.pk}/transition", {"to_status": target})
        priced(session, at=now())
        assign(session)
    with django_assert_max_num_queries(8) as many:
        assert len(desk.get(url).json()) >= 4
    assert len(few) == len(many)
