"""Sessions for tests, made by the same actions that people use."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.records.models import Channel
from sessions_app.actions import booking, lifecycle, lines, team
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Session, SessionType
from users.actors import Actor
from users.models import User
from users.tests.factories import UserFactory

AT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # a Tuesday, 10:00 in the studio
DAY = date(2026, 4, 20)  # a Monday, well ahead of it
TEN = time(10, 0)


def acting(user: User | None, channel: Channel = Channel.API) -> Actor:
    """Return the person as an actor; None is the system."""
    return Actor(user, channel)


def book(actor: Actor | None = None, *, at: datetime = AT, **asked: Any) -> Session:
    """Book a Studio session from 10:00 to 12:00 unless told otherwise."""
    if asked.get("session_type", SessionType.STUDIO) == SessionType.STUDIO:
        asked.setdefault("room_id", RoomFactory().pk if "room" not in asked else None)
        if "room" in asked:
            asked["room_id"] = asked.pop("room").pk
    if "client" in asked:
        asked["client_id"] = asked.pop("client").pk
    asked.setdefault("session_type", SessionType.STUDIO)
    asked.setdefault("session_date", DAY)
    asked.setdefault("session_time", TEN)
    asked.setdefault("estimated_duration_hours", Decimal("2"))
    if "client_id" not in asked:
        asked["client_id"] = ClientFactory().pk
    return booking.book(booking.Request(**asked), actor=actor or acting(None), at=at)


def external(actor: Actor | None = None, *, at: datetime = AT, **asked: Any) -> Session:
    """Book an External session from 10:00 to 12:00."""
    asked.setdefault("location", "Antigua Guatemala")
    return book(actor, at=at, session_type=SessionType.EXTERNAL, **asked)


def priced(session: Session, price: str = "1000.00", *, at: datetime = AT) -> Session:
    """Give a session one line."""
    item = ItemFactory(unit_price=Decimal(price))
    lines.add_item(session, item, 1, actor=acting(None), at=at)
    session.refresh_from_db()
    return session


def taken_to(status: Status, session: Session | None = None, *, at: datetime = AT) -> Session:
    """Take a session, with a line, to one of the states that exist."""
    session = priced(session or book(at=at), at=at)
    path = {
        Status.REQUEST: (),
        Status.NEGOTIATION: (Status.NEGOTIATION,),
        Status.PRE_SCHEDULED: (Status.NEGOTIATION, Status.PRE_SCHEDULED),
        Status.CANCELED: (Status.CANCELED,),
    }
    for step in path[status]:
        lifecycle.transition(session, step, actor=acting(None), at=at)
    session.refresh_from_db()
    return session


def assign(session: Session, photographer: User | None = None, **asked: Any) -> Assignment:
    """Put a photographer on a session."""
    photographer = photographer or UserFactory(roles=["photographer"])
    return team.assign(session, photographer.pk, actor=acting(None), at=AT, **asked)
