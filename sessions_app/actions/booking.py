"""Taking a new request (rules, section 2, the first row of the table)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.clock import studio_day
from config.errors import ValidationFailed
from sessions_app.actions import claims, lifecycle, team
from sessions_app.actions.conditions import (
    refuse_closed_room,
    refuse_inactive_client,
    start_is_not_past,
)
from sessions_app.actions.locking import lock_client, lock_rooms, next_number
from sessions_app.actions.scheduling import refuse_wrong_place, set_period
from sessions_app.actions.totals import refuse_low_deposit
from sessions_app.lifecycle import Status
from sessions_app.messages import staff
from sessions_app.models import Session, SessionType
from sessions_app.queries.standing import is_high_risk
from users.actors import Actor, Override
from users.models import User
from users.rights import Right


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asks for. Day and time are the studio's; a time alone means one hour."""

    client_id: int
    session_type: SessionType
    session_date: date
    session_time: time | None = None
    estimated_duration_hours: Decimal | None = None
    location: str = ""
    room_id: int | None = None
    client_requirements: str = ""
    deposit_percentage: Decimal | None = None
    photographers_needed: int = 1
    responsible_id: int | None = None


@transaction.atomic
def book(
    request: Request, *, actor: Actor, at: datetime, override: Override | None = None
) -> Session:
    """Create a session in Request; its room is held from now on where a time is given.

    Raises NotAllowed, ValidationFailed (type and place, unknown ids), OverrideNeeded (a deposit
    percentage below the default), InactiveResource (client, room), InvalidSessionDate,
    RoomNotAvailable.
    """
    actor.require(Right.SESSION_CREATE)
    session = draft(request, actor=actor, at=at)
    start_is_not_past(session, at)
    if session.room is not None:
        refuse_closed_room(session.room)
    session.code = next_code(at)
    session.save(force_insert=True)
    refuse_low_deposit(session, override, actor=actor, at=at)
    lifecycle.begin(session, Status.REQUEST, actor=actor, at=at)
    claims.hold_first(session, actor=actor, at=at)
    if is_high_risk(session.client):
        staff.high_risk_booking(session, actor=actor, at=at)
    return session


@transaction.atomic
def book_with_photographer(
    request: Request,
    photographer_id: int | None,
    *,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
) -> Session:
    """Book a session and assign its first photographer, where one is named; all of it or nothing.

    Raises what `book` and `team.assign` raise.
    """
    session = book(request, actor=actor, at=at, override=override)
    if photographer_id is not None:
        team.assign(session, photographer_id, actor=actor, at=at)
    return session


def draft(request: Request, *, actor: Actor, at: datetime) -> Session:
    """Return an unsaved session of what is asked for; its client and its room are locked.

    Raises ValidationFailed (type and place, unknown ids), InactiveResource (the client).
    """
    session = _drafted(request, actor, at)
    refuse_wrong_place(session)
    client = lock_client(request.client_id)
    room = lock_rooms([request.room_id]).get(request.room_id or 0)
    _refuse_unknown(request, client_known=client is not None, room_known=room is not None)
    assert client is not None  # noqa: S101  (an unknown one was refused)
    refuse_inactive_client(client)
    session.client, session.room = client, room
    return session


def _drafted(request: Request, actor: Actor, at: datetime) -> Session:
    rules = business_rules()
    percentage = request.deposit_percentage
    session = Session(
        session_type=request.session_type,
        session_date=request.session_date,
        session_time=request.session_time,
        estimated_duration_hours=request.estimated_duration_hours,
        location=request.location,
        room_id=request.room_id,
        client_requirements=request.client_requirements,
        photographers_needed=request.photographers_needed,
        deposit_percentage=rules.default_deposit_percentage if percentage is None else percentage,
        estimated_editing_days=rules.default_editing_days,
        responsible_id=request.responsible_id or getattr(actor.user, "pk", None),
        created_by=actor.user,
        updated_by=actor.user,
        created_at=at,
        updated_at=at,
    )
    set_period(session, at)
    return session


def _refuse_unknown(request: Request, *, client_known: bool, room_known: bool) -> None:
    problems: dict[str, str] = {}
    if not client_known:
        problems["client_id"] = _("There is no such client.")
    if request.room_id is not None and not room_known:
        problems["room_id"] = _("There is no such room.")
    if not is_responsible(request.responsible_id):
        problems["responsible_id"] = _("There is no such active person.")
    if problems:
        raise ValidationFailed(problems)


def is_responsible(user_id: int | None) -> bool:
    """Tell whether a session may be in this person's hands; nobody's is fine."""
    return user_id is None or User.objects.filter(pk=user_id, status="Active").exists()


def next_code(at: datetime) -> str:
    """Return the next session code of the year in the studio."""
    year = studio_day(at).year
    return f"S-{year}-{next_number(year):04d}"
