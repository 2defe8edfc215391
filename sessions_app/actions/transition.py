"""One door to every step of a session's life: from its state to a target (rules, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app.actions import attendance, editing, lifecycle
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.locking import lock
from sessions_app.errors import InvalidTransition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from users.actors import Actor, Override

Way = Callable[..., Session]

WAYS: dict[tuple[Status, Status], Way] = {
    (Status.ASSIGNED, Status.ATTENDED): attendance.attend,
    (Status.ATTENDED, Status.ASSIGNED): attendance.take_back,
}
"""Steps that mean more than the state: taken by an action of their own."""


def transition(
    session: Session,
    to: Status,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    notes: str = "",
    override: Override | None = None,
    sources: Container[str] | None = None,
) -> Session:
    """Take the session to a state, by the steps of the table that lead there.

    With `sources`, only from one of these: what the person had before them.

    To Canceled it is a cancellation on the client's side; to In Editing, one takes it for oneself.
    Raises NotAllowed, InvalidTransition, AlreadyTaken, ValidationFailed (a missing reason), and
    what each step's conditions and guards raise; guards may be overridden.

    A photographer's way to Attended is their mark: while others' are missing it is kept, and
    MissingResources raised. Hence what is raised here may come after something was saved.
    """
    with transaction.atomic():
        moved = _transition(
            _present(session, to, sources, actor),
            to,
            actor=actor,
            at=at,
            reason=reason,
            notes=notes,
            override=override,
        )
    if moved.status != to:
        raise attendance.marks_are_missing()
    return moved


def _present(session: Session, to: Status, sources: Container[str] | None, actor: Actor) -> Session:
    """Return the session's row, locked; raise InvalidTransition where it is not where it was."""
    session = lock(session)
    if sources is not None and session.status not in sources:
        require_right(session, to, actor=actor)
        raise lifecycle.not_now(session, actor, _("The session is in another state meanwhile."))
    return session


def require_right(session: Session, to: Status, *, actor: Actor) -> None:
    """Raise NotAllowed where the actor may not take a session to a state; else say nothing.

    For doors that must answer this before they look at a form.
    """
    if to == Status.IN_EDITING and session.status != Status.READY:
        editing.require_taking_right(session, actor=actor)
        return
    with suppress(InvalidTransition):
        lifecycle.steps_to(session, to, actor)


def _transition(
    session: Session,
    to: Status,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    notes: str,
    override: Override | None,
) -> Session:
    if to == Status.CANCELED:
        return cancel(
            session,
            initiator=Initiator.CLIENT,
            actor=actor,
            at=at,
            reason=reason or _("Cancelled by the client."),
            notes=notes,
        )
    if to == Status.IN_EDITING and session.status != Status.READY:
        return editing.take(session, actor=actor, at=at, reason=reason, notes=notes)
    steps = lifecycle.steps_to(session, to, actor)
    way = WAYS.get((steps[0].source, steps[0].target))
    if way is not None:
        return way(session, actor=actor, at=at, reason=reason, notes=notes)
    for step in steps:
        lifecycle.take(
            session, step, actor=actor, at=at, reason=reason, notes=notes, override=override
        )
    return session
