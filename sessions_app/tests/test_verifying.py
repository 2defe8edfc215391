"""From Pending to Verified or Rejected, voids, refunds by hand, and "in time" (section 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory
from config.errors import DomainError, Duplicate, NotAllowed, NotFound, ValidationFailed
from config.records.models import AuditEntry
from sessions_app.actions import lines
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.errors import (
    InsufficientPayment,
    OverrideNeeded,
    PaymentExceedsTotal,
    PaymentNotAllowed,
)
from sessions_app.lifecycle import Status, since
from sessions_app.models import Payment, PaymentType, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, SYSTEM, acting, assign, paid, taken_to
from users.actors import Override
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

DEPOSIT, PARTIAL, BALANCE, REFUND = PaymentType
LATER = AT + timedelta(minutes=2)
DEADLINE = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)  # 10 March and five days; the 15th has ended
TICK = timedelta(microseconds=1)
AGREED = Override("agreed by phone")


@pytest.fixture
def session() -> Session:
    """A Pre-scheduled session of 1000.00 with a deposit of 500.00, and a photographer for it."""
    session = taken_to(Status.PRE_SCHEDULED)
    assign(session)
    return session


@pytest.fixture
def confirmed() -> Session:
    """A Confirmed session of 1000.00; its deposit of 500.00 and 300.00 more are paid."""
    session = taken_to(Status.CONFIRMED)
    paid(session, "300.00", BALANCE, transaction_reference="300")
    return session


def verified(payment: Payment, number: str = "", by: User | None = None) -> Payment:
    return verify(payment, actor=acting(by), at=LATER, transaction_reference=number)


def rejected(payment: Payment, by: User | None = None, override: Override | None = None) -> Payment:
    return void(payment, reason="bounced", actor=acting(by), at=LATER, override=override)


def back(session: Session, amount: str, reason: str = "a line less", **facts: Any) -> Payment:
    return paid(session, amount, REFUND, reason=reason, **facts)


def shown(session: Session) -> tuple[Decimal, Decimal]:
    session.refresh_from_db()
    return session.paid_amount, session.refund_due


def deposit_of(session: Session) -> Payment:
    return session.payments.get(payment_type=DEPOSIT)


def balance_of(session: Session) -> Payment:
    return session.payments.get(payment_type=BALANCE)


def overrides(session: Session) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(action="session.override", object_id=session.pk)
    return [(entry.changes["guard"], entry.reason) for entry in entries]


# Pending → Verified


def test_a_pending_payment_counts_once_it_is_verified(session, coordinator):
    payment = paid(session, "500.00", status="Pending")
    before = session.version
    assert shown(session) == (0, 0)
    payment = verified(payment, by=coordinator)
    assert (payment.status, payment.verified_by, payment.verified_at) == (
        "Verified",
        coordinator,
        LATER,
    )
    assert shown(session) == (500, 0)
    assert session.version > before


def test_only_a_pending_payment_is_verified(session):
    payment = paid(session, "300.00", status="Pending")
    verified(payment)
    with pytest.raises(PaymentNotAllowed):
        verified(payment)
    rejected(payment)
    with pytest.raises(PaymentNotAllowed):
        verified(payment)
    assert shown(session) == (0, 0)


def test_the_total_is_looked_at_again_when_a_payment_is_verified(confirmed):
    waiting = paid(confirmed, "200.00", BALANCE, status="Pending", transaction_reference="200")
    lines.add_item(confirmed, ItemFactory(unit_price=Decimal("999.99")), 1, actor=SYSTEM, at=AT)
    lines.remove_line(confirmed.lines.first(), actor=SYSTEM, at=AT)
    with pytest.raises(PaymentExceedsTotal):  # 1000.00 of a total of 999.99
        verified(waiting)
    assert shown(confirmed) == (800, 0)


def test_a_payment_that_is_not_there_is_not_found(session):
    for step in (verified, rejected):
        with pytest.raises(NotFound):
            step(Payment(pk=0, session=session))


def test_a_payments_number_is_not_changed_by_verifying_it(session):
    payment = paid(session, "500.00", status="Pending", transaction_reference="7")
    with pytest.raises(ValidationFailed):
        verified(payment, "8")
    assert verified(payment, "7").transaction_reference == "7"


def test_who_may_not_take_payments_verifies_and_voids_none(session, photographer):
    assign(session, photographer)
    payment = paid(session, "500.00", status="Pending")
    for step in (verified, rejected):
        with pytest.raises(NotAllowed):
            step(payment, by=photographer)
    payment.refresh_from_db()
    assert payment.status == "Pending"


# Rejected


def test_a_pending_payment_is_rejected_with_who_and_why(confirmed, coordinator):
    payment = paid(confirmed, "200.00", BALANCE, status="Pending", transaction_reference="200")
    payment = rejected(payment, by=coordinator)
    assert (payment.status, payment.voided_by, payment.voided_at, payment.void_reason) == (
        "Rejected",
        coordinator,
        LATER,
        "bounced",
    )
    assert payment.verified_by is None
    assert shown(confirmed) == (800, 0)
    entry = AuditEntry.objects.get(action="payment.voided")
    assert (entry.actor, entry.object_id, entry.reason) == (coordinator, payment.pk, "bounced")


def test_a_void_needs_a_reason_and_comes_once(session):
    payment = paid(session, "500.00")
    with pytest.raises(ValidationFailed) as refusal:
        void(payment, reason=" ", actor=SYSTEM, at=LATER)
    assert set(refusal.value.errors) == {"reason"}
    rejected(payment)
    with pytest.raises(PaymentNotAllowed):
        rejected(payment)


def test_before_confirmation_a_deposit_is_voided_without_an_override(session):
    rejected(paid(session, "500.00"))
    assert shown(session) == (0, 0)
    assert overrides(session) == []


@pytest.mark.parametrize("state", [state for state in Status if state in since(Status.CONFIRMED)])
def test_from_confirmed_on_a_void_that_uncovers_the_deposit_needs_an_override(state):
    session = taken_to(state)
    before = shown(session)
    if state == Status.COMPLETED:  # paid in full: the deposit may go, the balance covers
        rejected(deposit_of(session))
        before = shown(session)
    payment = session.payments.live().get()
    with pytest.raises(OverrideNeeded):
        rejected(payment)
    assert shown(session) == before
    assert session.payments.live().count() == 1
    rejected(payment, override=AGREED)
    assert shown(session) == (0, 0)
    assert overrides(session) == [("OVERRIDE_NEEDED", AGREED.reason)]


def test_a_void_that_leaves_the_deposit_covered_needs_none(confirmed):
    rejected(balance_of(confirmed))
    assert shown(confirmed) == (500, 0)


def test_no_override_voids_below_what_was_refunded(session):
    payment = paid(session, "500.00")
    verified(back(session, "0.01"), "out-1")
    with pytest.raises(PaymentNotAllowed) as refusal:
        rejected(payment, override=AGREED)
    assert refusal.value.context["paid"] == -0.01  # what would be left
    assert shown(session) == (Decimal("499.99"), 0)


def test_a_refund_that_bounced_counts_as_paid_again_up_to_the_total(session):
    paid(session, "1000.00")
    refund = verified(back(session, "300.00"), "out-1")
    last = paid(session, "300.00", BALANCE)
    with pytest.raises(PaymentExceedsTotal):
        rejected(refund)
    rejected(last)
    assert shown(session) == (700, 0)
    rejected(refund)
    assert shown(session) == (1000, 0)


# Refunds by hand


def test_a_refund_waits_whatever_its_status_says_and_no_number_is_made(session, coordinator):
    paid(session, "500.00")
    refund = back(session, "200.00", by=acting(coordinator), status="Verified")
    assert (refund.status, refund.transaction_reference, refund.notes) == (
        "Pending",
        "",
        "a line less",
    )
    assert not refund.is_of_cancellation
    assert shown(session) == (500, 200)
    assert AuditEntry.objects.get(action="payment.refund_recorded").actor == coordinator


def test_a_refund_needs_a_reason(session):
    paid(session, "500.00")
    with pytest.raises(ValidationFailed) as refusal:
        back(session, "200.00", " ")
    assert set(refusal.value.errors) == {"reason"}


def test_a_refund_is_not_above_net_paid_what_is_on_its_way_counted(session):
    paid(session, "500.00")
    with pytest.raises(PaymentNotAllowed):
        back(session, "500.01")
    back(session, "300.00")
    with pytest.raises(PaymentNotAllowed):
        back(session, "200.01", override=AGREED)
    back(session, "200.00", at=LATER)
    assert shown(session) == (500, 500)


def test_a_rejected_refund_is_no_longer_on_its_way(session):
    paid(session, "500.00")
    rejected(back(session, "500.00"))
    back(session, "400.00")
    assert shown(session) == (500, 400)


def test_from_confirmed_on_a_refund_below_the_deposit_needs_an_override(confirmed):
    with pytest.raises(OverrideNeeded):
        back(confirmed, "300.01")
    assert overrides(confirmed) == []
    back(confirmed, "300.00")
    assert overrides(confirmed) == []
    back(confirmed, "0.01", override=AGREED)
    assert overrides(confirmed) == [("OVERRIDE_NEEDED", AGREED.reason)]
    assert shown(confirmed) == (800, Decimal("300.01"))


def test_a_refund_is_paid_out_with_a_document_number(session, coordinator):
    paid(session, "500.00")
    refund = back(session, "200.00")
    with pytest.raises(ValidationFailed) as refusal:
        verified(refund, " ")
    assert set(refusal.value.errors) == {"transaction_reference"}
    refund = verified(refund, "out-1", coordinator)
    assert (refund.status, refund.transaction_reference) == ("Verified", "out-1")
    assert shown(session) == (300, 0)
    assert AuditEntry.objects.get(action="payment.refund_verified").actor == coordinator


def test_a_number_given_when_it_was_recorded_is_enough_and_serves_once(session):
    paid(session, "500.00")
    first = back(session, "200.00", transaction_reference="out-1")
    second = back(session, "100.00")
    assert verified(first).transaction_reference == "out-1"
    with pytest.raises(Duplicate):
        verified(second, "OUT-1")
    assert shown(session) == (300, 100)


def test_the_same_refund_again_within_a_minute_without_a_number_is_a_duplicate(session):
    paid(session, "500.00")
    back(session, "200.00")
    with pytest.raises(Duplicate):
        back(session, "200.00", at=AT + timedelta(seconds=1))
    assert shown(session) == (500, 200)


# What is on its way back, and what happens meanwhile


def attempt(*steps: Any) -> None:
    """Try each step; which of them is refused is another test's affair."""
    for step in steps:
        try:
            step()
        except DomainError:
            continue


def test_a_void_never_leaves_less_than_is_on_its_way_back(session):
    payment = paid(session, "500.00")
    back(session, "300.00")
    attempt(lambda: rejected(payment))
    assert list(findings()) == []  # I5: refunds ≤ payments


def test_a_refund_from_before_confirmation_never_uncovers_the_deposit_after_it(session):
    paid(session, "500.00")
    refund = back(session, "300.00")
    attempt(
        lambda: transition(session, Status.CONFIRMED, actor=SYSTEM, at=LATER),
        lambda: verified(refund, "out-1"),
    )
    assert list(findings()) == []  # I6: covered, or an override names why


def test_a_refund_and_a_void_together_never_uncover_the_deposit(confirmed):
    refund = back(confirmed, "300.00")
    attempt(lambda: rejected(balance_of(confirmed)), lambda: verified(refund, "out-1"))
    assert list(findings()) == []


# Covered in time: (amount, recorded, verified or None) …, confirmed at → refusal

BY = DEADLINE - TICK
COVER: dict[str, tuple[list[tuple[str, datetime, datetime | None]], datetime, str]] = {
    "nothing, the deadline to come": ([], BY, "INSUFFICIENT_PAYMENT"),
    "nothing by the deadline": ([], DEADLINE, "PAYMENT_DEADLINE_EXPIRED"),
    "in time": ([("500.00", AT, AT)], BY, ""),
    "in time, confirmed days later": ([("500.00", AT, AT)], DEADLINE + timedelta(days=9), ""),
    "a cent short": ([("499.99", AT, AT)], BY, "INSUFFICIENT_PAYMENT"),
    "not verified": ([("500.00", AT, None)], BY, "INSUFFICIENT_PAYMENT"),
    "recorded in time, verified after": ([("500.00", BY, DEADLINE + TICK)], DEADLINE + TICK, ""),
    "recorded at the very deadline": (
        [("500.00", DEADLINE, DEADLINE)],
        DEADLINE,
        "PAYMENT_DEADLINE_EXPIRED",
    ),
    "two in time": ([("200.00", AT, AT), ("300.00", BY, BY)], DEADLINE, ""),
    "one of two too late": (
        [("200.00", AT, AT), ("300.00", DEADLINE, DEADLINE)],
        DEADLINE,
        "PAYMENT_DEADLINE_EXPIRED",
    ),
}


@pytest.mark.parametrize(("payments", "at", "refusal"), COVER.values(), ids=COVER)
def test_confirming_needs_the_deposit_covered_by_what_was_recorded_in_time(
    session, payments, at, refusal
):
    for kind, (amount, recorded_at, verified_at) in zip((DEPOSIT, PARTIAL), payments, strict=False):
        payment = paid(session, amount, kind, at=recorded_at, status="Pending")
        if verified_at is not None:
            verify(payment, actor=SYSTEM, at=verified_at)
    if not refusal:
        assert transition(session, Status.CONFIRMED, actor=SYSTEM, at=at).status == "Confirmed"
        return
    with pytest.raises(DomainError) as refused:
        transition(session, Status.CONFIRMED, actor=SYSTEM, at=at)
    assert refused.value.code == refusal


def test_what_came_in_time_and_is_on_its_way_back_is_short_but_not_late(session):
    paid(session, "500.00", at=BY)
    back(session, "0.01", at=DEADLINE)
    with pytest.raises(InsufficientPayment):
        transition(session, Status.CONFIRMED, actor=SYSTEM, at=DEADLINE)


def test_what_came_too_late_covers_the_new_deadline_of_a_reopened_session(session):
    paid(session, "500.00", at=DEADLINE)
    for status in (Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED):
        session = transition(session, status, actor=SYSTEM, at=DEADLINE)
    assert session.status == Status.CONFIRMED
