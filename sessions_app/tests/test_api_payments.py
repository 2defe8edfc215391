"""Payments and refunds on the wire (contract, section 4; rules, section 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import Payment, PaymentType, Session
from sessions_app.tests.builders import book, paid, priced
from sessions_app.tests.wire import PAYMENT, SESSIONS, arrived, assert_shape, error, refused

pytestmark = pytest.mark.django_db

NOT_NOW = 422, "PAYMENT_NOT_ALLOWED"
WRONG = 400, "VALIDATION_ERROR"


def day(days: int = 0) -> str:
    return (studio_day(now()) + timedelta(days=days)).isoformat()


def url(session: Session, *parts: Any) -> str:
    return "/".join(map(str, (SESSIONS, session.pk, "payments", *parts)))


SLIP = {"payment_type": "Deposit", "payment_method": "Transfer", "amount": 500}


@pytest.fixture
def slip() -> dict[str, Any]:
    return SLIP | {"payment_date": day()}


@pytest.fixture
def offered() -> Session:
    """A session of 1000.00, Pre-scheduled ten days ago and still in time, nothing paid."""
    return arrived(Status.PRE_SCHEDULED, days=30)


@pytest.fixture
def covered(offered: Session) -> Session:
    """The same with its deposit of 500.00."""
    paid(offered, "500.00", at=now(), transaction_reference="B-1")
    return offered


# Recording


def test_a_payment_is_recorded_verified_and_the_session_follows(desk, offered, slip, coordinator):
    before = desk.get(f"{SESSIONS}/{offered.pk}").json()
    answer = desk.post(url(offered), slip | {"transaction_reference": "B-7", "notes": "in two"})
    assert answer.status_code == 201
    body = answer.json()
    assert_shape(body, PAYMENT | {"split": [PAYMENT]})
    assert {name: body[name] for name in PAYMENT.keys() - {"id", "created_at"}} == {
        "session_id": offered.pk,
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": 500,
        "transaction_reference": "B-7",
        "payment_date": day(),
        "notes": "in two",
        "status": "Verified",
        "created_by": coordinator.pk,
        "verified_by": coordinator.pk,
        "void_reason": None,
    }
    assert body["split"] == []
    assert body["created_at"].endswith("-06:00")
    after = desk.get(f"{SESSIONS}/{offered.pk}").json()
    assert (after["paid_amount"], after["balance_amount"]) == (500, 500)
    assert after["version"] > before["version"]


def test_what_a_deposit_brings_beyond_the_deposit_is_a_balance_of_the_same_number(
    desk, offered, slip
):
    body = desk.post(url(offered), slip | {"amount": "750.25"}).json()
    assert (body["payment_type"], body["amount"]) == ("Deposit", 500)
    assert [(part["payment_type"], part["amount"]) for part in body["split"]] == [
        ("Deposit", 500),
        ("Balance", 250.25),
    ]
    for part in body["split"]:
        assert_shape(part, PAYMENT)
    assert body["split"][0]["id"] == body["id"]
    (number,) = {part["transaction_reference"] for part in body["split"]}
    assert number.startswith("AUTO-")
    assert desk.get(f"{SESSIONS}/{offered.pk}").json()["paid_amount"] == 750.25


@pytest.mark.parametrize("missing", [{}, {"transaction_reference": None}])
def test_a_document_number_is_made_where_none_is_given(desk, offered, slip, missing):
    body = desk.post(url(offered), slip | missing).json()
    assert body["transaction_reference"].startswith("AUTO-")


def test_what_a_payment_says_of_itself_besides_is_ignored(desk, offered, slip):
    told = {"session_id": 10**9, "id": 7, "verified_by": 9, "created_by": 9, "unknown": [1]}
    body = desk.post(url(offered), slip | told).json()
    assert body["session_id"] == offered.pk
    assert body["id"] != 7 or Payment.objects.get().pk == 7
    assert body["created_by"] != 9 or Payment.objects.get().created_by_id == 9


def test_null_says_nothing_in_what_may_be_left_out(desk, offered, slip):
    optional = ("transaction_reference", "notes", "status", "override", "reason")
    body = desk.post(url(offered), slip | dict.fromkeys(optional)).json()
    assert (body["status"], body["notes"]) == ("Verified", None)


def test_a_pending_payment_counts_once_it_is_verified(desk, boss, offered, slip, admin_user):
    body = desk.post(url(offered), slip | {"status": "Pending"}).json()
    assert (body["status"], body["verified_by"]) == ("Pending", None)
    assert desk.get(f"{SESSIONS}/{offered.pk}").json()["paid_amount"] == 0
    version = desk.get(f"{SESSIONS}/{offered.pk}").json()["version"]
    verified = boss.post(url(offered, body["id"], "verify"))
    assert verified.status_code == 200
    assert_shape(verified.json(), PAYMENT)
    assert (verified.json()["status"], verified.json()["verified_by"]) == (
        "Verified",
        admin_user.pk,
    )
    after = desk.get(f"{SESSIONS}/{offered.pk}").json()
    assert after["paid_amount"] == 500
    assert after["version"] > version


# Lists


def test_the_list_is_latest_first_and_leaves_rejected_ones_out_unless_asked(desk, offered):
    first = paid(offered, "100.00", PaymentType.PARTIAL, at=now())
    second = paid(offered, "400.00", PaymentType.PARTIAL, at=now())
    desk.post(url(offered, first.pk, "void"), {"reason": "bounced"})
    answer = desk.get(url(offered))
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()] == [second.pk]
    for query in ("all=true", "all=1"):
        rows = desk.get(f"{url(offered)}?{query}").json()
        assert [row["id"] for row in rows] == [second.pk, first.pk]
        for row in rows:
            assert_shape(row, PAYMENT)
    assert (rows[1]["status"], rows[1]["void_reason"]) == ("Rejected", "bounced")
    assert [row["id"] for row in desk.get(f"{url(offered)}?all=false").json()] == [second.pk]
    assert desk.get(url(arrived(Status.REQUEST, days=31))).json() == []


# Wrong forms


WRONG_SLIPS: dict[str, tuple[dict[str, Any], str]] = {
    "no type": ({"payment_type": None}, "payment_type"),
    "an unknown type": ({"payment_type": "Tip"}, "payment_type"),
    "a type that is a list": ({"payment_type": ["Deposit"]}, "payment_type"),
    "a type that is an object": ({"payment_type": {"a": 1}}, "payment_type"),
    "no method": ({"payment_method": None}, "payment_method"),
    "a blank method": ({"payment_method": "  "}, "payment_method"),
    "a method that is a list": ({"payment_method": []}, "payment_method"),
    "too long a method": ({"payment_method": "x" * 51}, "payment_method"),
    "no amount": ({"amount": None}, "amount"),
    "nothing": ({"amount": 0}, "amount"),
    "less than a cent": ({"amount": "0.001"}, "amount"),
    "a negative amount": ({"amount": -500}, "amount"),
    "not a number": ({"amount": "NaN"}, "amount"),
    "not even quietly": ({"amount": "sNaN"}, "amount"),
    "without end": ({"amount": "Infinity"}, "amount"),
    "words": ({"amount": "five hundred"}, "amount"),
    "true": ({"amount": True}, "amount"),
    "an amount that is a list": ({"amount": [500]}, "amount"),
    "more than a column holds": ({"amount": 123456789.00}, "amount"),
    "a huge one": ({"amount": 1e300}, "amount"),
    "a huge exponent": ({"amount": "1e999999"}, "amount"),
    "three decimals": ({"amount": 500.005}, "amount"),
    "no date": ({"payment_date": None}, "payment_date"),
    "a date that is none": ({"payment_date": "2026-02-30"}, "payment_date"),
    "a date that is a number": ({"payment_date": 20260101}, "payment_date"),
    "a date that is a list": ({"payment_date": []}, "payment_date"),
    "still to come": ({"payment_date": day(2)}, "payment_date"),
    "the last day of all": ({"payment_date": "9999-12-31"}, "payment_date"),
    "before the session was": ({"payment_date": day(-2)}, "payment_date"),
    "the first day of all": ({"payment_date": "0001-01-01"}, "payment_date"),
    "rejected from the start": ({"status": "Rejected"}, "status"),
    "an unknown status": ({"status": "Paid"}, "status"),
    "a number that is a list": ({"transaction_reference": ["B-1"]}, "transaction_reference"),
    "too long a number": ({"transaction_reference": "9" * 101}, "transaction_reference"),
    "notes that are an object": ({"notes": {}}, "notes"),
    "too long notes": ({"notes": "x" * 5001}, "notes"),
    "a refund without a reason": ({"payment_type": "Refund"}, "reason"),
    "a blank one": ({"payment_type": "Refund", "reason": " ", "notes": " "}, "reason"),
}


@pytest.mark.parametrize(("change", "field"), WRONG_SLIPS.values(), ids=WRONG_SLIPS)
def test_a_wrong_slip_is_a_wrong_form_naming_its_field(desk, offered, slip, change, field):
    refused(desk.post(url(offered), slip | change), *WRONG, field)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_an_empty_slip_names_all_that_is_missing(desk, offered, body):
    answer = desk.generic("POST", url(offered), body, "application/json")
    refused(answer, *WRONG, "payment_type", "payment_method", "amount", "payment_date")


@pytest.mark.parametrize(
    "amount", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9" * 5000]
)
def test_numbers_that_are_none_are_no_failure_of_ours(desk, offered, amount):
    body = (
        b'{"payment_type": "Deposit", "payment_method": "Cash", "payment_date": "%s",'
        b' "amount": %s}' % (day().encode(), amount)
    )
    answer = desk.generic("POST", url(offered), body, "application/json")
    assert error(answer) == WRONG
    assert not Payment.objects.exists()


def test_a_payment_of_long_ago_needs_a_note(desk, slip):
    session = arrived(Status.PRE_SCHEDULED, days=30, booked_at=now() - timedelta(days=20))
    old = slip | {"payment_type": "Partial", "amount": 10, "payment_date": day(-8)}
    refused(desk.post(url(session), old), *WRONG, "notes")
    assert desk.post(url(session), old | {"notes": "found on the slip"}).status_code == 201
    week = old | {"payment_date": day(-7), "amount": 11}
    assert desk.post(url(session), week).status_code == 201


# What the session does not take


REFUSED: dict[str, Any] = {
    "a balance before the deposit": (
        lambda: arrived(Status.PRE_SCHEDULED, days=30),
        {"payment_type": "Balance"},
        *NOT_NOW,
        {"required": 500, "paid": 0},
    ),
    "a partial once it is covered": (
        lambda: arrived(Status.CONFIRMED, days=30),
        {"payment_type": "Partial"},
        *NOT_NOW,
        {"required": 500, "paid": 500},
    ),
    "a second deposit": (
        lambda: arrived(Status.CONFIRMED, days=30),
        {},
        *(409, "DUPLICATE"),
        {},
    ),
    "more than the total": (
        lambda: arrived(Status.CONFIRMED, days=30),
        {"payment_type": "Balance", "amount": 500.01},
        *(422, "PAYMENT_EXCEEDS_TOTAL"),
        {"total": 1000, "paid": 500},
    ),
    "of nothing": (
        lambda: book(at=now(), session_date=studio_day(now()) + timedelta(days=30)),
        {},
        *NOT_NOW,
        {},
    ),
    "after the end": (
        lambda: arrived(Status.COMPLETED),
        {"payment_type": "Balance"},
        *NOT_NOW,
        {},
    ),
    "after a cancellation": (
        lambda: arrived(Status.CANCELED, days=30),
        {"payment_type": "Partial"},
        *NOT_NOW,
        {},
    ),
    "more back than was paid": (
        lambda: arrived(Status.CONFIRMED, days=30),
        {"payment_type": "Refund", "amount": 500.01, "reason": "x"},
        *NOT_NOW,
        {"paid": 500},
    ),
    "a refund below the deposit": (
        lambda: arrived(Status.CONFIRMED, days=30),
        {"payment_type": "Refund", "amount": 1, "reason": "x"},
        *(422, "OVERRIDE_NEEDED"),
        {"required": 500, "paid": 499},
    ),
    "a refund after the end": (
        lambda: arrived(Status.COMPLETED),
        {"payment_type": "Refund", "amount": 1, "reason": "x"},
        *NOT_NOW,
        {},
    ),
}


@pytest.mark.parametrize(
    ("made", "change", "status", "code", "facts"), REFUSED.values(), ids=REFUSED
)
def test_a_payment_that_does_not_fit_is_refused_and_leaves_nothing(
    desk, slip, made, change, status, code, facts
):
    session = made()
    known = Payment.objects.count()
    assert refused(desk.post(url(session), slip | change), status, code) == facts
    assert Payment.objects.count() == known


def test_pending_payments_count_when_another_is_recorded(desk, covered, slip):
    balance = slip | {"payment_type": "Balance"}
    assert desk.post(url(covered), balance | {"status": "Pending"}).status_code == 201
    facts = refused(
        desk.post(url(covered), balance | {"amount": 0.01}), 422, "PAYMENT_EXCEEDS_TOTAL"
    )
    assert facts == {"total": 1000, "paid": 1000}


def test_the_same_payment_twice_is_a_duplicate_unless_it_has_a_number(desk, offered, slip):
    part = slip | {"payment_type": "Partial", "amount": 50}
    assert desk.post(url(offered), part).status_code == 201
    refused(desk.post(url(offered), part), 409, "DUPLICATE")
    assert desk.post(url(offered), part | {"transaction_reference": "B-2"}).status_code == 201
    again = part | {"transaction_reference": "b-2", "amount": 60}
    refused(desk.post(url(offered), again), 409, "DUPLICATE")
    other_method = again | {"payment_method": "Cash"}
    assert desk.post(url(offered), other_method).status_code == 201


def test_the_same_refund_twice_is_a_duplicate_too(desk, covered, slip):
    refund = slip | {"payment_type": "Refund", "amount": 20, "reason": "paid too much"}
    assert desk.post(url(covered), refund).status_code == 201
    refused(desk.post(url(covered), refund), 409, "DUPLICATE")


def test_amounts_are_numbers_also_where_they_are_whole_or_long(desk):
    session = priced(
        book(at=now(), session_date=studio_day(now()) + timedelta(days=40)), "33.33", at=now()
    )
    paid(session, "16.67", at=now())
    page = desk.get(f"{SESSIONS}/{session.pk}").json()
    assert (page["deposit_amount"], page["paid_amount"], page["balance_amount"]) == (
        *(16.67, 16.67, 16.66),
    )
