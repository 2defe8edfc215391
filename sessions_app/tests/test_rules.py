"""Who sees which session, and who may write what of it (rules, section 1)."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from catalog.tests.factories import RoomFactory
from config.clock import now, studio_day
from conftest import signed_in
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import AT, assign, book, external
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


def in_state(session: Session, status: Status, **columns: Any) -> Session:
    """Put a session into a state that no action reaches yet."""
    if status == Status.CANCELED:
        columns |= {"cancelled_at": AT, "cancellation_initiator": "Client"}
    if status == Status.PRE_SCHEDULED:
        columns |= {
            "payment_deadline_at": AT,
            "payment_deadline_set_on": AT.date(),
            "payment_deadline_days": 5,
        }
    Session.objects.filter(pk=session.pk).update(status=status, **columns)
    session.refresh_from_db()
    return session


def a_session_of_every_kind(person: User) -> list[Session]:
    """Sessions that differ in all that visibility looks at."""
    sessions = []
    for status in Status:
        for tie in ("none", "covers", "covered once", "edits", "someone else edits", "hidden"):
            session = book(session_time=None)
            if tie == "covers":
                session.assignments.create(photographer=person, assigned_at=AT)
            if tie == "covered once":
                session.assignments.create(photographer=person, assigned_at=AT, status="Released")
            columns: dict[str, Any] = {}
            if tie == "edits":
                columns["editing_assigned_to"] = person
            if tie == "someone else edits":
                columns["editing_assigned_to"] = UserFactory(roles=["editor"])
            if tie == "hidden":
                columns |= {"hidden_at": AT, "editing_assigned_to": person}
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
    pool = in_state(book(), Status.ATTENDED)
    edited = in_state(book(), Status.IN_EDITING, editing_assigned_to=editor)
    taken = in_state(book(), Status.ATTENDED, editing_assigned_to=UserFactory())

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


def test_an_inactive_role_gives_nothing():
    person = UserFactory(roles=["coordinator"])
    Role.objects.filter(name="coordinator").update(status="Inactive")
    assert not User.objects.get(pk=person.pk).may(Right.SESSION_VIEW_ALL)


# Field groups: each line is a field, a value, who may write it, and in which states.

LIVING = list(Status)[:-1]
PLAN = {"admin", "coordinator"}
OPEN_FOR = {
    "plan": {Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED},
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
    "deposit_percentage": (60, "plan", PLAN),
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
@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_written_by_its_group_of_rights_in_its_states(field, status):
    value, group, writers = FIELDS[field]
    at = now()
    tomorrow = studio_day(at) + timedelta(days=1)
    if field == "room_id":
        session, value = book(at=at, session_date=tomorrow), RoomFactory().pk
    else:
        session = external(at=at, session_date=tomorrow)
        session.lines.create(
            line_type="Item", item_code="x", item_name="x", quantity=1, unit_price=1000,
            line_subtotal=1000, display_order=1, created_at=at,
        )  # fmt: skip
    if field == "session_date":
        value = (tomorrow + timedelta(days=7)).isoformat()
    people = {name: UserFactory(roles=[name]) for name in ("admin", "coordinator")}
    people |= {name: UserFactory(roles=[name]) for name in ("photographer", "editor", "user")}
    session.assignments.create(photographer=people["photographer"], assigned_at=at)
    if field == "responsible_id":
        value = people["admin"].pk
    in_state(
        session, status, editing_assigned_to=people["editor"], subtotal=1000, total_amount=1000
    )
    for name, person in people.items():
        answer = signed_in(person).patch(f"/api/v1/sessions/{session.pk}", {field: value})
        expected = _expected(name, writers, status in OPEN_FOR[group])
        assert answer.status_code in expected, (name, answer.json())


def _expected(name: str, writers: set[str], is_open: bool) -> set[int]:
    if name == "user":
        return {404}
    if name not in writers:
        return {403}
    return {200} if is_open else {422}


@pytest.mark.parametrize(
    ("name", "status"), [*product(("photographer", "editor"), (Status.REQUEST, Status.COMPLETED))]
)
def test_of_several_fields_one_without_the_right_refuses_all(name, status):
    person = UserFactory(roles=[name])
    session = book()
    session.assignments.create(photographer=person, assigned_at=AT)
    in_state(session, status, editing_assigned_to=person)
    answer = signed_in(person).patch(
        f"/api/v1/sessions/{session.pk}", {f"{name}_observations": "x", "discount": 0}
    )
    assert answer.status_code == 403


def test_a_guess_at_an_amount_one_may_not_see_is_refused_right_or_wrong():
    person = UserFactory(roles=["photographer"])
    session = book()
    assign(session, person)
    for guess in (0, 5):
        answer = signed_in(person).patch(f"/api/v1/sessions/{session.pk}", {"discount": guess})
        assert answer.status_code == 403
