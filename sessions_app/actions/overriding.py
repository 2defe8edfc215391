"""Passing a guard by override: allowed where the text says so, and always on the record."""

from __future__ import annotations

from datetime import datetime

from config.errors import DomainError
from config.records.audit import record
from sessions_app.errors import ImmutableSession
from sessions_app.models import Session
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
    """Raise the guard's refusal, or write down who passed it and why."""
    if override is None:
        raise refusal
    record(
        "session.override",
        session,
        actor=actor,
        at=at,
        reason=override.reason,
        changes={"guard": refusal.code},
    )


def refuse_closed(
    session: Session,
    group: FieldGroup,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Raise ImmutableSession where a group of fields is closed in the session's state."""
    if session.status not in group.states:
        leave = override if group.overridable else None
        override_or_raise(ImmutableSession(), leave, session, actor=actor, at=at)
