"""Sixteen real threads pay, refund, verify and void at the same moment (rules, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest

from catalog.tests.factories import ItemFactory
from sessions_app.actions import cancelling, lines, payments, verifying
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Payment, PaymentStatus, PaymentType, Session
from sessions_app.queries.ledger import ledger
from sessions_app.tests.builders import AT, DAY, attended_at, paid, taken_to
from sessions_app.tests.racing import (
    DONE,
    THREADS,
    at_once,
    broken,
    eight_each,
    sixteen,
    studio_desk,
)
from users.actors import Actor
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

DEPOSIT, PARTIAL, BALANCE, REFUND = PaymentType


@pytest.fixture(autouse=True)
def desk() -> Actor:
    return studio_desk()


@pytest.fixture
def pre_scheduled() -> Session:
    """A session of 1000.00, of which 500.00 are its deposit; nothing is paid."""
    return taken_to(Status.PRE_SCHEDULED)


@pytest.fixture
def confirmed() -> Session:
    """A session of 1000.00 with its deposit of 500.00 paid."""
    return taken_to(Status.CONFIRMED)


def paying(
    session: Session, desk: Actor, kind: PaymentType, amount: str = "100", **facts: object
) -> Callable[[int], Payment]:
    """Return the work of recording one such payment, each with a slip of its own."""

    def pay(number: int) -> Payment:
        slip = {"transaction_reference": f"B-{number}", "notes": "as agreed", **facts}
        return paid(session, amount, kind, by=desk, **slip)

    return pay


def amounts(session: Session) -> tuple[Decimal, Decimal]:
    """Return what the session shows as paid and as refund due, and see that the ledger agrees."""
    session.refresh_from_db()
    entries = ledger(session)
    assert (session.paid_amount, session.refund_due) == (entries.net_paid, entries.pending_refunds)
    return session.paid_amount, session.refund_due


def test_payments_at_once_fill_the_total_and_never_pass_it(confirmed, desk):
    answers = sixteen(paying(confirmed, desk, BALANCE))
    assert answers == {DONE: 5, "PAYMENT_EXCEEDS_TOTAL": 11}
    assert amounts(confirmed) == (Decimal("1000.00"), 0)
    assert broken() == []


def test_pending_payments_at_once_count_too(confirmed, desk):
    answers = sixteen(paying(confirmed, desk, BALANCE, status=PaymentStatus.PENDING))
    assert answers == {DONE: 5, "PAYMENT_EXCEEDS_TOTAL": 11}
    assert amounts(confirmed) == (Decimal("500.00"), 0)
    assert broken() == []


def test_partials_at_once_cover_the_deposit_and_go_no_further(pre_scheduled, desk):
    answers = sixteen(paying(pre_scheduled, desk, PARTIAL, "80"))
    assert answers == {DONE: 7, "PAYMENT_NOT_ALLOWED": 9}  # the seventh brings 60.00 beyond it
    beyond = pre_scheduled.payments.get(payment_type=BALANCE)
    assert beyond.amount == Decimal("60.00")
    assert amounts(pre_scheduled) == (Decimal("560.00"), 0)
    assert broken() == []


def test_of_sixteen_deposits_at_once_one_lives(pre_scheduled, desk):
    answers = sixteen(paying(pre_scheduled, desk, DEPOSIT, "500"))
    assert answers == {DONE: 1, "DUPLICATE": 15}
    assert pre_scheduled.payments.live().filter(payment_type=DEPOSIT).count() == 1
    assert amounts(pre_scheduled) == (Decimal("500.00"), 0)
    assert broken() == []


def test_the_same_payment_without_a_number_is_recorded_once(confirmed, desk):
    answers = sixteen(paying(confirmed, desk, BALANCE, "25", transaction_reference=""))
    assert answers == {DONE: 1, "DUPLICATE": 15}
    assert amounts(confirmed) == (Decimal("525.00"), 0)
    assert broken() == []


def test_payments_without_a_number_get_one_each(confirmed, desk):
    def pay(number: int) -> None:
        paid(confirmed, 10 + number, BALANCE, by=desk)

    assert sixteen(pay) == {DONE: 16}
    numbers = confirmed.payments.filter(payment_type=BALANCE).values_list("transaction_reference")
    assert len(set(numbers)) == THREADS
    assert amounts(confirmed) == (Decimal("780.00"), 0)
    assert broken() == []


def test_a_payment_against_a_cancellation_leaves_one_story(pre_scheduled, desk):
    by_client = partial(
        cancelling.cancel, initiator=Initiator.CLIENT, actor=desk, at=AT, reason="moved away"
    )
    payments_, cancellations = eight_each(
        paying(pre_scheduled, desk, PARTIAL), lambda number: by_client(pre_scheduled)
    )
    assert cancellations == {DONE: 1, "INVALID_STATE_TRANSITION": 7}
    assert set(payments_) <= {DONE, "PAYMENT_NOT_ALLOWED"}
    came_in = 100 * payments_[DONE]
    assert amounts(pre_scheduled) == (came_in, came_in)  # never confirmed: all goes back
    assert broken() == []


def test_a_pending_payment_verified_while_one_cancels_is_refunded_whatever_the_order(
    pre_scheduled, desk
):
    waiting = paid(pre_scheduled, "500", DEPOSIT, by=desk, status=PaymentStatus.PENDING)
    verifications, cancellations = eight_each(
        lambda number: verifying.verify(waiting, actor=desk, at=AT),
        lambda number: transition(pre_scheduled, Status.CANCELED, actor=desk, at=AT),
    )
    assert verifications == {DONE: 1, "PAYMENT_NOT_ALLOWED": 7}
    assert cancellations == {DONE: 1, "INVALID_STATE_TRANSITION": 7}
    assert amounts(pre_scheduled) == (Decimal("500.00"), Decimal("500.00"))
    assert broken() == []


def test_a_payment_verified_and_voided_at_once_is_rejected_in_the_end(pre_scheduled, desk):
    waiting = paid(pre_scheduled, "500", DEPOSIT, by=desk, status=PaymentStatus.PENDING)
    verifications, voids = eight_each(
        lambda number: verifying.verify(waiting, actor=desk, at=AT),
        lambda number: verifying.void(waiting, reason="bounced", actor=desk, at=AT),
    )
    assert voids == {DONE: 1, "PAYMENT_NOT_ALLOWED": 7}
    assert set(verifications) <= {DONE, "PAYMENT_NOT_ALLOWED"}
    assert verifications[DONE] <= 1
    assert Payment.objects.get(pk=waiting.pk).status == PaymentStatus.REJECTED
    assert amounts(pre_scheduled) == (0, 0)
    assert broken() == []


def test_a_payment_is_verified_once(pre_scheduled, desk):
    waiting = paid(pre_scheduled, "500", DEPOSIT, by=desk, status=PaymentStatus.PENDING)
    answers = sixteen(lambda number: verifying.verify(waiting, actor=desk, at=AT))
    assert answers == {DONE: 1, "PAYMENT_NOT_ALLOWED": 15}
    assert amounts(pre_scheduled) == (Decimal("500.00"), 0)
    assert broken() == []


def test_refunds_by_hand_at_once_never_pass_what_was_paid(pre_scheduled, desk):
    paid(pre_scheduled, "500")
    answers = sixteen(paying(pre_scheduled, desk, REFUND))
    assert answers == {DONE: 5, "PAYMENT_NOT_ALLOWED": 11}
    assert amounts(pre_scheduled) == (Decimal("500.00"), Decimal("500.00"))
    assert broken() == []


def test_refunds_by_hand_at_once_leave_the_deposit_of_a_confirmed_session(confirmed, desk):
    paid(confirmed, "500", BALANCE)
    answers = sixteen(paying(confirmed, desk, REFUND))
    assert answers == {DONE: 5, "OVERRIDE_NEEDED": 11}
    on_their_way = list(confirmed.payments.filter(payment_type=REFUND))
    answers = sixteen(lambda number: verifying.verify(on_their_way[number % 5], actor=desk, at=AT))
    assert answers == {DONE: 5, "PAYMENT_NOT_ALLOWED": 11}
    assert amounts(confirmed) == (Decimal("500.00"), 0)
    assert broken() == []


def test_payments_against_a_shrinking_total_stay_within_it(confirmed, desk):
    extra = lines.add_item(confirmed, ItemFactory(), 10, actor=desk, at=AT)  # 10 × 100.00

    def shrink(number: int) -> None:
        lines.change_line(extra, {"quantity": 1 + number}, actor=desk, at=AT)

    payments_, shrinkings = eight_each(paying(confirmed, desk, BALANCE, "400"), shrink)
    assert set(payments_) | set(shrinkings) <= {DONE, "PAYMENT_EXCEEDS_TOTAL"}
    shown, _ = amounts(confirmed)
    assert shown == 500 + 400 * payments_[DONE]
    assert shown <= confirmed.total_amount
    assert broken() == []


def test_a_void_against_completing_lets_nothing_unpaid_through_afterwards(desk):
    session = taken_to(Status.READY)
    moment = attended_at(session)
    rest = paid(session, "500", BALANCE, at=moment)
    voids, completions = eight_each(
        lambda number: verifying.void(rest, reason="bounced", actor=desk, at=moment),
        lambda number: transition(session, Status.COMPLETED, actor=desk, at=moment),
    )
    assert voids == {DONE: 1, "PAYMENT_NOT_ALLOWED": 7}
    assert completions in (
        {DONE: 1, "INVALID_STATE_TRANSITION": 7},  # it bounced after the delivery
        {"INSUFFICIENT_PAYMENT": 8},
    )
    assert amounts(session) == (Decimal("500.00"), 0)
    assert broken() == []


def test_confirming_against_a_void_of_the_deposit_never_confirms_an_uncovered_one(
    pre_scheduled, desk
):
    deposit = paid(pre_scheduled, "500")
    UserFactory(roles=["photographer"])
    voids, confirmations = eight_each(
        lambda number: verifying.void(deposit, reason="bounced", actor=desk, at=AT),
        lambda number: transition(pre_scheduled, Status.CONFIRMED, actor=desk, at=AT),
    )
    pre_scheduled.refresh_from_db()
    if pre_scheduled.status == Status.CONFIRMED:
        assert voids == {"OVERRIDE_NEEDED": 8}
    else:
        assert confirmations == {"INSUFFICIENT_PAYMENT": 8}
    assert broken() == []


def test_without_the_row_lock_the_same_payments_do_pass_the_total(desk, monkeypatch):
    """The negative control: what the lock is for shows as soon as it is taken out."""

    def is_passed(session: Session) -> bool:
        together = Barrier(THREADS)

        def look_without_locking(session: Session) -> Session:
            together.wait(timeout=10)
            return Session.objects.get(pk=session.pk)

        with monkeypatch.context() as patch:
            patch.setattr(payments, "lock", look_without_locking)
            at_once(paying(session, desk, BALANCE))
        return ledger(session).net_paid > session.total_amount

    days = (DAY + timedelta(days=number) for number in range(10))
    assert any(is_passed(taken_to(Status.CONFIRMED, session_date=day)) for day in days)
    assert "I5" in dict(broken())
