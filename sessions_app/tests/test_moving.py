"""Moving a session in the agenda: a change of plan, or a postponement (rules, sections 2 and 3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.tests.factories import RoomFactory
from config.clock import instant, start_of
from config.errors import NotAllowed, ValidationFailed
from config.records.models import AuditEntry
from sessions_app.actions.moving import is_settled, move
from sessions_app.errors import (
    ImmutableSession,
    InvalidSessionDate,
    PhotographerNotAvailable,
    RoomNotAvailable,
)
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    acting,
    assign,
    attended_at,
    book,
    external,
    taken_to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

PASSED = start_of(date(2026, 4, 14))  # the changes deadline of a session on 20 April
THURSDAY = instant(DAY + timedelta(days=3), time(15, 30))


def held(session: Session) -> set[tuple[int | None, datetime]]:
    return set(session.claims.filter(active=True).values_list("room_id", "starts_at"))


def test_while_it_is_planned_its_plan_changes():
    session = book()
    move(session, THURSDAY, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert (session.session_date, session.session_time) == (DAY + timedelta(days=3), time(15, 30))
    assert held(session) == {(session.room_id, THURSDAY)}
    assert not AuditEntry.objects.filter(action="session.postponed").exists()


def test_time_and_room_change_in_one_stroke():
    session, other = book(), RoomFactory()
    move(session, THURSDAY, room_id=other.pk, actor=SYSTEM, at=AT)
    assert held(session) == {(other.pk, THURSDAY)}


def test_only_the_room_may_change():
    session, other = book(), RoomFactory()
    move(session, session.starts_at, room_id=other.pk, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert (session.room_id, session.session_date) == (other.pk, DAY)


def test_where_it_is_already_nothing_changes():
    session = book()
    move(session, session.starts_at, room_id=session.room_id, actor=SYSTEM, at=AT)
    before = session.version
    session.refresh_from_db()
    assert session.version == before


@pytest.mark.parametrize("state", [Status.CONFIRMED, Status.ASSIGNED])
def test_once_settled_another_time_is_a_postponement_with_a_reason(state):
    session = taken_to(state)
    with pytest.raises(ValidationFailed) as refusal:
        move(session, THURSDAY, actor=SYSTEM, at=PASSED)
    assert set(refusal.value.errors) == {"reason"}
    move(session, THURSDAY, reason="rain", actor=SYSTEM, at=PASSED)
    session.refresh_from_db()
    assert (session.starts_at, session.status) == (THURSDAY, state)
    assert AuditEntry.objects.get(action="session.postponed").reason == "rain"


def test_once_settled_another_room_alone_needs_no_reason():
    session, other = taken_to(Status.ASSIGNED), RoomFactory()
    move(session, session.starts_at, room_id=other.pk, actor=SYSTEM, at=PASSED)
    session.refresh_from_db()
    assert session.room_id == other.pk
    move(session, THURSDAY, room_id=RoomFactory().pk, reason="x", actor=SYSTEM, at=PASSED)
    session.refresh_from_db()
    assert session.room_id != other.pk


def test_it_is_settled_from_the_changes_deadline_on():
    session = taken_to(Status.CONFIRMED)
    assert not is_settled(session, PASSED - timedelta(seconds=1))
    assert is_settled(session, PASSED)
    for status in (Status.PRE_SCHEDULED, Status.REQUEST):
        assert not is_settled(book() if status == Status.REQUEST else taken_to(status), PASSED)


def test_confirmed_within_the_deadline_it_is_still_a_change_of_plan(coordinator):
    session = taken_to(Status.CONFIRMED)
    move(session, THURSDAY, actor=acting(coordinator), at=AT)
    session.refresh_from_db()
    assert session.starts_at == THURSDAY


def test_what_stands_in_the_way_refuses_the_whole():
    session, taken = book(), RoomFactory()
    photographer = assign(session).photographer
    book(room=taken, session_date=DAY + timedelta(days=3), session_time=time(15))
    before = held(session)
    with pytest.raises(RoomNotAvailable):
        move(session, THURSDAY, room_id=taken.pk, actor=SYSTEM, at=AT)
    assign(external(session_date=DAY + timedelta(days=3), session_time=time(17)), photographer)
    with pytest.raises(PhotographerNotAvailable):
        move(session, THURSDAY, actor=SYSTEM, at=AT)
    assert held(session) == before


def test_nothing_moves_into_the_past_nor_after_it_took_place():
    with pytest.raises(InvalidSessionDate):
        move(book(), AT - timedelta(days=1), actor=SYSTEM, at=AT)
    session = taken_to(Status.ATTENDED)
    with pytest.raises(ImmutableSession):
        move(session, THURSDAY, reason="x", actor=SYSTEM, at=attended_at(session))


def test_an_unknown_room_and_a_room_for_an_external_session_are_wrong_forms():
    for session, room_id in ((book(), 10**9), (external(), RoomFactory().pk)):
        with pytest.raises(ValidationFailed) as refusal:
            move(session, THURSDAY, room_id=room_id, actor=SYSTEM, at=AT)
        assert set(refusal.value.errors) == {"room_id"}


def test_each_change_asks_for_its_right(photographer):
    session = book()
    assign(session, photographer)
    for changes in ({}, {"room_id": RoomFactory().pk}):
        with pytest.raises(NotAllowed):
            move(session, THURSDAY, actor=acting(photographer), at=AT, **changes)
    settled = taken_to(Status.ASSIGNED, session_date=DAY + timedelta(days=1))
    with pytest.raises(NotAllowed):
        move(settled, THURSDAY, reason="x", actor=acting(photographer), at=PASSED)


def test_the_day_is_the_studios():
    late = instant(DAY + timedelta(days=1), time(22))  # the next day in UTC
    session = book()
    move(session, late, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert (session.session_date, session.session_time) == (DAY + timedelta(days=1), time(22))
    assert held(session) == {(session.room_id, late)}


def test_what_one_had_seen_is_compared_with_a_row_that_nobody_changes_meanwhile():
    session = book()
    with CaptureQueriesContext(connection) as asked:
        move(session, THURSDAY, seen_version=session.version, actor=SYSTEM, at=AT)
    of_sessions = [one["sql"] for one in asked if 'FROM "sessions_app_session"' in one["sql"]]
    assert "FOR NO KEY UPDATE" in of_sessions[0]
