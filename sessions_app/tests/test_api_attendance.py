"""Who was there, on the wire (contract, section 4; rules, section 2, *Attendance*)."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from config.clock import now
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import assign, state
from sessions_app.tests.wire import (
    ASSIGNMENT,
    DETAIL,
    SESSIONS,
    arrived,
    assert_shape,
    refused,
    url,
    without_private,
)
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WRONG = 400, "VALIDATION_ERROR"
NOT_NOW = 409, "INVALID_STATE_TRANSITION"


EARLY = {Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED, Status.CANCELED}
"""States that a session of next month may be in."""


@pytest.fixture
def second() -> User:
    return UserFactory(full_name="Sonia Second", roles=["photographer"])


@pytest.fixture
def due(photographer: User) -> Session:
    """A session of yesterday, Assigned, with one photographer."""
    return arrived(Status.ASSIGNED, photographer)


@pytest.fixture
def shared(due: Session, second: User) -> Session:
    """The same with two."""
    assign(due, second, at=now())
    return due


@pytest.fixture
def mine(photographer: User) -> APIClient:
    return signed_in(photographer)


# Marking


def test_the_last_mark_takes_the_session_to_attended(shared, mine, second, photographer, desk):
    version = shared.version
    answer = mine.patch(url(shared, "my-attendance"), {"attended": True, "notes": "rain"})
    assert answer.status_code == 200
    body = answer.json()
    assert_shape(body, ASSIGNMENT)
    assert (body["photographer_id"], body["attended"], body["notes"]) == (
        *(photographer.pk, True, "rain"),
    )
    assert body["attended_at"].endswith("-06:00")
    assert state(shared) == "Assigned"
    assert shared.version > version
    members = {
        m["photographer_id"]: m["attended"] for m in mine.get(url(shared)).json()["photographers"]
    }
    assert members == {photographer.pk: True, second.pk: False}
    signed_in(second).patch(url(shared, "my-attendance"), {"attended": True})
    assert state(shared) == "Attended"
    assert desk.get(url(shared, "history")).json()[-1]["changed_by"] == second.pk


def test_ones_own_part_may_be_marked_by_its_address_too(due, mine):
    part = due.assignments.get()
    answer = mine.patch(url(due, "photographers", part.pk, "attended"), {"attended": True})
    assert answer.status_code == 200
    assert_shape(answer.json(), ASSIGNMENT)
    assert state(due) == "Attended"


def test_a_photographers_step_to_attended_is_their_mark(shared, mine, second):
    step = {"to_status": "Attended"}
    refused(mine.post(url(shared, "transition"), step), 422, "MISSING_RESOURCES")
    own = shared.assignments.get(photographer__full_name="Pedro Photographer")
    assert own.attended  # the mark is kept
    assert state(shared) == "Assigned"
    answer = signed_in(second).post(url(shared, "transition"), step)
    assert (answer.status_code, answer.json()["status"]) == (200, "Attended")


def test_who_sees_all_marks_for_others_or_moves_it_without_them(desk, shared, second):
    part = shared.assignments.get(photographer=second)
    answer = desk.patch(url(shared, "photographers", part.pk, "attended"), {"attended": True})
    assert (answer.status_code, answer.json()["attended"]) == (200, True)
    assert state(shared) == "Assigned"
    moved = desk.post(url(shared, "transition"), {"to_status": "Attended"})
    assert (moved.status_code, moved.json()["status"]) == (200, "Attended")
    marks = {m["photographer_id"]: m["attended"] for m in moved.json()["photographers"]}
    assert list(marks.values()).count(True) == 1


def test_notes_that_are_not_sent_stay(due, mine):
    mine.patch(url(due, "my-attendance"), {"attended": True, "notes": "rain"})
    again = mine.patch(url(due, "my-attendance"), {"attended": True}).json()
    assert (again["attended"], again["notes"]) == (True, "rain")


@pytest.mark.parametrize("reached", [Status.ATTENDED, Status.IN_EDITING, Status.READY])
def test_a_mark_may_come_late(photographer, mine, reached):
    session = arrived(reached, photographer)
    answer = mine.patch(url(session, "my-attendance"), {"attended": True})
    assert (answer.status_code, answer.json()["attended"]) == (200, True)
    assert state(session) == reached


# Taking back


def test_a_mark_is_taken_back_and_the_session_with_it(due, mine):
    mine.patch(url(due, "my-attendance"), {"attended": True})
    answer = mine.patch(url(due, "my-attendance"), {"attended": False})
    assert answer.status_code == 200
    assert (answer.json()["attended"], answer.json()["attended_at"]) == (False, None)
    assert state(due) == "Assigned"


def test_a_step_back_to_assigned_takes_ones_mark_back(due, mine):
    mine.patch(url(due, "my-attendance"), {"attended": True})
    body = mine.post(url(due, "transition"), {"to_status": "Assigned"}).json()
    assert (body["status"], body["photographers"][0]["attended"]) == ("Assigned", False)


def test_who_never_marked_does_not_undo_the_step_of_who_sees_all(desk, due, mine):
    desk.post(url(due, "transition"), {"to_status": "Attended"})
    refused(mine.post(url(due, "transition"), {"to_status": "Assigned"}), 403, "PERMISSION_DENIED")
    part = due.assignments.get()
    for address in (url(due, "my-attendance"), url(due, "photographers", part.pk, "attended")):
        mine.patch(address, {"attended": False})
        assert state(due) == "Attended"


@pytest.mark.parametrize("reached", [Status.IN_EDITING, Status.READY])
def test_no_mark_is_taken_back_once_an_editor_has_it(desk, photographer, mine, reached):
    session = arrived(reached, photographer)
    mine.patch(url(session, "my-attendance"), {"attended": True})
    part = session.assignments.get()
    back = {"attended": False}
    refused(mine.patch(url(session, "my-attendance"), back), *NOT_NOW)
    refused(desk.patch(url(session, "photographers", part.pk, "attended"), back), *NOT_NOW)
    part.refresh_from_db()
    assert part.attended


# Who and when


@pytest.mark.parametrize("reached", [Status.REQUEST, Status.CONFIRMED, Status.COMPLETED])
def test_attendance_is_marked_from_assigned_to_ready(desk, photographer, mine, reached):
    session = arrived(reached, photographer, days=-1 if reached == Status.COMPLETED else 30)
    part = session.assignments.get()
    for value in (True, False):
        facts = refused(mine.patch(url(session, "my-attendance"), {"attended": value}), *NOT_NOW)
        assert "allowed" in facts
        address = url(session, "photographers", part.pk, "attended")
        refused(desk.patch(address, {"attended": value}), *NOT_NOW)


def test_before_the_day_it_is_too_early_also_for_who_is_not_on_it(desk, photographer, mine):
    session = arrived(Status.ASSIGNED, photographer, days=3)
    part = session.assignments.get()
    mark = {"attended": True}
    refused(mine.patch(url(session, "my-attendance"), mark), 422, "TOO_EARLY")
    refused(desk.patch(url(session, "my-attendance"), mark), 422, "TOO_EARLY")
    refused(desk.patch(url(session, "photographers", part.pk, "attended"), mark), 422, "TOO_EARLY")
    refused(mine.post(url(session, "transition"), {"to_status": "Attended"}), 422, "TOO_EARLY")
    part.refresh_from_db()
    assert not part.attended


def test_who_is_not_on_it_has_nothing_of_their_own_to_mark(desk, due):
    answer = desk.patch(url(due, "my-attendance"), {"attended": True})
    refused(answer, 422, "NOT_ASSIGNED")


def test_who_was_taken_off_it_no_longer_sees_it(desk, shared, second):
    part = shared.assignments.get(photographer=second)
    desk.delete(url(shared, "photographers", part.pk))
    theirs = signed_in(second)
    mark = {"attended": True}
    refused(theirs.patch(url(shared, "my-attendance"), mark), 404, "SESSION_NOT_FOUND")
    refused(desk.patch(url(shared, "photographers", part.pk, "attended"), mark), 404, "NOT_FOUND")


def test_nobody_marks_for_a_colleague(mine, shared, second):
    part = shared.assignments.get(photographer=second)
    answer = mine.patch(url(shared, "photographers", part.pk, "attended"), {"attended": True})
    refused(answer, 403, "PERMISSION_DENIED")


def test_who_has_attended_can_no_longer_be_replaced(desk, shared, mine):
    mine.patch(url(shared, "my-attendance"), {"attended": True})
    part = shared.assignments.get(photographer__full_name="Pedro Photographer")
    spare = UserFactory(roles=["photographer"])
    address = url(shared, "photographers", part.pk, "reassign")
    refused(desk.post(address, {"photographer_id": spare.pk}), *NOT_NOW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "attended"),
        ({"attended": None}, "attended"),
        ({"attended": "perhaps"}, "attended"),
        ({"attended": []}, "attended"),
        ({"attended": {"a": 1}}, "attended"),
        ({"attended": 2}, "attended"),
        ({"attended": True, "notes": ["rain"]}, "notes"),
        ({"attended": True, "notes": "x" * 5001}, "notes"),
    ],
)
@pytest.mark.parametrize("way", ["my-attendance", "photographers/{part}/attended"])
def test_a_wrong_mark_marks_nothing(due, mine, body, field, way):
    part = due.assignments.get()
    answer = mine.patch(url(due, way.format(part=part.pk)), body)
    refused(answer, *WRONG, field)
    part.refresh_from_db()
    assert not part.attended


@pytest.mark.parametrize("way", ["my-attendance", "photographers/{part}/attended"])
@pytest.mark.parametrize("body", [b"", b"null"])
def test_an_empty_mark_names_what_is_missing(due, mine, way, body):
    part = due.assignments.get()
    address = url(due, way.format(part=part.pk))
    refused(mine.generic("PATCH", address, body, "application/json"), *WRONG, "attended")


# What a photographer writes and sees


def test_a_photographer_observes_from_assigned_on_and_others_do_not(desk, photographer, mine):
    rain = {"photographer_observations": "rain"}
    early = arrived(Status.CONFIRMED, photographer, days=30)
    refused(mine.patch(url(early), rain), 422, "IMMUTABLE_SESSION")
    session = arrived(Status.ASSIGNED, photographer)
    assert mine.patch(url(session), rain).status_code == 200
    refused(desk.patch(url(session), rain), 403, "PERMISSION_DENIED")
    assert desk.get(url(session)).json()["photographer_observations"] == "rain"


def test_what_a_colleague_noted_is_not_for_the_others(desk, shared, mine, second):
    theirs = signed_in(second)
    theirs.patch(url(shared, "my-attendance"), {"attended": True, "notes": "a quarrel"})
    rows = {row["photographer_name"]: row for row in mine.get(url(shared, "photographers")).json()}
    assert rows["Sonia Second"]["notes"] is None
    told = (
        theirs.get(url(shared, "photographers")).json()
        + desk.get(url(shared, "photographers")).json()
    )
    assert [row["notes"] for row in told if row["notes"]] == ["a quarrel", "a quarrel"]


@pytest.mark.parametrize("reached", [s for s in Status if s != Status.REQUEST])
def test_a_session_stays_ones_own_in_every_state_and_without_money(photographer, mine, reached):
    session = arrived(reached, photographer, days=-1 if reached not in EARLY else 30)
    assert_shape(mine.get(url(session)).json(), without_private(DETAIL))
    listed = mine.get(f"{SESSIONS}/my-assignments").json()["items"]
    assert [row["status"] for row in listed] == [reached]
