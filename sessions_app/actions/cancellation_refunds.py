"""The refund of a cancelled session: recorded, and kept true as payments come and go (section 5).

A row is never edited: where the amount changes, the pending refund is rejected and another takes
its place.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from config.records.audit import record
from sessions_app.actions.ledger import add_refund, follow_ledger, set_rejected
from sessions_app.lifecycle import Status
from sessions_app.messages import clients
from sessions_app.models import Initiator, Payment, PaymentStatus, Session
from sessions_app.policy.ledger import Ledger
from sessions_app.policy.money import ZERO
from sessions_app.policy.refunds import Refund, share
from sessions_app.queries.ledger import ledger, refund_if_cancelled
from users.actors import Actor


def record_refund(
    session: Session, amount: Decimal, explanation: str, *, actor: Actor, at: datetime
) -> None:
    """Record the pending refund of a cancellation, if there is anything to return."""
    if amount > 0:
        add_refund(session, amount, notes=explanation, actor=actor, at=at, is_of_cancellation=True)
    follow_ledger(session, actor=actor, at=at)


def replace_refund(session: Session, decided: Refund, *, actor: Actor, at: datetime) -> None:
    """Put a newly decided refund in the place of the pending one."""
    amount = min(decided.amount, _backed(ledger(session)))
    _replace(session, _pending(session), amount, decided.explanation, actor=actor, at=at)


def follow_payments(
    session: Session, before: Ledger, after: Ledger, *, actor: Actor, at: datetime
) -> None:
    """Let the refund of a cancelled session follow a payment that bounced or was verified.

    It shrinks or grows by the cancellation's percentage of what the ledger changed by; never to
    more than there is.
    """
    if session.status != Status.CANCELED:
        return
    then = session.cancelled_at
    assert then is not None  # noqa: S101  (the table's constraint)
    decided = refund_if_cancelled(session, Initiator(session.cancellation_initiator), then)
    pending = _pending(session)
    was = pending.amount if pending else ZERO
    change = share(after.returnable(then), decided.percentage) - share(
        before.returnable(then), decided.percentage
    )
    amount = min(max(was + change, ZERO), _backed(after))
    if amount != was:
        _replace(session, pending, amount, decided.explanation, actor=actor, at=at)


def _backed(paid: Ledger) -> Decimal:
    """Return what a cancellation may return at most: what is there and not on its way."""
    return max(paid.net_paid - paid.pending_by_hand, ZERO)


def _pending(session: Session) -> Payment | None:
    return session.payments.filter(is_of_cancellation=True, status=PaymentStatus.PENDING).first()


def _replace(
    session: Session,
    pending: Payment | None,
    amount: Decimal,
    explanation: str,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if pending is not None:
        set_rejected(pending, _("Recomputed: another refund takes its place."), actor=actor, at=at)
    record_refund(session, amount, explanation, actor=actor, at=at)
    record(
        "session.refund_recomputed",
        session,
        actor=actor,
        at=at,
        reason=explanation,
        changes={"refund": [pending.amount if pending else ZERO, amount]},
    )
    clients.cancelled(session, at=at)
