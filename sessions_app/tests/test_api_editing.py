"""Who edits, how long, and handing over, on the wire (contract, section 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.clock import now, studio_day
from config.records.models import AuditEntry
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import external
from sessions_app.tests.wire import (
    SESSION,
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
GONE = 404, "SESSION_NOT_FOUND"
TAKEN = 409, "ALREADY_TAKEN"


def past(days: int) -> str:
    return (studio_day(now()) + timedelta(days=days)).isoformat()


@pytest.fixture
def edits(editor: User) -> APIClient:
    return signed_in(editor)


@pytest.fixture
def rival() -> User:
    return UserFactory(full_name="Rita Rival", roles=["editor"])


# Taking


@pytest.mark.parametrize("body", [None, b"", b"null", b"{}", b'{"editor_id": 9, "x": [1]}'])
def test_an_editor_takes_a_session_of_the_pool(edits, editor, body):
    session = arrived(Status.ATTENDED)
    before = edits.get(url(session)).json()
    answer = (
        edits.post(url(session, "take"))
        if body is None
        else edits.generic("POST", url(session, "take"), body, "application/json")
    )
    assert answer.status_code == 200
    taken = answer.json()
    assert_shape(taken, without_private(SESSION))
    assert (taken["status"], taken["editing_assigned_to"]) == ("In Editing", editor.pk)
    assert taken["version"] > before["version"]
    assert answer.headers["ETag"] == f'"{taken["version"]}"'
    assert edits.get(url(session)).json()["editing_started_at"] is not None


def test_a_step_to_in_editing_takes_it_for_oneself(edits, editor):
    session = arrived(Status.ATTENDED)
    answer = edits.post(url(session, "transition"), {"to_status": "In Editing"})
    assert (answer.status_code, answer.json()["editing_assigned_to"]) == (200, editor.pk)


@pytest.mark.parametrize("way", ["take", "transition"])
def test_what_another_has_taken_is_out_of_sight_or_taken(desk, edits, rival, way):
    session = arrived(Status.IN_EDITING, None, rival)
    body = {"to_status": "In Editing"}
    refused(edits.post(url(session, way), body), *GONE)
    refused(signed_in(rival).post(url(session, way), body), *TAKEN)
    refused(desk.post(url(session, way), body), *TAKEN)


@pytest.mark.parametrize("way", ["take", "transition"])
def test_who_is_no_editor_is_told_to_name_one(desk, photographer, way):
    session = arrived(Status.ATTENDED, photographer)
    body = {"to_status": "In Editing"}
    refused(desk.post(url(session, way), body), 422, "MISSING_RESOURCES")
    refused(signed_in(photographer).post(url(session, way), body), 403, "PERMISSION_DENIED")


def test_a_session_that_is_not_attended_yet_is_not_taken(desk, photographer):
    # not even for who is no editor: the state is told before what is missing
    facts = refused(desk.post(url(arrived(Status.ASSIGNED), "take")), *NOT_NOW)
    assert sorted(facts["allowed"]) == ["Attended", "Canceled"]


def test_nobody_has_more_in_editing_than_the_most(desk, edits, editor, business_rules):
    business_rules(max_concurrent_editing_sessions=1)
    arrived(Status.IN_EDITING, None, editor)
    spare = arrived(Status.ATTENDED, days=-2)
    assert refused(edits.post(url(spare, "take")), 422, "EDITOR_OVERLOADED") == {"required": 1}
    answer = desk.post(url(spare, "assign-editor"), {"editor_id": editor.pk})
    refused(answer, 422, "EDITOR_OVERLOADED")


# Assigning


def test_who_assigns_resources_names_an_editor_and_later_another(desk, editor, rival):
    session = arrived(Status.ATTENDED)
    answer = desk.post(url(session, "assign-editor"), {"editor_id": editor.pk})
    assert answer.status_code == 200
    assert_shape(answer.json(), SESSION)
    assert (answer.json()["status"], answer.json()["editing_assigned_to"]) == (
        *("In Editing", editor.pk),
    )
    changed = desk.post(url(session, "assign-editor"), {"editor_id": rival.pk}).json()
    assert (changed["status"], changed["editing_assigned_to"]) == ("In Editing", rival.pk)
    assert changed["version"] > answer.json()["version"]
    refused(signed_in(editor).get(url(session)), *GONE)
    steps = [row["to_status"] for row in desk.get(url(session, "history")).json()]
    assert steps[-2:] == ["Attended", "In Editing"]  # a change of editor is no step


WRONG_EDITORS: dict[str, tuple[Any, int, str]] = {
    "nobody": (lambda: None, *WRONG),
    "a name": (lambda: "Elena", *WRONG),
    "a list": (lambda: [1], *WRONG),
    "true": (lambda: True, *WRONG),
    "half a person": (lambda: 1.5, *WRONG),
    "number nought": (lambda: 0, *WRONG),
    "a negative one": (lambda: -1, *WRONG),
    "beyond all numbers": (lambda: 10**30, *WRONG),
    "an unknown one": (lambda: 10**12, *WRONG),
    "a photographer": (lambda: UserFactory(roles=["photographer"]).pk, 422, "WRONG_ROLE"),
    "an admin": (lambda: UserFactory(roles=["admin"]).pk, 422, "WRONG_ROLE"),
    "someone inactive": (
        lambda: UserFactory(roles=["editor"], status="Inactive").pk,
        *(422, "INACTIVE_RESOURCE"),
    ),
}


@pytest.mark.parametrize(("named", "status", "code"), WRONG_EDITORS.values(), ids=WRONG_EDITORS)
def test_a_wrong_editor_is_refused(desk, named, status, code):
    session = arrived(Status.ATTENDED)
    fields = ("editor_id",) if status == 400 else ()
    answer = desk.post(url(session, "assign-editor"), {"editor_id": named()})
    refused(answer, status, code, *fields)
    session.refresh_from_db()
    assert (session.status, session.editing_assigned_to) == ("Attended", None)


def test_the_form_is_told_before_the_state_and_the_state_before_the_person(desk, photographer):
    session = arrived(Status.ASSIGNED)
    answer = desk.post(url(session, "assign-editor"), {"editor_id": 10**12})
    refused(answer, *WRONG, "editor_id")
    answer = desk.post(url(session, "assign-editor"), {"editor_id": photographer.pk})
    refused(answer, *NOT_NOW)


# Giving back


def test_an_editor_gives_a_session_back_and_says_why(edits, editor, rival):
    session = arrived(Status.IN_EDITING, None, editor)
    answer = edits.post(url(session, "release-editor"), {"reason": "ill"})
    assert answer.status_code == 200
    assert_shape(answer.json(), without_private(SESSION))
    assert (answer.json()["status"], answer.json()["editing_assigned_to"]) == ("Attended", None)
    assert signed_in(rival).post(url(session, "take")).status_code == 200


@pytest.mark.parametrize("reason", [None, "", "  ", [], {}, True, "x" * 1001])
def test_giving_back_needs_a_reason(desk, editor, reason):
    session = arrived(Status.IN_EDITING, None, editor)
    answer = desk.post(url(session, "release-editor"), {"reason": reason})
    refused(answer, *WRONG, "reason")
    assert desk.get(url(session)).json()["status"] == "In Editing"


@pytest.mark.parametrize("state", [Status.ATTENDED, Status.READY, Status.COMPLETED])
def test_only_what_is_in_editing_is_given_back(desk, state):
    answer = desk.post(url(arrived(state), "release-editor"), {"reason": "ill"})
    assert "allowed" in refused(answer, *NOT_NOW)


def test_the_reason_of_a_release_is_for_those_who_see_all(desk, edits, editor, rival):
    session = arrived(Status.IN_EDITING, None, editor)
    edits.post(url(session, "release-editor"), {"reason": "family matters"})
    told = signed_in(rival).get(url(session, "history")).content.decode()
    assert "family" not in told
    assert desk.get(url(session, "history")).json()[-1]["reason"] == "family matters"


# How long it takes


def test_the_editor_changes_the_days_and_the_date_follows(edits, editor, desk):
    session = arrived(Status.IN_EDITING, None, editor)
    body = {"estimated_editing_days": 12, "note": "900 pictures"}
    answer = edits.patch(url(session, "editing"), body)
    assert answer.status_code == 200
    assert_shape(answer.json(), without_private(SESSION))
    assert (answer.json()["estimated_editing_days"], answer.json()["delivery_deadline"]) == (
        *(12, past(11)),
    )
    assert answer.json()["version"] > session.version
    same = edits.patch(url(session, "editing"), body).json()
    assert same["version"] == answer.json()["version"]
    entry = AuditEntry.objects.get(action="session.editing_days_changed")
    assert entry.reason == "900 pictures"
    refused(desk.patch(url(session, "editing"), body), 403, "PERMISSION_DENIED")


WRONG_DAYS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"estimated_editing_days": None}, "estimated_editing_days"),
    "nought": ({"estimated_editing_days": 0}, "estimated_editing_days"),
    "less": ({"estimated_editing_days": -3}, "estimated_editing_days"),
    "more than a year": ({"estimated_editing_days": 366}, "estimated_editing_days"),
    "halves": ({"estimated_editing_days": 1.5}, "estimated_editing_days"),
    "words": ({"estimated_editing_days": "soon"}, "estimated_editing_days"),
    "beyond all numbers": ({"estimated_editing_days": 1e300}, "estimated_editing_days"),
    "a list": ({"estimated_editing_days": [5]}, "estimated_editing_days"),
    "no note": ({"note": None}, "note"),
    "a blank note": ({"note": " "}, "note"),
    "a note that is a list": ({"note": ["x"]}, "note"),
}


@pytest.mark.parametrize(("change", "field"), WRONG_DAYS.values(), ids=WRONG_DAYS)
def test_wrong_days_change_nothing(edits, editor, change, field):
    session = arrived(Status.IN_EDITING, None, editor)
    body = {"estimated_editing_days": 12, "note": "900 pictures"} | change
    refused(edits.patch(url(session, "editing"), body), *WRONG, field)
    session.refresh_from_db()
    assert session.estimated_editing_days == 5


def test_the_days_are_settled_once_the_material_is_ready(edits, editor):
    session = arrived(Status.READY, None, editor)
    body = {"estimated_editing_days": 12, "note": "900 pictures"}
    refused(edits.patch(url(session, "editing"), body), *NOT_NOW)


def test_a_stale_change_of_the_days_overwrites_nothing(edits, editor):
    session = arrived(Status.IN_EDITING, None, editor)
    body = {"estimated_editing_days": 12, "note": "900 pictures"}
    tag = f'"{session.version - 1}"'
    answer = edits.patch(url(session, "editing"), body, headers={"If-Match": tag})
    refused(answer, 412, "STALE_VERSION")


# Handing over


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"notes": null}'])
def test_the_editor_hands_over_with_or_without_a_word(edits, editor, body):
    session = arrived(Status.IN_EDITING, None, editor)
    answer = edits.generic("POST", url(session, "mark-ready"), body, "application/json")
    assert answer.status_code == 200
    assert_shape(answer.json(), without_private(SESSION))
    assert answer.json()["status"] == "Ready for Delivery"
    assert edits.get(url(session)).json()["editing_completed_at"] is not None


def test_who_sees_all_hands_over_too_and_the_notes_are_kept(desk):
    session = arrived(Status.IN_EDITING)
    body = desk.post(url(session, "mark-ready"), {"notes": "two albums"}).json()
    assert_shape(body, SESSION)
    row = desk.get(url(session, "history")).json()[-1]
    assert (row["to_status"], row["notes"]) == ("Ready for Delivery", "two albums")


@pytest.mark.parametrize("notes", [[], {}, True, "x" * 5001])
def test_wrong_notes_are_a_wrong_form(edits, editor, notes):
    session = arrived(Status.IN_EDITING, None, editor)
    refused(edits.post(url(session, "mark-ready"), {"notes": notes}), *WRONG, "notes")


def test_rework_goes_back_to_the_same_editor(desk, edits, editor):
    session = arrived(Status.READY, None, editor)
    refused(
        edits.post(url(session, "transition"), {"to_status": "In Editing", "reason": "x"}),
        *(403, "PERMISSION_DENIED"),
    )
    body = {"to_status": "In Editing", "reason": "too dark"}
    again = desk.post(url(session, "transition"), body).json()
    assert (again["status"], again["editing_assigned_to"]) == ("In Editing", editor.pk)
    assert edits.get(url(session)).json()["editing_completed_at"] is None
    assert edits.post(url(session, "mark-ready")).status_code == 200


# What an editor writes and sees


def test_the_editor_observes_and_nobody_else_does(desk, edits, editor):
    session = arrived(Status.IN_EDITING, None, editor)
    dark = {"editor_observations": "dark"}
    assert edits.patch(url(session), dark).status_code == 200
    refused(desk.patch(url(session), dark), 403, "PERMISSION_DENIED")
    assert desk.get(url(session)).json()["editor_observations"] == "dark"


def test_the_pool_is_what_is_attended_and_nobodys(edits, editor, rival):
    free = arrived(Status.ATTENDED)
    mine = arrived(Status.READY, None, editor, days=-2)
    arrived(Status.IN_EDITING, None, rival, days=-3)
    arrived(Status.ASSIGNED, days=-4)
    external(at=now(), session_date=studio_day(now()) + timedelta(days=2))
    assert [row["id"] for row in edits.get(SESSIONS).json()["items"]] == [free.pk, mine.pk]
    own = edits.get(f"{SESSIONS}/my-editing").json()
    assert [row["id"] for row in own["items"]] == [mine.pk]
