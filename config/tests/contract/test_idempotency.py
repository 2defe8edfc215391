"""`Idempotency-Key` at every POST under `/sessions` (contract, section 0)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.tests.factories import ItemFactory
from config.clock import now, studio_day
from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Line, Payment, Session
from sessions_app.tests.builders import assign, book, priced
from sessions_app.tests.wire import arrived
from users.tests.factories import UserFactory
from users.tests.races import at_once

SESSIONS = "/api/v1/sessions"
KEY = "4b1f6c2e-0b9d-4f43-9d63-9a3c3a1f0d11"


def send(client: APIClient, url: str, body: Any = None, key: str = KEY) -> Any:
    return client.post(url, body, headers={"Idempotency-Key": key})


def replayed(answer: Any) -> bool:
    return bool(answer.get("Idempotent-Replayed", "") == "true")


def assert_same(first: Any, second: Any) -> None:
    assert not replayed(first)
    assert replayed(second)
    assert (second.status_code, second.content) == (first.status_code, first.content)


@pytest.fixture
def slip() -> dict[str, Any]:
    return {
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": 500,
        "payment_date": studio_day(now()).isoformat(),
    }


# The same again


def test_a_booking_sent_twice_is_made_once(desk, asked):
    first, second = send(desk, SESSIONS, asked), send(desk, SESSIONS, asked)
    assert first.status_code == 201
    assert_same(first, second)
    assert Session.objects.count() == 1


def test_a_line_sent_twice_is_added_once(desk, session):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}?quantity=2"
    first, second = send(desk, url), send(desk, url)
    assert first.status_code == 201
    assert_same(first, second)
    assert session.lines.count() == 2


def test_a_payment_sent_twice_is_recorded_once(desk, slip):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    url = f"{SESSIONS}/{session.pk}/payments"
    first, second = send(desk, url, slip), send(desk, url, slip)
    assert first.status_code == 201
    assert_same(first, second)
    assert session.payments.count() == 1


def test_a_step_sent_twice_is_taken_once(desk, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    body = {"to_status": "Negotiation"}
    first, second = send(desk, url, body), send(desk, url, body)
    assert first.status_code == 200
    assert_same(first, second)
    assert session.history.count() == 2


def test_a_photographer_sent_twice_is_assigned_once(desk, session, photographer):
    url = f"{SESSIONS}/{session.pk}/photographers"
    body = {"photographer_id": photographer.pk}
    first, second = send(desk, url, body), send(desk, url, body)
    assert first.status_code == 201
    assert_same(first, second)


def test_a_cancellation_sent_twice_is_done_once(desk):
    session = arrived(Status.CONFIRMED, days=30)
    url = f"{SESSIONS}/{session.pk}/cancel"
    body = {"cancellation_reason": "off", "initiated_by": "Client"}
    first, second = send(desk, url, body), send(desk, url, body)
    assert first.status_code == 200
    assert_same(first, second)
    assert session.payments.filter(payment_type="Refund").count() == 1


def test_verifying_and_taking_are_remembered_too(desk, editor, slip):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    url = f"{SESSIONS}/{session.pk}/payments"
    pending = desk.post(url, slip | {"status": "Pending"}).json()
    verify = f"{url}/{pending['id']}/verify"
    assert_same(send(desk, verify), send(desk, verify))
    take = f"{SESSIONS}/{arrived(Status.ATTENDED).pk}/take"
    mine = signed_in(editor)
    first = send(mine, take)
    assert first.status_code == 200
    assert_same(first, send(mine, take))


def test_the_first_answer_comes_again_even_when_things_have_moved_on(desk, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    first = send(desk, url, {"to_status": "Negotiation"})
    desk.post(url, {"to_status": "Pre-scheduled"})
    assert_same(first, send(desk, url, {"to_status": "Negotiation"}))
    assert desk.get(f"{SESSIONS}/{session.pk}").json()["status"] == "Pre-scheduled"


def test_the_replay_keeps_the_headers_of_its_version(desk, asked):
    first, second = send(desk, SESSIONS, asked), send(desk, SESSIONS, asked)
    assert second["ETag"] == first["ETag"]


def test_a_refusal_that_keeps_a_mark_keeps_it(photographer, this_morning):
    session = arrived(Status.CONFIRMED, photographer, days=0, booked_at=this_morning)
    assign(session, at=now())
    url, mine = f"{SESSIONS}/{session.pk}/transition", signed_in(photographer)
    first = send(mine, url, {"to_status": "Attended"})
    assert_refused(first, 422, "MISSING_RESOURCES")
    second = send(mine, url, {"to_status": "Attended"})
    assert_refused(second, 422, "MISSING_RESOURCES")
    marks = mine.get(f"{SESSIONS}/{session.pk}").json()["photographers"]
    assert sorted(mark["attended"] for mark in marks) == [False, True]


# Something else


def test_another_body_with_the_same_key_is_409(desk, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    assert send(desk, url, {"to_status": "Negotiation"}).status_code == 200
    answer = send(desk, url, {"to_status": "Pre-scheduled"})
    assert_refused(answer, 409, "IDEMPOTENCY_CONFLICT")
    assert session.history.count() == 2


def test_another_quantity_in_the_address_with_the_same_key_is_409(desk, session):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    assert send(desk, f"{url}?quantity=2").status_code == 201
    assert_refused(send(desk, f"{url}?quantity=3"), 409, "IDEMPOTENCY_CONFLICT")
    assert session.lines.count() == 2


def test_another_person_with_the_same_key_is_not_answered_for_the_first(desk, boss, session):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    first, second = send(desk, url), send(boss, url)
    assert (first.status_code, second.status_code) == (201, 201)
    assert not replayed(second)
    assert first.json()["id"] != second.json()["id"]


def test_without_a_key_each_time_counts(desk, session):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    assert {desk.post(url).status_code for _ in range(2)} == {201}
    assert session.lines.count() == 3


def test_another_key_is_another_wish(desk, session):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    assert not replayed(send(desk, url, key="one"))
    assert not replayed(send(desk, url, key="two"))
    assert session.lines.count() == 3


def test_a_key_is_good_for_a_day(desk, session, later):
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    send(desk, url)
    later(timedelta(hours=23, minutes=59))
    assert replayed(send(desk, url))
    later(timedelta(hours=24, minutes=1))
    assert not replayed(send(desk, url))
    assert session.lines.count() == 3


def test_nobody_is_answered_from_what_others_did(desk, api, session):
    url = f"{SESSIONS}/{session.pk}/transition"
    body = {"to_status": "Negotiation"}
    send(desk, url, body)
    assert_refused(send(api(None), url, body), 401, "NOT_AUTHENTICATED")


# At once


@pytest.fixture
def office(transactional_db: None) -> Callable[[], APIClient]:
    """Return a maker of REST clients of one coordinator, for threads of their own."""
    person = UserFactory(roles=["coordinator"])
    return partial(signed_in, person)


def race(clients: list[APIClient], url: str, body: Any = None) -> list[Any]:
    """Send the same with the same key at the same moment; return the answers, those done first."""
    answers = at_once(*(partial(send, client, url, body) for client in clients))
    for answer in answers:
        assert not isinstance(answer, BaseException), answer
    done = [answer for answer in answers if answer.status_code == 201 and not replayed(answer)]
    others = [answer for answer in answers if answer not in done]
    assert len(done) == 1
    for answer in others:
        if answer.status_code == 409:
            assert answer.json()["detail"]
        else:
            assert_same(done[0], answer)
    return done + others


def test_a_line_sent_at_once_is_added_once(office, day):
    session = priced(book(at=now(), session_date=day), at=now())
    url = f"{SESSIONS}/{session.pk}/details/items/{ItemFactory().pk}"
    race([office() for _ in range(4)], url)
    assert Line.objects.filter(session=session).count() == 2


def test_a_payment_sent_at_once_is_recorded_once(office, slip):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    race([office() for _ in range(4)], f"{SESSIONS}/{session.pk}/payments", slip)
    assert Payment.objects.filter(session=session).count() == 1


def test_a_booking_sent_at_once_is_made_once(office, asked):
    race([office() for _ in range(4)], SESSIONS, asked)
    assert Session.objects.count() == 1
