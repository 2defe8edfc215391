"""The database keeps the ledger, whatever the door: raw SQL, bulk writes, the shell (section 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.models import Payment, PaymentType, Session
from sessions_app.models.payment import DOCUMENT_ONCE, ONE_DEPOSIT
from sessions_app.tests.builders import AT, SYSTEM, book, paid, taken_to
from users.models import User

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=5)


def refused(because: str):
    return pytest.raises(IntegrityError, match=because)


@pytest.fixture
def session() -> Session:
    return taken_to(Status.PRE_SCHEDULED)


def rejected(payment: Payment) -> Payment:
    return void(payment, reason="bounced", actor=SYSTEM, at=AT)


def refund(session: Session) -> Payment:
    paid(session, "400.00", PaymentType.PARTIAL)
    return paid(session, "100.00", PaymentType.REFUND, reason="a line less")


KINDS: dict[str, Callable[[Session], Payment]] = {
    "a pending payment": lambda s: paid(s, "500.00", status="Pending"),
    "a verified payment": lambda s: paid(s, "500.00"),
    "a rejected payment": lambda s: rejected(paid(s, "500.00")),
    "a pending refund": refund,
    "a verified refund": lambda s: verify(
        refund(s), actor=SYSTEM, at=AT, transaction_reference="out-1"
    ),
}


def written(payment: Payment, **columns: Any) -> None:
    """Update one row by bare SQL, as a shell or an import would."""
    assignments = ", ".join(f"{column} = %s" for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE sessions_app_payment SET {assignments} WHERE id = %s",  # noqa: S608
            [*columns.values(), payment.pk],
        )
        assert cursor.rowcount == 1


# Facts

FACTS: dict[str, Callable[[Payment], object]] = {
    "id": lambda p: p.pk + 1000,
    "session_id": lambda p: book().pk,
    "payment_type": lambda p: "Balance",
    "payment_method": lambda p: "Cash",
    "amount": lambda p: p.amount - 1,
    "payment_date": lambda p: date(2026, 3, 9),
    "notes": lambda p: "another story",
    "is_of_cancellation": lambda p: not p.is_of_cancellation,
    "created_at": lambda p: LATER,
    "created_by_id": lambda p: User.objects.create(email="x@example.com", full_name="X").pk,
}
STEPS = {"status", "verified_at", "verified_by_id", "voided_at", "voided_by_id", "void_reason"}


def test_every_column_is_a_fact_or_part_of_a_step():
    columns = {field.column for field in Payment._meta.concrete_fields}
    assert columns == FACTS.keys() | STEPS | {"transaction_reference"}


@pytest.mark.parametrize(("kind", "column"), [*product(KINDS, FACTS)])
def test_no_fact_of_a_payment_is_ever_edited(session, kind, column):
    payment = KINDS[kind](session)
    with refused("never edited"):
        written(payment, **{column: FACTS[column](payment)})


@pytest.mark.parametrize("kind", KINDS)
def test_no_payment_is_ever_deleted(session, kind):
    payment = KINDS[kind](session)
    ways: tuple[Callable[[], object], ...] = (
        payment.delete,
        Payment.objects.all().delete,
        lambda: connection.cursor().execute("DELETE FROM sessions_app_payment"),
    )
    for delete in ways:
        with refused("never deleted"), transaction.atomic():
            delete()


def test_a_bulk_update_is_no_way_round_it(session):
    payment = paid(session, "500.00")
    payment.amount += 1
    with refused("never edited"), transaction.atomic():
        Payment.objects.update(amount=1)
    with refused("never edited"), transaction.atomic():
        Payment.objects.bulk_update([payment], ["amount"])


# Steps

VERIFIED = {"status": "Verified", "verified_at": LATER}
REJECTED = {"status": "Rejected", "voided_at": LATER, "void_reason": "bounced"}


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("a pending payment", VERIFIED),
        ("a pending payment", REJECTED),
        ("a verified payment", REJECTED),
        ("a pending refund", REJECTED),
        ("a pending refund", {**VERIFIED, "transaction_reference": "out-1"}),
        ("a pending refund", {"transaction_reference": "out-1"}),
        ("a verified refund", REJECTED),
    ],
)
def test_the_permitted_steps_get_through(session, kind, step):
    payment = KINDS[kind](session)
    written(payment, **step)
    payment.refresh_from_db()
    assert {column: getattr(payment, column) for column in step} == step


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("a verified payment", {"status": "Pending", "verified_at": None}),
        ("a rejected payment", {"status": "Pending", "voided_at": None, "void_reason": ""}),
        ("a rejected payment", {"status": "Verified", "voided_at": None, "void_reason": ""}),
        ("a rejected payment", {"status": "Verified"}),
        ("a verified refund", {"status": "Pending", "verified_at": None}),
    ],
)
def test_nothing_goes_back(session, kind, step):
    with refused("cannot go from"):
        written(KINDS[kind](session), **step)


ONCE: dict[str, tuple[str, dict[str, Any], str]] = {
    "verified again": ("a verified payment", {"verified_at": LATER}, "set once"),
    "verified by someone else": ("a verified payment", {"verified_by_id": 1}, "set once"),
    "verified before its step": ("a pending payment", {"verified_at": LATER}, "set once"),
    "verified and rejected at once": (
        "a pending payment",
        {**REJECTED, "verified_at": LATER},
        "set once",
    ),
    "rejected, its verifying denied": (
        "a verified payment",
        {**REJECTED, "verified_at": None},
        "set once",
    ),
    "rejected again": ("a rejected payment", {"voided_at": LATER}, "set once"),
    "rejected by someone else": ("a rejected payment", {"voided_by_id": 1}, "set once"),
    "rejected for another reason": ("a rejected payment", {"void_reason": "x"}, "set once"),
    "a reason before its step": ("a verified payment", {"void_reason": "x"}, "set once"),
    "a voider before the step": ("a pending payment", {"voided_at": LATER}, "set once"),
    "a number changed": ("a verified payment", {"transaction_reference": "x"}, "set once"),
    "a number taken away": ("a verified refund", {"transaction_reference": ""}, "set once"),
    "verified without saying when": (
        "a pending payment",
        {"status": "Verified"},
        "payment_status_explained",
    ),
    "rejected without a reason": (
        "a pending payment",
        {"status": "Rejected", "voided_at": LATER},
        "payment_status_explained",
    ),
    "rejected without saying when": (
        "a verified payment",
        {"status": "Rejected", "void_reason": "x"},
        "payment_status_explained",
    ),
    "a refund paid out without a number": (
        "a pending refund",
        VERIFIED,
        "payment_document_named",
    ),
    "an unknown status": ("a pending payment", {"status": "Lost"}, "cannot go from"),
}


@pytest.mark.parametrize(("kind", "columns", "because"), ONCE.values(), ids=ONCE)
def test_who_when_why_and_the_number_are_set_once_with_their_step(session, kind, columns, because):
    payment = KINDS[kind](session)
    with refused(because):
        written(payment, **columns)


def test_the_number_of_a_waiting_refund_is_set_once(session):
    payment = refund(session)
    written(payment, transaction_reference="out-1")
    with refused("set once"):
        written(payment, transaction_reference="OUT-1")


# Recording


def drafted(session: Session, **facts: Any) -> Payment:
    """A verified deposit of 500.00 unless told otherwise, never saved."""
    usual = {
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": "500.00",
        "transaction_reference": "1",
        "payment_date": date(2026, 3, 10),
        "status": "Verified",
        "created_at": AT,
        "verified_at": AT,
    }
    return Payment(session=session, **usual | facts)


PENDING = {"status": "Pending", "verified_at": None}
BAD_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"amount": 0}, "payment_amount_positive"),
    "less than nothing": ({"amount": -1}, "payment_amount_positive"),
    "no method": ({"payment_method": ""}, "payment_method_named"),
    "no number": ({"transaction_reference": ""}, "payment_document_named"),
    "no number, pending": ({**PENDING, "transaction_reference": ""}, "payment_document_named"),
    "an unknown type": ({"payment_type": "Gift"}, "payment_type_known"),
    "an unknown status": ({"status": "Lost"}, "payment_status_known|payment_status_explained"),
    "a verified refund": ({"payment_type": "Refund"}, "recorded pending"),
    "a rejected refund": ({"payment_type": "Refund", **REJECTED}, "recorded pending"),
    "verified without saying when": ({"verified_at": None}, "payment_status_explained"),
    "pending, yet verified": ({"status": "Pending"}, "payment_status_explained"),
    "rejected from the start": ({"status": "Rejected"}, "recorded pending or verified"),
    "a deposit of the cancellation": (
        {"is_of_cancellation": True},
        "payment_of_cancellation_is_refund",
    ),
}


@pytest.mark.parametrize(("facts", "because"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_row_that_makes_no_sense_is_not_recorded(session, facts, because):
    with refused(because):
        Payment.objects.bulk_create([drafted(session, **facts)])


@pytest.mark.parametrize("status", [{}, PENDING], ids=["verified", "pending"])
def test_a_second_live_deposit_is_not_recorded(session, status):
    paid(session, "100.00", status="Pending")
    with refused(ONE_DEPOSIT):
        Payment.objects.bulk_create([drafted(session, **status)])


def test_a_deposit_is_recorded_again_after_the_first_was_rejected(session):
    rejected(paid(session, "100.00", transaction_reference="1"))
    Payment.objects.bulk_create([drafted(session)])
    assert session.payments.live().get().amount == 500


@pytest.mark.parametrize(
    "same",
    [
        {"transaction_reference": "Slip 7"},
        {"transaction_reference": "SLIP 7"},
        {"transaction_reference": "slip 7", "payment_method": "TRANSFER"},
        {"transaction_reference": "Slip 7", **PENDING},
    ],
    ids=str,
)
def test_a_number_is_not_recorded_twice_for_a_method_and_type(session, same):
    paid(session, "100.00", PaymentType.PARTIAL, transaction_reference="Slip 7")
    with refused(DOCUMENT_ONCE):
        Payment.objects.bulk_create([drafted(session, payment_type="Partial", **same)])


@pytest.mark.parametrize(
    "other",
    [
        {"payment_type": "Balance"},
        {"payment_method": "Card"},
        {"transaction_reference": "Slip 8"},
    ],
    ids=str,
)
def test_another_type_method_or_number_is_recorded(session, other):
    paid(session, "100.00", PaymentType.PARTIAL, transaction_reference="Slip 7")
    same = {"payment_type": "Partial", "transaction_reference": "Slip 7"}
    Payment.objects.bulk_create([drafted(session, **same | other)])
    assert session.payments.count() == 2


# What the session shows of it

BAD_SESSIONS: dict[str, tuple[dict[str, Any], str]] = {
    "paid beyond the total": ({"paid_amount": "1000.01"}, "session_paid_within_total"),
    "paid less than nothing": ({"paid_amount": -1}, "session_money_not_negative"),
    "less than nothing to return": ({"refund_due": -1}, "session_money_not_negative"),
    "a deposit below nothing": ({"deposit_amount": -1}, "session_money_not_negative"),
    "half of the terms": ({"refund_after_deadline": 50}, "session_terms_whole"),
    "confirmed without terms": ({"status": "Confirmed"}, "session_terms_frozen"),
    "cancelled by nobody": (
        {"status": "Canceled", "cancelled_at": AT},
        "session_cancellation_whole",
    ),
    "an unknown initiator": ({"cancellation_initiator": "Fate"}, "session_initiator_known"),
    "an unknown category": ({"cancellation_category": "mood"}, "session_category_known"),
}


@pytest.mark.parametrize(("columns", "because"), BAD_SESSIONS.values(), ids=BAD_SESSIONS)
def test_a_session_does_not_show_amounts_or_terms_that_make_no_sense(session, columns, because):
    with refused(because):
        Session.objects.filter(pk=session.pk).update(**columns)


def test_frozen_percentages_are_percentages():
    confirmed = taken_to(Status.CONFIRMED)
    with refused("session_terms_whole"):
        Session.objects.filter(pk=confirmed.pk).update(refund_after_deadline=101)
