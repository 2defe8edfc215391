"""Refunds by hand, verifying and voiding on the wire (contract, section 4; rules, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from config.clock import now
from config.records.models import AuditEntry
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, Session
from sessions_app.tests.builders import paid
from sessions_app.tests.test_api_payments import NOT_NOW, SLIP, WRONG, day, url
from sessions_app.tests.wire import PAYMENT, SESSIONS, arrived, assert_shape, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def slip() -> dict[str, Any]:
    return SLIP | {"payment_date": day()}


@pytest.fixture
def covered() -> Session:
    """A session of 1000.00, Pre-scheduled, with its deposit of 500.00."""
    session = arrived(Status.PRE_SCHEDULED, days=30)
    paid(session, "500.00", at=now(), transaction_reference="B-1")
    return session


# Refunds by hand


def test_a_refund_is_pending_until_it_is_paid_out_with_a_number(desk, covered, slip):
    refund = slip | {
        "payment_type": "Refund",
        "amount": 120.5,
        "reason": "paid too much",
        "status": "Verified",
    }
    answer = desk.post(url(covered), refund)
    assert answer.status_code == 201
    body = answer.json()
    assert_shape(body, PAYMENT | {"split": [PAYMENT]})
    assert (body["status"], body["transaction_reference"], body["verified_by"]) == (
        *("Pending", None, None),
    )
    assert body["notes"] == "paid too much"
    page = desk.get(f"{SESSIONS}/{covered.pk}").json()
    assert (page["paid_amount"], page["refund_due"]) == (500, 120.5)
    verify = url(covered, body["id"], "verify")
    for nothing in ({}, {"transaction_reference": None}, {"transaction_reference": " "}):
        refused(desk.post(verify, nothing), *WRONG, "transaction_reference")
    verified = desk.post(verify, {"transaction_reference": "CHK-9"})
    assert verified.status_code == 200
    assert (verified.json()["status"], verified.json()["transaction_reference"]) == (
        *("Verified", "CHK-9"),
    )
    page = desk.get(f"{SESSIONS}/{covered.pk}").json()
    assert (page["paid_amount"], page["refund_due"]) == (379.5, 0)


def test_a_refund_keeps_both_its_reason_and_its_notes(desk, covered, slip):
    refund = slip | {"payment_type": "Refund", "amount": 20}
    body = desk.post(url(covered), refund | {"reason": "paid twice", "notes": "to account 7"})
    assert "to account 7" in body.json()["notes"]


def test_an_admin_refunds_below_the_deposit_by_override(desk, boss, slip):
    session = arrived(Status.CONFIRMED, days=30)
    agreed = slip | {"payment_type": "Refund", "amount": 1, "reason": "sorry", "override": True}
    refused(desk.post(url(session), agreed), 403, "PERMISSION_DENIED")
    refused(boss.post(url(session), agreed | {"reason": None}), *WRONG, "reason")
    assert boss.post(url(session), agreed).status_code == 201
    assert AuditEntry.objects.get(action="session.override").reason == "sorry"


# Verifying and voiding


def test_only_what_is_pending_is_verified(desk, covered):
    payment = covered.payments.get()
    refused(desk.post(url(covered, payment.pk, "verify")), *NOT_NOW)
    desk.post(url(covered, payment.pk, "void"), {"reason": "bounced"})
    refused(desk.post(url(covered, payment.pk, "verify")), *NOT_NOW)


@pytest.mark.parametrize("number", [["B-2"], {"a": 1}, True, "9" * 101, "B-2"])
def test_a_number_is_set_once_and_is_a_text(desk, number):
    offered = arrived(Status.PRE_SCHEDULED, days=30)
    payment = paid(
        *(offered, "500.00"), at=now(), status=PaymentStatus.PENDING, transaction_reference="B-1"
    )
    answer = desk.post(url(offered, payment.pk, "verify"), {"transaction_reference": number})
    refused(answer, *WRONG, "transaction_reference")
    same = desk.post(url(offered, payment.pk, "verify"), {"transaction_reference": "B-1"})
    assert same.status_code == 200


def test_a_void_says_why_and_the_row_stays(desk, covered, slip):
    payment = covered.payments.get()
    void = url(covered, payment.pk, "void")
    for nothing in ({}, {"reason": None}, {"reason": ""}, {"reason": "  "}, {"reason": ["x"]}):
        refused(desk.post(void, nothing), *WRONG, "reason")
    answer = desk.post(void, {"reason": "bounced"})
    assert answer.status_code == 200
    assert_shape(answer.json(), PAYMENT)
    assert (answer.json()["status"], answer.json()["void_reason"]) == ("Rejected", "bounced")
    assert desk.get(f"{SESSIONS}/{covered.pk}").json()["paid_amount"] == 0
    refused(desk.post(void, {"reason": "again"}), *NOT_NOW)
    assert desk.post(url(covered), slip).status_code == 201  # room for another deposit


def test_a_void_that_uncovers_the_deposit_needs_an_override(desk, boss):
    session = arrived(Status.CONFIRMED, days=30)
    void = url(session, session.payments.get().pk, "void")
    facts = refused(desk.post(void, {"reason": "bounced"}), 422, "OVERRIDE_NEEDED")
    assert facts == {"required": 500, "paid": 0}
    refused(desk.post(void, {"reason": "bounced", "override": True}), 403, "PERMISSION_DENIED")
    refused(boss.post(void, {"override": True}), *WRONG, "reason")
    agreed = {"reason": "bounced", "override": True}
    assert boss.post(void, agreed).json()["status"] == "Rejected"


def test_a_void_never_leaves_less_than_was_refunded(boss, desk, covered, slip):
    refund = slip | {"payment_type": "Refund", "amount": 1, "reason": "x"}
    pk = desk.post(url(covered), refund).json()["id"]
    desk.post(url(covered, pk, "verify"), {"transaction_reference": "CHK-1"})
    deposit = covered.payments.get(payment_type="Deposit")
    agreed = {"reason": "bounced", "override": True}
    refused(boss.post(url(covered, deposit.pk, "void"), agreed), *NOT_NOW)


@pytest.mark.parametrize("verb", ["verify", "void"])
def test_a_payment_of_another_session_or_of_none_is_404(desk, covered, session, verb):
    payment = covered.payments.get()
    for address in (
        url(session, payment.pk, verb),
        url(covered, payment.pk + 1000, verb),
        url(covered, 10**12, verb),
        *(url(covered, pk, verb) for pk in ("0", "-1", "x", "1.0", "9" * 20)),
    ):
        refused(desk.post(address, {"reason": "x"}), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "parts"),
    [("put", ()), ("patch", ()), ("delete", ()), ("get", ("verify",)), ("get", ("void",))],
)
def test_the_ledger_is_not_changed_by_other_methods(desk, covered, method, parts):
    payment = covered.payments.get()
    address = url(covered, payment.pk, *parts) if parts else url(covered)
    refused(getattr(desk, method)(address), 405, "METHOD_NOT_ALLOWED")
    assert [row.status for row in covered.payments.all()] == ["Verified"]
