"""Taking a room out of service "from now" and putting it back (rules, section 3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Room, RoomStatus
from config.errors import InactiveResource
from config.records.audit import record
from sessions_app.actions.locking import lock_rooms
from sessions_app.errors import RoomNotAvailable
from sessions_app.models import Claim, ClaimKind
from sessions_app.models.claim import EndCause
from sessions_app.queries import agenda
from users.actors import Actor


@transaction.atomic
def start_maintenance(
    room: Room, *, actor: Actor, at: datetime, reason: str = ""
) -> tuple[Room, list[Claim]]:
    """Let a room take no new booking from now until it is reactivated.

    Its claim runs until its next booking; returned beside the room are the bookings it endangers.
    A room already in maintenance stays so. Raises NotAllowed without room.delete (it changes the
    status), InactiveResource, RoomNotAvailable while a booking is running.
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
        raise agenda.unavailable(RoomNotAvailable, room.name, running, actor.user, next_free=[])
    Claim.objects.create(
        kind=ClaimKind.MAINTENANCE,
        room=room,
        starts_at=at,
        ends_at=bookings[0].starts_at if bookings else None,
        reason=reason,
    )
    room.status = RoomStatus.MAINTENANCE
    room.save(update_fields=["status", "updated_at"])
    record(
        "room.status_changed",
        room,
        actor=actor,
        at=at,
        reason=reason,
        changes={"status": room.status},
    )
    return room, bookings


def end_maintenance(room: Room, at: datetime) -> None:
    """End a room's maintenance, as every reactivation does."""
    Claim.objects.filter(room=room, kind=ClaimKind.MAINTENANCE, active=True).update(
        active=False, ended_at=at, end_cause=EndCause.REACTIVATED
    )


def _bookings_from(room: Room, at: datetime) -> list[Claim]:
    """Return the room's bookings that run at an instant or come after it, earliest first."""
    return list(
        Claim.objects.filter(room=room, kind=ClaimKind.SESSION, active=True, ends_at__gt=at)
        .select_related("session")
        .order_by("starts_at", "id")
    )
