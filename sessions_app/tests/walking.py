"""The ways in which the random walks act on real sessions: one for each of the model's actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.errors import DomainError
from sessions_app.actions import (
    attendance,
    cancelling,
    editing,
    lines,
    payments,
    planning,
    postponing,
    team,
    verifying,
)
from sessions_app.actions.payments import Receipt
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    Initiator,
    Payment,
    PaymentStatus,
    PaymentType,
    Session,
    SessionType,
)
from sessions_app.tests import model
from sessions_app.tests.builders import acting, book
from users.actors import Actor, Override
from users.rights import Right
from users.tests.factories import UserFactory

PRICES = [Decimal(price) for price in ("100", "250", "333.33", "500", "1000", "1500")]
STUDIO_ZONE = ZoneInfo("America/Guatemala")


def instant(naive: datetime) -> datetime:
    """Return the instant at which the studio's clocks show what the model's does."""
    return naive.replace(tzinfo=STUDIO_ZONE)


def on_the_clock(at: datetime | None) -> datetime | None:
    """Return what the studio's clocks show at an instant."""
    return at.astimezone(STUDIO_ZONE).replace(tzinfo=None) if at else None


class Desk:
    """The studio's people, and their ways to act on its sessions: one for each of the model's."""

    def __init__(self) -> None:
        self.people = {
            name: UserFactory(full_name=name, roles=roles) for name, roles in model.PEOPLE.items()
        }
        self.names = {user.pk: name for name, user in self.people.items()}
        self.room = RoomFactory()
        self.client = ClientFactory()
        self.items = {price: ItemFactory(unit_price=price) for price in PRICES}
        self.sessions: list[int] = []
        self.slips = 0

    def open(self, is_studio: bool, day: date, at_time: time | None, at: datetime) -> None:
        """Book a session of two hours, for 1000.00."""
        place = {"room": self.room} if is_studio else {"location": "Antigua"}
        session = book(
            at=at,
            client=self.client,
            session_type=SessionType.STUDIO if is_studio else SessionType.EXTERNAL,
            session_date=day,
            session_time=at_time,
            **place,
        )
        lines.add_item(session, self.items[Decimal(1000)], 1, actor=acting(None), at=at)
        self.sessions.append(session.pk)

    def answer(
        self, name: str, who: str, which: int, *facts: Any, at: datetime, override: bool
    ) -> str:
        """Let someone act as the doors do: who does not see the session is told that first."""
        user = self.people[who]
        actor = acting(user)
        rows = Session.objects.visible_to(user).filter(pk=self.sessions[which])
        session = rows.first()
        if session is None:
            return "SESSION_NOT_FOUND"
        way: Callable[..., Any] = getattr(self, name)
        try:
            leave = Override.asked(
                actor, override=override, reason="agreed", right=Right.SESSION_EDIT_ALL
            )
            way(session, *facts, actor=actor, at=at, override=leave)
        except DomainError as refusal:
            return refusal.code
        return "done"

    def transition(
        self, session: Session, to: str, reason: bool, *, override: Any, **by: Any
    ) -> None:
        why = "as agreed" if reason else ""
        transition(session, Status(to), reason=why, override=override, **by)

    def cancel(
        self, session: Session, side: str, amount: Decimal | None, *, actor: Actor, **by: Any
    ) -> None:
        actor.require(Right.SESSION_CANCEL, session)
        cancelling.cancel(
            session,
            initiator=Initiator(side),
            reason="rain",
            refund_amount=amount,
            actor=actor,
            **by,
        )

    def correct(self, session: Session, side: str, *, override: Any, **by: Any) -> None:
        cancelling.correct_initiator(session, Initiator(side), reason="a mistake", **by)

    def pay(
        self,
        session: Session,
        kind: str,
        amount: Decimal,
        status: str,
        has_number: bool,
        days_back: int,
        *,
        at: datetime,
        **by: Any,
    ) -> None:
        receipt = Receipt(
            payment_type=PaymentType(kind),
            payment_method="Transfer",
            amount=amount,
            payment_date=at.astimezone(STUDIO_ZONE).date() - timedelta(days=days_back),
            transaction_reference=self.number() if has_number else "",
            status=PaymentStatus(status),
        )
        payments.record(session, receipt, at=at, **by)

    def refund(self, session: Session, amount: Decimal, *, at: datetime, **by: Any) -> None:
        receipt = Receipt(
            payment_type=PaymentType.REFUND,
            payment_method="Transfer",
            amount=amount,
            payment_date=at.astimezone(STUDIO_ZONE).date(),
        )
        payments.record(session, receipt, reason="too much", at=at, **by)

    def number(self) -> str:
        self.slips += 1
        return f"B-{self.slips}"

    def payment(self, session: Session, index: int) -> Payment:
        return session.payments.order_by("id")[index]

    def verify(self, session: Session, index: int, *, override: Any, **by: Any) -> None:
        payment = self.payment(session, index)
        number = "" if payment.transaction_reference else self.number()
        verifying.verify(payment, transaction_reference=number, **by)

    def void(self, session: Session, index: int, **by: Any) -> None:
        verifying.void(self.payment(session, index), reason="bounced", **by)

    def mark(
        self, session: Session, whom: str, attended: bool, *, override: Any, **by: Any
    ) -> None:
        attendance.mark(self.member(session, whom), attended=attended, **by)

    def take(self, session: Session, *, override: Any, **by: Any) -> None:
        editing.take(session, **by)

    def assign_editor(self, session: Session, whom: str, *, override: Any, **by: Any) -> None:
        editing.assign_editor(session, self.people[whom].pk, **by)

    def release_editor(self, session: Session, reason: bool, *, override: Any, **by: Any) -> None:
        editing.release_editor(session, reason="ill" if reason else "", **by)

    def change_editing_days(self, session: Session, days: int, *, override: Any, **by: Any) -> None:
        editing.change_editing_days(session, days, note="much to do", **by)

    def member(self, session: Session, whom: str) -> Assignment:
        return session.assignments.get(
            photographer=self.people[whom], status=AssignmentStatus.ASSIGNED
        )

    def assign(self, session: Session, whom: str, *, override: Any, **by: Any) -> None:
        team.assign(session, self.people[whom].pk, **by)

    def release(self, session: Session, whom: str, *, override: Any, **by: Any) -> None:
        team.release(self.member(session, whom), **by)

    def reassign(self, session: Session, old: str, new: str, *, override: Any, **by: Any) -> None:
        team.reassign(self.member(session, old), self.people[new].pk, **by)

    def move(self, session: Session, day: date | None, at_time: time | None, **by: Any) -> None:
        changes = {"session_date": day or session.session_date, "session_time": at_time}
        planning.change_session(session, changes, **by)

    def postpone(
        self,
        session: Session,
        day: date,
        at_time: time,
        reason: bool,
        *,
        override: Any,
        **by: Any,
    ) -> None:
        postponing.postpone(session, day, at_time, reason="rain" if reason else "", **by)

    def add(self, session: Session, price: Decimal, quantity: int, **by: Any) -> None:
        lines.add_item(session, self.items[price], quantity, **by)

    def change_line(self, session: Session, index: int, quantity: int, **by: Any) -> None:
        lines.change_line(session.lines.order_by("id")[index], {"quantity": quantity}, **by)

    def remove(self, session: Session, index: int, **by: Any) -> None:
        lines.remove_line(session.lines.order_by("id")[index], **by)

    def terms(self, session: Session, name: str, value: Decimal, **by: Any) -> None:
        field = {"transport": "transportation_cost", "percentage": "deposit_percentage"}
        planning.change_session(session, {field.get(name, name): value}, **by)

    def need(self, session: Session, count: int, **by: Any) -> None:
        planning.change_session(session, {"photographers_needed": count}, **by)

    def facts(self, which: int) -> dict[str, Any]:
        """Return how a session stands, as the model tells it."""
        session = Session.objects.get(pk=self.sessions[which])
        active = session.assignments.filter(status=AssignmentStatus.ASSIGNED)
        return {
            "state": session.status,
            "when": (session.session_date, session.session_time),
            "total": session.total_amount,
            "deposit": session.deposit_amount,
            "paid": session.paid_amount,
            "refund due": session.refund_due,
            "payments": [
                (one.payment_type, one.amount, one.status)
                for one in session.payments.order_by("id")
            ],
            "payment deadline": on_the_clock(session.payment_deadline_at),
            "changes deadline": on_the_clock(session.changes_deadline_at),
            "delivery": session.delivery_deadline,
            "team": {self.names[one.photographer_id]: one.attended for one in active},
            "editor": self.names.get(session.editing_assigned_to_id),
        }
