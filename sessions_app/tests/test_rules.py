"""Who sees which session, and who may write what of it (rules, section 1)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog.tests.factories import RoomFactory
from config.clock import now
from conftest import signed_in
from sessions_app import rules
from sessions_app.actions import editing
from sessions_app.actions.attendance import mark
from sessions_app.actions.lifecycle import allowed_transitions
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import (
    AT,
    SYSTEM,
    acting,
    assign,
    attended_at,
    book,
    external,
    taken_to,
)
from sessions_app.tests.wire import holding
from users import object_rules
from users.actions.roles import permissions_by_right
from users.models import Role, User
from users.rights import PERMISSIONS, Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

KINDS = {
    "admin": ["admin"],
    "coordinator": ["coordinator"],
    "photographer": ["photographer"],
    "editor": ["editor"],
    "photographer and editor": ["photographer", "editor"],
    "coordinator and photographer": ["coordinator", "photographer"],
    "user": ["user"],
    "nobody": [],
}


WITH_EDITOR = (Status.IN_EDITING, Status.READY, Status.COMPLETED)


def in_state(session: Session, status: Status, **columns: Any) -> Session:
    """Put a session into a state with what the database asks of it there, and no more."""
    if status == Status.CANCELED:
        columns |= {"cancelled_at": AT, "cancellation_initiator": "Client"}
    if status == Status.PRE_SCHEDULED:
        columns |= {
            "payment_deadline_at": AT,
            "payment_deadline_set_on": AT.date(),
            "payment_deadline_days": 5,
        }
    if status in (Status.CONFIRMED, Status.ASSIGNED):
        columns |= {
            "changes_deadline_at": AT,
            "changes_deadline_for": AT.date(),
            "changes_deadline_days": 7,
            "refund_within_deadline": 100,
            "refund_after_deadline": 50,
            "refund_force_majeure": 100,
            "refund_client_after_assigned": 0,
        }
    if status in WITH_EDITOR and "editing_assigned_to" not in columns:
        columns["editing_assigned_to"] = UserFactory(roles=["editor"])
    Session.objects.filter(pk=session.pk).update(status=status, **columns)
    session.refresh_from_db()
    return session


def a_session_of_every_kind(person: User) -> list[Session]:
    """Sessions that differ in all that visibility looks at."""
    sessions = []
    for status in Status:
        for tie in ("none", "covers", "covered once", "edits", "someone else edits", "hidden"):
            if "edits" in tie and status not in (*WITH_EDITOR, Status.CANCELED):
                continue  # nobody edits it yet
            session = book(session_time=None)
            if tie in ("covers", "hidden"):
                session.assignments.create(photographer=person, assigned_at=AT)
            if tie == "covered once":
                session.assignments.create(photographer=person, assigned_at=AT, status="Released")
            columns: dict[str, Any] = {"hidden_at": AT} if tie == "hidden" else {}
            if "edits" in tie:
                another = UserFactory(roles=["editor"])
                columns["editing_assigned_to"] = person if tie == "edits" else another
            sessions.append(in_state(session, status, **columns))
    return sessions


@pytest.mark.parametrize("roles", KINDS.values(), ids=KINDS)
def test_what_is_listed_and_what_is_permitted_never_disagree(roles):
    person = UserFactory(roles=roles)
    sessions = a_session_of_every_kind(person)
    listed = set(Session.objects.visible_to(person).values_list("pk", flat=True))
    for session in sessions:
        assert (session.pk in listed) == rules.sees(person, session), session.status
        for right in rules.SESSION_RIGHTS - {Right.SESSION_CREATE}:
            reaches = person.has_perm(PERMISSIONS[right], session)
            assert reaches == (session.pk in listed and person.may(right)), (right, session)


def test_what_each_role_sees_is_what_the_text_says():
    photographer, editor = UserFactory(roles=["photographer"]), UserFactory(roles=["editor"])
    mine, others = book(), book()
    assign(mine, photographer)
    pool, taken = taken_to(Status.ATTENDED), taken_to(Status.IN_EDITING)
    edited = taken_to(Status.ATTENDED)
    editing.take(edited, actor=acting(editor), at=attended_at(edited))

    def seen(person: User) -> set[int]:
        return set(Session.objects.visible_to(person).values_list("pk", flat=True))

    assert seen(photographer) == {mine.pk}
    assert seen(editor) == {pool.pk, edited.pk}
    everything = {mine.pk, others.pk, pool.pk, edited.pk, taken.pk}
    assert seen(UserFactory(roles=["coordinator"])) == everything
    assert seen(UserFactory(roles=["user"])) == set()


def test_a_role_the_studio_made_behaves_by_its_rights_not_by_its_name():
    viewers = Role.objects.create(name="board of directors")
    viewers.permissions.add(permissions_by_right()[Right.SESSION_VIEW_ALL])
    director = UserFactory()
    director.roles.add(viewers)
    session = book()
    body = signed_in(director).get(f"/api/v1/sessions/{session.pk}").json()
    assert body["total_amount"] == 0
    assert body["allowed_transitions"] == []


def test_every_right_but_to_book_reaches_only_sessions_that_one_sees(monkeypatch):
    monkeypatch.setattr(object_rules, "_rules", {})
    rules.register()
    bound = rules.SESSION_RIGHTS - {Right.SESSION_CREATE}
    assert object_rules._rules == {right.permission: rules.sees for right in bound}


def test_who_marks_work_ready_but_is_no_editor_takes_nothing_from_the_pool(editor):
    person = holding(Right.SESSION_MARK_READY, beside="photographer")
    pool = taken_to(Status.ATTENDED)
    assert rules.sees(person, pool)
    assert allowed_transitions(pool, person) == []
    assert allowed_transitions(pool, editor) == [Status.IN_EDITING]


def test_only_who_has_marked_their_attendance_takes_the_session_back():
    session = taken_to(Status.ATTENDED)
    present = mark(session.assignments.get(), attended=True, actor=SYSTEM, at=attended_at(session))
    late = assign(session).photographer
    passing = holding(Right.SESSION_MARK_ATTENDED, beside="editor")
    assert rules.sees(passing, session)
    assert allowed_transitions(session, present.photographer) == [Status.ASSIGNED]
    assert allowed_transitions(session, late) == []
    assert Status.ASSIGNED not in allowed_transitions(session, passing)


def test_an_inactive_role_gives_nothing():
    person = UserFactory(roles=["coordinator"])
    Role.objects.filter(name="coordinator").update(status="Inactive")
    assert not User.objects.get(pk=person.pk).may(Right.SESSION_VIEW_ALL)


# Field groups: each line is a field, a value, who may write it, and in which states. The changes
# deadline is to come: past it `test_life_table` tells.

LIVING = list(Status)[:-1]
PLAN = {"admin", "coordinator"}
OPEN_FOR = {
    "plan": set(LIVING[: LIVING.index(Status.ASSIGNED)]),
    "deposit": set(LIVING[: LIVING.index(Status.CONFIRMED)]),
    "room": set(LIVING[: LIVING.index(Status.ATTENDED)]),
    "notes": set(LIVING[: LIVING.index(Status.COMPLETED)]),
    "photographer": set(LIVING[LIVING.index(Status.ASSIGNED) :]),
    "editor": set(LIVING[LIVING.index(Status.IN_EDITING) :]),
}
FIELDS: dict[str, tuple[Any, str, set[str]]] = {
    "session_date": (None, "plan", PLAN),
    "session_time": ("16:00", "plan", PLAN),
    "estimated_duration_hours": (3, "plan", PLAN),
    "location": ("Somewhere else", "plan", PLAN),
    "client_requirements": ("Other light", "plan", PLAN),
    "photographers_needed": (2, "plan", PLAN),
    "transportation_cost": (200, "plan", PLAN),
    "discount": (1, "plan", PLAN),
    "deposit_percentage": (60, "deposit", PLAN),
    "room_id": (None, "room", PLAN),
    "internal_notes": ("x", "notes", PLAN),
    "reported_incidents": ("x", "notes", PLAN),
    "delivery_method": ("Digital", "notes", PLAN),
    "delivery_address": ("x", "notes", PLAN),
    "delivery_link": ("https://example.com/x", "notes", PLAN),
    "responsible_id": (None, "notes", PLAN),
    "photographer_observations": ("x", "photographer", {"photographer"}),
    "editor_observations": ("x", "editor", {"editor"}),
}


def test_the_table_of_fields_is_complete():
    assert FIELDS.keys() == rules.WRITABLE_FIELDS


@pytest.mark.parametrize("status", Status)
def test_each_field_is_written_by_its_group_of_rights_in_its_states(status, day):
    people = {
        name: UserFactory(roles=[name])
        for name in ("admin", "coordinator", "photographer", "editor", "user")
    }
    in_studio = book(at=now(), session_date=day, session_time=time(14))
    outside = external(at=now(), session_date=day)
    for session in (in_studio, outside):
        assign(session, people["photographer"], at=now())
        taken_to(status, session, at=now())
    values = {
        "session_date": (day + timedelta(days=7)).isoformat(),
        "room_id": RoomFactory().pk,
        "responsible_id": people["admin"].pk,
    }
    for field, (value, group, writers) in FIELDS.items():
        session = in_studio if field == "room_id" else outside
        session.refresh_from_db()
        people["editor"] = session.editing_assigned_to or people["editor"]
        for name, person in people.items():
            with transaction.atomic():
                answer = signed_in(person).patch(
                    f"/api/v1/sessions/{session.pk}", {field: values.get(field, value)}
                )
                transaction.set_rollback(True)
            expected = _expected(name, status, writers, status in OPEN_FOR[group])
            assert answer.status_code == expected, (field, name, answer.json())


def _expected(name: str, status: Status, writers: set[str], is_open: bool) -> int:
    in_pool = name == "editor" and status == Status.ATTENDED
    if name == "user" or (name == "editor" and status not in (*WITH_EDITOR, Status.ATTENDED)):
        return 404
    if name not in writers or in_pool:
        return 403
    return 200 if is_open else 422


@pytest.mark.parametrize("name", ["photographer", "editor"])
def test_of_several_fields_one_without_the_right_refuses_all(name):
    session = taken_to(Status.IN_EDITING)
    photographer = session.assignments.get().photographer
    person = photographer if name == "photographer" else session.editing_assigned_to
    url, fields = f"/api/v1/sessions/{session.pk}", {f"{name}_observations": "x"}
    assert signed_in(person).patch(url, fields | {"discount": 0}).status_code == 403
    assert signed_in(person).patch(url, fields).status_code == 200


def test_a_guess_at_an_amount_one_may_not_see_is_refused_right_or_wrong():
    person = UserFactory(roles=["photographer"])
    session = book()
    assign(session, person)
    for guess in (0, 5):
        answer = signed_in(person).patch(f"/api/v1/sessions/{session.pk}", {"discount": guess})
        assert answer.status_code == 403
