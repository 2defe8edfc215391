"""Passing a guard by override: allowed where the text says so, and always on the record."""

from __future__ import annotations

from datetime import datetime

from config.clock import as_wire
from config.errors import DomainError
from config.records.audit import record
from sessions_app import rules
from sessions_app.errors import ChangesDeadlineExpired, ImmutableSession, MoneyRefusal
from sessions_app.lifecycle import Status
from sessions_app.messages import staff
from sessions_app.models import Session
from sessions_app.policy.deadlines import shown_deadline
from sessions_app.rules import FieldGroup
from users.actors import Actor, Override


def override_or_raise(
    refusal: DomainError,
    override: Override | None,
    session: Session,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Raise the guard's refusal, or write down who passed it and why; other admins are told."""
    if override is None:
        raise as_told_to(actor, refusal)
    entry = record(
        "session.override",
        session,
        actor=actor,
        at=at,
        reason=override.reason,
        changes={"guard": refusal.code, "context": refusal.context},
    )
    staff.overridden(session, refusal, override.reason, key=entry.pk, actor=actor, at=at)


def as_told_to(actor: Actor, refusal: DomainError) -> DomainError:
    """Return a refusal as the actor may read it: amounts are for who sees the whole of sessions."""
    is_for_them = actor.user is None or rules.sees_whole(actor.user)
    if is_for_them or not isinstance(refusal, MoneyRefusal):
        return refusal
    return refusal.without_amounts()


def refuse_closed(
    session: Session,
    group: FieldGroup,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Raise ImmutableSession or ChangesDeadlineExpired where a group of fields is closed now."""
    refusal = closing(session, group, at)
    if refusal is not None:
        leave = override if group.overridable else None
        override_or_raise(refusal, leave, session, actor=actor, at=at)


def closing(session: Session, group: FieldGroup, at: datetime) -> DomainError | None:
    """Return why a group of fields is closed at an instant, whoever asks; None where it is open."""
    if session.status in group.states:
        return None
    if session.status != Status.CONFIRMED or not group.until_changes_deadline:
        return ImmutableSession()
    deadline = session.changes_deadline_at
    if deadline is None or at < deadline:
        return None
    return ChangesDeadlineExpired(deadline=as_wire(shown_deadline(deadline)))
