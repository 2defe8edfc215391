"""A room out of service, and back by every door (rules, section 3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

import pytest

from catalog.models import Room, RoomStatus
from catalog.tests.factories import RoomFactory
from config.clock import as_wire, instant, now
from config.errors import InactiveResource, NotAllowed, NotFound, ValidationFailed
from config.records.models import AuditEntry
from conftest import signed_in
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import (
    call_maintenance_off,
    plan_maintenance,
    start_maintenance,
)
from sessions_app.actions.planning import change_session
from sessions_app.errors import RoomNotAvailable
from sessions_app.models import Claim
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import AT, DAY, acting, book
from sessions_app.tests.racing import DONE, outcomes
from users.actions.activation import deactivate, reactivate
from users.models import User

pytestmark = pytest.mark.django_db

SYSTEM = acting(None)


@pytest.fixture
def room() -> Room:
    return book().room


def held(room: Room) -> int:
    return Claim.objects.filter(room=room, kind="maintenance", active=True).count()


def test_the_claim_runs_until_the_next_booking_which_is_named(room):
    shut, endangered = start_maintenance(room, actor=SYSTEM, at=AT)
    assert shut.status == RoomStatus.MAINTENANCE
    claim = Claim.objects.get(kind="maintenance")
    assert (claim.starts_at, claim.ends_at) == (AT, endangered[0].starts_at)


def test_without_a_booking_the_claim_has_no_end(room):
    Claim.objects.update(active=False, ended_at=AT, end_cause="canceled")
    start_maintenance(room, actor=SYSTEM, at=AT)
    assert Claim.objects.get(kind="maintenance").ends_at is None


def test_once_started_it_is_not_started_again(room):
    start_maintenance(room, actor=SYSTEM, at=AT)
    start_maintenance(room, actor=SYSTEM, at=AT + timedelta(hours=1))
    assert held(room) == 1


@pytest.mark.parametrize("detour", [False, True], ids=["directly", "by way of inactive"])
@pytest.mark.parametrize("door", ["action", "PUT", "PATCH", "admin"])
def test_every_way_back_ends_the_maintenance(admin_user, client, door, detour):
    room = book(at=now(), session_date=now().date() + timedelta(days=9), session_time=None).room
    start_maintenance(room, actor=SYSTEM, at=now())
    if detour:
        cancel(room.sessions.get(), initiator="Client", reason="x", actor=SYSTEM, at=now())
        deactivate(room, actor=SYSTEM, at=now())
    boss = signed_in(admin_user)
    url = f"/api/v1/rooms/{room.pk}"
    if door == "action":
        reactivate(room, actor=SYSTEM, at=now())
    elif door == "PUT":
        assert boss.put(f"{url}/reactivate").status_code == 200
    elif door == "PATCH":
        assert boss.patch(url, {"status": "Active"}).status_code == 200
    else:
        client.force_login(admin_user)
        client.post(f"/admin/catalog/room/{room.pk}/reactivate/", {})
    room.refresh_from_db()
    assert room.status == "Active"
    assert held(room) == 0
    assert boss.put(f"{url}/maintenance").status_code == 200


def test_an_endangered_booking_may_give_its_time_up_or_leave_but_not_move_within(room):
    session = room.sessions.get()
    start_maintenance(room, actor=SYSTEM, at=AT)
    with pytest.raises(InactiveResource):
        change_session(session, {"session_time": time(15)}, actor=SYSTEM, at=AT)
    change_session(session, {"session_time": None}, actor=SYSTEM, at=AT)
    assert not session.claims.filter(active=True).exists()
    change_session(session, {"room_id": RoomFactory().pk}, actor=SYSTEM, at=AT)


# Planned


NEXT_WEEK = Period(
    instant(DAY + timedelta(days=7), time(8)), instant(DAY + timedelta(days=7), time(13))
)


def plan(room: Room, period: Period = NEXT_WEEK, by: User | None = None) -> Claim:
    return plan_maintenance(room, period, actor=acting(by), at=AT, reason="paint")


def call_off(claim: Claim, at: datetime = AT, by: User | None = None) -> None:
    call_maintenance_off(claim, actor=acting(by), at=at)


def test_planned_maintenance_takes_its_period_and_nothing_else(room, admin_user):
    claim = plan(room, by=admin_user)
    room.refresh_from_db()
    assert (room.status, claim.reason) == (RoomStatus.ACTIVE, "paint")
    assert claim.period == NEXT_WEEK
    entry = AuditEntry.objects.get(action="room.maintenance_planned")
    assert (entry.actor, entry.reason) == (admin_user, "paint")
    week = DAY + timedelta(days=7)
    with pytest.raises(RoomNotAvailable) as refusal:
        book(room=room, session_date=week)
    assert [one["kind"] for one in refusal.value.context["conflicts"]] == ["maintenance"]
    assert refusal.value.context["next_free"][0]["starts_at"] == as_wire(instant(week, time(13)))
    book(room=room, session_date=week, session_time=time(6))
    book(room=room, session_date=week, session_time=time(13))


def test_over_bookings_it_is_refused_with_the_list_of_them(room):
    early = room.sessions.get()
    late = book(room=room, session_time=time(15))
    with pytest.raises(RoomNotAvailable) as refusal:
        plan(room, Period(instant(DAY, time(11)), instant(DAY, time(16))))
    named = [one["code"] for one in refusal.value.context["conflicts"]]
    assert named == [early.code, late.code]
    assert held(room) == 0
    plan(room, Period(instant(DAY, time(12)), instant(DAY, time(15))))


def test_no_session_moves_into_it(room):
    plan(room)
    with pytest.raises(RoomNotAvailable):
        change_session(
            room.sessions.get(), {"session_date": DAY + timedelta(days=7)}, actor=SYSTEM, at=AT
        )


@pytest.mark.parametrize("person", ["coordinator", "photographer"])
def test_it_is_planned_and_called_off_by_who_may_close_rooms(room, request, person):
    by = request.getfixturevalue(person)
    with pytest.raises(NotAllowed):
        plan(room, by=by)
    claim = plan(room)
    with pytest.raises(NotAllowed):
        call_off(claim, by=by)
    assert held(room) == 1


@pytest.mark.parametrize(
    "period",
    [
        Period(NEXT_WEEK.starts_at, NEXT_WEEK.starts_at),
        Period(AT - timedelta(days=2), AT - timedelta(days=1)),
        Period(AT, AT + timedelta(days=367)),
        Period(NEXT_WEEK.starts_at, None),
    ],
    ids=["empty", "over", "too long", "without end"],
)
def test_a_wrong_period_is_refused(room, period):
    with pytest.raises(ValidationFailed):
        plan(room, period)


def test_an_inactive_room_is_in_no_maintenance():
    room = RoomFactory(status=RoomStatus.INACTIVE)
    with pytest.raises(InactiveResource):
        plan(room)


def test_nor_is_it_closed_from_now_on():
    room = RoomFactory(status=RoomStatus.INACTIVE)
    with pytest.raises(InactiveResource):
        start_maintenance(room, actor=SYSTEM, at=AT)
    assert held(room) == 0


def test_called_off_the_room_is_booked_again(room):
    claim = plan(room)
    call_off(claim)
    claim.refresh_from_db()
    assert (claim.active, claim.end_cause) == (False, "withdrawn")
    book(room=room, session_date=DAY + timedelta(days=7))
    with pytest.raises(NotFound):
        call_off(claim)


def test_maintenance_from_now_is_ended_by_reactivation_not_called_off(room):
    start_maintenance(room, actor=SYSTEM, at=AT)
    with pytest.raises(InactiveResource):
        call_off(Claim.objects.get(kind="maintenance", active=True))
    assert held(room) == 1


def test_maintenance_from_now_runs_until_the_planned_one(room):
    Claim.objects.update(active=False, ended_at=AT, end_cause="canceled")
    plan(room)
    start_maintenance(room, actor=SYSTEM, at=AT)
    now_one, planned = Claim.objects.filter(kind="maintenance", active=True)
    assert (now_one.starts_at, now_one.ends_at) == (AT, planned.starts_at)


def test_reactivation_ends_only_what_has_begun(room):
    planned = plan(room)
    start_maintenance(room, actor=SYSTEM, at=AT)
    reactivate(room, actor=SYSTEM, at=AT + timedelta(hours=1))
    assert list(Claim.objects.filter(kind="maintenance", active=True)) == [planned]


def test_during_a_planned_one_now_takes_its_place(room):
    planned = plan(room)
    during = NEXT_WEEK.starts_at + timedelta(hours=1)
    shut, endangered = start_maintenance(room, actor=SYSTEM, at=during)
    assert (shut.status, endangered) == (RoomStatus.MAINTENANCE, [])
    planned.refresh_from_db()
    assert not planned.active
    (claim,) = Claim.objects.filter(kind="maintenance", active=True)
    assert (claim.starts_at, claim.ends_at) == (during, None)


def test_reactivation_ends_a_planned_one_that_is_running(room, admin_user):
    boss, at = signed_in(admin_user), now()
    address = f"/api/v1/rooms/{room.pk}"
    Claim.objects.update(active=False, ended_at=at, end_cause="canceled")
    period = {"from": as_wire(at - timedelta(hours=1)), "to": as_wire(at + timedelta(hours=1))}
    assert boss.put(f"{address}/maintenance", period).status_code == 200
    assert boss.put(f"{address}/reactivate").status_code == 200
    assert held(room) == 0


@pytest.mark.django_db(transaction=True)
def test_planning_and_booking_at_once_do_not_both_happen():
    room = RoomFactory()
    week = DAY + timedelta(days=7)
    calls = [partial(book, room=room, session_date=week) for _ in range(3)]
    calls += [partial(plan, room) for _ in range(3)]
    assert outcomes(calls) == {DONE: 1, "ROOM_NOT_AVAILABLE": 5}
    assert Claim.objects.filter(room=room, active=True).count() == 1
