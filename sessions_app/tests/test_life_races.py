"""Sixteen real threads take the same sessions further at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessions_app.actions import attendance, cancelling, editing, planning, team
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from sessions_app.tests.builders import (
    AT,
    CHANGES_DEADLINE,
    DAY,
    acting,
    assign,
    attended_at,
    editors,
    external,
    photographers,
    ready_to_confirm,
    state,
    taken_to,
)
from sessions_app.tests.racing import (
    DONE,
    THREADS,
    broken,
    eight_each,
    sixteen,
    studio_desk,
    times_moved,
)
from users.actors import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def desk() -> Actor:
    return studio_desk()


# Confirming


def test_a_session_is_confirmed_once(desk):
    session = ready_to_confirm(external())
    photographers(1)
    answers = sixteen(lambda number: transition(session, Status.CONFIRMED, actor=desk, at=AT))
    assert answers == {DONE: 1, "INVALID_STATE_TRANSITION": 15}
    assert times_moved(session, Status.CONFIRMED) == 1
    assert broken() == []


def test_of_sixteen_sessions_that_count_on_the_last_photographer_one_is_confirmed(desk):
    photographers(1)
    sessions = [ready_to_confirm(external()) for _ in range(THREADS)]
    answers = sixteen(
        lambda number: transition(sessions[number], Status.CONFIRMED, actor=desk, at=AT)
    )
    assert answers == {DONE: 1, "PHOTOGRAPHER_NOT_AVAILABLE": 15}
    assert Session.objects.filter(status=Status.CONFIRMED).count() == 1
    assert broken() == []


def test_as_many_are_confirmed_as_there_are_photographers_for_all_that_they_need(desk):
    photographers(5)
    sessions = [ready_to_confirm(external(photographers_needed=2)) for _ in range(THREADS)]
    answers = sixteen(
        lambda number: transition(sessions[number], Status.CONFIRMED, actor=desk, at=AT)
    )
    assert answers == {DONE: 2, "PHOTOGRAPHER_NOT_AVAILABLE": 14}
    assert broken() == []


def test_assigning_the_last_photographer_elsewhere_against_confirming(desk):
    (last,) = photographers(1)
    elsewhere = [external() for _ in range(THREADS // 2)]
    session = ready_to_confirm(external())
    assignments, confirmations = eight_each(
        lambda number: team.assign(elsewhere[number], last.pk, actor=desk, at=AT),
        lambda number: transition(session, Status.CONFIRMED, actor=desk, at=AT),
    )
    assert assignments == {DONE: 1, "PHOTOGRAPHER_NOT_AVAILABLE": 7}
    assert confirmations in (
        {DONE: 1, "INVALID_STATE_TRANSITION": 7},
        {"PHOTOGRAPHER_NOT_AVAILABLE": 8},
    )
    assert broken() == []


def test_confirming_against_moving_sets_the_deadline_for_the_day_that_stays(desk):
    session = ready_to_confirm(external())
    photographers(1)
    moves, confirmations = eight_each(
        lambda number: planning.change_session(
            session, {"session_date": DAY + timedelta(days=number + 1)}, actor=desk, at=AT
        ),
        lambda number: transition(session, Status.CONFIRMED, actor=desk, at=AT),
    )
    assert moves == {DONE: 8}
    assert confirmations == {DONE: 1, "INVALID_STATE_TRANSITION": 7}
    session.refresh_from_db()
    assert session.changes_deadline_for == session.session_date
    assert broken() == []


def test_reopening_against_assigning_leaves_one_story(desk):
    """By clocks a little apart, around the deadline: each is right at its own instant."""
    session = taken_to(Status.CONFIRMED)
    before = CHANGES_DEADLINE - timedelta(seconds=1)
    reopenings, assignments = eight_each(
        lambda number: transition(session, Status.NEGOTIATION, actor=desk, at=before),
        lambda number: transition(session, Status.ASSIGNED, actor=desk, at=CHANGES_DEADLINE),
    )
    assert reopenings[DONE] + assignments[DONE] == 1
    assert state(session) == (Status.NEGOTIATION if reopenings[DONE] else Status.ASSIGNED)
    assert broken() == []


# Cancelling


def test_a_session_is_cancelled_once_whoever_else_cancels(desk):
    session = taken_to(Status.CONFIRMED)
    sides = [Initiator.CLIENT, Initiator.STUDIO]
    answers = sixteen(
        lambda number: cancelling.cancel(
            session, initiator=sides[number % 2], actor=desk, at=AT, reason=f"Number {number}"
        )
    )
    assert answers == {DONE: 1, "INVALID_STATE_TRANSITION": 15}
    session.refresh_from_db()
    assert session.refund_due == session.paid_amount == 500
    assert broken() == []


def test_cancelling_against_assigning_holds_nobody_afterwards(desk):
    session = taken_to(Status.PRE_SCHEDULED)
    people = photographers(THREADS // 2)
    cancellations, assignments = eight_each(
        lambda number: transition(session, Status.CANCELED, actor=desk, at=AT),
        lambda number: team.assign(session, people[number].pk, actor=desk, at=AT),
    )
    assert cancellations == {DONE: 1, "INVALID_STATE_TRANSITION": 7}
    assert set(assignments) <= {DONE, "INVALID_STATE_TRANSITION"}
    assert session.assignments.count() == assignments[DONE]
    assert not session.claims.filter(active=True).exists()
    assert broken() == []


# Attendance


def with_a_team_of(count: int) -> Session:
    """An Assigned session with that many photographers."""
    session = taken_to(Status.ASSIGNED)
    for _ in range(count - 1):
        assign(session)
    return session


@pytest.mark.parametrize("count", [2, THREADS])
def test_the_session_moves_once_when_its_photographers_mark_at_once(count):
    session = with_a_team_of(count)
    team_ = [acting(member.photographer) for member in session.assignments.all()]
    noon = attended_at(session)
    answers = sixteen(
        lambda number: attendance.mark_own(
            session, attended=True, actor=team_[number % count], at=noon
        )
    )
    assert answers == {DONE: 16}
    assert state(session) == Status.ATTENDED
    assert times_moved(session, Status.ATTENDED) == 1
    assert session.assignments.filter(attended=True).count() == count
    assert broken() == []


def test_by_the_transition_the_last_mark_moves_the_session_and_the_others_are_kept():
    session = with_a_team_of(THREADS)
    team_ = [acting(member.photographer) for member in session.assignments.all()]
    noon = attended_at(session)
    answers = sixteen(
        lambda number: transition(session, Status.ATTENDED, actor=team_[number], at=noon)
    )
    assert answers == {DONE: 1, "MISSING_RESOURCES": 15}
    assert state(session) == Status.ATTENDED
    assert session.assignments.filter(attended=True).count() == THREADS
    assert broken() == []


def test_a_mark_taken_back_against_an_editor_who_takes_the_session():
    session = taken_to(Status.ASSIGNED)
    noon = attended_at(session)
    one = acting(session.assignments.get().photographer)
    attendance.mark_own(session, attended=True, actor=one, at=noon)
    people = editors(THREADS // 2)
    marks, takings = eight_each(
        lambda number: attendance.mark_own(session, attended=False, actor=one, at=noon),
        lambda number: editing.take(session, actor=acting(people[number]), at=noon),
    )
    if state(session) == Status.IN_EDITING:
        assert marks == {"INVALID_STATE_TRANSITION": 8}
        assert takings == {DONE: 1, "ALREADY_TAKEN": 7}
    else:
        assert session.status == Status.ASSIGNED
        assert marks == {DONE: 8}  # to take back what is taken back is no change
        assert takings == {"PERMISSION_DENIED": 8}  # out of the editors' sight
    assert broken() == []
