"""`/agenda` and `/rooms/{id}/agenda` as the contract tells them (sections 3 and 6; rules, 9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from catalog.tests.factories import RoomFactory
from config.clock import instant, now
from config.tests.contract.shapes import CLAIM, assert_answer, assert_refused, assert_wrong_form
from conftest import signed_in
from sessions_app.tests.builders import assign, book

pytestmark = pytest.mark.django_db

AGENDA = "/api/v1/agenda"
TIME_OFF = "/api/v1/time-off"


def of(day: date, days: int = 0, **more: Any) -> dict[str, Any]:
    return {"from": day.isoformat(), "to": (day + timedelta(days=days)).isoformat(), **more}


def iso(day: date, clock: int) -> str:
    return instant(day, time(clock)).isoformat()


def test_each_kind_of_claim_is_told_in_order_of_time(boss, desk, day, photographer):
    session = book(at=now(), session_date=day)
    assign(session, photographer, at=now())
    off = {"starts_at": iso(day, 13), "ends_at": iso(day, 15), "user_id": photographer.pk}
    assert desk.post(TIME_OFF, off).status_code == 201
    period = {"from": iso(day, 16), "to": iso(day, 17), "reason": "paint"}
    address = f"/api/v1/rooms/{session.room_id}/maintenance"
    assert boss.put(address, period).status_code == 200
    claims = assert_answer(desk.get(AGENDA, of(day)), [CLAIM])
    assert [claim["kind"] for claim in claims] == [
        "session",
        "assignment",
        "time_off",
        "maintenance",
    ]
    about_it = {"session_id": session.pk, "session_code": session.code, "status": "Request"}
    in_room, covered, absent, shut = claims
    for claim in (in_room, covered):
        assert {name: claim[name] for name in about_it} == about_it
        assert datetime.fromisoformat(claim["starts_at"]) == session.starts_at
        assert datetime.fromisoformat(claim["ends_at"]) == session.ends_at
    for claim in (absent, shut):
        assert {claim[name] for name in about_it} == {None}
    room, person = session.room_id, photographer.pk
    assert [(claim["room_id"], claim["person_id"]) for claim in claims] == [
        (room, None),
        (None, person),
        (None, person),
        (room, None),
    ]


def test_it_is_of_one_room_or_of_one_person_on_demand(desk, day, photographer):
    session, other = book(at=now(), session_date=day), book(at=now(), session_date=day)
    assign(session, photographer, at=now())

    def told(**of_whom: int) -> list[tuple[int | None, int | None]]:
        claims = assert_answer(desk.get(AGENDA, of(day, **of_whom)), [CLAIM])
        return [(claim["room_id"], claim["person_id"]) for claim in claims]

    assert told(room_id=other.room_id) == [(other.room_id, None)]
    assert told(photographer_id=photographer.pk) == [(None, photographer.pk)]
    assert told(room_id=other.room_id, photographer_id=photographer.pk) == []
    assert len(told()) == 3


def test_what_touches_the_period_is_told_and_nothing_else(desk, day):
    book(at=now(), session_date=day)  # ten to twelve

    def count(start: str, end: str) -> int:
        return len(assert_answer(desk.get(AGENDA, {"from": start, "to": end}), [CLAIM]))

    assert count(iso(day, 11), iso(day, 13)) == 1
    assert count(iso(day, 9), iso(day, 10)) == count(iso(day, 12), iso(day, 13)) == 0
    before = (day - timedelta(days=1)).isoformat()
    assert count(before, day.isoformat()) == 1
    assert count(before, before) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": None}, "from"),
        ({"to": None}, "to"),
        ({"from": "soon"}, "from"),
        ({"to": "0001-01-01"}, "to"),
        ({"from": "9999-12-31T23:59:59-12:00"}, "from"),
        ({"to": "2020-01-01"}, "to"),
        ({"room_id": "blue"}, "room_id"),
        ({"photographer_id": 0}, "photographer_id"),
    ],
)
def test_a_wrong_question_is_told_by_its_field(desk, day, changes, field):
    asked = {name: value for name, value in (of(day) | changes).items() if value is not None}
    assert_wrong_form(desk.get(AGENDA, asked), field)


def test_everybody_signed_in_has_an_agenda_and_who_is_invited_only_an_empty_one(
    day, photographer, plain_user
):
    assign(book(at=now(), session_date=day), photographer, at=now())
    assert len(assert_answer(signed_in(photographer).get(AGENDA, of(day)), [CLAIM])) == 2
    assert assert_answer(signed_in(plain_user).get(AGENDA, of(day)), [CLAIM]) == []
    assert_refused(signed_in().get(AGENDA, of(day)), 401, "NOT_AUTHENTICATED")


def test_a_photographer_is_told_of_their_own_only(day, photographer, coordinator):
    mine, theirs = book(at=now(), session_date=day), book(at=now(), session_date=day)
    assign(mine, photographer, at=now())
    assign(theirs, at=now())
    own = signed_in(photographer)
    codes = {claim["session_code"] for claim in own.get(AGENDA, of(day)).json()}
    assert codes == {mine.code}
    assert own.get(AGENDA, of(day, room_id=theirs.room_id)).json() == []


# Of a room


def test_a_rooms_agenda_is_an_array_of_its_claims(desk, day):
    session = book(at=now(), session_date=day)
    book(at=now(), session_date=day)
    (claim,) = assert_answer(desk.get(f"/api/v1/rooms/{session.room_id}/agenda", of(day)), [CLAIM])
    assert (claim["session_id"], claim["kind"]) == (session.pk, "session")
    assert desk.get(f"/api/v1/rooms/{RoomFactory().pk}/agenda", of(day)).json() == []


def test_a_rooms_agenda_is_for_who_sees_rooms(desk, day, photographer, plain_user):
    address = f"/api/v1/rooms/{RoomFactory().pk}/agenda"
    for person in (photographer, plain_user):
        assert_refused(signed_in(person).get(address, of(day)), 403, "PERMISSION_DENIED")
    assert_refused(desk.get("/api/v1/rooms/999999/agenda", of(day)), 404, "NOT_FOUND")
    assert_wrong_form(desk.get(address), "from", "to")
