"""Writing the agenda: a session's claims follow its plan and team in the same transaction.

That no two active claims overlap is the database's guarantee (`models.claim`). The look before
the write is there to answer kindly; where it was too early, the constraint's refusal is answered
the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Room
from config.constraints import translated
from config.errors import ValidationFailed
from sessions_app.errors import NotAvailable, PhotographerNotAvailable, RoomNotAvailable
from sessions_app.models import Claim, ClaimKind, Session
from sessions_app.models.claim import PERSON_CONSTRAINT, ROOM_CONSTRAINT, EndCause
from sessions_app.policy.periods import FARTHEST, Period
from sessions_app.queries import conflicts
from sessions_app.queries.conflicts import Call
from users.actors import Actor
from users.models import User

LONGEST = timedelta(days=366)


def hold(session: Session, *, actor: Actor, at: datetime) -> None:
    """Make the session's active claims exactly those that its room and team call for (section 3).

    The session, its room and its people are locked. Raises RoomNotAvailable or
    PhotographerNotAvailable, with what stands in the way and the next free times.
    """
    _hold(session, conflicts.calls_of(session, conflicts.active_team(session)), actor=actor, at=at)


def hold_first(session: Session, *, actor: Actor, at: datetime) -> None:
    """Hold, as `hold` does, what a session just booked calls for: it has no team, and no claims."""
    calls = conflicts.calls_of(session, team=())
    if calls:
        _hold(session, calls, actor=actor, at=at)


def _hold(session: Session, calls: Sequence[Call], *, actor: Actor, at: datetime) -> None:
    in_the_way = conflicts.obstacles(calls, session)
    if in_the_way:
        raise conflicts.refusal(calls, session, in_the_way, actor.user)

    def refused() -> NotAvailable:
        return conflicts.refusal(calls, session, conflicts.obstacles(calls, session), actor.user)

    with translated({ROOM_CONSTRAINT: refused, PERSON_CONSTRAINT: refused}):
        _write(session, calls, at)


def block(
    kind: ClaimKind,
    resource: Room | User,
    period: Period,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Claim:
    """Take a locked room or person out of the agenda for a period: maintenance, or time off.

    Raises RoomNotAvailable or PhotographerNotAvailable with the list of what it would hit, and
    ValidationFailed (`ends_at`) for a period that is over, too long, or too far ahead.
    """
    _refuse_wrong_period(period, at)
    is_room = isinstance(resource, Room)
    held_by: dict[str, Any] = {"room": resource} if is_room else {"person": resource}

    def in_the_way() -> list[Claim]:
        hit = Claim.objects.filter(conflicts.overlapping(period), active=True, **held_by)
        return list(hit.select_related("session").order_by("starts_at", "id"))

    def refused() -> NotAvailable:
        refusal = RoomNotAvailable if is_room else PhotographerNotAvailable
        return conflicts.unavailable(refusal, str(resource), in_the_way(), actor.user, next_free=[])

    if in_the_way():
        raise refused()
    with translated({ROOM_CONSTRAINT: refused, PERSON_CONSTRAINT: refused}):
        return Claim.objects.create(
            kind=kind,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            reason=reason.strip(),
            **held_by,
        )


def unblock(claim: Claim, *, at: datetime) -> None:
    """Take a period out of the agenda again; the row stays."""
    claim.active, claim.ended_at, claim.end_cause = False, at, EndCause.WITHDRAWN
    claim.save(update_fields=["active", "ended_at", "end_cause"])


def _refuse_wrong_period(period: Period, at: datetime) -> None:
    if period.ends_at is None or period.ends_at <= period.starts_at:
        raise ValidationFailed({"ends_at": _("It must end after it begins.")})
    if period.ends_at <= at:
        raise ValidationFailed({"ends_at": _("This is over already.")})
    if period.ends_at - period.starts_at > LONGEST:
        raise ValidationFailed({"ends_at": _("A year at most.")})
    if period.ends_at - at > FARTHEST:
        raise ValidationFailed({"ends_at": _("This is more than five years from today.")})


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
