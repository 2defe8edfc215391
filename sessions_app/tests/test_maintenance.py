"""A room out of service, and back by every door (rules, section 3)."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from catalog.models import Room, RoomStatus
from catalog.tests.factories import RoomFactory
from config.clock import now
from config.errors import InactiveResource
from conftest import signed_in
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.maintenance import start_maintenance
from sessions_app.actions.planning import change_session
from sessions_app.models import Claim
from sessions_app.tests.builders import AT, acting, book
from users.actions.activation import deactivate, reactivate

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


def test_a_period_is_refused_rather_than_taken_for_now(admin_user, room):
    period = {"from": "2027-01-01T08:00:00-06:00", "to": "2027-01-02T08:00:00-06:00"}
    answer = signed_in(admin_user).put(f"/api/v1/rooms/{room.pk}/maintenance", period)
    assert answer.status_code == 400
    assert "from" in answer.json()["errors"]
    room.refresh_from_db()
    assert room.status == "Active"


def test_an_endangered_booking_may_give_its_time_up_or_leave_but_not_move_within(room):
    session = room.sessions.get()
    start_maintenance(room, actor=SYSTEM, at=AT)
    with pytest.raises(InactiveResource):
        change_session(session, {"session_time": time(15)}, actor=SYSTEM, at=AT)
    change_session(session, {"session_time": None}, actor=SYSTEM, at=AT)
    assert not session.claims.filter(active=True).exists()
    change_session(session, {"room_id": RoomFactory().pk}, actor=SYSTEM, at=AT)
