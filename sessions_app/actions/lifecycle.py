"""Moving a session through its life (rules, section 2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.clock import studio_day
from config.records.audit import record
from sessions_app import lifecycle
from sessions_app.actions import claims
from sessions_app.actions.conditions import CONDITIONS
from sessions_app.actions.locking import lock
from sessions_app.errors import InvalidTransition
from sessions_app.lifecycle import Status, Step
from sessions_app.models import CancellationCategory, HistoryEntry, Initiator, Session
from sessions_app.models.claim import EndCause
from sessions_app.policy import deadlines
from users.actors import Actor
from users.models import User


@transaction.atomic
def transition(
    session: Session,
    to: Status,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    notes: str = "",
) -> Session:
    """Take the session to a state, by the steps of the table that lead there.

    To `Canceled` it is a cancellation on the client's side. Raises NotAllowed, InvalidTransition,
    and what the conditions of each step raise (`conditions.CONDITIONS`).
    """
    if to == Status.CANCELED:
        return cancel(
            session,
            initiator=Initiator.CLIENT,
            actor=actor,
            at=at,
            reason=reason or _("Cancelled by the client."),
            notes=notes,
        )
    session = lock(session)
    for step in _steps(session, to, actor):
        for condition in CONDITIONS.get((step.source, step.target), ()):
            condition(session, at)
        _set_payment_deadline(session, step.target, at)
        advance(session, step, actor=actor, at=at, reason=reason, notes=notes)
    session.save_changes("status", *_PAYMENT_DEADLINE_FIELDS, at=at)
    return session


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
) -> Session:
    """Cancel the session: state, who and why, and its room and people are free at once.

    Raises NotAllowed, InvalidTransition.
    """
    session = lock(session)
    for step in _steps(session, Status.CANCELED, actor):
        advance(session, step, actor=actor, at=at, reason=reason, notes=notes)
    session.cancelled_at = at
    session.cancelled_by = actor.user
    session.cancellation_reason = reason
    session.cancellation_initiator = initiator
    session.cancellation_category = category or ""
    session.save_changes(
        "status",
        "cancelled_at",
        "cancelled_by",
        "cancellation_reason",
        "cancellation_initiator",
        "cancellation_category",
        at=at,
    )
    claims.free(session, EndCause.CANCELED, at=at)
    record(
        "session.cancelled",
        session,
        actor=actor,
        at=at,
        reason=reason,
        changes={"initiator": initiator},
    )
    return session


def advance(
    session: Session, step: Step, *, actor: Actor, at: datetime, reason: str = "", notes: str = ""
) -> None:
    """Set the state of a locked session and write its history row; nothing else sets a state.

    Whoever calls it has asked for the right and the conditions, and saves the row.
    """
    session.status = step.target
    _write_history(session, step.source, actor=actor, at=at, reason=reason, notes=notes)


def begin(session: Session, *, actor: Actor, at: datetime) -> None:
    """Write the first history row of a new session: (new) → its state."""
    _write_history(session, "", actor=actor, at=at)


def allowed_transitions(session: Session, user: User) -> list[Status]:
    """Return the states to which this person may take the session, by the table."""
    return [
        target
        for target in lifecycle.reachable(Status(session.status))
        if all(
            user.may(step.right, session) for step in lifecycle.path(Status(session.status), target)
        )
    ]


def not_now(session: Session, actor: Actor, sentence: str) -> InvalidTransition:
    """Build the refusal of an action that is not for the session's state, with what is possible."""
    allowed = allowed_transitions(session, actor.user) if actor.user else []
    return InvalidTransition(sentence, allowed=[status.value for status in allowed])


def _steps(session: Session, to: Status, actor: Actor) -> tuple[Step, ...]:
    """Return the steps to a state, once the actor is known to hold their rights.

    Where no row leads there, who holds the right of any row to that state is told what is possible
    (409), anybody else only that they may not (403). A state without any row to it is told to all.
    """
    steps = lifecycle.path(Status(session.status), to)
    if steps:
        for right in {step.right for step in steps}:
            actor.require(right, session)
        return steps
    rights = lifecycle.rights_towards(to)
    if session.status != to and rights and not any(actor.can(right, session) for right in rights):
        actor.refuse(next(iter(rights)), session)
    allowed = allowed_transitions(session, actor.user) if actor.user else ()
    raise InvalidTransition.between(session.status, to, allowed)


_PAYMENT_DEADLINE_FIELDS = (
    "payment_deadline_at",
    "payment_deadline_set_on",
    "payment_deadline_days",
)


def _set_payment_deadline(session: Session, to: Status, at: datetime) -> None:
    """Set the deadline on the way to Pre-scheduled, clear it on any other."""
    if to != Status.PRE_SCHEDULED:
        for field in _PAYMENT_DEADLINE_FIELDS:
            setattr(session, field, None)
        return
    session.payment_deadline_set_on = studio_day(at)
    session.payment_deadline_days = business_rules().payment_deadline_days
    cap_payment_deadline(session)


def cap_payment_deadline(session: Session) -> None:
    """Take the payment deadline anew from its stored day and the session's present start."""
    if session.payment_deadline_set_on is None or session.payment_deadline_days is None:
        return
    if session.starts_at is not None:
        session.payment_deadline_at = deadlines.payment_deadline(
            session.payment_deadline_set_on, session.payment_deadline_days, session.starts_at
        )


def _write_history(
    session: Session,
    source: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    notes: str = "",
) -> None:
    """Write the row; who waited for the lock acted after who had it, whatever the clocks say."""
    last = session.history.order_by("-id").values_list("changed_at", flat=True).first()
    HistoryEntry.objects.create(
        session=session,
        from_status=source,
        to_status=session.status,
        reason=reason,
        notes=notes,
        changed_at=max(at, last) if last else at,
        changed_by=actor.user,
        channel=actor.channel,
    )
