"""Sessions for tests, made by the same actions that people use."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import instant, start_of, studio_day
from config.records.models import Channel
from sessions_app.actions import booking, editing, lines, team
from sessions_app.actions.payments import Receipt, record
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import STEPS, Status, Step, since
from sessions_app.models import Assignment, Payment, PaymentType, Session, SessionType
from users.actors import Actor
from users.models import User
from users.tests.factories import UserFactory

AT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # a Tuesday, 10:00 in the studio
DAY = date(2026, 4, 20)  # a Monday, well ahead of it
TEN = time(10, 0)
CHANGES_DEADLINE = start_of(DAY - timedelta(days=6))
"""Of what is on DAY: the seventh day before it has ended."""


def acting(user: User | None, channel: Channel = Channel.API) -> Actor:
    """Return the person as an actor; None is the system."""
    return Actor(user, channel)


SYSTEM = acting(None)


def photographers(count: int) -> list[User]:
    """Hire so many photographers."""
    return [UserFactory(roles=["photographer"]) for _ in range(count)]


def editors(count: int) -> list[User]:
    """Hire so many editors."""
    return [UserFactory(roles=["editor"]) for _ in range(count)]


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


def paid(
    session: Session,
    amount: str | Decimal,
    kind: PaymentType = PaymentType.DEPOSIT,
    *,
    by: Actor | None = None,
    at: datetime = AT,
    **facts: Any,
) -> Payment:
    """Record a payment of that day; return the first part of it."""
    reason, override = facts.pop("reason", ""), facts.pop("override", None)
    receipt = Receipt(
        payment_type=kind,
        payment_method=facts.pop("payment_method", "Transfer"),
        amount=Decimal(amount),
        payment_date=facts.pop("payment_date", studio_day(at)),
        **facts,
    )
    actor = by or acting(None)
    return record(session, receipt, actor=actor, at=at, reason=reason, override=override)[0]


def taken_to(
    status: Status, session: Session | None = None, *, at: datetime = AT, **asked: Any
) -> Session:
    """Take a session of 1000.00, half of it paid as deposit, to a state by the real actions.

    From Assigned on it has a photographer, from In Editing on an editor, and what happens on its
    day or later happens at `attended_at(session)`.
    """
    session = priced(session or book(at=at, **asked), at=at)
    for step in way_to(status):
        _prepare(session, step.target, at)
        late = step.target in since(Status.ASSIGNED)
        moment = attended_at(session) if late else at
        if step.target == Status.IN_EDITING:
            editor = UserFactory(roles=["editor"])
            editing.assign_editor(session, editor.pk, actor=SYSTEM, at=moment)
        else:
            reason = "as agreed" if step.needs_reason else ""
            transition(session, step.target, actor=SYSTEM, at=moment, reason=reason)
        session.refresh_from_db()
    return session


def way_to(status: Status) -> tuple[Step, ...]:
    """Return the fewest steps of the table that lead from Request to a state."""
    ways: dict[Status, tuple[Step, ...]] = {Status.REQUEST: ()}
    for _state in Status:
        further = {step.target: (*ways[step.source], step) for step in STEPS if step.source in ways}
        ways = further | ways
    return ways[status]


def ready_to_confirm(session: Session) -> Session:
    """Take a session to Pre-scheduled, with its deposit paid and nobody assigned."""
    session = taken_to(Status.PRE_SCHEDULED, session)
    paid(session, session.deposit_amount)
    return session


def state(session: Session) -> str:
    """Return the state that a session has come to."""
    session.refresh_from_db()
    return session.status


def attended_at(session: Session) -> datetime:
    """Return noon of the session's day in the studio."""
    return instant(session.session_date, time(12))


def _prepare(session: Session, step: Status, at: datetime) -> None:
    if step == Status.CONFIRMED:
        paid(session, session.deposit_amount, at=at)
    if step in (Status.CONFIRMED, Status.ASSIGNED) and not session.assignments.exists():
        assign(session)
    if step == Status.COMPLETED:
        paid(session, session.balance_amount, PaymentType.BALANCE, at=attended_at(session))


def assign(
    session: Session, photographer: User | None = None, *, at: datetime = AT, **asked: Any
) -> Assignment:
    """Put a photographer on a session."""
    photographer = photographer or UserFactory(roles=["photographer"])
    return team.assign(session, photographer.pk, actor=acting(None), at=at, **asked)
