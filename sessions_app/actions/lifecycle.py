"""Taking the steps of a session's life (rules, section 2): the one place where a state is set.

Which actions take which steps is said by `actions.transition` and the modules beside it.
"""

from __future__ import annotations

from datetime import datetime

from config.errors import DomainError
from sessions_app import lifecycle, rules
from sessions_app.actions.conditions import CONDITIONS, GUARDS
from sessions_app.actions.effects import EFFECTS
from sessions_app.actions.overriding import as_told_to, override_or_raise
from sessions_app.actions.reasons import require_reason
from sessions_app.errors import InvalidTransition, MoneyRefusal
from sessions_app.lifecycle import Status, Step
from sessions_app.messages.steps import tell_step
from sessions_app.models import HistoryEntry, Session
from users.actors import Actor, Override
from users.models import User


def steps_to(session: Session, to: Status, actor: Actor) -> tuple[Step, ...]:
    """Return the steps to a state, once the actor is known to be allowed each of them.

    Where no row leads there, who holds the rights of any row to that state is told what is possible
    (InvalidTransition), anybody else only that they may not (NotAllowed).
    """
    steps = lifecycle.path(Status(session.status), to)
    for step in steps:
        if not may_take(step, session, actor):
            actor.refuse(step.leaves[0].rights[0], session)
    if steps:
        return steps
    leaves = lifecycle.leaves_towards(to)
    holds_any = any(all(actor.can(right, session) for right in leave.rights) for leave in leaves)
    if leaves and session.status != to and not holds_any:
        actor.refuse(min(right for leave in leaves for right in leave.rights), session)
    raise InvalidTransition.between(session.status, to, _allowed(session, actor))


def take(
    session: Session,
    step: Step,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    notes: str = "",
    override: Override | None = None,
) -> None:
    """Take one step with a locked session: what it asks for, what follows, the state, its row.

    Whoever calls it has asked for the right (`steps_to`). Raises ValidationFailed where a reason is
    missing, and what the step's conditions and guards raise; guards may be overridden.
    """
    ends = (step.source, step.target)
    if step.needs_reason:
        require_reason(reason)
    try:
        for condition in CONDITIONS.get(ends, ()):
            condition(session, at)
    except MoneyRefusal as refusal:
        raise as_told_to(actor, refusal) from None
    for guard in GUARDS.get(ends, ()):
        try:
            guard(session, actor.user)
        except DomainError as refusal:
            override_or_raise(refusal, override, session, actor=actor, at=at)
    effect = EFFECTS.get(ends)
    touched = effect(session, at) if effect else ()
    advance(session, step, actor=actor, at=at, reason=reason, notes=notes)
    session.save_changes("status", *touched, by=actor.user, at=at)
    tell_step(session, step, actor=actor, at=at)


def advance(
    session: Session, step: Step, *, actor: Actor, at: datetime, reason: str = "", notes: str = ""
) -> None:
    """Set the state of a locked session and write its history row; nothing else sets a state.

    Whoever calls it has asked for the right and the conditions, and saves the row.
    """
    session.status = step.target
    # Who waited for the lock acted after who had it, whatever the clocks say.
    last = session.history.order_by("-id").values_list("changed_at", flat=True).first()
    moment = max(at, last) if last else at
    _write_history(session, step.source, actor=actor, at=moment, reason=reason, notes=notes)


def begin(session: Session, state: Status, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Set the first state of a session and write the first row of its history."""
    session.status = state
    _write_history(session, "", actor=actor, at=at, reason=reason)


def may_take(step: Step, session: Session, actor: Actor) -> bool:
    """Tell whether any of a step's leaves is the actor's; the system may take every step."""
    user = actor.user
    return user is None or any(rules.has_leave(user, session, leave) for leave in step.leaves)


def allowed_transitions(session: Session, user: User) -> list[Status]:
    """Return the states to which this person may take the session, by the table."""
    return [
        target
        for target in lifecycle.reachable(Status(session.status))
        if all(
            any(rules.has_leave(user, session, leave) for leave in step.leaves)
            for step in lifecycle.path(Status(session.status), target)
        )
    ]


def not_now(session: Session, actor: Actor, sentence: str) -> InvalidTransition:
    """Build the refusal of an action that is not for the session's state, with what is possible."""
    return InvalidTransition(
        sentence, allowed=[status.value for status in _allowed(session, actor)]
    )


def _allowed(session: Session, actor: Actor) -> list[Status]:
    return allowed_transitions(session, actor.user) if actor.user else []


def _write_history(
    session: Session,
    source: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    notes: str = "",
) -> None:
    HistoryEntry.objects.create(
        session=session,
        from_status=source,
        to_status=session.status,
        reason=reason,
        notes=notes,
        changed_at=at,
        changed_by=actor.user,
        channel=actor.channel,
    )
