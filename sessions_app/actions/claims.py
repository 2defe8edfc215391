"""Writing the agenda: a session's claims follow its plan and team in the same transaction.

That no two active claims overlap is the database's guarantee (`models.claim`). The look before
the write is there to answer kindly; where it was too early, the constraint's refusal is answered
the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.constraints import translated
from sessions_app.errors import NotAvailable
from sessions_app.models import Claim, Session
from sessions_app.models.claim import PERSON_CONSTRAINT, ROOM_CONSTRAINT, EndCause
from sessions_app.queries import agenda
from sessions_app.queries.agenda import Call
from users.actors import Actor


def hold(session: Session, *, actor: Actor, at: datetime) -> None:
    """Make the session's active claims exactly those that its room and team call for (section 3).

    The session, its room and its people are locked. Raises RoomNotAvailable or
    PhotographerNotAvailable, with what stands in the way and the next free times.
    """
    _hold(session, agenda.calls_of(session, agenda.active_team(session)), actor=actor, at=at)


def hold_first(session: Session, *, actor: Actor, at: datetime) -> None:
    """Hold, as `hold` does, what a session just booked calls for: it has no team, and no claims."""
    calls = agenda.calls_of(session, team=())
    if calls:
        _hold(session, calls, actor=actor, at=at)


def _hold(session: Session, calls: Sequence[Call], *, actor: Actor, at: datetime) -> None:
    in_the_way = agenda.obstacles(calls, session)
    if in_the_way:
        raise agenda.refusal(calls, session, in_the_way, actor.user)

    def refused() -> NotAvailable:
        return agenda.refusal(calls, session, agenda.obstacles(calls, session), actor.user)

    with translated({ROOM_CONSTRAINT: refused, PERSON_CONSTRAINT: refused}):
        _write(session, calls, at)


def free(session: Session, cause: EndCause, *, at: datetime) -> None:
    """End every active claim of a session; the rows stay, with the cause."""
    session.claims.filter(active=True).update(active=False, ended_at=at, end_cause=cause)


def _write(session: Session, calls: Sequence[Call], at: datetime) -> None:
    held = {
        (claim.kind, claim.assignment_id): claim for claim in session.claims.filter(active=True)
    }
    for call in calls:
        claim = held.pop(call.key, None) or Claim(
            kind=call.kind, session=session, assignment_id=call.assignment_id
        )
        _take(claim, call)
    for claim in held.values():
        cause = EndCause.RELEASED if claim.assignment_id and session.period else EndCause.MOVED
        claim.active, claim.ended_at, claim.end_cause = False, at, cause
        claim.save(update_fields=["active", "ended_at", "end_cause"])


def _take(claim: Claim, call: Call) -> None:
    wanted = {
        **call.resource,
        "starts_at": call.period.starts_at,
        "ends_at": call.period.ends_at,
    }
    if claim.pk and all(getattr(claim, name) == value for name, value in wanted.items()):
        return
    for name, value in wanted.items():
        setattr(claim, name, value)
    claim.save()
