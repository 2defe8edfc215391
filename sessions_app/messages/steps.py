"""Who is told when a session takes a step of its life (rules, sections 2 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sessions_app.lifecycle import Status, Step
from sessions_app.messages import clients, staff
from sessions_app.models import Session
from users.actors import Actor

Telling = Callable[[Session, Actor, datetime], None]


def tell_step(session: Session, step: Step, *, actor: Actor, at: datetime) -> None:
    """Write the messages of a step that has just been taken, where it has any."""
    telling = TOLD.get((step.source, step.target))
    if telling is not None:
        telling(session, actor, at)


def _confirmed(session: Session, actor: Actor, at: datetime) -> None:
    clients.confirmed(session, at=at)


def _to_be_edited(session: Session, actor: Actor, at: datetime) -> None:
    staff.awaits_editing(session, actor=actor, at=at)


def _ready(session: Session, actor: Actor, at: datetime) -> None:
    clients.material_ready(session, at=at)
    staff.material_ready(session, actor=actor, at=at)


TOLD: dict[tuple[Status, Status], Telling] = {
    (Status.PRE_SCHEDULED, Status.CONFIRMED): _confirmed,
    (Status.ASSIGNED, Status.ATTENDED): _to_be_edited,
    (Status.IN_EDITING, Status.ATTENDED): _to_be_edited,
    (Status.IN_EDITING, Status.READY): _ready,
}
"""Steps that mean more, like a cancellation, are told by their own action."""
