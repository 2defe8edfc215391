"""Writing the ledger: rows are added, their status takes a step, the session's sums follow.

The session is locked by whoever calls these; without its lock two payments at once would each see
room for themselves (rules, section 4).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from config.clock import studio_day
from config.constraints import translated
from config.errors import DomainError, Duplicate
from sessions_app.messages import staff
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from sessions_app.models.payment import DOCUMENT_ONCE, ONE_DEPOSIT
from sessions_app.policy.ledger import Ledger
from sessions_app.queries.ledger import ledger
from users.actors import Actor

AUTOMATIC = "AUTO-"


def add(
    session: Session,
    *,
    payment_type: PaymentType,
    amount: Decimal,
    method: str,
    reference: str,
    payment_date: date,
    status: PaymentStatus,
    actor: Actor,
    at: datetime,
    notes: str = "",
    is_of_cancellation: bool = False,
) -> Payment:
    """Add a row; who verifies a pending one is told.

    Raises Duplicate for a second live deposit or a document number used before.
    """
    payment = Payment(
        session=session,
        payment_type=payment_type,
        amount=amount,
        payment_method=method,
        transaction_reference=reference,
        payment_date=payment_date,
        status=status,
        notes=notes,
        is_of_cancellation=is_of_cancellation,
        created_at=at,
        created_by=actor.user,
    )
    if status == PaymentStatus.VERIFIED:
        payment.verified_at, payment.verified_by = at, actor.user
    with translated(_DUPLICATES):
        payment.save(force_insert=True)
    if status == PaymentStatus.PENDING:
        staff.to_verify(session, payment, actor=actor, at=at)
    return payment


def set_verified(payment: Payment, *, actor: Actor, at: datetime) -> None:
    """Take a pending row to Verified, with the document number that is on the instance."""
    payment.status = PaymentStatus.VERIFIED
    payment.verified_at, payment.verified_by = at, actor.user
    with translated(_DUPLICATES):
        payment.save(
            update_fields=["status", "verified_at", "verified_by", "transaction_reference"]
        )


def set_rejected(payment: Payment, reason: str, *, actor: Actor, at: datetime) -> None:
    """Take a live row to Rejected."""
    payment.status = PaymentStatus.REJECTED
    payment.voided_at, payment.voided_by, payment.void_reason = at, actor.user, reason
    payment.save(update_fields=["status", "voided_at", "voided_by", "void_reason"])


def follow_ledger(session: Session, *, actor: Actor, at: datetime) -> Ledger:
    """Let what the session shows as paid, and as refund due, follow its ledger."""
    now_paid = ledger(session)
    session.paid_amount, session.refund_due = now_paid.net_paid, now_paid.pending_refunds
    session.save_changes("paid_amount", "refund_due", by=actor.user, at=at)
    return now_paid


def add_refund(
    session: Session,
    amount: Decimal,
    *,
    notes: str,
    actor: Actor,
    at: datetime,
    is_of_cancellation: bool,
) -> Payment:
    """Add a pending refund on its own account: it goes back the way the money came."""
    came_by = (
        session.payments.filter(status=PaymentStatus.VERIFIED)
        .exclude(payment_type=PaymentType.REFUND)
        .values_list("payment_method", flat=True)
        .first()
    )
    return add(
        session,
        payment_type=PaymentType.REFUND,
        amount=amount,
        method=came_by or _("Refund"),
        reference="",
        payment_date=studio_day(at),
        status=PaymentStatus.PENDING,
        notes=notes,
        is_of_cancellation=is_of_cancellation,
        actor=actor,
        at=at,
    )


def automatic_reference(session: Session) -> str:
    """Return a document number for a payment that came without one, unique in its session."""
    return f"{AUTOMATIC}{session.code}-{session.payments.count() + 1:03d}"


_DUPLICATES: dict[str, Callable[[], DomainError]] = {
    ONE_DEPOSIT: lambda: Duplicate(_("This session has a deposit already.")),
    DOCUMENT_ONCE: lambda: Duplicate(
        _("A payment of this type with this method and document number is recorded already.")
    ),
}
