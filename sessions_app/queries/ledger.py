"""What was paid for a session, and what is to be returned (rules, sections 4 and 5)."""

from __future__ import annotations

from datetime import datetime

from sessions_app.lifecycle import PLANNED, Status
from sessions_app.models import Initiator, Session
from sessions_app.models.payment import ledger_of
from sessions_app.policy.ledger import Ledger
from sessions_app.policy.refunds import Case, Refund, Stage, refund
from sessions_app.queries.staffing import is_staffed


def ledger(session: Session) -> Ledger:
    """Return the session's ledger as it is in the database."""
    return ledger_of(session.payments.live())


def refund_if_cancelled(session: Session, initiator: Initiator, at: datetime) -> Refund:
    """Return what the client would get back if the session were cancelled at an instant.

    For a session that is cancelled already: what the cancellation comes to, on the side of
    `initiator`, judged by the state in which it was cancelled.
    """
    state = _state_when_cancelled(session)
    stage = _stage(session, state)
    paid = ledger(session)
    return refund(
        Case(
            stage=stage,
            is_by_client=initiator == Initiator.CLIENT,
            at=at,
            net_paid=paid.returnable(at),
            on_its_way=paid.pending_by_hand,
            terms=session.terms,
            changes_deadline=session.changes_deadline_at,
            is_staffed=stage is Stage.CONFIRMED and is_staffed(session),
        )
    )


def _state_when_cancelled(session: Session) -> Status:
    if session.status != Status.CANCELED:
        return Status(session.status)
    cancellation = session.history.latest("id")
    return Status(cancellation.from_status)


def _stage(session: Session, state: Status) -> Stage:
    if state in PLANNED:
        return Stage.NEVER_CONFIRMED if session.terms is None else Stage.REOPENED
    return {Status.CONFIRMED: Stage.CONFIRMED, Status.ASSIGNED: Stage.ASSIGNED}.get(
        state, Stage.ATTENDED
    )
