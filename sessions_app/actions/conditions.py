"""The conditions of the table of states (rules, section 2): each raises its own refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from catalog.models import Room, RoomStatus
from clients.models import Client
from config.clock import studio_day
from config.errors import InactiveResource
from sessions_app.errors import EmptySession, InvalidSessionDate, MissingSchedule
from sessions_app.lifecycle import Status
from sessions_app.models import Session

Condition = Callable[[Session, datetime], None]


def client_is_active(session: Session, at: datetime) -> None:
    """An inactive client books nothing new."""
    refuse_inactive_client(session.client)


def date_is_not_past(session: Session, at: datetime) -> None:
    """The day is today or later; where a time is set, so is the start."""
    if session.session_date < studio_day(at) or (session.starts_at and session.starts_at < at):
        raise InvalidSessionDate


def has_schedule(session: Session, at: datetime) -> None:
    """Date, time and duration are set."""
    if session.starts_at is None:
        raise MissingSchedule


def has_lines_and_total(session: Session, at: datetime) -> None:
    """There is something to sell, for more than nothing."""
    if session.total_amount <= 0 or not session.lines.exists():
        raise EmptySession


def refuse_inactive_client(client: Client) -> None:
    """Raise InactiveResource for a client who books nothing new."""
    if not client.is_active:
        raise InactiveResource(
            _("%(name)s is inactive. Reactivate the client first.") % {"name": client.full_name}
        )


def refuse_closed_room(room: Room) -> None:
    """Raise InactiveResource for a room that takes no new booking."""
    if room.status == RoomStatus.ACTIVE:
        return
    sentence = (
        _("%(name)s is in maintenance and takes no new booking. Choose another room.")
        if room.status == RoomStatus.MAINTENANCE
        else _("%(name)s is inactive. Choose another room.")
    )
    raise InactiveResource(sentence % {"name": room.name})


CONDITIONS: dict[tuple[Status, Status], tuple[Condition, ...]] = {
    (Status.REQUEST, Status.NEGOTIATION): (client_is_active, date_is_not_past),
    (Status.NEGOTIATION, Status.PRE_SCHEDULED): (
        has_schedule,
        date_is_not_past,
        has_lines_and_total,
    ),
}
"""What each step asks for, in the order of the text: the first that fails is the answer."""
