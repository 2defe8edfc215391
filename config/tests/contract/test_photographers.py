"""The photographers' corner: their own sessions, never money (contract, section 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.tests.contract.session_shapes import (
    CORNER_DETAIL,
    CORNER_SESSION,
    PRIVATE_FIELDS,
    SESSION_CLIENT,
    STATS,
    TEAM,
    names_in,
)
from config.tests.contract.shapes import assert_answer, assert_refused, assert_wrong_form
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import acting, assign, external
from sessions_app.tests.wire import arrived
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

CORNER = "/api/v1/photographers"


@pytest.fixture
def mine(photographer) -> Any:
    return signed_in(photographer)


def one(session: Session, *parts: str) -> str:
    return "/".join((CORNER, "sessions", str(session.pk), *parts))


def without_money(body: Any) -> None:
    assert not names_in(body) & (PRIVATE_FIELDS | {"payment_deadline", "price", "amount"})


# The list


def test_my_sessions_are_an_array(mine, photographer, session):
    assign(session, photographer, role="Lead")
    [shown] = assert_answer(mine.get(f"{CORNER}/sessions"), [CORNER_SESSION])
    assert (shown["id"], shown["code"]) == (session.pk, session.code)
    assert shown["client_name"] == session.client.full_name
    assert (shown["my_role"], shown["my_attended"], shown["my_attended_at"]) == (
        "Lead",
        False,
        None,
    )
    without_money(shown)


def test_my_sessions_come_soonest_first_then_past_ones_latest_first(
    mine, photographer, this_morning
):
    days = (-2, 40, 0, -9, 3)
    for number in days:
        status = Status.ATTENDED if number < 0 else Status.CONFIRMED
        at = this_morning if number == 0 else None
        arrived(status, photographer, days=number, booked_at=at)
    shown = assert_answer(mine.get(f"{CORNER}/sessions"), [CORNER_SESSION])
    today = studio_day(now())
    expected = [(today + timedelta(days=number)).isoformat() for number in (0, 3, 40, -2, -9)]
    assert [entry["session_date"] for entry in shown] == expected


def test_my_sessions_are_there_in_every_state(mine, photographer):
    states = {
        Status.REQUEST: 30,
        Status.PRE_SCHEDULED: 31,
        Status.CONFIRMED: 32,
        Status.CANCELED: 33,
        Status.ASSIGNED: 3,
        Status.ATTENDED: -1,
        Status.IN_EDITING: -2,
        Status.READY: -3,
        Status.COMPLETED: -4,
    }
    for status, days in states.items():
        arrived(status, photographer, days=days)
    shown = assert_answer(mine.get(f"{CORNER}/sessions"), [CORNER_SESSION])
    assert {entry["status"] for entry in shown} == {status.value for status in states}
    some = mine.get(f"{CORNER}/sessions", {"status": "Completed"}).json()
    assert [entry["status"] for entry in some] == ["Completed"]
    today = studio_day(now())
    query = {"start_date": today - timedelta(days=2), "end_date": today + timedelta(days=3)}
    some = mine.get(f"{CORNER}/sessions", query).json()
    assert {entry["status"] for entry in some} == {"Assigned", "Attended", "In Editing"}


def test_who_covers_none_has_none(boss, desk, editor, session, photographer):
    assign(session, photographer)
    others = (boss, desk, signed_in(editor), signed_in(UserFactory(roles=["photographer"])))
    for other in others:
        assert assert_answer(other.get(f"{CORNER}/sessions"), [CORNER_SESSION]) == []


def test_who_may_see_no_session_does_not_enter(plain_user, api):
    for address in ("sessions", "stats"):
        answer = signed_in(plain_user).get(f"{CORNER}/{address}")
        assert_refused(answer, 403, "PERMISSION_DENIED")
        assert_refused(api(None).get(f"{CORNER}/{address}"), 401, "NOT_AUTHENTICATED")


# One of them


def test_one_of_my_sessions_is_shown_without_money(mine, photographer, desk, session):
    assignment = assign(session, photographer, role="Assistant")
    desk.patch(
        f"/api/v1/sessions/{session.pk}",
        {"client_requirements": "Fondo claro", "internal_notes": "x", "delivery_method": "Both"},
    )
    body = assert_answer(mine.get(one(session)), CORNER_DETAIL)
    assert body["my_assignment_id"] == assignment.pk
    assert (body["my_role"], body["my_attended"]) == ("Assistant", False)
    assert (body["client_requirements"], body["delivery_method"]) == ("Fondo claro", "Both")
    assert len(body["details"]) == 1
    without_money(body)


def test_a_session_elsewhere_says_where(mine, photographer, coordinator, day):
    session = external(acting(coordinator), at=now(), session_date=day, location="Tikal")
    assign(session, photographer)
    body = assert_answer(mine.get(one(session)), CORNER_DETAIL)
    assert (body["session_type"], body["location"], body["room_id"]) == ("External", "Tikal", None)


def test_the_client_of_my_session(mine, photographer, coordinator, day):
    client = ClientFactory(full_name="Luz Pérez", notes="secret", delivery_address="Zona 1")
    session = external(acting(coordinator), at=now(), session_date=day, client=client)
    assign(session, photographer)
    body = assert_answer(mine.get(one(session, "client")), SESSION_CLIENT)
    assert body["full_name"] == "Luz Pérez"
    assert not names_in(body) & {"notes", "delivery_address", "tax_id", "billing_name"}


def test_the_team_of_my_session(mine, photographer, session):
    assign(session, photographer, role="Lead")
    assign(session)
    body = assert_answer(mine.get(one(session, "team")), TEAM)
    assert body["session_id"] == session.pk
    assert len(body["photographers"]) == 2
    me = next(each for each in body["photographers"] if each["photographer_id"] == photographer.pk)
    assert (me["photographer_name"], me["role"]) == (photographer.full_name, "Lead")


def test_a_session_of_others_is_404(mine, session):
    assign(session)
    for address in (one(session), one(session, "client"), one(session, "team")):
        assert_refused(mine.get(address), 404, "SESSION_NOT_FOUND", "NOT_FOUND")
    answer = mine.patch(one(session, "attend"), {"attended": True})
    assert_refused(answer, 404, "SESSION_NOT_FOUND", "NOT_FOUND")


# Attending


def test_attending_answers_the_same_detail(mine, photographer, this_morning):
    session = arrived(Status.ASSIGNED, photographer, days=0, booked_at=this_morning)
    answer = mine.patch(one(session, "attend"), {"attended": True, "notes": "rain"})
    body = assert_answer(answer, CORNER_DETAIL)
    assert (body["my_attended"], body["my_notes"], body["status"]) == (True, "rain", "Attended")
    assert body["my_attended_at"] is not None
    without_money(body)
    back = assert_answer(mine.patch(one(session, "attend"), {"attended": False}), CORNER_DETAIL)
    assert (back["my_attended"], back["my_attended_at"], back["status"]) == (
        False,
        None,
        "Assigned",
    )


def test_nobody_attends_before_the_day_or_without_saying_so(mine, photographer):
    session = arrived(Status.ASSIGNED, photographer, days=3)
    answer = mine.patch(one(session, "attend"), {"attended": True})
    assert_refused(answer, 422, "TOO_EARLY")
    for wrong in ({}, {"attended": None}, {"attended": "perhaps"}):
        assert_wrong_form(mine.patch(one(session, "attend"), wrong), "attended")


def test_an_early_state_knows_no_attendance(mine, photographer, session):
    assign(session, photographer)
    answer = mine.patch(one(session, "attend"), {"attended": True})
    assert_refused(answer, 409, "INVALID_STATE_TRANSITION")


# Figures


def test_the_figures_of_who_covers_none_are_zero(mine):
    body = assert_answer(mine.get(f"{CORNER}/stats"), STATS)
    assert body.pop("next_session_date") is None
    assert set(body.values()) == {0}


def test_my_figures(mine, photographer):
    arrived(Status.CONFIRMED, photographer, days=60)
    arrived(Status.ASSIGNED, photographer, days=3)
    arrived(Status.COMPLETED, photographer, days=-40, booked_at=now() - timedelta(days=60))
    arrived(Status.CONFIRMED, days=2)
    body = assert_answer(mine.get(f"{CORNER}/stats"), STATS)
    assert (body["total_assignments"], body["upcoming_sessions"]) == (3, 2)
    assert body["next_session_date"] == (studio_day(now()) + timedelta(days=3)).isoformat()
    assert body["total_sessions_completed"] == 1
    without_money(body)


def test_what_i_attended_is_counted(mine, photographer, this_morning):
    session = arrived(Status.ASSIGNED, photographer, days=0, booked_at=this_morning)
    before = mine.get(f"{CORNER}/stats").json()
    assert mine.patch(one(session, "attend"), {"attended": True}).status_code == 200
    after = mine.get(f"{CORNER}/stats").json()
    assert (before["attended_sessions"], after["attended_sessions"]) == (0, 1)
    assert after["sessions_this_week"] == 1
