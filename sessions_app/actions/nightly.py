"""What is done with one session when a deadline has passed, by the nightly jobs (section 7).

Each looks at the locked row again: what somebody has done meanwhile is left alone. They return what
was done, in a sentence for the job's log, or None where that was done before.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app.actions import lifecycle
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.locking import lock
from sessions_app.errors import ChangesDeadlineNotReached, MissingResources
from sessions_app.lifecycle import Status, path
from sessions_app.messages import staff
from sessions_app.models import Initiator, PaymentStatus, PaymentType, Session
from sessions_app.queries.ledger import ledger
from users.actors import Actor


@transaction.atomic
def cancel_unpaid(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Cancel a Pre-scheduled session whose deposit was not paid by its deadline.

    Not where it was covered in time (coordinators are told to confirm), or would be once what waits
    is verified (they are told to verify), or was covered late (they are told to reopen).
    """
    session = lock(session)
    deadline = session.payment_deadline_at
    if session.status != Status.PRE_SCHEDULED or deadline is None or at < deadline:
        return None
    paid, deposit = ledger(session), session.deposit_amount
    if paid.covers_in_time(deposit, deadline):
        is_new = staff.covered(session, in_time=True, actor=actor, at=at)
        return "kept: covered in time, to be confirmed" if is_new else None
    if paid.would_cover_in_time(deposit, deadline):
        waiting = session.payments.filter(status=PaymentStatus.PENDING, created_at__lt=deadline)
        told = [
            staff.to_verify(session, payment, actor=actor, at=at, is_overdue=True)
            for payment in waiting.exclude(payment_type=PaymentType.REFUND)
        ]
        return "kept: payments made in time wait to be verified" if any(told) else None
    if paid.refundable >= deposit:
        is_new = staff.covered(session, in_time=False, actor=actor, at=at)
        return "kept: covered late, to be reopened" if is_new else None
    reason = _("Payment deadline expired")
    cancel(session, initiator=Initiator.SYSTEM, actor=actor, at=at, reason=reason)
    return "cancelled"


@transaction.atomic
def assign_confirmed(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Take a Confirmed session whose changes deadline is past to Assigned.

    Where its people or its room are missing, who can assign them is told, once a day.
    """
    session = lock(session)
    if session.status != Status.CONFIRMED:
        return None
    (step,) = path(Status.CONFIRMED, Status.ASSIGNED)
    try:
        lifecycle.take(session, step, actor=actor, at=at)
    except ChangesDeadlineNotReached:
        return None
    except MissingResources:
        is_new = staff.unstaffed(session, actor=actor, at=at)
        return "not assigned: no photographer or no room" if is_new else None
    return "assigned"
