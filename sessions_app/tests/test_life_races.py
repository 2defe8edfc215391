"""Sixteen real threads move the same sessions, people and rooms at the same moment."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import start_of
from sessions_app.actions import (
    attendance,
    booking,
    cancelling,
    editing,
    planning,
    postponing,
    team,
)
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session, SessionType
from sessions_app.tests.builders import (
    AT,
    DAY,
    TEN,
    acting,
    assign,
    attended_at,
    book,
    external,
    paid,
    priced,
    taken_to,
)
from sessions_app.tests.racing import DONE, THREADS, broken, eight_each, outcomes, sixteen
from users.actors import Actor
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

SETTLED = start_of(DAY - timedelta(days=6))  # the changes deadline of `DAY` has just passed


@pytest.fixture(autouse=True)
def desk() -> Actor:
    """Have an admin, as every studio has, and let a coordinator act."""
    UserFactory(roles=["admin"])
    return acting(UserFactory(roles=["coordinator"]))


def photographers(count: int) -> list[User]:
    return [UserFactory(roles=["photographer"]) for _ in range(count)]


def editors(count: int) -> list[User]:
    return [UserFactory(roles=["editor"]) for _ in range(count)]


def state(session: Session) -> str:
    session.refresh_from_db()
    return session.status


def times_moved(session: Session, to: Status) -> int:
    return session.history.filter(to_status=to).count()


def team_of(session: Session) -> list[str]:
    """Return what became of each row of the session's team."""
    return sorted(session.assignments.values_list("status", flat=True))


# Confirming


def ready_to_confirm(**asked: object) -> Session:
    """A Pre-scheduled External session with its deposit paid and nobody assigned."""
    session = taken_to(Status.PRE_SCHEDULED, external(**asked))
    paid(session, session.deposit_amount)
    return session


def test_a_session_is_confirmed_once(desk):
    session = ready_to_confirm()
    photographers(1)
    answers = sixteen(lambda number: transition(session, Status.CONFIRMED, actor=desk, at=AT))
    assert answers == {DONE: 1, "INVALID_STATE_TRANSITION": 15}
    assert times_moved(session, Status.CONFIRMED) == 1
    assert broken() == []


def test_of_sixteen_sessions_that_count_on_the_last_photographer_one_is_confirmed(desk):
    photographers(1)
    sessions = [ready_to_confirm() for _ in range(THREADS)]
    answers = sixteen(
        lambda number: transition(sessions[number], Status.CONFIRMED, actor=desk, at=AT)
    )
    assert answers == {DONE: 1, "PHOTOGRAPHER_NOT_AVAILABLE": 15}
    assert Session.objects.filter(status=Status.CONFIRMED).count() == 1
    assert broken() == []


def test_as_many_are_confirmed_as_there_are_photographers_for_all_that_they_need(desk):
    photographers(5)
    sessions = [ready_to_confirm(photographers_needed=2) for _ in range(THREADS)]
    answers = sixteen(
        lambda number: transition(sessions[number], Status.CONFIRMED, actor=desk, at=AT)
    )
    assert answers == {DONE: 2, "PHOTOGRAPHER_NOT_AVAILABLE": 14}
    assert broken() == []


def test_assigning_the_last_photographer_elsewhere_against_confirming(desk):
    (last,) = photographers(1)
    elsewhere = [external() for _ in range(THREADS // 2)]
    session = ready_to_confirm()
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
    session = ready_to_confirm()
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
    before = SETTLED - timedelta(seconds=1)
    reopenings, assignments = eight_each(
        lambda number: transition(session, Status.NEGOTIATION, actor=desk, at=before),
        lambda number: transition(session, Status.ASSIGNED, actor=desk, at=SETTLED),
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


# The team


def test_a_photographer_is_reassigned_or_released_but_not_both(desk):
    session = book()
    member = assign(session)
    successors = photographers(THREADS // 2)
    reassignments, releases = eight_each(
        lambda number: team.reassign(member, successors[number].pk, actor=desk, at=AT),
        lambda number: team.release(member, actor=desk, at=AT),
    )
    assert reassignments + releases == {DONE: 1, "NOT_FOUND": 15}
    assert team_of(session) == (["Assigned", "Reassigned"] if reassignments[DONE] else ["Released"])
    assert broken() == []


def test_of_two_photographers_released_at_once_one_stays_with_an_assigned_session(desk):
    session = taken_to(Status.ASSIGNED)
    assign(session)
    pair = list(session.assignments.all())
    answers = sixteen(lambda number: team.release(pair[number % 2], actor=desk, at=SETTLED))
    assert answers == {DONE: 1, "NOT_FOUND": 7, "MISSING_RESOURCES": 8}
    assert team_of(session) == ["Assigned", "Released"]
    assert broken() == []


def test_two_sessions_that_swap_their_photographers_do_not_wait_in_a_circle(desk):
    members = [assign(external()) for _ in range(2)]
    people = [member.photographer_id for member in members]
    answers = sixteen(
        lambda number: team.reassign(members[number % 2], people[1 - number % 2], actor=desk, at=AT)
    )
    assert answers == {"PHOTOGRAPHER_NOT_AVAILABLE": 16}
    assert broken() == []


def test_the_first_photographer_to_come_takes_a_settled_session_to_assigned_once(desk):
    people = photographers(THREADS)
    session = ready_to_confirm()
    transition(session, Status.CONFIRMED, actor=desk, at=AT)
    answers = sixteen(
        lambda number: team.assign(session, people[number].pk, actor=desk, at=SETTLED)
    )
    assert answers == {DONE: 16}
    assert times_moved(session, Status.ASSIGNED) == 1
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


# Editing


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


# The agenda


def test_postponing_against_booking_gives_the_room_to_one(desk):
    room = RoomFactory()
    client = ClientFactory()
    slot = DAY + timedelta(days=30)
    sessions = [
        taken_to(Status.CONFIRMED, room=room, session_date=DAY - timedelta(days=number))
        for number in range(THREADS // 2)
    ]

    def book_it(number: int) -> Session:
        asked = booking.Request(
            client_id=client.pk,
            session_type=SessionType.STUDIO,
            session_date=slot,
            session_time=TEN,
            room_id=room.pk,
        )
        return booking.book(asked, actor=desk, at=SETTLED - timedelta(days=1))

    def postpone(number: int) -> Session:
        session = sessions[number]
        late = start_of(session.session_date - timedelta(days=6))
        return postponing.postpone(session, slot, TEN, reason="rain", actor=desk, at=late)

    postponements, bookings = eight_each(postpone, book_it)
    assert postponements + bookings == {DONE: 1, "ROOM_NOT_AVAILABLE": 15}
    assert Session.objects.filter(session_date=slot).count() == 1
    assert broken() == []


def test_postponing_into_each_others_slots_does_not_wait_in_a_circle(desk):
    room = RoomFactory()
    pair = [taken_to(Status.ASSIGNED, room=room, session_time=time(hour)) for hour in (10, 14)]
    hours = [session.session_time for session in pair]

    answers = sixteen(
        lambda number: postponing.postpone(
            pair[number % 2], DAY, hours[1 - number % 2], reason="rain", actor=desk, at=SETTLED
        )
    )
    assert answers == {"ROOM_NOT_AVAILABLE": 16}
    assert broken() == []


def test_postponing_against_assigning_lets_nobody_be_in_two_places(desk):
    (one,) = photographers(1)
    standing = external(session_date=DAY + timedelta(days=1))
    moving = taken_to(Status.ASSIGNED, external())
    member = moving.assignments.get()
    team.reassign(member, one.pk, actor=desk, at=AT)
    postponements, assignments = eight_each(
        lambda number: postponing.postpone(
            moving, DAY + timedelta(days=1), TEN, reason="rain", actor=desk, at=SETTLED
        ),
        lambda number: team.assign(standing, one.pk, actor=desk, at=SETTLED),
    )
    if assignments[DONE]:
        assert assignments == {DONE: 1, "DUPLICATE": 7}
        assert postponements == {"PHOTOGRAPHER_NOT_AVAILABLE": 8}
    else:
        assert assignments == {"PHOTOGRAPHER_NOT_AVAILABLE": 8}
        assert postponements == {DONE: 8}
    assert broken() == []


def test_cancelling_frees_the_room_for_who_books_at_the_same_moment(desk):
    room = RoomFactory()
    client = ClientFactory()
    standing = priced(book(room=room))
    asked = booking.Request(
        client_id=client.pk,
        session_type=SessionType.STUDIO,
        session_date=DAY,
        session_time=TEN,
        room_id=room.pk,
    )
    cancellations, bookings = eight_each(
        lambda number: transition(standing, Status.CANCELED, actor=desk, at=AT),
        lambda number: booking.book(asked, actor=desk, at=AT),
    )
    assert cancellations == {DONE: 1, "INVALID_STATE_TRANSITION": 7}
    assert bookings in (
        {"ROOM_NOT_AVAILABLE": 8},
        {DONE: 1, "ROOM_NOT_AVAILABLE": 7},
    )
    assert broken() == []


def test_changing_the_room_against_assigning_keeps_both_held(desk):
    session = book()
    rooms = [RoomFactory() for _ in range(THREADS // 2)]
    people = photographers(THREADS // 2)
    changes, assignments = eight_each(
        lambda number: planning.change_session(
            session, {"room_id": rooms[number].pk}, actor=desk, at=AT
        ),
        lambda number: team.assign(session, people[number].pk, actor=desk, at=AT),
    )
    assert changes + assignments == {DONE: 16}
    session.refresh_from_db()
    assert session.claims.get(kind="session", active=True).room_id == session.room_id
    assert session.claims.filter(kind="assignment", active=True).count() == THREADS // 2
    assert broken() == []
