"""Sixteen real threads want to edit the same sessions at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessions_app.actions import editing
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import DAY, acting, attended_at, editors, state, taken_to
from sessions_app.tests.racing import (
    DONE,
    THREADS,
    broken,
    eight_each,
    outcomes,
    sixteen,
    studio_desk,
    times_moved,
)
from users.actors import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def desk() -> Actor:
    return studio_desk()


def test_two_editors_never_take_the_same_session():
    session = taken_to(Status.ATTENDED)
    people = editors(2)
    noon = attended_at(session)
    answers = outcomes(
        [lambda one=one: editing.take(session, actor=acting(one), at=noon) for one in people]
    )
    assert answers == {DONE: 1, "ALREADY_TAKEN": 1}
    assert broken() == []


def test_of_sixteen_editors_one_gets_the_session():
    session = taken_to(Status.ATTENDED)
    people = editors(THREADS)
    noon = attended_at(session)
    answers = sixteen(
        lambda number: transition(session, Status.IN_EDITING, actor=acting(people[number]), at=noon)
    )
    assert answers == {DONE: 1, "ALREADY_TAKEN": 15}
    assert times_moved(session, Status.IN_EDITING) == 1
    assert broken() == []


def test_taking_against_assigning_the_editor_gives_it_to_one(desk):
    session = taken_to(Status.ATTENDED)
    (named,), people = editors(1), editors(THREADS // 2)
    noon = attended_at(session)
    takings, assignments = eight_each(
        lambda number: editing.take(session, actor=acting(people[number]), at=noon),
        lambda number: editing.assign_editor(session, named.pk, actor=desk, at=noon),
    )
    session.refresh_from_db()
    assert assignments == {DONE: 8}  # who was taken first is replaced: a change of editor
    assert session.editing_assigned_to == named
    assert takings in ({"ALREADY_TAKEN": 8}, {DONE: 1, "ALREADY_TAKEN": 7})
    assert times_moved(session, Status.IN_EDITING) == 1
    assert broken() == []


def attended(count: int) -> list[Session]:
    """Sessions that have taken place, on days of their own."""
    return [
        taken_to(Status.ATTENDED, session_date=DAY + timedelta(days=number))
        for number in range(count)
    ]


def in_editing() -> int:
    return Session.objects.filter(status=Status.IN_EDITING).count()


def test_an_editor_who_takes_sixteen_at_once_gets_as_many_as_one_may_have(business_rules):
    business_rules(max_concurrent_editing_sessions=3)
    sessions = attended(THREADS)
    (one,) = editors(1)
    later = attended_at(sessions[-1])
    answers = sixteen(lambda number: editing.take(sessions[number], actor=acting(one), at=later))
    assert answers == {DONE: 3, "EDITOR_OVERLOADED": 13}
    assert in_editing() == 3
    assert broken() == []


def test_taking_and_being_assigned_at_once_count_together(desk, business_rules):
    business_rules(max_concurrent_editing_sessions=3)
    sessions = attended(THREADS)
    (one,) = editors(1)
    later = attended_at(sessions[-1])
    takings, assignments = eight_each(
        lambda number: editing.take(sessions[2 * number], actor=acting(one), at=later),
        lambda number: editing.assign_editor(
            sessions[2 * number + 1], one.pk, actor=desk, at=later
        ),
    )
    assert takings + assignments == {DONE: 3, "EDITOR_OVERLOADED": 13}
    assert in_editing() == 3
    assert broken() == []


def test_giving_back_against_finishing_leaves_one_story(desk):
    session = taken_to(Status.IN_EDITING)
    noon = attended_at(session)
    one = acting(session.editing_assigned_to)
    releases, finishings = eight_each(
        lambda number: editing.release_editor(session, actor=desk, at=noon, reason="ill"),
        lambda number: transition(session, Status.READY, actor=one, at=noon),
    )
    assert releases[DONE] + finishings[DONE] == 1
    assert state(session) == (Status.ATTENDED if releases[DONE] else Status.READY)
    assert broken() == []
