"""Sixteen real threads want the same people, rooms and times at the same moment."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import start_of
from sessions_app.actions import booking, planning, postponing, team
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Session, SessionType
from sessions_app.tests.builders import (
    AT,
    CHANGES_DEADLINE,
    DAY,
    TEN,
    assign,
    book,
    external,
    photographers,
    priced,
    ready_to_confirm,
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


def team_of(session: Session) -> list[str]:
    """Return what became of each row of the session's team."""
    return sorted(session.assignments.values_list("status", flat=True))


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
    answers = sixteen(
        lambda number: team.release(pair[number % 2], actor=desk, at=CHANGES_DEADLINE)
    )
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
    session = ready_to_confirm(external())
    transition(session, Status.CONFIRMED, actor=desk, at=AT)
    answers = sixteen(
        lambda number: team.assign(session, people[number].pk, actor=desk, at=CHANGES_DEADLINE)
    )
    assert answers == {DONE: 16}
    assert times_moved(session, Status.ASSIGNED) == 1
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
        return booking.book(asked, actor=desk, at=CHANGES_DEADLINE - timedelta(days=1))

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
            pair[number % 2],
            DAY,
            hours[1 - number % 2],
            reason="rain",
            actor=desk,
            at=CHANGES_DEADLINE,
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
            moving, DAY + timedelta(days=1), TEN, reason="rain", actor=desk, at=CHANGES_DEADLINE
        ),
        lambda number: team.assign(standing, one.pk, actor=desk, at=CHANGES_DEADLINE),
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
