"""The steps of a session on the wire: transitions, cancelling, editing (contract, section 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from config.tests.contract.session_shapes import (
    DETAIL,
    HISTORY,
    PREVIEW,
    PRIVATE_FIELDS,
    SESSION,
    names_in,
    without_private,
)
from config.tests.contract.shapes import assert_answer, assert_refused, assert_wrong_form
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import acting, assign, book
from sessions_app.tests.wire import arrived
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SESSIONS = "/api/v1/sessions"


def one(session: Any, *parts: Any) -> str:
    return "/".join(map(str, (SESSIONS, session.pk, *parts)))


def move(client: Any, session: Session, to_status: Any, **body: Any) -> Any:
    return client.post(one(session, "transition"), {"to_status": to_status, **body})


# Transitions


def test_a_step_is_answered_as_a_session_and_told_by_the_history(desk, session):
    body = assert_answer(move(desk, session, "Negotiation", reason="r", notes="n"), SESSION)
    assert body["status"] == "Negotiation"
    last = desk.get(one(session, "history")).json()[-1]
    assert (last["to_status"], last["reason"], last["notes"]) == ("Negotiation", "r", "n")


def test_from_request_to_pre_scheduled_takes_both_steps(desk, session):
    body = assert_answer(move(desk, session, "Pre-scheduled"), SESSION)
    assert body["status"] == "Pre-scheduled"
    rows = assert_answer(desk.get(one(session, "history")), [HISTORY])
    assert [row["to_status"] for row in rows] == ["Request", "Negotiation", "Pre-scheduled"]


def test_the_allowed_steps_are_those_of_the_table(desk, boss, session):
    for client in (desk, boss):
        allowed = client.get(one(session)).json()["allowed_transitions"]
        assert {"Negotiation", "Canceled"} <= set(allowed)
        assert not set(allowed) & {"Request", "Confirmed", "Assigned", "Completed"}


def test_the_state_it_is_in_is_no_step(desk):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    answer = move(desk, session, "Pre-scheduled")
    assert_refused(answer, 409, "INVALID_STATE_TRANSITION")


@pytest.mark.parametrize("to_status", ["Request", "Confirmed", "Attended", "Completed"])
def test_a_step_that_the_table_does_not_know_is_409_with_the_allowed_ones(desk, session, to_status):
    body = assert_refused(move(desk, session, to_status), 409, "INVALID_STATE_TRANSITION")
    assert {"Negotiation", "Canceled"} <= set(body["context"]["allowed"])


@pytest.mark.parametrize("to_status", [None, "", "request", "Nowhere", 1, ["Negotiation"]])
def test_a_state_that_is_none_is_400(desk, session, to_status):
    assert_wrong_form(move(desk, session, to_status), "to_status")


def test_a_step_without_the_right_is_403_and_out_of_sight_404(session, photographer, editor):
    assign(session, photographer)
    answer = move(signed_in(photographer), session, "Negotiation")
    assert_refused(answer, 403, "PERMISSION_DENIED")
    answer = move(signed_in(editor), session, "Negotiation")
    assert_refused(answer, 404, "SESSION_NOT_FOUND", "NOT_FOUND")


def test_without_a_line_or_a_time_nothing_is_pre_scheduled(desk, coordinator, day):
    empty = book(acting(coordinator), at=now(), session_date=day)
    assert_refused(move(desk, empty, "Pre-scheduled"), 422, "EMPTY_SESSION")
    timeless = book(
        acting(coordinator),
        at=now(),
        session_date=day,
        session_time=None,
        estimated_duration_hours=None,
    )
    assert_refused(move(desk, timeless, "Pre-scheduled"), 422, "MISSING_SCHEDULE")


def test_without_the_deposit_nothing_is_confirmed(desk):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    body = assert_refused(move(desk, session, "Confirmed"), 422, "INSUFFICIENT_PAYMENT")
    assert (body["context"]["required"], body["context"]["paid"]) == (500, 0)


def test_before_the_changes_deadline_nothing_is_assigned(desk):
    session = arrived(Status.CONFIRMED, days=30)
    answer = move(desk, session, "Assigned")
    assert_refused(answer, 422, "CHANGES_DEADLINE_NOT_REACHED")


def test_a_reopened_session_keeps_what_was_paid(desk):
    session = arrived(Status.CONFIRMED, days=30)
    body = assert_answer(move(desk, session, "Negotiation"), SESSION)
    assert (body["status"], body["paid_amount"]) == ("Negotiation", 500)


def test_after_the_changes_deadline_nothing_is_reopened(desk):
    answer = move(desk, arrived(Status.CONFIRMED, days=3), "Negotiation")
    assert_refused(answer, 422, "CHANGES_DEADLINE_EXPIRED")


def test_completing_asks_for_the_balance(desk):
    session = arrived(Status.READY)
    answer = move(desk, session, "Completed")
    assert_refused(answer, 422, "INSUFFICIENT_PAYMENT")


def test_completing_is_forced_by_an_admin_with_a_reason(desk, boss):
    session = arrived(Status.READY)
    forced = {"override": True, "reason": "they pay next week"}
    answer = move(desk, session, "Completed", **forced)
    assert_refused(answer, 403, "PERMISSION_DENIED")
    body = assert_answer(move(boss, session, "Completed", **forced), SESSION)
    assert body["status"] == "Completed"


# Cancelling


def test_the_preview_says_what_is_given_back(desk):
    session = arrived(Status.CONFIRMED, days=30)
    for query in ({"initiated_by": "Client"}, {"initiated_by": "Studio"}):
        body = assert_answer(desk.get(one(session, "cancellation-preview"), query), PREVIEW)
        assert (body["refund_amount"], body["refund_percentage"]) == (500, 100)
        assert body["paid_amount"] == 500


def test_the_preview_of_a_late_cancellation_depends_on_who_cancels(desk):
    session = arrived(Status.ASSIGNED, days=3)
    for initiator, amount in (("Client", 0), ("Force Majeure", 500)):
        query = {"initiated_by": initiator}
        body = assert_answer(desk.get(one(session, "cancellation-preview"), query), PREVIEW)
        assert body["refund_amount"] == amount


def test_a_cancellation_is_answered_as_a_detail(desk, coordinator):
    session = arrived(Status.CONFIRMED, days=30, actor=acting(coordinator))
    facts = {"cancellation_reason": "the wedding is off", "initiated_by": "Client"}
    answer = desk.post(one(session, "cancel"), facts | {"category": "changed_mind", "notes": "n"})
    body = assert_answer(answer, DETAIL)
    assert body["status"] == "Canceled"
    assert body["cancellation_reason"] == "the wedding is off"
    assert body["cancellation_initiator"] == "Client"
    assert body["cancellation_category"] == "changed_mind"
    assert body["cancelled_by"] == coordinator.pk
    assert body["refund_due"] == 500
    assert body["allowed_transitions"] == []
    refund = desk.get(one(session, "payments")).json()[0]
    assert (refund["payment_type"], refund["status"]) == ("Refund", "Pending")
    assert refund["amount"] == 500


@pytest.mark.parametrize("reason", [None, "no more"])
def test_the_step_to_canceled_is_a_cancellation_by_the_client(desk, reason, coordinator):
    session = arrived(Status.CONFIRMED, days=30, actor=acting(coordinator))
    assert_answer(move(desk, session, "Canceled", reason=reason), SESSION)
    body = assert_answer(desk.get(one(session)), DETAIL)
    assert body["cancellation_initiator"] == "Client"
    assert body["cancellation_reason"]
    assert reason is None or body["cancellation_reason"] == reason
    assert body["refund_due"] == 500


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("cancellation_reason", None),
        ("cancellation_reason", ""),
        ("initiated_by", None),
        ("initiated_by", "System"),
        ("initiated_by", "Nobody"),
        ("category", "boredom"),
    ],
)
def test_a_wrong_cancellation_is_400_with_its_field(desk, session, field, wrong):
    body = {"cancellation_reason": "off", "initiated_by": "Client", field: wrong}
    assert_wrong_form(desk.post(one(session, "cancel"), body), field)


def test_what_is_over_is_not_canceled(desk):
    body = {"cancellation_reason": "off", "initiated_by": "Client"}
    for status in (Status.CANCELED, Status.COMPLETED):
        days = 30 if status == Status.CANCELED else -1
        answer = desk.post(one(arrived(status, days=days), "cancel"), body)
        assert_refused(answer, 409, "INVALID_STATE_TRANSITION")


def test_the_initiator_is_corrected_by_an_admin(desk, boss):
    session = arrived(Status.ASSIGNED, days=3)
    desk.post(
        one(session, "cancel"), {"cancellation_reason": "storm", "initiated_by": "Force Majeure"}
    )
    correction = {"initiated_by": "Client", "reason": "they called it off"}
    url = one(session, "cancellation")
    assert_refused(desk.patch(url, correction), 403, "PERMISSION_DENIED")
    assert boss.patch(url, correction).status_code == 200
    detail = boss.get(one(session)).json()
    assert (detail["cancellation_initiator"], detail["refund_due"]) == ("Client", 0)


# Postponing


def test_a_late_session_is_postponed(desk):
    session = arrived(Status.ASSIGNED, days=3)
    later = studio_day(now()) + timedelta(days=40)
    body = {"session_date": later.isoformat(), "session_time": "09:00", "reason": "rain"}
    moved = assert_answer(desk.post(one(session, "postpone"), body), SESSION)
    assert (moved["status"], moved["session_date"]) == ("Assigned", later.isoformat())
    assert moved["session_time"] == "09:00"
    for field in body:
        assert_wrong_form(desk.post(one(session, "postpone"), body | {field: None}), field)


def test_an_early_state_is_not_postponed(desk, session, day):
    body = {"session_date": day.isoformat(), "session_time": "09:00", "reason": "rain"}
    answer = desk.post(one(session, "postpone"), body)
    assert_refused(answer, 409, "INVALID_STATE_TRANSITION")


# Attendance


def test_a_photographer_marks_their_own_attendance(photographer, coordinator, this_morning):
    session = arrived(
        Status.ASSIGNED, photographer, days=0, booked_at=this_morning, actor=acting(coordinator)
    )
    mine = signed_in(photographer)
    answer = mine.patch(one(session, "my-attendance"), {"attended": True, "notes": "rain"})
    assert answer.status_code == 200
    body = assert_answer(mine.get(one(session)), without_private(DETAIL))
    assert body["status"] == "Attended"
    assert [entry["attended"] for entry in body["photographers"]] == [True]


def test_the_step_to_attended_is_a_photographers_mark(photographer, this_morning):
    session = arrived(Status.CONFIRMED, photographer, days=0, booked_at=this_morning)
    assign(session)
    assert_answer(move(signed_in(UserFactory(roles=["coordinator"])), session, "Assigned"), SESSION)
    answer = move(signed_in(photographer), session, "Attended")
    assert_refused(answer, 422, "MISSING_RESOURCES")
    marks = signed_in(photographer).get(one(session)).json()["photographers"]
    assert sorted(entry["attended"] for entry in marks) == [False, True]


def test_nobody_attends_before_the_day(photographer):
    session = arrived(Status.ASSIGNED, photographer, days=3)
    for attended in (
        signed_in(photographer).patch(one(session, "my-attendance"), {"attended": True}),
        move(signed_in(photographer), session, "Attended"),
    ):
        assert_refused(attended, 422, "TOO_EARLY")


def test_who_is_not_on_a_session_does_not_attend_it(desk, this_morning):
    session = arrived(Status.ASSIGNED, days=0, booked_at=this_morning)
    answer = desk.patch(one(session, "my-attendance"), {"attended": True})
    assert_refused(answer, 422, "NOT_ASSIGNED")


# Editing


def test_an_editor_takes_a_session_and_another_does_not(editor, desk):
    session = arrived(Status.ATTENDED)
    body = assert_answer(signed_in(editor).post(one(session, "take")), without_private(SESSION))
    assert (body["status"], body["editing_assigned_to"]) == ("In Editing", editor.pk)
    assert not names_in(body) & PRIVATE_FIELDS
    other = signed_in(UserFactory(roles=["editor"]))
    assert_refused(other.post(one(session, "take")), 404, "SESSION_NOT_FOUND", "NOT_FOUND")
    assert desk.get(one(session)).json()["editing_started_at"] is not None


def test_what_another_editor_has_and_one_still_sees_is_already_taken():
    both = UserFactory(roles=["photographer", "editor"])
    session = arrived(Status.IN_EDITING, both)
    for answer in (
        signed_in(both).post(one(session, "take")),
        move(signed_in(both), session, "In Editing"),
    ):
        assert_refused(answer, 409, "ALREADY_TAKEN")


def test_the_step_to_in_editing_takes_it_for_oneself(editor, desk, photographer):
    session = arrived(Status.ATTENDED, photographer)
    assert_refused(move(desk, session, "In Editing"), 422, "MISSING_RESOURCES")
    assert_refused(move(signed_in(photographer), session, "In Editing"), 403, "PERMISSION_DENIED")
    body = assert_answer(move(signed_in(editor), session, "In Editing"), without_private(SESSION))
    assert body["editing_assigned_to"] == editor.pk


def test_the_desk_names_and_changes_the_editor(desk, editor, photographer):
    session = arrived(Status.ATTENDED)
    url = one(session, "assign-editor")
    assert_refused(desk.post(url, {"editor_id": photographer.pk}), 422, "WRONG_ROLE")
    assert_wrong_form(desk.post(url, {"editor_id": None}), "editor_id")
    assert_wrong_form(desk.post(url, {"editor_id": 987654321}), "editor_id")
    body = assert_answer(desk.post(url, {"editor_id": editor.pk}), SESSION)
    assert (body["status"], body["editing_assigned_to"]) == ("In Editing", editor.pk)
    other = UserFactory(roles=["editor"])
    body = assert_answer(desk.post(url, {"editor_id": other.pk}), SESSION)
    assert body["editing_assigned_to"] == other.pk


def test_an_editor_is_released_with_a_reason(desk, editor):
    session = arrived(Status.IN_EDITING, editor=editor)
    url = one(session, "release-editor")
    assert_wrong_form(desk.post(url, {}), "reason")
    assert desk.post(url, {"reason": "ill"}).status_code == 200
    body = assert_answer(desk.get(one(session)), SESSION)
    assert (body["status"], body["editing_assigned_to"]) == ("Attended", None)


def test_an_editor_plans_marks_ready_and_may_have_it_back(desk, editor):
    session = arrived(Status.IN_EDITING, editor=editor)
    mine = signed_in(editor)
    plan = mine.patch(one(session, "editing"), {"estimated_editing_days": 9, "note": "more"})
    assert plan.status_code == 200
    body = desk.get(one(session)).json()
    assert body["estimated_editing_days"] == 9
    expected = session.session_date + timedelta(days=9)
    assert body["delivery_deadline"] == expected.isoformat()
    ready = mine.post(one(session, "mark-ready"), {"notes": "in the cloud"})
    assert assert_answer(ready, without_private(SESSION))["status"] == "Ready for Delivery"
    again = assert_answer(move(desk, session, "In Editing", reason="too dark"), SESSION)
    assert (again["status"], again["editing_assigned_to"]) == ("In Editing", editor.pk)


def test_another_editor_marks_nothing_ready(editor):
    session = arrived(Status.IN_EDITING)
    answer = signed_in(editor).post(one(session, "mark-ready"))
    assert_refused(answer, 404, "SESSION_NOT_FOUND", "NOT_FOUND")
