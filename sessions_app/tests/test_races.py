"""Sixteen real threads on real connections want the same thing (rules, section 3)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError

from catalog.tests.factories import RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, DAY, acting, book, taken_to
from sessions_app.tests.racing import THREADS, at_once
from users.tests.factories import UserFactory

FAR, SOON = timedelta(days=30), timedelta(days=9)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def next_month() -> str:
    return (studio_day(now()) + timedelta(days=30)).isoformat()


@pytest.fixture
def desks():
    return [signed_in(UserFactory(roles=["coordinator"])) for _ in range(THREADS)]


def codes(answers: list[object]) -> Counter[tuple[int, str | None]]:
    return Counter((a.status_code, a.json().get("error_code")) for a in answers)


def test_sixteen_book_the_same_room_and_one_gets_it(desks, next_month):
    room = RoomFactory()
    clients = [ClientFactory() for _ in range(THREADS)]

    def book_it(number: int) -> object:
        asked = {
            "client_id": clients[number].pk,
            "session_type": "Studio",
            "session_date": next_month,
            "session_time": "10:00",
            "estimated_duration_hours": 1 + number / 4,
            "room_id": room.pk,
        }
        return desks[number].post("/api/v1/sessions", asked)

    answers = at_once(book_it)
    assert codes(answers) == {(201, None): 1, (409, "ROOM_NOT_AVAILABLE"): 15}
    assert all(a.json()["context"]["conflicts"] for a in answers if a.status_code == 409)
    assert Session.objects.count() == 1
    assert Claim.objects.filter(active=True).count() == 1


def test_sixteen_assign_the_same_photographer_and_one_gets_them(desks, next_month):
    photographer = UserFactory(roles=["photographer"])
    day = studio_day(now()) + timedelta(days=30)
    sessions = [book(at=now(), session_date=day) for _ in range(THREADS)]

    def assign_them(number: int) -> object:
        url = f"/api/v1/sessions/{sessions[number].pk}/photographers"
        return desks[number].post(url, {"photographer_id": photographer.pk})

    answers = at_once(assign_them)
    assert codes(answers) == {(201, None): 1, (409, "PHOTOGRAPHER_NOT_AVAILABLE"): 15}
    assert list(findings_but_admin()) == []


def test_sixteen_move_into_the_same_slot_and_one_gets_it(desks):
    room = RoomFactory()
    day = studio_day(now()) + timedelta(days=30)
    sessions = [
        book(at=now(), session_date=day + timedelta(days=number + 1), room=room)
        for number in range(THREADS)
    ]

    def move(number: int) -> object:
        url = f"/api/v1/sessions/{sessions[number].pk}"
        return desks[number].patch(url, {"session_date": day.isoformat()})

    answers = at_once(move)
    assert codes(answers) == {(200, None): 1, (409, "ROOM_NOT_AVAILABLE"): 15}
    assert list(findings_but_admin()) == []


def test_sixteen_swap_rooms_crosswise_without_a_deadlock(desks):
    rooms = [RoomFactory(), RoomFactory()]
    day = studio_day(now()) + timedelta(days=30)
    sessions = [
        book(at=now(), session_date=day + timedelta(days=number // 2), room=rooms[number % 2])
        for number in range(THREADS)
    ]

    def swap(number: int) -> object:
        url = f"/api/v1/sessions/{sessions[number].pk}"
        return desks[number].patch(url, {"room_id": rooms[1 - number % 2].pk})

    answers = at_once(swap)
    assert set(codes(answers)) <= {(200, None), (409, "ROOM_NOT_AVAILABLE")}
    assert list(findings_but_admin()) == []


def test_sixteen_sessions_get_sixteen_codes():
    sessions = at_once(lambda number: book(at=AT, session_date=DAY + timedelta(days=number)))
    assert len({session.code for session in sessions}) == THREADS


def test_without_any_lock_or_look_the_constraint_lets_one_claim_in():
    """The negative control: bare inserts, as an import or a shell would make them."""
    room = RoomFactory()

    def insert(number: int) -> str:
        try:
            Claim.objects.create(
                kind="maintenance",
                room_id=room.pk,
                starts_at=AT + timedelta(minutes=number),
                ends_at=AT + timedelta(hours=2),
            )
        except DatabaseError as error:
            return type(error).__name__
        return "in"

    outcomes = Counter(at_once(insert))
    assert outcomes["in"] == 1
    assert Claim.objects.count() == 1


def test_sixteen_pay_at_the_door_and_the_total_is_never_passed(desks):
    session = taken_to(Status.CONFIRMED, at=now(), session_date=studio_day(now() + FAR))
    today = studio_day(now()).isoformat()

    def pay(number: int) -> object:
        slip = {"payment_type": "Balance", "payment_method": "Transfer", "payment_date": today}
        slip |= {"amount": 100, "transaction_reference": f"B-{number}"}
        return desks[number].post(f"/api/v1/sessions/{session.pk}/payments", slip)

    answers = at_once(pay)
    assert codes(answers) == {(201, None): 5, (422, "PAYMENT_EXCEEDS_TOTAL"): 11}
    session.refresh_from_db()
    assert session.paid_amount == session.total_amount
    assert list(findings_but_admin()) == []


def test_sixteen_editors_take_a_session_at_the_door_and_one_gets_it():
    moment = now() - FAR
    session = taken_to(Status.ATTENDED, at=moment, session_date=studio_day(moment + SOON))
    editors = [signed_in(UserFactory(roles=["editor"])) for _ in range(THREADS)]

    answers = at_once(lambda number: editors[number].post(f"/api/v1/sessions/{session.pk}/take"))
    # Who comes a moment later sees it taken; who comes later still, does not see it any more.
    expected = {(200, None), (409, "ALREADY_TAKEN"), (404, "SESSION_NOT_FOUND")}
    assert codes(answers)[200, None] == 1
    assert set(codes(answers)) <= expected
    assert list(findings_but_admin()) == []


def test_hiding_and_cancelling_at_once_leave_one_story(desks):
    session = book(acting(None), at=now(), session_date=studio_day(now()) + timedelta(days=9))
    admin = signed_in(UserFactory(roles=["admin"]))

    def end(number: int) -> object:
        if number % 2:
            return admin.delete(f"/api/v1/sessions/{session.pk}")
        url = f"/api/v1/sessions/{session.pk}/transition"
        return desks[number].post(url, {"to_status": "Canceled"})

    answers = at_once(end)
    assert {answer.status_code for answer in answers} <= {200, 204, 404, 409}
    assert list(findings_but_admin()) == []


def findings_but_admin():
    return [finding for finding in findings() if finding.check.code != "I12"]
