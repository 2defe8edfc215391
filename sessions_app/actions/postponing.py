"""Postponing (rules, section 2): rain, illness; the session moves when its plan is settled."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import ValidationFailed
from config.records.audit import record
from sessions_app.actions.conditions import changes_deadline_is_past
from sessions_app.actions.lifecycle import not_now
from sessions_app.actions.locking import lock
from sessions_app.actions.planning import SCHEDULE, apply_schedule, let_claims_follow
from sessions_app.actions.reasons import require_reason
from sessions_app.actions.scheduling import refuse_wrong_place
from sessions_app.lifecycle import Status
from sessions_app.messages import clients, staff
from sessions_app.models import Session
from users.actors import Actor
from users.rights import Right

POSTPONABLE = (Status.CONFIRMED, Status.ASSIGNED)


@transaction.atomic
def postpone(
    session: Session,
    session_date: date,
    session_time: time,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    estimated_duration_hours: Decimal | None = None,
    room_id: int | None = None,
) -> Session:
    """Move a session whose changes deadline is past to another day and time of the studio.

    A Studio session may go to another room in the same stroke. Its state stays, its claims move
    along or the whole is refused; the deadline that has passed stays passed. The reason goes to the
    audit trail. Raises NotAllowed, ValidationFailed (no reason, no such room), InvalidTransition,
    ChangesDeadlineNotReached (until then the plan itself is changed), InvalidSessionDate,
    InactiveResource, RoomNotAvailable, PhotographerNotAvailable.
    """
    session = lock(session)
    actor.require(Right.SESSION_ASSIGN_RESOURCES, session)
    require_reason(reason)
    if session.status not in POSTPONABLE:
        raise not_now(session, actor, _("Only a Confirmed or Assigned session is postponed."))
    changes_deadline_is_past(session, at)
    was = copy(session)
    session.session_date, session.session_time = session_date, session_time
    if estimated_duration_hours is not None:
        session.estimated_duration_hours = estimated_duration_hours
    if room_id is not None:
        session.room_id = room_id
        refuse_wrong_place(session)
    touched = apply_schedule(session, SCHEDULE | {"room_id"}, at)
    if room_id is not None and session.room is None:
        raise ValidationFailed({"room_id": _("There is no such room.")})
    session.save_changes(*SCHEDULE, "room_id", *touched, by=actor.user, at=at)
    let_claims_follow(session, was.period, actor=actor, at=at)
    changes = {"when": [_shown(was), _shown(session)]}
    record("session.postponed", session, actor=actor, at=at, reason=reason, changes=changes)
    clients.moved(session, was, at=at)
    staff.moved(session, was, actor=actor, at=at)
    return session


def _shown(session: Session) -> str:
    return f"{session.session_date} {session.session_time:%H:%M}"
