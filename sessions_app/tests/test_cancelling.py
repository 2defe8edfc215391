"""What cancelling does besides, and what may be done to its refund afterwards (section 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config.errors import InUse, NotAllowed, ValidationFailed
from config.records.models import AuditEntry, Channel
from sessions_app.actions import verifying
from sessions_app.actions.cancelling import cancel, correct_initiator
from sessions_app.actions.hiding import hide
from sessions_app.actions.transition import transition
from sessions_app.errors import InvalidTransition, PaymentNotAllowed
from sessions_app.lifecycle import Status
from sessions_app.models import (
    CancellationCategory,
    Claim,
    Initiator,
    Payment,
    PaymentType,
    Session,
)
from sessions_app.queries.ledger import refund_if_cancelled
from sessions_app.tests.builders import AT, SYSTEM, acting, assign, book, paid, priced, taken_to
from users.actors import Override
from users.models import User
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

LATE = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # the changes deadline's day has ended
AFTERWARDS = LATE + timedelta(days=2)
AGREED = Override("the family is in mourning")


@pytest.fixture
def session() -> Session:
    """A confirmed session of 1000.00 that nobody covers; 500.00 and 300.00 are paid for it.

    On the usual terms: late, the client gets half of it back, and all if it is not their doing.
    """
    session = transition(priced(book()), Status.PRE_SCHEDULED, actor=SYSTEM, at=AT)
    UserFactory(roles=["photographer"])  # free at that time, so that it can be confirmed
    paid(session, "500.00")
    session = transition(session, Status.CONFIRMED, actor=SYSTEM, at=AT)
    paid(session, "300.00", PaymentType.BALANCE, payment_method="Cash")
    session.refresh_from_db()
    return session


def called_off(
    session: Session, at: datetime = LATE, by: User | None = None, **how: Any
) -> Session:
    how.setdefault("initiator", Initiator.CLIENT)
    cancelled = cancel(session, actor=acting(by), at=at, reason="ill", **how)
    cancelled.refresh_from_db()
    return cancelled


def rows(session: Session) -> list[tuple[Decimal, str]]:
    """Return amount and status of every refund, in the order in which they were recorded."""
    refunds = session.payments.filter(payment_type=PaymentType.REFUND).order_by("id")
    return [(refund.amount, refund.status) for refund in refunds]


def due(session: Session) -> Decimal:
    session.refresh_from_db()
    return session.refund_due


def pending(session: Session, **facts: Any) -> Payment:
    return session.payments.get(payment_type=PaymentType.REFUND, status="Pending", **facts)


def of(session: Session, amount: str) -> Payment:
    return session.payments.exclude(payment_type=PaymentType.REFUND).get(amount=Decimal(amount))


# Cancelling


def test_without_a_reason_nothing_is_cancelled(session):
    with pytest.raises(ValidationFailed) as refusal:
        cancel(session, initiator=Initiator.CLIENT, actor=SYSTEM, at=AT, reason=" ")
    assert set(refusal.value.errors) == {"reason"}
    session.refresh_from_db()
    assert session.status == Status.CONFIRMED


def test_a_cancellation_says_who_when_why_and_on_whose_side(session, coordinator):
    cancelled = called_off(
        session,
        by=coordinator,
        initiator=Initiator.STUDIO,
        category=CancellationCategory.NO_PHOTOGRAPHER,
        notes="called at noon",
    )
    assert cancelled.status == Status.CANCELED
    assert (cancelled.cancelled_at, cancelled.cancelled_by) == (LATE, coordinator)
    assert (cancelled.cancellation_initiator, cancelled.cancellation_reason) == ("Studio", "ill")
    assert cancelled.cancellation_category == "no_photographer"
    assert cancelled.version > session.version
    row = session.history.latest("id")
    assert (row.from_status, row.to_status) == ("Confirmed", "Canceled")
    assert (row.reason, row.notes, row.changed_at) == ("ill", "called at noon", LATE)
    assert (row.changed_by, row.channel) == (coordinator, Channel.API)


def test_the_refund_is_recorded_pending_in_the_same_stroke(session, coordinator):
    cancelled = called_off(session, by=coordinator)
    refund = pending(session)
    assert (refund.amount, refund.transaction_reference) == (Decimal("400.00"), "")
    assert (refund.created_at, refund.created_by) == (LATE, coordinator)
    assert str(refund.payment_date) == "2026-04-14"
    assert refund.is_of_cancellation
    assert (cancelled.paid_amount, cancelled.refund_due) == (Decimal("800.00"), refund.amount)


def test_a_cancellation_is_audited_with_its_refund(session, coordinator):
    called_off(session, by=coordinator)
    entry = AuditEntry.objects.get(action="session.cancelled")
    assert (entry.actor, entry.object_id, entry.at) == (coordinator, session.pk, LATE)
    assert entry.reason == "ill"
    assert (entry.changes["initiator"], entry.changes["refund"]) == ("Client", "400.00")


def test_room_and_people_are_free_at_once(session):
    assign(session)
    assert Claim.objects.filter(session=session, active=True).count() == 2
    called_off(session)
    ended = Claim.objects.filter(session=session)
    assert {(claim.active, claim.ended_at, claim.end_cause) for claim in ended} == {
        (False, LATE, "canceled")
    }
    assert book(room=session.room).room == session.room


CATEGORIES = (
    *("no_room", "no_photographer", "price", "no_answer"),
    *("changed_mind", "weather", "studio", "other"),
)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_of_the_text_can_be_given(session, category):
    cancelled = called_off(session, category=CancellationCategory(category))
    assert cancelled.cancellation_category == category
    assert len(CancellationCategory) == len(CATEGORIES)


def test_who_may_not_cancel_changes_nothing(session, photographer):
    assign(session, photographer)
    with pytest.raises(NotAllowed):
        called_off(session, by=photographer)
    session.refresh_from_db()
    assert (session.status, rows(session)) == (Status.CONFIRMED, [])


@pytest.mark.parametrize("state", [Status.COMPLETED, Status.CANCELED])
def test_what_has_ended_is_not_cancelled(state, coordinator):
    ended = taken_to(state)
    with pytest.raises(InvalidTransition):
        called_off(ended, by=coordinator)


def test_where_nothing_is_returned_no_refund_is_recorded(session):
    assign(session)
    cancelled = called_off(session)  # late and staffed: 0 % for the client
    assert (cancelled.refund_due, rows(session)) == (0, [])
    unpaid = called_off(taken_to(Status.PRE_SCHEDULED), at=AT)
    assert (unpaid.refund_due, rows(unpaid)) == (0, [])


def test_what_is_shown_is_what_is_recorded_with_another_refund_on_its_way_too(session):
    paid(session, "300.00", PaymentType.REFUND, reason="a line less")
    session.refresh_from_db()
    shown = refund_if_cancelled(session, Initiator.STUDIO, LATE)
    called_off(session, initiator=Initiator.STUDIO)
    assert pending(session, is_of_cancellation=True).amount == shown.amount


# Another amount


@pytest.mark.parametrize("amount", ["0.01", "400.01", "800.00"])
def test_another_amount_up_to_net_paid_passes_by_override(session, admin_user, amount):
    cancelled = called_off(session, by=admin_user, refund_amount=Decimal(amount), override=AGREED)
    assert rows(session) == [(Decimal(amount), "Pending")]
    assert cancelled.refund_due == Decimal(amount)
    entry = AuditEntry.objects.get(action="session.cancelled")
    assert AGREED.reason in f"{entry.reason} {entry.changes}"
    assert (entry.changes["refund"], entry.changes["refund_by_the_rules"]) == (amount, "400.00")


def test_an_override_to_nothing_records_no_refund(session, admin_user):
    called_off(session, by=admin_user, refund_amount=Decimal(0), override=AGREED)
    assert rows(session) == []


@pytest.mark.parametrize(
    ("amount", "override"),
    [("800.01", AGREED), ("-0.01", AGREED), ("400.01", None), ("399.99", None)],
)
def test_no_more_than_net_paid_and_nothing_but_the_rules_without_an_override(
    session, admin_user, amount, override
):
    with pytest.raises(ValidationFailed) as refusal:
        called_off(session, by=admin_user, refund_amount=Decimal(amount), override=override)
    assert set(refusal.value.errors) == {"refund_amount"}
    session.refresh_from_db()
    assert (session.status, rows(session)) == (Status.CONFIRMED, [])


# Correcting the initiator


def corrected(session: Session, initiator: Initiator, by: User | None = None) -> Session:
    return correct_initiator(
        session, initiator, actor=acting(by), at=AFTERWARDS, reason="it was our car"
    )


def test_an_admin_corrects_the_initiator_and_the_refund_follows(session, admin_user):
    called_off(session)
    corrected(session, Initiator.STUDIO, admin_user)
    assert rows(session) == [(Decimal("400.00"), "Rejected"), (Decimal("800.00"), "Pending")]
    assert due(session) == Decimal("800.00")
    assert session.cancellation_initiator == "Studio"
    assert (session.cancelled_at, session.cancellation_reason) == (LATE, "ill")
    entry = AuditEntry.objects.get(action="session.cancellation_corrected")
    assert (entry.actor, entry.reason) == (admin_user, "it was our car")
    assert entry.changes == {"initiator": ["Client", "Studio"]}


def test_a_correction_judges_by_the_moment_and_the_state_of_the_cancellation(session):
    called_off(session, at=LATE - timedelta(seconds=1), initiator=Initiator.STUDIO)
    corrected(session, Initiator.CLIENT)  # days later, yet it was cancelled by the deadline
    assert due(session) == Decimal("800.00")
    staffed = taken_to(Status.ASSIGNED)
    called_off(staffed, at=LATE, initiator=Initiator.FORCE_MAJEURE)
    assert due(staffed) == Decimal("500.00")
    corrected(staffed, Initiator.CLIENT)
    assert (due(staffed), rows(staffed)) == (0, [(Decimal("500.00"), "Rejected")])


def test_a_correction_goes_by_the_terms_of_the_confirmation(session, business_rules):
    called_off(session)
    business_rules(refund_force_majeure=Decimal(1), refund_after_deadline=Decimal(2))
    corrected(session, Initiator.FORCE_MAJEURE)
    assert due(session) == Decimal("800.00")
    corrected(session, Initiator.CLIENT)
    assert due(session) == Decimal("400.00")


def test_once_the_refund_is_paid_out_it_stays_as_it_was_decided(session, admin_user):
    called_off(session)
    verifying.verify(pending(session), actor=SYSTEM, at=AFTERWARDS, transaction_reference="7")
    with pytest.raises(InvalidTransition):
        corrected(session, Initiator.STUDIO, admin_user)
    assert rows(session) == [(Decimal("400.00"), "Verified")]


def test_only_an_admin_corrects_only_what_is_cancelled_and_only_with_a_reason(
    session, admin_user, coordinator
):
    with pytest.raises(InvalidTransition):
        corrected(session, Initiator.STUDIO, admin_user)
    called_off(session)
    with pytest.raises(NotAllowed):
        corrected(session, Initiator.STUDIO, coordinator)
    with pytest.raises(ValidationFailed) as refusal:
        correct_initiator(
            session, Initiator.STUDIO, actor=acting(admin_user), at=AFTERWARDS, reason=" "
        )
    assert set(refusal.value.errors) == {"reason"}
    assert rows(session) == [(Decimal("400.00"), "Pending")]


# Paying it out


def test_who_cancelled_does_not_verify_the_refund_but_another_does(session, coordinator):
    called_off(session, by=coordinator)
    refund = pending(session)
    with pytest.raises(NotAllowed):
        verifying.verify(
            refund, actor=acting(coordinator), at=AFTERWARDS, transaction_reference="7"
        )
    other = UserFactory(roles=["coordinator"])
    verifying.verify(refund, actor=acting(other), at=AFTERWARDS, transaction_reference="7")
    assert due(session) == 0
    assert session.paid_amount == Decimal("400.00")


def test_an_admin_verifies_even_the_refund_of_their_own_cancellation(session, admin_user):
    called_off(session, by=admin_user)
    verifying.verify(
        pending(session), actor=acting(admin_user), at=AFTERWARDS, transaction_reference="7"
    )
    assert rows(session) == [(Decimal("400.00"), "Verified")]


# Payments that bounce, or come true, after the cancellation


def test_a_bounced_payment_shrinks_the_pending_refund_by_the_percentage(session):
    called_off(session)
    verifying.void(of(session, "300.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    assert rows(session) == [(Decimal("400.00"), "Rejected"), (Decimal("250.00"), "Pending")]
    assert due(session) == Decimal("250.00")
    assert session.paid_amount == Decimal("500.00")
    assert pending(session).is_of_cancellation
    verifying.void(of(session, "500.00"), reason="too", actor=SYSTEM, at=AFTERWARDS)
    assert (due(session), session.paid_amount) == (0, 0)
    assert [status for _, status in rows(session)] == ["Rejected", "Rejected"]


def test_a_pending_payment_that_is_verified_grows_it_and_one_rejected_leaves_it(session):
    good = paid(session, "101.01", PaymentType.BALANCE, status="Pending", transaction_reference="1")
    bad = paid(session, "50.00", PaymentType.BALANCE, status="Pending", transaction_reference="2")
    called_off(session)
    verifying.void(bad, reason="no such slip", actor=SYSTEM, at=AFTERWARDS)
    assert rows(session) == [(Decimal("400.00"), "Pending")]
    verifying.verify(good, actor=SYSTEM, at=AFTERWARDS)
    assert due(session) == Decimal("450.51")  # half of 901.01 is 450.505
    assert rows(session)[0] == (Decimal("400.00"), "Rejected")


def test_a_refund_grows_from_nothing_where_all_was_still_pending():
    session = taken_to(Status.PRE_SCHEDULED)
    payment = paid(session, "500.00", status="Pending")
    called_off(session, at=AT)
    assert rows(session) == []
    verifying.verify(payment, actor=SYSTEM, at=AFTERWARDS)
    assert rows(session) == [(Decimal("500.00"), "Pending")]


def test_an_overridden_refund_too_moves_by_the_percentage(session, admin_user):
    called_off(session, by=admin_user, refund_amount=Decimal("320.00"), override=AGREED)
    verifying.void(of(session, "300.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    assert due(session) == Decimal("170.00")  # 320 less half of 300
    verifying.void(of(session, "500.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    assert due(session) == 0


def test_where_nothing_is_returned_a_bounced_payment_changes_nothing(session):
    assign(session)
    called_off(session)
    verifying.void(of(session, "300.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    assert (due(session), rows(session)) == (0, [])


def test_a_payment_that_was_refunded_is_not_voided(session):
    called_off(session)
    verifying.verify(pending(session), actor=SYSTEM, at=AFTERWARDS, transaction_reference="7")
    with pytest.raises(PaymentNotAllowed):  # 300.00 would be left for 400.00 paid back
        verifying.void(of(session, "500.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    assert session.payments.filter(status="Rejected").count() == 0
    verifying.void(of(session, "300.00"), reason="bounced", actor=SYSTEM, at=AFTERWARDS)
    session.refresh_from_db()
    assert session.paid_amount == Decimal("100.00")


def test_a_cancelled_session_takes_refunds_but_no_payments(session):
    called_off(session)
    with pytest.raises(PaymentNotAllowed):
        paid(session, "1.00", PaymentType.BALANCE, at=AFTERWARDS)
    paid(session, "50.00", PaymentType.REFUND, at=AFTERWARDS, reason="goodwill")
    assert due(session) == Decimal("450.00")


@pytest.mark.parametrize("is_paid_out", [False, True])
def test_a_goodwill_that_is_withdrawn_leaves_the_refund_as_it_was_decided(session, is_paid_out):
    called_off(session)
    goodwill = paid(session, "50.00", PaymentType.REFUND, at=AFTERWARDS, reason="goodwill")
    if is_paid_out:
        verifying.verify(goodwill, actor=SYSTEM, at=AFTERWARDS, transaction_reference="7")
    verifying.void(goodwill, reason="not picked up", actor=SYSTEM, at=AFTERWARDS)
    assert due(session) == Decimal("400.00")


def test_a_cancelled_session_is_hidden_only_without_payments(session, admin_user):
    called_off(session)
    with pytest.raises(InUse):
        hide(session, actor=acting(admin_user), at=AFTERWARDS)
    unpaid = called_off(taken_to(Status.PRE_SCHEDULED), at=AT)
    hide(unpaid, actor=acting(admin_user), at=AFTERWARDS)
