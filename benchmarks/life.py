"""One session's life so far, as the rows that it has left: what the actions would have written."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from config.clock import instant, studio_day
from sessions_app.lifecycle import OPEN, ORDER, PLANNED, Status, before
from sessions_app.models import Assignment, Claim, ClaimKind, HistoryEntry, Line, Payment, Session
from sessions_app.policy import deadlines

LARGE = 4
"""The slot of the day whose sessions need two photographers, whom not all of them have yet."""


@dataclass
class Rows:
    """What is written in bulk, by table, sessions first."""

    sessions: list[Any] = field(default_factory=list)
    history: list[Any] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)
    payments: list[Any] = field(default_factory=list)
    assignments: list[Any] = field(default_factory=list)
    claims: list[Any] = field(default_factory=list)

    def write(self) -> None:
        """Insert everything."""
        for rows in vars(self).values():
            type(rows[0]).objects.bulk_create(rows, batch_size=1000)


@dataclass
class Studio:
    """Who works there, in which rooms, for whom, and with what on offer."""

    admin: Any
    coordinator: Any
    photographers: list[Any]
    editors: list[Any]
    rooms: list[Any]
    items: list[Any]
    clients: list[Any]


class Life:
    """One session in the making: the rows that its life so far has left."""

    def __init__(
        self, studio: Studio, rows: Rows, chance: random.Random, at: datetime, day: date, slot: int
    ) -> None:
        self.studio, self.rows, self.chance, self.at = studio, rows, chance, at
        self.day, self.slot = day, slot

    def lived(self, today: date, numbers: Counter[int]) -> None:
        """Write the session and all that belongs to it."""
        ahead = (self.day - today).days
        self.state = self._state(ahead)
        canceled = self.state == Status.CANCELED
        reached = self.chance.choice(ORDER[:4]) if canceled else self.state
        self.path = ORDER[: ORDER.index(reached) + 1]
        self.starts_at = instant(self.day, time(7 + 2 * self.slot))
        self.ends_at = self.starts_at + timedelta(hours=2)
        is_young = reached in PLANNED and not canceled
        self.begun = min(self.starts_at, self.at) - timedelta(days=3 if is_young else 40)
        year = studio_day(self.begun).year
        numbers[year] += 1
        is_studio = self.slot % 2 == 0
        self.session = Session(
            code=f"S-{year}-{numbers[year]:04d}",
            client=self.chance.choice(self.studio.clients),
            session_type="Studio" if is_studio else "External",
            status=self.state,
            session_date=self.day,
            session_time=time(7 + 2 * self.slot),
            estimated_duration_hours=Decimal(2),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            location="" if is_studio else "Antigua Guatemala",
            room=self.studio.rooms[self.slot] if is_studio else None,
            client_requirements="Retratos de familia, luz natural." if self.slot < 3 else "",
            deposit_percentage=Decimal(50),
            transportation_cost=Decimal(0 if is_studio else 200),
            estimated_editing_days=5,
            responsible=self.studio.admin,
            created_by=self.studio.admin,
            created_at=self.begun,
            updated_at=self.begun + timedelta(days=2),
            version=len(self.path) + 3,
        )
        self.rows.sessions.append(self.session)
        self._history(canceled)
        self._money(canceled)
        self._dates()
        self._team()

    def _state(self, ahead: int) -> Any:
        if self.chance.random() < 0.15:
            return Status.CANCELED
        if ahead < -45:
            return Status.COMPLETED
        if ahead < 0:
            late = (Status.ATTENDED, Status.IN_EDITING, Status.READY, Status.COMPLETED)
            return self.chance.choice(late)
        if ahead < 7:
            return Status.ASSIGNED
        early = (Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED)
        return self.chance.choice((*early, Status.ASSIGNED))

    def _moment(self, state: str, n: int) -> datetime:
        """Return when a state was reached: from Attended on after the session, else before it."""
        is_early = state in before(Status.ATTENDED) or state == Status.CANCELED
        return (self.begun if is_early else self.ends_at) + timedelta(minutes=n)

    def _history(self, canceled: bool) -> None:
        steps = [*self.path, *([Status.CANCELED] if canceled else [])]
        self.when = {state: self._moment(state, n) for n, state in enumerate(steps)}
        for source, target in zip(["", *steps], steps, strict=False):
            self.rows.history.append(
                HistoryEntry(
                    session=self.session,
                    from_status=source,
                    to_status=target,
                    changed_at=self.when[target],
                    changed_by=self.studio.admin,
                    channel="api",
                    reason="El cliente ya no puede." if target == Status.CANCELED else "",
                )
            )
        if canceled:
            self.session.cancelled_at = self.when[Status.CANCELED]
            self.session.cancelled_by = self.studio.admin
            self.session.cancellation_reason = "El cliente ya no puede."
            self.session.cancellation_initiator = self.chance.choice(("Client", "Studio"))
            self.session.cancellation_category = "changed_mind"

    def _money(self, canceled: bool) -> None:
        session = self.session
        ordered = self.chance.sample(self.studio.items, self.chance.randint(1, 4))
        for n, item in enumerate(ordered, start=1):
            quantity = self.chance.randint(1, 4)
            line = Line(
                session=session,
                line_type="Item",
                reference_id=item.pk,
                reference_type="Item",
                item_code=item.code,
                item_name=item.name,
                quantity=quantity,
                unit_price=item.unit_price,
                line_subtotal=quantity * item.unit_price,
                display_order=n,
                created_at=self.begun,
            )
            self.rows.lines.append(line)
            session.subtotal += line.line_subtotal
        session.total_amount = session.subtotal + session.transportation_cost
        session.deposit_amount = session.total_amount / 2
        if self.path[-1] == Status.PRE_SCHEDULED and not canceled and self.slot == 0:
            self._pay("Deposit", session.deposit_amount, status="Pending")
        if Status.CONFIRMED in self.path:
            self._pay("Deposit", session.deposit_amount)
        if Status.ATTENDED in self.path:
            self._pay("Partial", session.total_amount / 4)
        if Status.COMPLETED in self.path:
            self._pay("Balance", session.total_amount / 4)
        if canceled and session.paid_amount:
            self._pay("Refund", session.paid_amount, status="Pending")

    def _pay(self, kind: str, amount: Decimal, status: str = "Verified") -> None:
        verified = status == "Verified"
        recorded = self.begun + timedelta(days=1)
        payment = Payment(
            session=self.session,
            payment_type=kind,
            payment_method="Transfer",
            amount=amount,
            transaction_reference="" if kind == "Refund" else f"{self.session.code}-{kind}",
            payment_date=recorded.date(),
            status=status,
            is_of_cancellation=kind == "Refund",
            created_at=recorded,
            created_by=self.studio.admin,
            verified_at=recorded if verified else None,
            verified_by=self.studio.admin if verified else None,
        )
        self.rows.payments.append(payment)
        if verified:
            self.session.paid_amount += amount
        elif kind == "Refund":
            self.session.refund_due += amount

    def _dates(self) -> None:
        session = self.session
        if self.path[-1] == Status.PRE_SCHEDULED:
            session.payment_deadline_set_on = studio_day(self.begun)
            session.payment_deadline_days = 5
            session.payment_deadline_at = deadlines.payment_deadline(
                session.payment_deadline_set_on, session.payment_deadline_days, self.starts_at
            )
        if Status.CONFIRMED in self.path:
            session.changes_deadline_for, session.changes_deadline_days = self.day, 7
            session.changes_deadline_at = deadlines.changes_deadline(self.day, 7)
            session.refund_within_deadline = session.refund_force_majeure = Decimal(100)
            session.refund_after_deadline = Decimal(50)
            session.refund_client_after_assigned = Decimal(0)
        if Status.ASSIGNED in self.path:
            session.delivery_deadline = deadlines.delivery_date(self.day, 5)
        if Status.IN_EDITING in self.path:
            session.editing_assigned_to = self.chance.choice(self.studio.editors)
            session.editing_started_at = self.when[Status.IN_EDITING]
        if Status.READY in self.path:
            session.editing_completed_at = self.when[Status.READY]
        if Status.COMPLETED in self.path:
            session.delivered_at = self.when[Status.COMPLETED]

    def _team(self) -> None:
        size = self.chance.choice((1, 2, 2)) if Status.CONFIRMED in self.path else 0
        attended = Status.ATTENDED in self.path
        members = [
            Assignment(
                session=self.session,
                photographer=self.studio.photographers[2 * self.slot + n],
                role=("Lead", "Assistant")[n],
                coverage_start=self.starts_at,
                coverage_end=self.ends_at,
                assigned_at=self.begun + timedelta(days=1),
                assigned_by=self.studio.admin,
                attended=attended,
                attended_at=self.when.get(Status.ATTENDED),
            )
            for n in range(size)
        ]
        self.session.photographers_needed = max(size, 2 if self.slot == LARGE else 1)
        self.rows.assignments += members
        holds = self.state in OPEN
        cause = "completed" if self.state == Status.COMPLETED else "canceled"
        common = {
            "session": self.session,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "active": holds,
            "ended_at": None if holds else self.ends_at,
            "end_cause": "" if holds else cause,
        }
        if self.session.room is not None:
            self.rows.claims.append(Claim(kind=ClaimKind.SESSION, room=self.session.room, **common))
        self.rows.claims += [
            Claim(kind=ClaimKind.ASSIGNMENT, person=one.photographer, assignment=one, **common)
            for one in members
        ]
