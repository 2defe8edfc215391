"""What waits for an editor: what first, who has how much, taking the next (rules, section 9)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.clock import now, studio_day
from config.errors import NotAllowed, NotFound
from conftest import signed_in
from sessions_app.actions import editing, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.errors import EditorOverloaded, MissingResources
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.queries.editing_queue import days_left, editing_of, loads, waiting
from sessions_app.tests.builders import SYSTEM, acting, attended_at
from sessions_app.tests.racing import DONE, broken, outcomes
from sessions_app.tests.wire import arrived, holding
from users.actions.roles import permissions_by_right
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def take_next(person: User | None) -> Session:
    return editing.take_next(actor=acting(person), at=now())


def pool(*days: int) -> list[Session]:
    return [arrived(Status.ATTENDED, days=back) for back in days]


# What first


def test_the_delivery_date_decides_then_how_long_it_has_waited():
    late, early, middle = pool(-1, -9, -4)
    assert list(waiting()) == [early, middle, late]
    Session.objects.update(delivery_deadline=studio_day(now()))
    assert list(waiting()) == [early, middle, late]  # attended in this order
    Session.objects.filter(pk=early.pk).update(delivery_deadline=None)
    assert list(waiting()) == [middle, late, early]


def test_who_was_attended_again_waits_from_then_on():
    first, second = pool(-5, -3)
    Session.objects.update(delivery_deadline=studio_day(now()))
    editing.assign_editor(first, UserFactory(roles=["editor"]).pk, actor=SYSTEM, at=now())
    editing.release_editor(first, actor=SYSTEM, at=now(), reason="ill")
    assert list(waiting()) == [second, first]


def test_only_what_is_attended_and_free_and_there_waits(editor):
    (waits, cancelled) = pool(-1, -2)
    for state in (Status.ASSIGNED, Status.IN_EDITING, Status.READY, Status.COMPLETED):
        arrived(state)
    cancel(cancelled, initiator="Studio", reason="x", actor=SYSTEM, at=now())
    assert list(waiting()) == [waits]


@pytest.mark.parametrize(
    ("delivery", "left"),
    [(date(2026, 4, 25), 5), (date(2026, 4, 20), 0), (date(2026, 4, 19), -1), (None, None)],
)
def test_days_are_left_until_the_delivery_date(delivery, left):
    assert days_left(delivery, date(2026, 4, 20)) == left


# The next one


def test_an_editor_takes_one_after_the_other(editor):
    late, early = pool(-1, -9)
    for expected in (early, late):
        taken = take_next(editor)
        assert taken == expected
        assert (taken.status, taken.editing_assigned_to) == ("In Editing", editor)
        assert taken.history.latest("id").changed_by == editor
    with pytest.raises(NotFound):
        take_next(editor)
    assert list(editing_of(editor)) == [early, late]


def test_a_full_editor_takes_none_and_changes_nothing(editor, business_rules):
    business_rules(max_concurrent_editing_sessions=1)
    pool(-1, -2)
    take_next(editor)
    with pytest.raises(EditorOverloaded):
        take_next(editor)
    assert waiting().count() == 1


def test_who_assigns_but_edits_not_names_an_editor(coordinator):
    pool(-1)
    for person in (coordinator, None, holding(Right.SESSION_ASSIGN_RESOURCES, beside="admin")):
        with pytest.raises(MissingResources):
            take_next(person)
    assert waiting().count() == 1


def test_who_neither_edits_nor_assigns_takes_none(photographer, plain_user):
    pool(-1)
    ready = holding(Right.SESSION_MARK_READY, beside="photographer")
    for person in (photographer, plain_user, ready):
        with pytest.raises(NotAllowed):
            take_next(person)


def test_the_role_without_its_right_takes_none_even_where_nothing_waits(editor):
    editor.roles.get().permissions.remove(permissions_by_right()[Right.SESSION_MARK_READY])
    with pytest.raises(NotAllowed):
        take_next(editor)


def test_for_the_role_that_sees_no_sessions_nothing_waits(editor):
    pool(-1)
    editor.roles.get().permissions.remove(permissions_by_right()[Right.SESSION_VIEW_OWN])
    with pytest.raises(NotFound):
        take_next(editor)


def test_who_also_coordinates_is_an_editor_all_the_same():
    (session,) = pool(-1)
    assert take_next(UserFactory(roles=["coordinator", "editor"])) == session


@pytest.mark.django_db(transaction=True)
def test_editors_who_take_the_next_one_at_once_get_different_ones(admin_user):
    sessions = pool(*range(-6, 0))
    editors = [UserFactory(roles=["editor"]) for _ in range(8)]
    assert outcomes([partial(take_next, editor) for editor in editors]) == {
        DONE: 6,
        "NOT_FOUND": 2,
    }
    taken = [session.editing_assigned_to_id for session in Session.objects.all()]
    assert len(set(taken)) == len(sessions)
    assert None not in taken
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_one_editor_in_two_tabs_takes_no_more_than_allowed(admin_user, business_rules):
    business_rules(max_concurrent_editing_sessions=2)
    pool(-1, -2, -3, -4)
    editor = UserFactory(roles=["editor"])
    assert outcomes([partial(take_next, editor)] * 4) == {DONE: 2, "EDITOR_OVERLOADED": 2}
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_taking_this_one_and_the_next_one_at_once_gives_both_something(admin_user):
    first, _second = pool(-2, -1)
    one, other = (UserFactory(roles=["editor"]) for _ in range(2))
    calls = [
        partial(editing.take, first, actor=acting(one), at=now()),
        partial(take_next, other),
    ]
    found = outcomes(calls)
    assert found in ({DONE: 2}, {DONE: 1, "ALREADY_TAKEN": 1})
    assert broken() == []


# Load


def test_the_load_of_every_editor_is_told_who_has_least_first(editor, business_rules):
    business_rules(max_concurrent_editing_sessions=4)
    idle = UserFactory(full_name="Ida Idle", roles=["editor", "photographer"])
    UserFactory(roles=["editor"], status="Inactive")
    UserFactory(roles=["photographer"])
    near, far = (arrived(Status.IN_EDITING, editor=editor, days=back) for back in (-3, -1))
    arrived(Status.READY, editor=editor)
    assert near.delivery_deadline < far.delivery_deadline
    assert [(one.full_name, one.in_editing, one.most, one.next_delivery) for one in loads()] == [
        (idle.full_name, 0, 4, None),
        (editor.full_name, 2, 4, near.delivery_deadline),
    ]


# Queries


def test_the_queue_takes_as_many_queries_for_three_as_for_one(editor, coordinator):
    def counted(person: User) -> int:
        client = signed_in(person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/editing/queue").json()["total"]
        return len(queries)

    pool(-1)
    before = [counted(person) for person in (editor, coordinator)]
    for session in pool(-2, -3):
        team.assign(
            session,
            UserFactory(roles=["photographer"]).pk,
            actor=SYSTEM,
            at=attended_at(session) + timedelta(minutes=1),
        )
    assert [counted(person) for person in (editor, coordinator)] == before


def test_going_back_to_assigned_leaves_the_queue():
    (session,) = pool(-1)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=now())
    assert list(waiting()) == []
