"""Who edits a session, and how long it takes (rules, section 2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config.errors import (
    DomainError,
    InactiveResource,
    InUse,
    NotAllowed,
    ValidationFailed,
)
from config.records.models import AuditEntry
from sessions_app.actions import editing
from sessions_app.actions.lifecycle import allowed_transitions
from sessions_app.actions.transition import transition
from sessions_app.errors import (
    AlreadyTaken,
    EditorOverloaded,
    InvalidTransition,
    MissingResources,
    WrongRole,
)
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import DAY, SYSTEM, acting, attended_at, book, paid, taken_to
from users.actions.people import deactivate_user
from users.actions.roles import permissions_by_right
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

NOON = attended_at(Session(session_date=DAY))


@pytest.fixture
def session() -> Session:
    """An Attended session, which awaits an editor."""
    return taken_to(Status.ATTENDED)


def take(session: Session, person: User, **facts) -> Session:
    return editing.take(session, actor=acting(person), at=NOON, **facts)


def give(session: Session, editor: User, by: User | None = None) -> Session:
    return editing.assign_editor(session, editor.pk, actor=acting(by), at=NOON)


def go(session: Session, to: Status, person: User | None, reason: str = "") -> Session:
    return transition(session, to, actor=acting(person), at=NOON, reason=reason)


def seen_by(person: User) -> set[Session]:
    return set(Session.objects.visible_to(person))


# Taking


def test_an_editor_takes_a_session_and_editing_has_started(session, editor):
    taken = take(session, editor, notes="the raw files are there")
    assert (taken.status, taken.editing_assigned_to) == ("In Editing", editor)
    assert taken.editing_started_at == NOON
    row = taken.history.latest("id")
    assert (row.changed_by, row.notes) == (editor, "the raw files are there")


def test_it_is_taken_once_and_is_gone_from_the_pool(session, editor):
    slower = UserFactory(roles=["editor"])
    assert session in seen_by(slower)
    take(session, editor)
    with pytest.raises(AlreadyTaken):
        take(session, slower)
    assert session not in seen_by(slower)
    session.refresh_from_db()
    assert session.editing_assigned_to == editor


def test_the_transition_is_the_same(session, editor):
    assert go(session, Status.IN_EDITING, editor).editing_assigned_to == editor


def test_taken_is_the_answer_before_the_limit(session, editor, business_rules):
    take(session, UserFactory(roles=["editor"]))
    business_rules(max_concurrent_editing_sessions=0)
    with pytest.raises(AlreadyTaken):
        take(session, editor)


def test_a_coordinator_takes_it_only_when_they_edit(session, coordinator):
    with pytest.raises(MissingResources):
        take(session, coordinator)
    both = UserFactory(roles=["coordinator", "editor"])
    assert take(session, both).editing_assigned_to == both


def test_the_right_alone_does_not_make_an_editor(session):
    retouchers = Role.objects.create(name="retouchers")
    by_right = permissions_by_right()
    retouchers.permissions.add(*(by_right[r] for r in ("session.view.own", "session.mark-ready")))
    person = UserFactory()
    person.roles.add(retouchers)
    assert session in seen_by(person)
    assert allowed_transitions(session, person) == []
    with pytest.raises(NotAllowed):
        take(session, person)


def test_the_role_without_the_right_takes_nothing(session, editor):
    right = permissions_by_right()[Right.SESSION_MARK_READY]
    Role.objects.get(name="editor").permissions.remove(right)
    with pytest.raises(NotAllowed):
        take(session, User.objects.get(pk=editor.pk))


def test_that_it_is_taken_is_told_only_to_who_might_take_it(editor):
    session = taken_to(Status.IN_EDITING)
    right = permissions_by_right()[Right.SESSION_MARK_READY]
    Role.objects.get(name="editor").permissions.remove(right)
    on_it = session.assignments.get().photographer
    for person in (on_it, editor):
        with pytest.raises(NotAllowed):
            take(session, person)


MEANWHILE = {
    "inactive": (
        lambda editor: User.objects.filter(pk=editor.pk).update(status="Inactive"),
        InactiveResource,
    ),
    "no editor": (lambda editor: editor.roles.clear(), WrongRole),
}


@pytest.mark.parametrize(("becomes", "refusal"), MEANWHILE.values(), ids=MEANWHILE)
def test_who_has_ceased_to_edit_since_they_asked_takes_nothing(session, editor, becomes, refusal):
    assert allowed_transitions(session, editor) == [Status.IN_EDITING]
    becomes(editor)
    with pytest.raises(refusal):
        take(session, editor)


@pytest.mark.parametrize(("becomes", "refusal"), MEANWHILE.values(), ids=MEANWHILE)
def test_rework_does_not_go_back_to_who_has_ceased_to_edit(editor, becomes, refusal):
    session = give(taken_to(Status.READY), editor)
    becomes(editor)
    with pytest.raises(refusal):
        go(session, Status.IN_EDITING, None, "too dark")


# How many at once


def test_an_editor_has_no_more_in_editing_than_the_studio_allows(editor, business_rules):
    business_rules(max_concurrent_editing_sessions=2)
    first, second, third = (taken_to(Status.ATTENDED) for _ in range(3))
    take(first, editor)
    give(second, editor)
    for attempt in (take, give):
        with pytest.raises(EditorOverloaded):
            attempt(third, editor)
    third.refresh_from_db()
    assert (third.status, third.editing_assigned_to) == ("Attended", None)


WAYS_OUT = {
    "released": lambda s: editing.release_editor(s, actor=SYSTEM, at=NOON, reason="too much"),
    "ready": lambda s: go(s, Status.READY, None),
    "cancelled": lambda s: go(s, Status.CANCELED, None),
    "another editor": lambda s: give(s, UserFactory(roles=["editor"])),
}


@pytest.mark.parametrize("leave", WAYS_OUT.values(), ids=WAYS_OUT)
def test_what_is_no_longer_in_editing_makes_room_for_another(editor, business_rules, leave):
    business_rules(max_concurrent_editing_sessions=1)
    first, second = taken_to(Status.ATTENDED), taken_to(Status.ATTENDED)
    take(first, editor)
    leave(first)
    assert take(second, editor).editing_assigned_to == editor


# Assigning, changing, giving back


def test_an_editor_is_named_by_who_assigns_resources(session, coordinator, editor):
    given = give(session, editor, coordinator)
    assert (given.status, given.editing_assigned_to) == ("In Editing", editor)
    assert given.history.latest("id").changed_by == coordinator


@pytest.mark.parametrize("state", [Status.IN_EDITING, Status.READY])
def test_later_it_is_a_change_of_editor_in_the_same_state(state, coordinator, editor):
    session = taken_to(state)
    old, steps = session.editing_assigned_to, session.history.count()
    given = give(session, editor, coordinator)
    assert (given.status, given.editing_assigned_to) == (state, editor)
    assert session.history.count() == steps
    assert session not in seen_by(old)
    assert session in seen_by(editor)


def test_the_same_editor_again_is_no_change(session, editor):
    version = give(session, editor).version
    assert give(session, editor).version == version


UNFIT = {
    "someone unknown": (lambda: User(pk=0), "VALIDATION_ERROR"),
    "someone inactive": (
        lambda: UserFactory(roles=["editor"], status="Inactive"),
        "INACTIVE_RESOURCE",
    ),
    "a photographer": (lambda: UserFactory(roles=["photographer"]), "WRONG_ROLE"),
    "a coordinator": (lambda: UserFactory(roles=["coordinator"]), "WRONG_ROLE"),
}


@pytest.mark.parametrize("state", [Status.ATTENDED, Status.IN_EDITING])
@pytest.mark.parametrize(("make", "code"), UNFIT.values(), ids=UNFIT)
def test_only_an_active_editor_is_assigned(state, make, code):
    session = taken_to(state)
    before = session.editing_assigned_to
    with pytest.raises(DomainError) as refusal:
        give(session, make())
    assert refusal.value.code == code
    session.refresh_from_db()
    assert (session.status, session.editing_assigned_to) == (state, before)


def test_an_editor_gives_it_back_with_a_reason_and_another_takes_it(session, editor):
    take(session, editor)
    actor = acting(editor)
    with pytest.raises(ValidationFailed):
        editing.release_editor(session, actor=actor, at=NOON, reason=" ")
    freed = editing.release_editor(session, actor=actor, at=NOON, reason="I am ill")
    assert (freed.status, freed.editing_assigned_to) == ("Attended", None)
    assert freed.editing_started_at is None
    assert freed.history.latest("id").reason == "I am ill"
    other = UserFactory(roles=["editor"])
    assert take(freed, other).editing_assigned_to == other


def test_without_a_reason_nothing_is_given_back_whatever_the_state():
    with pytest.raises(ValidationFailed):
        editing.release_editor(taken_to(Status.READY), actor=SYSTEM, at=NOON, reason=" ")


def test_an_editor_is_not_deactivated_while_a_session_is_in_their_hands(session, editor):
    take(session, editor)
    with pytest.raises(InUse) as refusal:
        deactivate_user(editor, actor=SYSTEM, at=NOON)
    assert [one["code"] for one in refusal.value.context["conflicts"]] == [session.code]
    go(session, Status.READY, editor)
    assert not deactivate_user(editor, actor=SYSTEM, at=NOON).is_active


# How long it takes


def change_days(session: Session, person: User | None, days: int = 9, note: str = "weddings"):
    return editing.change_editing_days(session, days, actor=acting(person), at=NOON, note=note)


def test_the_editor_changes_the_days_and_the_delivery_date_follows(session, editor):
    assert take(session, editor).delivery_deadline == DAY + timedelta(days=5)
    changed = change_days(session, editor)
    assert changed.estimated_editing_days == 9
    assert changed.delivery_deadline == date(2026, 4, 29)
    entry = AuditEntry.objects.get(action="session.editing_days_changed")
    assert (entry.actor, entry.reason, entry.object_id) == (editor, "weddings", session.pk)
    assert entry.changes == {"editing_days": [5, 9]}


def test_nobody_else_does(session, editor, admin_user, coordinator):
    take(session, editor)
    for person in (admin_user, coordinator, UserFactory(roles=["editor"])):
        with pytest.raises(NotAllowed):
            change_days(session, person)


@pytest.mark.parametrize(
    ("days", "note", "field"), [(0, "x", "estimated_editing_days"), (9, " ", "note")]
)
def test_it_needs_a_day_at_least_and_a_note(session, editor, days, note, field):
    take(session, editor)
    with pytest.raises(ValidationFailed) as refusal:
        change_days(session, editor, days, note)
    assert set(refusal.value.errors) == {field}
    session.refresh_from_db()
    assert session.delivery_deadline == DAY + timedelta(days=5)


def test_once_it_is_ready_the_days_stay(session, editor):
    go(take(session, editor), Status.READY, editor)
    with pytest.raises(InvalidTransition):
        change_days(session, editor)


# Ready, rework, delivered


def test_the_material_is_ready_and_when_is_noted(session, editor):
    ready = go(take(session, editor), Status.READY, editor)
    assert (ready.status, ready.editing_completed_at) == ("Ready for Delivery", NOON)


def test_rework_goes_back_to_the_same_editor_at_whatever_load(
    session, editor, coordinator, business_rules
):
    business_rules(max_concurrent_editing_sessions=1)
    go(take(session, editor), Status.READY, editor)
    take(taken_to(Status.ATTENDED), editor)
    again = go(session, Status.IN_EDITING, coordinator, "too dark")
    assert (again.status, again.editing_assigned_to) == ("In Editing", editor)
    assert again.editing_completed_at is None
    assert (again.editing_started_at, again.history.latest("id").reason) == (NOON, "too dark")


def test_what_is_delivered_holds_nothing_and_is_still_its_peoples(coordinator):
    session = taken_to(Status.READY, book())
    paid(session, session.balance_amount, "Balance", at=NOON)
    assert session.claims.filter(active=True).count() == 2
    go(session, Status.COMPLETED, coordinator)
    session.refresh_from_db()
    assert session.delivered_at == NOON
    assert set(session.claims.values_list("active", "end_cause")) == {(False, "completed")}
    assert session in seen_by(session.assignments.get(status="Assigned").photographer)
    assert session in seen_by(session.editing_assigned_to)
