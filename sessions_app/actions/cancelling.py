"""Cancelling a session, and correcting on whose side the cause lay (rules, section 5)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.amounts import money as shown
from config.errors import ValidationFailed
from config.records.audit import record
from sessions_app.actions import claims, lifecycle
from sessions_app.actions.cancellation_refunds import record_refund, replace_refund
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock, refuse_stale
from sessions_app.actions.reasons import require_reason
from sessions_app.lifecycle import Status, since
from sessions_app.messages import clients, staff
from sessions_app.models import CancellationCategory, Initiator, PaymentStatus, Session
from sessions_app.models.claim import EndCause
from sessions_app.policy.refunds import Refund
from sessions_app.queries.ledger import ledger, refund_if_cancelled
from users.actors import Actor, Override
from users.rights import Right

CANCELLATION = (
    "cancelled_at",
    "cancelled_by",
    "cancellation_reason",
    "cancellation_initiator",
    "cancellation_category",
)

ANOTHER_AMOUNT = gettext_lazy("Another amount is returned than the rules give.")


def preview(session: Session, initiator: Initiator, *, actor: Actor, at: datetime) -> Refund:
    """Return what a cancellation would bring the client, and why; nothing is written.

    Raises NotAllowed, InvalidTransition, as cancelling would.
    """
    actor.require(Right.SESSION_VIEW_ALL, session)
    lifecycle.steps_to(session, Status.CANCELED, actor)
    return refund_if_cancelled(session, initiator, at)


@transaction.atomic
def cancel(
    session: Session,
    *,
    initiator: Initiator,
    actor: Actor,
    at: datetime,
    reason: str,
    category: CancellationCategory | None = None,
    notes: str = "",
    refund_amount: Decimal | None = None,
    override: Override | None = None,
) -> Session:
    """Cancel the session: state, who and why, the refund; its room and people are free at once.

    What is returned is decided by `policy.refunds`; with an override, another `refund_amount` up to
    net paid. Raises NotAllowed, ValidationFailed, InvalidTransition.
    """
    session = lock(session)
    (step,) = lifecycle.steps_to(session, Status.CANCELED, actor)
    is_late = _is_late(session, at)
    if not reason.strip():
        raise ValidationFailed({"reason": _("Say why it is cancelled.")})
    decided = refund_if_cancelled(session, initiator, at)
    amount, explanation = decided.amount, decided.explanation
    if refund_amount is not None and refund_amount != amount:
        why = _overriding(session, refund_amount, override)
        sentence = _("Decided by an admin instead of %(ruled)s: %(why)s")
        explanation = sentence % {"ruled": shown(amount), "why": why}
        amount = refund_amount
    session.cancelled_at = at
    session.cancelled_by = actor.user
    session.cancellation_reason = reason
    session.cancellation_initiator = initiator
    session.cancellation_category = category or ""
    lifecycle.advance(session, step, actor=actor, at=at, reason=reason, notes=notes)
    session.save_changes("status", *CANCELLATION, by=actor.user, at=at)
    claims.free(session, EndCause.CANCELED, at=at)
    record_refund(session, amount, explanation, actor=actor, at=at)
    changes = {
        "initiator": initiator,
        "refund": amount,
        "refund_by_the_rules": decided.amount,
        "explanation": explanation,
    }
    entry = record(
        "session.cancelled",
        session,
        actor=actor,
        at=at,
        reason=reason,
        changes=changes,
    )
    if amount != decided.amount and override is not None:
        staff.overridden(session, ANOTHER_AMOUNT, override.reason, key=entry.pk, actor=actor, at=at)
    clients.cancelled(session, at=at)
    staff.cancelled(session, actor=actor, at=at)
    if is_late and initiator in (Initiator.STUDIO, Initiator.FORCE_MAJEURE):
        staff.cancelled_late(session, reason, actor=actor, at=at)
    return session


@transaction.atomic
def correct_initiator(
    session: Session,
    initiator: Initiator,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    seen_version: int | None = None,
) -> Session:
    """Correct on whose side a cancellation was; the refund is decided anew as of that moment.

    For admins, until the refund is paid out. Raises NotAllowed, ValidationFailed (no reason),
    StaleVersion, InvalidTransition.
    """
    session = lock(session)
    actor.require(Right.SESSION_EDIT_ALL, session)
    require_reason(reason)
    refuse_stale(session, seen_version, actor=actor, at=at)
    if session.status != Status.CANCELED:
        raise not_now(session, actor, _("Only a cancelled session has an initiator to correct."))
    if session.payments.filter(is_of_cancellation=True, status=PaymentStatus.VERIFIED).exists():
        raise not_now(session, actor, _("The refund is paid out: it stays as it was decided."))
    if session.cancellation_initiator == initiator:
        return session
    record(
        "session.cancellation_corrected",
        session,
        actor=actor,
        at=at,
        reason=reason,
        changes={"initiator": [session.cancellation_initiator, initiator]},
    )
    session.cancellation_initiator = initiator
    session.save_changes("cancellation_initiator", by=actor.user, at=at)
    assert session.cancelled_at is not None  # noqa: S101  (the table's constraint)
    decided = refund_if_cancelled(session, initiator, session.cancelled_at)
    replace_refund(session, decided, actor=actor, at=at)
    return session


def _is_late(session: Session, at: datetime) -> bool:
    """Tell whether admins want to know why it is cancelled: late, or assigned already."""
    deadline = session.changes_deadline_at
    if session.status == Status.CONFIRMED:
        return deadline is not None and at >= deadline
    return session.status in since(Status.ASSIGNED)


def _overriding(session: Session, amount: Decimal, override: Override | None) -> str:
    """Return why another amount is returned than the rules give, or refuse it."""
    if override is None:
        problem = _("Another amount than the rules give needs an override with a reason.")
        raise ValidationFailed({"refund_amount": problem})
    most = ledger(session).refundable
    if not 0 <= amount <= most:
        problem = _("Between 0 and %(most)s, please: what was paid and is not refunded.")
        raise ValidationFailed({"refund_amount": problem % {"most": shown(most)}})
    return override.reason
