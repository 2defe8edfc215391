"""Rain and illness: a session moves when its plan is settled (rules, section 2, *Postponing*)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from catalog.models import RoomStatus
from catalog.tests.factories import RoomFactory
from config.clock import instant, start_of
from config.errors import DomainError, ValidationFailed
from config.records.models import AuditEntry
from sessions_app.actions import attendance, planning
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.errors import (
    ChangesDeadlineExpired,
    ChangesDeadlineNotReached,
    InvalidSessionDate,
    InvalidTransition,
    PhotographerNotAvailable,
    RoomNotAvailable,
    TooEarly,
)
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import (
    DAY,
    SYSTEM,
    TEN,
    acting,
    assign,
    attended_at,
    book,
    external,
    taken_to,
)
from users.models import User
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

PASSED = start_of(date(2026, 4, 14))  # the changes deadline of a session on 20 April
LATER = DAY + timedelta(days=7)


@pytest.fixture
def session() -> Session:
    """An Assigned session: on 20 April, 10:00 to 12:00."""
    return taken_to(Status.ASSIGNED)


def move(
    session: Session,
    day: date = LATER,
    clock: time = TEN,
    *,
    by: User | None = None,
    at: datetime = PASSED,
    reason: str = "rain",
    **hours: Decimal,
) -> Session:
    postpone(session, day, clock, reason=reason, actor=acting(by), at=at, **hours)
    session.refresh_from_db()
    return session


def times_held(session: Session) -> set[tuple[datetime, datetime]]:
    return set(session.claims.filter(active=True).values_list("starts_at", "ends_at"))


@pytest.mark.parametrize("state", [Status.CONFIRMED, Status.ASSIGNED])
def test_date_and_time_move_and_the_state_stays(coordinator, state):
    session = taken_to(state)
    steps = session.history.count()
    move(session, LATER, time(15), by=coordinator)
    assert (session.session_date, session.session_time) == (LATER, time(15))
    assert (session.status, session.history.count()) == (state, steps)


def test_room_and_photographers_move_along(session):
    other = assign(session)
    move(session, LATER, time(15))
    assert session.claims.filter(active=True).count() == 3
    assert times_held(session) == {(instant(LATER, time(15)), instant(LATER, time(17)))}
    assert book(room=session.room).pk
    assert assign(book(), other.photographer).pk


def test_an_agreed_coverage_moves_along(business_rules):
    business_rules(travel_minutes=60)
    session = taken_to(Status.ASSIGNED, external())
    move(session, LATER, time(15))
    assert times_held(session) == {(instant(LATER, time(14)), instant(LATER, time(18)))}


def test_it_may_change_its_length_as_well(session):
    move(session, LATER, time(15), estimated_duration_hours=Decimal("0.5"))
    assert session.ends_at == instant(LATER, time(15, 30))
    assert times_held(session) == {(session.starts_at, session.ends_at)}


def test_the_reason_is_on_record(session, coordinator):
    move(session, LATER, time(15), by=coordinator, reason="thunderstorm")
    entry = AuditEntry.objects.get(action="session.postponed")
    assert (entry.actor, entry.object_id, entry.reason) == (
        coordinator,
        session.pk,
        "thunderstorm",
    )
    assert entry.changes == {"when": ["2026-04-20 10:00", "2026-04-27 15:00"]}


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(session, reason):
    with pytest.raises(ValidationFailed) as refusal:
        move(session, reason=reason)
    assert set(refusal.value.errors) == {"reason"}


def test_until_the_changes_deadline_the_plan_itself_is_changed():
    session = taken_to(Status.CONFIRMED)
    with pytest.raises(ChangesDeadlineNotReached):
        move(session, at=PASSED - timedelta(microseconds=1))
    move(session, at=PASSED)
    assert session.session_date == LATER


def test_an_assigned_session_that_was_booked_late_is_postponed_at_once():
    session = taken_to(Status.ASSIGNED, book(session_date=date(2026, 3, 12)))
    at = instant(date(2026, 3, 11), time(9))
    assert move(session, LATER, at=at).session_date == LATER


def test_a_passed_deadline_stays_passed(coordinator):
    session = move(taken_to(Status.CONFIRMED), DAY + timedelta(days=60))
    assert session.changes_deadline_at == PASSED
    actor = acting(coordinator)
    with pytest.raises(ChangesDeadlineExpired):
        transition(session, Status.NEGOTIATION, actor=actor, at=PASSED)
    with pytest.raises(ChangesDeadlineExpired):
        planning.change_session(session, {"session_time": time(15)}, actor=actor, at=PASSED)
    assert move(session, DAY, by=coordinator).session_date == DAY


def test_a_client_who_cancels_after_it_cancels_late(coordinator):
    session = move(taken_to(Status.CONFIRMED), DAY + timedelta(days=60))
    cancel(session, initiator="Client", actor=acting(coordinator), at=PASSED, reason="no")
    session.refresh_from_db()
    assert session.refund_due == 0  # late and staffed: 0 %


def test_the_delivery_date_moves_along(session):
    assert session.delivery_deadline == date(2026, 4, 25)
    assert move(session).delivery_deadline == date(2026, 5, 2)


def test_attendance_waits_for_the_new_day(session):
    move(session, at=attended_at(session) - timedelta(hours=5))
    person = session.assignments.get().photographer
    with pytest.raises(TooEarly):
        attendance.mark_own(
            session, attended=True, actor=acting(person), at=start_of(LATER) - timedelta(seconds=1)
        )
    attendance.mark_own(session, attended=True, actor=acting(person), at=start_of(LATER))
    session.refresh_from_db()
    assert session.status == "Attended"


def test_on_its_own_day_a_session_may_still_be_postponed_to_later_that_day(session):
    at = instant(DAY, time(11))
    with pytest.raises(InvalidSessionDate):
        move(session, DAY, time(10, 30), at=at)
    assert move(session, DAY, time(11), at=at).session_time == time(11)


def test_an_earlier_day_that_is_still_to_come_is_as_good_as_a_later_one(session):
    assert move(session, DAY - timedelta(days=2)).session_date == DAY - timedelta(days=2)


IN_THE_WAY = {
    "the room": (lambda s: book(room=s.room, session_date=LATER), RoomNotAvailable),
    "a photographer": (
        lambda s: assign(book(session_date=LATER), s.assignments.get().photographer),
        PhotographerNotAvailable,
    ),
}


@pytest.mark.parametrize(("book_it", "refusal"), IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_onto_another_booking_the_whole_is_refused(session, book_it, refusal):
    book_it(session)
    held, before = times_held(session), Session.objects.filter(pk=session.pk).values().get()
    with pytest.raises(refusal):
        move(session)
    assert times_held(session) == held
    assert Session.objects.filter(pk=session.pk).values().get() == before
    assert not AuditEntry.objects.filter(action="session.postponed").exists()
    assert move(session, LATER, time(12)).session_time == time(12)  # back to back fits


def test_a_room_that_is_closed_takes_no_postponed_session(session):
    room = session.room
    room.status = RoomStatus.MAINTENANCE
    room.save()
    with pytest.raises(DomainError) as refusal:
        move(session)
    assert refusal.value.code == "INACTIVE_RESOURCE"
    session.refresh_from_db()
    assert session.session_date == DAY


@pytest.mark.parametrize(
    "state", [one for one in Status if one not in (Status.CONFIRMED, Status.ASSIGNED)]
)
def test_only_confirmed_and_assigned_sessions_are_postponed(state):
    with pytest.raises(InvalidTransition):
        move(taken_to(state))


def test_who_is_only_on_it_does_not_postpone(session):
    for person in (session.assignments.get().photographer, UserFactory(roles=["editor"])):
        with pytest.raises(DomainError) as refusal:
            move(session, by=person)
        assert refusal.value.code == "PERMISSION_DENIED"


def test_marks_of_a_day_that_is_put_off_are_taken_back(session):
    member = session.assignments.get()
    assign(session)
    attendance.mark(member, attended=True, actor=acting(None), at=attended_at(session))
    postpone(session, LATER, TEN, reason="rain", actor=acting(None), at=attended_at(session))
    member.refresh_from_db()
    assert (member.attended, member.attended_at) == (False, None)


# To another room


def test_a_studio_session_may_go_to_another_room_in_the_same_stroke(session):
    other = RoomFactory()
    old = session.room_id
    postpone(session, LATER, TEN, room_id=other.pk, reason="rain", actor=SYSTEM, at=PASSED)
    session.refresh_from_db()
    assert (session.session_date, session.room_id) == (LATER, other.pk)
    (claim,) = session.claims.filter(active=True, room__isnull=False)
    assert (claim.room_id, claim.starts_at) == (other.pk, session.starts_at)
    book(at=PASSED, room_id=old, session_date=LATER)


def test_where_its_own_room_is_taken_another_one_helps(session):
    book(at=PASSED, room_id=session.room_id, session_date=LATER)
    with pytest.raises(RoomNotAvailable):
        move(session)
    session.refresh_from_db()
    other = RoomFactory()
    postpone(session, LATER, TEN, room_id=other.pk, reason="rain", actor=SYSTEM, at=PASSED)
    assert session.claims.filter(active=True, room=other).exists()


def test_a_room_that_is_not_there_or_closed_or_taken_is_refused(session):
    closed, taken = RoomFactory(status=RoomStatus.MAINTENANCE), RoomFactory()
    book(at=PASSED, room=taken, session_date=LATER)
    before = times_held(session)
    for room_id, code in (
        (10**9, "VALIDATION_ERROR"),
        (closed.pk, "INACTIVE_RESOURCE"),
        (taken.pk, "ROOM_NOT_AVAILABLE"),
    ):
        with pytest.raises(DomainError) as refusal:
            postpone(session, LATER, TEN, room_id=room_id, reason="x", actor=SYSTEM, at=PASSED)
        assert refusal.value.code == code
        session.refresh_from_db()
        assert (session.session_date, times_held(session)) == (DAY, before)


def test_an_external_session_goes_to_no_room():
    session = taken_to(Status.ASSIGNED, external())
    with pytest.raises(ValidationFailed) as refusal:
        postpone(session, LATER, TEN, room_id=RoomFactory().pk, reason="x", actor=SYSTEM, at=PASSED)
    assert set(refusal.value.errors) == {"room_id"}
