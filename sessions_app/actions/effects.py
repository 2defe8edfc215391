"""What follows each step of the table of states, on the session's own row (rules, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from config.business_rules import business_rules
from config.clock import studio_day
from sessions_app.actions import claims
from sessions_app.actions.totals import TOTAL_FIELDS, follow_lines
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.models.claim import EndCause
from sessions_app.policy import deadlines

Effect = Callable[[Session, datetime], Collection[str]]
"""Changes the instance and names the columns it changed; called before the state is set."""

PAYMENT_DEADLINE = ("payment_deadline_at", "payment_deadline_set_on", "payment_deadline_days")
CHANGES_DEADLINE = ("changes_deadline_at", "changes_deadline_for", "changes_deadline_days")
TERMS = (
    "refund_within_deadline",
    "refund_after_deadline",
    "refund_force_majeure",
    "refund_client_after_assigned",
)


def set_payment_deadline(session: Session, at: datetime) -> Collection[str]:
    """Let the time to pay the deposit begin now."""
    session.payment_deadline_set_on = studio_day(at)
    session.payment_deadline_days = business_rules().payment_deadline_days
    cap_payment_deadline(session)
    return PAYMENT_DEADLINE


def clear_payment_deadline(session: Session, at: datetime) -> Collection[str]:
    """Nothing is due any more, or not yet."""
    for field in PAYMENT_DEADLINE:
        setattr(session, field, None)
    return PAYMENT_DEADLINE


def settle_terms(session: Session, at: datetime) -> Collection[str]:
    """Freeze what holds from confirmation on: the changes deadline and the refund terms.

    The deposit is frozen by no longer being computed (`totals.follow_lines`).
    """
    rules = business_rules()
    session.changes_deadline_days = rules.changes_deadline_days
    set_changes_deadline(session)
    for field in TERMS:
        setattr(session, field, getattr(rules, field))
    return (*clear_payment_deadline(session, at), *CHANGES_DEADLINE, *TERMS)


def reopen_terms(session: Session, at: datetime) -> Collection[str]:
    """Compute the deposit and the editing days anew; the last terms go on counting for refunds."""
    follow_lines(session, Status.NEGOTIATION)
    return TOTAL_FIELDS


def estimate_delivery(session: Session, at: datetime) -> Collection[str]:
    """Set the day by which the material is estimated to be ready."""
    set_delivery_date(session)
    return ("delivery_deadline",)


def begin_editing(session: Session, at: datetime) -> Collection[str]:
    """Note whose it is, which the caller has set, and since when."""
    session.editing_started_at = at
    return ("editing_assigned_to", "editing_started_at")


def free_editor(session: Session, at: datetime) -> Collection[str]:
    """Give the session back to the pool."""
    session.editing_assigned_to = session.editing_started_at = None
    return ("editing_assigned_to", "editing_started_at")


def finish_editing(session: Session, at: datetime) -> Collection[str]:
    """Note when the material was ready."""
    session.editing_completed_at = at
    return ("editing_completed_at",)


def resume_editing(session: Session, at: datetime) -> Collection[str]:
    """Take the finished material back into the same editor's hands."""
    session.editing_completed_at = None
    return ("editing_completed_at",)


def deliver(session: Session, at: datetime) -> Collection[str]:
    """Note when the material was delivered; what the session held is free."""
    session.delivered_at = at
    claims.free(session, EndCause.COMPLETED, at=at)
    return ("delivered_at",)


def cap_payment_deadline(session: Session) -> None:
    """Take the payment deadline anew from its stored day and the session's present start."""
    if session.payment_deadline_set_on is None or session.payment_deadline_days is None:
        return
    if session.starts_at is not None:
        session.payment_deadline_at = deadlines.payment_deadline(
            session.payment_deadline_set_on, session.payment_deadline_days, session.starts_at
        )


def set_changes_deadline(session: Session) -> None:
    """Take the changes deadline anew from the session's date and the days that are frozen."""
    assert session.changes_deadline_days is not None  # noqa: S101  (set at confirmation)
    session.changes_deadline_for = session.session_date
    session.changes_deadline_at = deadlines.changes_deadline(
        session.session_date, session.changes_deadline_days
    )


def set_delivery_date(session: Session) -> None:
    """Take the estimated delivery date anew from the session's date and its editing days."""
    session.delivery_deadline = deadlines.delivery_date(
        session.session_date, session.estimated_editing_days
    )


EFFECTS: dict[tuple[Status, Status], Effect] = {
    (Status.NEGOTIATION, Status.PRE_SCHEDULED): set_payment_deadline,
    (Status.PRE_SCHEDULED, Status.NEGOTIATION): clear_payment_deadline,
    (Status.PRE_SCHEDULED, Status.CONFIRMED): settle_terms,
    (Status.CONFIRMED, Status.NEGOTIATION): reopen_terms,
    (Status.CONFIRMED, Status.ASSIGNED): estimate_delivery,
    (Status.ATTENDED, Status.IN_EDITING): begin_editing,
    (Status.IN_EDITING, Status.ATTENDED): free_editor,
    (Status.IN_EDITING, Status.READY): finish_editing,
    (Status.READY, Status.IN_EDITING): resume_editing,
    (Status.READY, Status.COMPLETED): deliver,
}
