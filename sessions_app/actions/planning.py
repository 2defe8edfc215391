"""Changing a session's plan, money terms, room, notes and observations (rules, sections 1 to 4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Room
from config.errors import ValidationFailed
from sessions_app import rules
from sessions_app.actions import claims
from sessions_app.actions.attendance import forget_marks
from sessions_app.actions.booking import is_responsible
from sessions_app.actions.conditions import refuse_closed_room, start_is_not_past
from sessions_app.actions.effects import (
    CHANGES_DEADLINE,
    cap_payment_deadline,
    set_changes_deadline,
    set_delivery_date,
)
from sessions_app.actions.locking import lock, lock_people, lock_rooms, refuse_stale
from sessions_app.actions.overriding import refuse_closed
from sessions_app.actions.scheduling import (
    SCHEDULE_FIELDS,
    move_team,
    refuse_wrong_place,
    set_period,
)
from sessions_app.actions.totals import TOTAL_FIELDS, refuse_low_deposit, retotal
from sessions_app.errors import MissingSchedule
from sessions_app.lifecycle import Status, since
from sessions_app.messages import clients, staff
from sessions_app.models import Session, SessionType
from sessions_app.policy.periods import Period
from sessions_app.queries import conflicts
from users.actors import Actor, Override

Changes = Mapping[str, Any]

SCHEDULE = frozenset({"session_date", "session_time", "estimated_duration_hours"})
PLACE = frozenset({"room_id", "location"})
MONEY_TERMS = frozenset({"transportation_cost", "discount", "deposit_percentage"})


def require_field_rights(session: Session, fields: Collection[str], *, actor: Actor) -> None:
    """Raise NotAllowed unless the actor may write every one of the named fields."""
    for group in rules.groups_of(fields):
        if actor.user is not None and not rules.may_write(actor.user, session, group):
            actor.refuse(group.right, session)


@transaction.atomic
def change_session(
    session: Session,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    override: Override | None = None,
    seen_version: int | None = None,
) -> Session:
    """Write what is sent, all of it or nothing; a value that is already there is no change.

    Each field needs the right of its group and a state in which the group is open. When the session
    moves, its room and its photographers move along, or the whole change is refused.

    With `seen_version`, what the person had before them, nothing newer is overwritten.

    Raises NotAllowed, ValidationFailed, StaleVersion, ImmutableSession or ChangesDeadlineExpired
    (plan and money may be overridden), InvalidSessionDate, MissingSchedule, EmptySession,
    OverrideNeeded, PaymentExceedsTotal, InactiveResource, RoomNotAvailable,
    PhotographerNotAvailable.
    """
    session = lock(session)
    require_field_rights(session, changes, actor=actor)
    refuse_stale(session, seen_version, actor=actor, at=at)
    changed = {name: value for name, value in changes.items() if getattr(session, name) != value}
    if not changed:
        return session
    was = copy(session)
    for name, value in changed.items():
        setattr(session, name, value)
    _refuse_wrong_form(session, changed)
    for group in rules.groups_of(changed):
        refuse_closed(session, group, override, actor=actor, at=at)
    touched = set(changed)
    if MONEY_TERMS & touched:
        _apply_money_terms(session, touched, override, actor=actor, at=at)
        touched |= set(TOTAL_FIELDS)
    if (SCHEDULE | {"room_id"}) & touched:
        touched |= set(apply_schedule(session, touched, at))
    session.save_changes(*touched, by=actor.user, at=at)
    if (SCHEDULE | {"room_id"}) & touched:
        let_claims_follow(session, was.period, actor=actor, at=at)
    if (SCHEDULE | PLACE) & touched:
        clients.moved(session, was, at=at)
        staff.moved(session, was, actor=actor, at=at)
    return session


def _refuse_wrong_form(session: Session, changed: Changes) -> None:
    problems: dict[str, str] = {}
    if not is_responsible(changed.get("responsible_id")):
        problems["responsible_id"] = _("There is no such active person.")
    room_id = changed.get("room_id")
    if room_id is not None and not Room.objects.filter(pk=room_id).exists():
        problems["room_id"] = _("There is no such room.")
    if changed.get("transportation_cost") and session.session_type == SessionType.STUDIO:
        problems["transportation_cost"] = _("Only External sessions have transportation.")
    if problems:
        raise ValidationFailed(problems)
    if {"room_id", "location"} & set(changed):
        refuse_wrong_place(session)


def _apply_money_terms(
    session: Session,
    touched: set[str],
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    negative = ValidationFailed(
        {"discount": _("The discount is more than the session comes to.")}
        if "discount" in touched
        else {"transportation_cost": _("With this the session would come to less than nothing.")}
    )
    retotal(
        session,
        negative=negative,
        looks_at_discount="discount" in touched,
        override=override,
        actor=actor,
        at=at,
    )
    if "deposit_percentage" in touched:
        refuse_low_deposit(session, override, actor=actor, at=at)


def apply_schedule(session: Session, touched: Collection[str], at: datetime) -> Collection[str]:
    """Set what follows a session's date, time, duration or room, on the instance.

    Its instants anew, in a room that takes bookings, not in the past; its deadlines as far as they
    still move. Returns the columns that may have changed. Raises MissingSchedule,
    InvalidSessionDate, InactiveResource.
    """
    has_left_planning = session.status in since(Status.PRE_SCHEDULED)
    if has_left_planning and None in (session.session_time, session.estimated_duration_hours):
        raise MissingSchedule
    session.room = lock_rooms([session.room_id]).get(session.room_id or 0)
    set_period(session, at)
    if SCHEDULE.intersection(touched):
        _refuse_past(session, at)
    if session.room is not None and (session.period or "room_id" in touched):
        refuse_closed_room(session.room)  # to give a time up is no new booking
    _move_deadlines(session, at)
    return (
        *SCHEDULE_FIELDS,
        *CHANGES_DEADLINE,
        "payment_deadline_at",
        "delivery_deadline",
        "is_retroactive",
    )


def _refuse_past(session: Session, at: datetime) -> None:
    """Raise InvalidSessionDate, but where what was entered afterwards is corrected.

    What is moved to a day to come is to take place, hence holds its room and its people.
    """
    if session.is_retroactive and session.ends_at is not None and session.ends_at <= at:
        return
    start_is_not_past(session, at)
    session.is_retroactive = False


def let_claims_follow(
    session: Session, old_period: Period | None, *, actor: Actor, at: datetime
) -> None:
    """Move the team's coverage and the session's claims along, or refuse the whole change.

    Raises RoomNotAvailable, PhotographerNotAvailable.
    """
    team = conflicts.active_team(session)
    lock_people(assignment.photographer_id for assignment in team)
    if session.period != old_period:
        move_team(session, team, old_period)
        forget_marks(session, team, at)
    claims.hold(session, actor=actor, at=at)


def _move_deadlines(session: Session, at: datetime) -> None:
    """Take deadlines anew as far as they follow the date: a passed one stays passed (section 2)."""
    if session.status == Status.PRE_SCHEDULED:
        cap_payment_deadline(session)
    deadline = session.changes_deadline_at
    if session.status == Status.CONFIRMED and deadline is not None and at < deadline:
        set_changes_deadline(session)
    if session.delivery_deadline is not None:
        set_delivery_date(session)
