"""Taking a room out of service, from now on or for a period, and putting it back (section 3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from catalog.models import Room, RoomStatus
from config.errors import InactiveResource, NotFound
from config.records.audit import record
from sessions_app.actions import claims
from sessions_app.actions.locking import lock_rooms
from sessions_app.errors import RoomNotAvailable
from sessions_app.models import Claim, ClaimKind
from sessions_app.models.claim import EndCause
from sessions_app.policy.periods import Period
from sessions_app.queries import conflicts
from users.actors import Actor


@transaction.atomic
def start_maintenance(
    room: Room, *, actor: Actor, at: datetime, reason: str = ""
) -> tuple[Room, list[Claim]]:
    """Let a room take no new booking from now until it is reactivated.

    Its claim runs until its next booking or planned maintenance, and takes the place of a planned
    one that is running; returned beside the room are the bookings it endangers. A room already in
    maintenance stays so. Raises NotAllowed without room.delete (it changes the status),
    InactiveResource, RoomNotAvailable while a booking is running.
    """
    actor.require(room.rights.delete, room)
    room = lock_rooms([room.pk])[room.pk]
    bookings = list(_bookings_from(room, at))
    if room.status == RoomStatus.MAINTENANCE:
        return room, bookings
    if room.status == RoomStatus.INACTIVE:
        raise InactiveResource(_("%(name)s is inactive.") % {"name": room.name})
    running = [booking for booking in bookings if booking.starts_at <= at]
    if running:
        raise conflicts.unavailable(RoomNotAvailable, room.name, running, actor.user, next_free=[])
    end_maintenance(room, at)  # a planned one that is running
    following = Claim.objects.filter(room=room, active=True, starts_at__gt=at)
    Claim.objects.create(
        kind=ClaimKind.MAINTENANCE,
        room=room,
        starts_at=at,
        ends_at=following.aggregate(first=Min("starts_at"))["first"],
        reason=reason,
    )
    room.status = RoomStatus.MAINTENANCE
    room.save_changes("status", by=actor.user)
    record(
        "room.status_changed",
        room,
        actor=actor,
        at=at,
        reason=reason,
        changes={"status": room.status},
    )
    return room, bookings


@transaction.atomic
def plan_maintenance(
    room: Room, period: Period, *, actor: Actor, at: datetime, reason: str = ""
) -> Claim:
    """Take a room out of the agenda for a period; until then and afterwards it is booked as ever.

    Over bookings it is refused with the list of them. Raises NotAllowed without room.delete,
    InactiveResource, ValidationFailed (`ends_at`), RoomNotAvailable.
    """
    actor.require(room.rights.delete, room)
    room = lock_rooms([room.pk])[room.pk]
    if room.status == RoomStatus.INACTIVE:
        raise InactiveResource(_("%(name)s is inactive.") % {"name": room.name})
    planned = claims.block(ClaimKind.MAINTENANCE, room, period, reason=reason, actor=actor, at=at)
    changes = {"from": planned.starts_at, "to": planned.ends_at}
    record("room.maintenance_planned", room, actor=actor, at=at, reason=reason, changes=changes)
    return planned


@transaction.atomic
def call_maintenance_off(maintenance: Claim, *, actor: Actor, at: datetime) -> None:
    """Let a room be booked in what was planned as its maintenance.

    Raises NotAllowed without room.delete, NotFound where it has been called off already, and
    InactiveResource for maintenance "from now", which ends when the room is reactivated.
    """
    room = lock_rooms([maintenance.room_id])[maintenance.room_id or 0]
    actor.require(room.rights.delete, room)
    rows = Claim.objects.filter(room=room, kind=ClaimKind.MAINTENANCE, active=True)
    present = rows.filter(pk=maintenance.pk).first()
    if present is None:
        raise NotFound
    if room.status == RoomStatus.MAINTENANCE and present.starts_at <= at:
        raise InactiveResource(_("This maintenance ends when the room is reactivated."))
    claims.unblock(present, at=at)
    record("room.maintenance_called_off", room, actor=actor, at=at)


def end_maintenance(room: Room, at: datetime) -> None:
    """End the maintenance of a room that has begun, as every reactivation does."""
    begun = Claim.objects.filter(
        room=room, kind=ClaimKind.MAINTENANCE, active=True, starts_at__lte=at
    )
    begun.update(active=False, ended_at=at, end_cause=EndCause.REACTIVATED)


def _bookings_from(room: Room, at: datetime) -> list[Claim]:
    """Return the room's bookings that run at an instant or come after it, earliest first."""
    return list(
        Claim.objects.filter(room=room, kind=ClaimKind.SESSION, active=True, ends_at__gt=at)
        .select_related("session")
        .order_by("starts_at", "id")
    )
