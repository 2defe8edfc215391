"""Moving a session in the agenda: its plan while that is open, postponing it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db import transaction

from config.clock import studio_day, studio_zone
from sessions_app.actions.locking import lock, refuse_stale
from sessions_app.actions.planning import change_session
from sessions_app.actions.postponing import POSTPONABLE, postpone
from sessions_app.models import Session
from users.actors import Actor


class Settling(Protocol):
    """What tells whether a plan is settled: a session, or a row of the agenda."""

    @property
    def status(self) -> str | None:
        """The session's state."""

    @property
    def changes_deadline_at(self) -> datetime | None:
        """The end of its changes deadline."""


@transaction.atomic
def move(
    session: Session,
    starts_at: datetime,
    *,
    actor: Actor,
    at: datetime,
    room_id: int | None = None,
    reason: str = "",
    seen_version: int | None = None,
) -> Session:
    """Move a session to another instant, to another room of the studio, or both.

    Where its plan is settled, another time is a postponement, which needs a reason. Without a
    `room_id` the room stays. With `seen_version`, what the person had before them, nothing newer is
    overwritten. Raises StaleVersion, and what `change_session` and `postpone` raise.
    """
    session = lock(session)
    refuse_stale(session, seen_version, actor=actor, at=at)
    local = starts_at.astimezone(studio_zone())
    day, clock = studio_day(starts_at), local.time().replace(tzinfo=None)
    moves = starts_at != session.starts_at
    if moves and is_settled(session, at):
        return postpone(session, day, clock, room_id=room_id, reason=reason, actor=actor, at=at)
    changes = {"session_date": day, "session_time": clock} if moves else {}
    if room_id is not None:
        changes["room_id"] = room_id
    return change_session(session, changes, actor=actor, at=at)


def is_settled(session: Settling, at: datetime) -> bool:
    """Tell whether another time for the session is a postponement."""
    deadline = session.changes_deadline_at
    return session.status in POSTPONABLE and deadline is not None and deadline <= at
