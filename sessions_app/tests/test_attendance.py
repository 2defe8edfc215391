"""Who was there (rules, section 2, *Attendance*)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from config.clock import start_of
from config.errors import NotAllowed, NotFound
from sessions_app.actions import attendance, editing, team
from sessions_app.actions.transition import transition
from sessions_app.errors import InvalidTransition, MissingResources, NotAssigned, TooEarly
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import DAY, SYSTEM, acting, assign, attended_at, book, taken_to
from sessions_app.tests.wire import holding
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory
from users.tests.races import at_once

pytestmark = pytest.mark.django_db

MIDNIGHT = start_of(DAY)
NOON = MIDNIGHT + timedelta(hours=12)


class Pair(NamedTuple):
    """An Assigned session and its two photographers."""

    session: Session
    first: User
    second: User

    def part(self, person: User) -> Assignment:
        return self.session.assignments.get(photographer=person)

    def marks(self) -> list[bool]:
        return [self.part(person).attended for person in (self.first, self.second)]

    def state(self) -> str:
        self.session.refresh_from_db()
        return self.session.status


def two_on_it() -> Pair:
    session = book()
    first, second = assign(session).photographer, assign(session).photographer
    return Pair(taken_to(Status.ASSIGNED, session), first, second)


@pytest.fixture
def pair(admin_user):
    """Two photographers on a session; whatever a test has done, all still holds."""
    yield two_on_it()
    assert list(findings()) == []


def mark(session: Session, person: User, attended: bool = True, at: datetime = NOON, **facts):
    return attendance.mark_own(session, attended=attended, actor=acting(person), at=at, **facts)


def go(session: Session, to: Status, person: User, at: datetime = NOON) -> Session:
    return transition(session, to, actor=acting(person), at=at, reason="correction")


# When, and who


WAYS = {
    "their own mark": lambda pair, who, at: mark(pair.session, who, at=at),
    "the mark by its id": lambda pair, who, at: attendance.mark(
        pair.part(pair.first), attended=True, actor=acting(who), at=at
    ),
    "the transition": lambda pair, who, at: go(pair.session, Status.ATTENDED, who, at),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_attendance_begins_with_the_day_of_the_session(pair, way):
    mark(pair.session, pair.second, at=MIDNIGHT)
    with pytest.raises(TooEarly):
        way(pair, pair.first, MIDNIGHT - timedelta(microseconds=1))
    assert pair.marks() == [False, True]
    way(pair, pair.first, MIDNIGHT)
    assert (pair.marks(), pair.state()) == ([True, True], "Attended")


def test_it_is_too_early_for_the_coordinator_too(pair, coordinator):
    with pytest.raises(TooEarly):
        go(pair.session, Status.ATTENDED, coordinator, MIDNIGHT - timedelta(microseconds=1))
    assert go(pair.session, Status.ATTENDED, coordinator, MIDNIGHT).status == "Attended"


def test_the_day_of_a_session_over_midnight_is_the_one_on_which_it_starts(admin_user):
    session = taken_to(Status.ASSIGNED, book(estimated_duration_hours=20))
    person = session.assignments.get().photographer
    mark(session, person, at=MIDNIGHT)
    session.refresh_from_db()
    assert session.status == "Attended"


def test_who_is_not_on_it_has_no_mark_of_their_own(pair, coordinator):
    both = UserFactory(roles=["coordinator", "photographer"])
    for person in (coordinator, both):
        with pytest.raises(NotAssigned):
            mark(pair.session, person)


def test_a_released_photographer_is_not_on_it_any_more(pair, coordinator):
    left = pair.part(pair.first)
    team.release(left, actor=SYSTEM, at=NOON)
    with pytest.raises(NotAllowed):  # it is no longer theirs to see
        mark(pair.session, pair.first)
    with pytest.raises(NotFound):
        attendance.mark(left, attended=True, actor=acting(coordinator), at=NOON)


def test_who_may_mark_nothing_is_told_so_before_that_they_are_not_on_it(pair):
    person = holding(Right.SESSION_VIEW_OWN, Right.SESSION_VIEW_ALL, beside="editor")
    with pytest.raises(NotAllowed):
        mark(pair.session, person)


def test_nobody_marks_for_another_photographer(pair):
    with pytest.raises(NotAllowed):
        attendance.mark(pair.part(pair.first), attended=True, actor=acting(pair.second), at=NOON)


# The session follows


def test_the_last_active_photographers_mark_moves_the_session(pair):
    mark(pair.session, pair.first)
    assert pair.state() == "Assigned"
    mark(pair.session, pair.second)
    assert pair.state() == "Attended"
    assert pair.session.history.latest("id").changed_by == pair.second


def test_who_was_released_is_not_waited_for(pair):
    team.release(pair.part(pair.second), actor=SYSTEM, at=NOON)
    mark(pair.session, pair.first)
    assert pair.state() == "Attended"


def test_releasing_the_only_one_who_has_not_marked_moves_the_session(pair, coordinator):
    mark(pair.session, pair.first)
    team.release(pair.part(pair.second), actor=acting(coordinator), at=NOON)
    assert pair.state() == "Attended"
    assert pair.session.history.latest("id").changed_by == coordinator


def test_who_was_reassigned_is_not_waited_for_but_who_took_their_place(pair):
    mark(pair.session, pair.first)
    new = UserFactory(roles=["photographer"])
    team.reassign(pair.part(pair.second), new.pk, actor=SYSTEM, at=NOON)
    assert pair.state() == "Assigned"
    mark(pair.session, new)
    assert pair.state() == "Attended"


def test_a_photographers_transition_is_their_mark_and_says_that_others_are_missing(pair):
    with pytest.raises(MissingResources):
        go(pair.session, Status.ATTENDED, pair.first)
    assert (pair.marks(), pair.state()) == ([True, False], "Assigned")
    assert pair.part(pair.first).attended_at == NOON
    assert go(pair.session, Status.ATTENDED, pair.second).status == "Attended"


@pytest.mark.django_db(transaction=True)
def test_the_mark_is_committed_although_the_answer_is_a_refusal():
    pair = two_on_it()
    with pytest.raises(MissingResources):
        go(pair.session, Status.ATTENDED, pair.first)
    (seen_by_another_connection,) = at_once(pair.marks)
    assert seen_by_another_connection == [True, False]


def test_a_coordinator_moves_it_at_once_and_marks_nobody(pair, coordinator):
    mark(pair.session, pair.first)
    go(pair.session, Status.ATTENDED, coordinator)
    assert (pair.marks(), pair.state()) == ([True, False], "Attended")


def test_a_coordinator_who_is_on_it_as_a_photographer_marks_their_own_as_well(pair):
    both = UserFactory(roles=["coordinator", "photographer"])
    assign(pair.session, both)
    go(pair.session, Status.ATTENDED, both)
    assert (pair.part(both).attended, pair.marks()) == (True, [False, False])


def test_a_coordinator_marks_for_everyone_and_the_last_one_moves_it(pair, coordinator):
    for person in (pair.first, pair.second):
        attendance.mark(
            pair.part(person), attended=True, actor=acting(coordinator), at=NOON, notes="was there"
        )
    assert pair.state() == "Attended"
    assert pair.part(pair.first).notes == "was there"


@pytest.mark.parametrize("state", [Status.ATTENDED, Status.IN_EDITING, Status.READY])
def test_later_marks_are_noted_and_move_nothing(admin_user, state):
    session = book()
    late = assign(session).photographer
    taken_to(state, session)
    mark(session, late)
    session.refresh_from_db()
    assert (session.assignments.get(photographer=late).attended, session.status) == (True, state)


def test_notes_stay_unless_others_are_given(pair):
    mark(pair.session, pair.first, notes="rain")
    mark(pair.session, pair.first, attended=False)
    assert pair.part(pair.first).notes == "rain"
    mark(pair.session, pair.first, notes="")
    assert pair.part(pair.first).notes == ""


# Corrections


def test_any_mark_taken_back_corrects_the_session(pair):
    mark(pair.session, pair.first)
    mark(pair.session, pair.second)
    mark(pair.session, pair.first, attended=False)
    assert (pair.marks(), pair.state()) == ([False, True], "Assigned")
    assert pair.part(pair.first).attended_at is None


def test_whose_mark_it_was_may_take_the_step_back_too(pair):
    mark(pair.session, pair.first)
    mark(pair.session, pair.second)
    go(pair.session, Status.ASSIGNED, pair.second)
    assert (pair.marks(), pair.state()) == ([True, False], "Assigned")


def test_who_has_not_marked_takes_nothing_back(pair, coordinator):
    mark(pair.session, pair.first)
    go(pair.session, Status.ATTENDED, coordinator)
    with pytest.raises(NotAllowed):
        go(pair.session, Status.ASSIGNED, pair.second)
    assert pair.state() == "Attended"


def test_a_coordinators_own_step_is_undone_and_the_photographers_marks_stay(pair, coordinator):
    mark(pair.session, pair.first)
    go(pair.session, Status.ATTENDED, coordinator)
    go(pair.session, Status.ASSIGNED, coordinator)
    assert (pair.marks(), pair.state()) == ([True, False], "Assigned")


def test_where_everyone_has_marked_a_coordinators_correction_takes_the_marks_back(
    pair, coordinator
):
    mark(pair.session, pair.first)
    mark(pair.session, pair.second)
    go(pair.session, Status.ASSIGNED, coordinator)
    assert (pair.marks(), pair.state()) == ([False, False], "Assigned")
    mark(pair.session, pair.first)
    mark(pair.session, pair.second)
    assert pair.state() == "Attended"


@pytest.mark.parametrize("state", [Status.IN_EDITING, Status.READY])
def test_once_an_editor_has_it_no_mark_is_taken_back(admin_user, coordinator, state):
    session = book()
    late = assign(session).photographer
    taken_to(state, session)
    mark(session, late)
    for actor in (late, coordinator):
        with pytest.raises(InvalidTransition):
            attendance.mark(
                session.assignments.get(photographer=late),
                attended=False,
                actor=acting(actor),
                at=NOON,
            )
    assert session.assignments.get(photographer=late).attended


def test_once_the_editor_has_given_it_back_it_can_be_corrected(admin_user):
    session = taken_to(Status.IN_EDITING)
    person = session.assignments.get().photographer
    mark(session, person)
    editing.release_editor(session, actor=SYSTEM, at=attended_at(session), reason="wrong files")
    mark(session, person, attended=False)
    session.refresh_from_db()
    assert session.status == "Assigned"
    assert list(findings()) == []
