"""The steps of a payment: Pending → Verified or Rejected, Verified → Rejected (section 4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import NotFound, ValidationFailed
from config.records.audit import record
from sessions_app.actions.cancellation_refunds import follow_payments
from sessions_app.actions.ledger import follow_ledger, set_rejected, set_verified
from sessions_app.actions.locking import lock
from sessions_app.actions.overriding import override_or_raise
from sessions_app.actions.payments import require_payment_right
from sessions_app.errors import OverrideNeeded, PaymentExceedsTotal, PaymentNotAllowed
from sessions_app.lifecycle import Status, since
from sessions_app.messages import clients, staff
from sessions_app.models import Payment, PaymentStatus, Session
from sessions_app.policy import money
from sessions_app.queries.ledger import ledger
from users.actors import Actor, Override
from users.rights import Right


@transaction.atomic
def verify(
    payment: Payment, *, actor: Actor, at: datetime, transaction_reference: str = ""
) -> Payment:
    """Verify a pending payment: from now on it counts.

    A refund is thereby paid out and needs its document number, here or before. On a cancelled
    session the refund grows along. Raises NotAllowed (also for who cancelled and verifies the
    refund, unless admin), ValidationFailed (`transaction_reference`), PaymentNotAllowed (it is not
    pending), PaymentExceedsTotal, Duplicate.
    """
    session, payment = _locked(payment, actor)
    require_other_than_canceller(payment, actor=actor)
    reference = transaction_reference.strip()
    if reference and payment.transaction_reference not in ("", reference):
        raise ValidationFailed(
            {"transaction_reference": _("This payment has a document number already.")}
        )
    if not reference and not payment.transaction_reference:
        raise ValidationFailed(
            {"transaction_reference": _("A refund is paid out with a document number.")}
        )
    if payment.status != PaymentStatus.PENDING:
        raise PaymentNotAllowed(_("Only a pending payment can be verified."))
    _refuse_out_of_bounds(session, payment, becomes_verified=True)
    payment.transaction_reference = payment.transaction_reference or reference
    before = ledger(session)
    set_verified(payment, actor=actor, at=at)
    after = follow_ledger(session, actor=actor, at=at)
    follow_payments(session, before, after, actor=actor, at=at)
    if payment.is_refund:
        _audit("payment.refund_verified", payment, session, actor=actor, at=at)
        clients.refund_paid(session, payment, at=at)
    return payment


@transaction.atomic
def void(
    payment: Payment,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
) -> Payment:
    """Reject a pending payment, or void a verified one that bounced; the row stays, with why.

    On a cancelled session its pending refund follows. Raises NotAllowed, ValidationFailed
    (no reason), PaymentNotAllowed (rejected already, or refunds rest on it), OverrideNeeded (it
    would uncover the deposit from Confirmed on), PaymentExceedsTotal (a refund's void).
    """
    session, payment = _locked(payment, actor)
    if not reason.strip():
        raise ValidationFailed({"reason": _("Say why it does not count.")})
    if payment.status == PaymentStatus.REJECTED:
        raise PaymentNotAllowed(_("This payment is rejected already."))
    if payment.status == PaymentStatus.VERIFIED:
        _refuse_out_of_bounds(session, payment, becomes_verified=False)
        if not payment.is_refund:
            _refuse_unbacked_refunds(session, payment)
            _refuse_uncovering(session, payment, override, actor=actor, at=at)
    before = ledger(session)
    set_rejected(payment, reason.strip(), actor=actor, at=at)
    after = follow_ledger(session, actor=actor, at=at)
    _audit("payment.voided", payment, session, actor=actor, at=at, reason=reason.strip())
    follow_payments(session, before, after, actor=actor, at=at)
    return payment


def _locked(payment: Payment, actor: Actor) -> tuple[Session, Payment]:
    """Return the session's row, locked, and its payment as it is under that lock.

    Raises NotFound; NotAllowed for who may not decide about it.
    """
    session = lock(payment.session)
    present = session.payments.filter(pk=payment.pk).first()
    if present is None:
        raise NotFound
    present.session = session
    require_payment_right(session, is_refund=present.is_refund, actor=actor)
    return session, present


def require_other_than_canceller(payment: Payment, *, actor: Actor) -> None:
    """Four eyes: raise NotAllowed for who cancelled the session of a refund, unless admin."""
    session = payment.session
    is_canceller = actor.user is not None and session.cancelled_by_id == actor.user.pk
    if payment.is_refund and is_canceller and not actor.can(Right.SESSION_EDIT_ALL, session):
        sentence = _("You cancelled this session: someone else verifies its refund.")
        actor.refuse(Right.PAYMENT_REFUND, session, sentence)


def _refuse_out_of_bounds(session: Session, payment: Payment, *, becomes_verified: bool) -> None:
    """Raise unless 0 ≤ net paid ≤ total holds after a payment begins, or ceases, to count."""
    counts_in = payment.is_refund != becomes_verified
    net = ledger(session).net_paid + (payment.amount if counts_in else -payment.amount)
    facts = {"paid": money.as_wire(net), "total": money.as_wire(session.total_amount)}
    if net > session.total_amount:
        raise PaymentExceedsTotal(_("With this, more than the total would be paid."), **facts)
    if net < 0:
        raise PaymentNotAllowed(_("With this, more would be refunded than was paid."), **facts)


def _refuse_unbacked_refunds(session: Session, payment: Payment) -> None:
    """Raise unless refunds on their way stay backed; the one of a cancellation shrinks along."""
    paid = ledger(session)
    if paid.net_paid - payment.amount < paid.pending_by_hand:
        raise PaymentNotAllowed(
            _("Refunds of this session are on their way. Reject them first."),
            paid=money.as_wire(paid.net_paid),
        )


def _refuse_uncovering(
    session: Session, payment: Payment, override: Override | None, *, actor: Actor, at: datetime
) -> None:
    left = ledger(session).refundable - payment.amount
    if session.status in since(Status.CONFIRMED) and left < session.deposit_amount:
        refusal = OverrideNeeded(
            gettext_lazy(
                "Without this payment the deposit is not covered; voiding it needs an override."
            ),
            required=money.as_wire(session.deposit_amount),
            paid=money.as_wire(left),
        )
        override_or_raise(refusal, override, session, actor=actor, at=at)
        staff.uncovered(session, override.reason if override else "", actor=actor, at=at)


def _audit(
    action: str, payment: Payment, session: Session, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    record(
        action,
        payment,
        actor=actor,
        at=at,
        reason=reason,
        changes={"session": session.code, "amount": payment.amount},
    )
