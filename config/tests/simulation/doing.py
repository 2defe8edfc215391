"""A simulated session, and what people do about it: each deed is tried, and its answer noted.

When something is tried is decided by chance and by what the session was planned to be, never by
what came of earlier deeds: so the same is tried at the same instants whether jobs ran or not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from config.business_rules import business_rules
from config.clock import studio_day
from config.demo import office
from config.demo.opening import Studio
from config.errors import DomainError
from config.records.models import Channel
from config.tests.simulation.plans import Course, period_of
from sessions_app.actions import planning, team
from sessions_app.actions.payments import Receipt
from sessions_app.actions.payments import record as record_payment
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    Payment,
    PaymentStatus,
    PaymentType,
    Session,
)
from sessions_app.policy import deadlines
from users.actors import Actor, Override
from users.models import User
from users.rights import Right

LAST_MINUTE = timedelta(hours=1)
"""Before a deadline or a beginning, nothing is tried that has to be done by then."""


@dataclass(frozen=True)
class Deed:
    """Something that was tried: when, what, and the code of the refusal, if it was refused."""

    at: datetime
    what: str
    refusal: str = ""


@dataclass
class Affair:
    """One session, the desk that looks after it, its present, and what was tried."""

    studio: Studio
    course: Course
    random: Random
    now: datetime
    deeds: list[Deed] = field(default_factory=list)
    by_hand: int = 0
    """How often the desk assigned what no night had assigned."""
    payment_deadline: datetime | None = None
    """By when the deposit is due, if the last try to pre-schedule it was not refused."""
    payment_deadlines: list[datetime] = field(default_factory=list)
    """Those that it was given."""
    pk: int = 0

    @property
    def session(self) -> Session:
        """The session as it is in the database."""
        return Session.objects.get(pk=self.pk)

    @property
    def desk(self) -> Actor:
        """The coordinator who looks after it."""
        return self._at_the_admin("coordinator")

    @property
    def colleague(self) -> Actor:
        """Who looks at what the desk did, and pays refunds out."""
        return self._at_the_admin("coordinator2")

    @property
    def admin(self) -> Actor:
        """Who may override."""
        return self._at_the_admin("admin")

    @property
    def beginning(self) -> datetime:
        """When the session begins, unless it moves."""
        return period_of(*self._when).starts_at

    @property
    def end(self) -> datetime:
        """When the session ends, unless it moves."""
        ends_at = period_of(*self._when).ends_at
        assert ends_at is not None
        return ends_at

    @property
    def changes_deadline(self) -> datetime:
        """Until when a confirmed session may be changed."""
        return deadlines.changes_deadline(
            self.course.plan.day, business_rules().changes_deadline_days
        )

    def after(self, least: float, most: float, by: datetime | None = None) -> datetime:
        """Let some days pass, into the office's hours, but not beyond what it must be done by."""
        at = office.nearest(
            self.now + timedelta(days=self.random.uniform(least, most)), self.random
        )
        if by is not None and at > by - LAST_MINUTE:
            at = office.last_before(by - LAST_MINUTE)
        return self.at(at)

    def between(self, start: datetime, end: datetime) -> datetime:
        """Let time pass into a part of it, into the office's hours."""
        start = max(start, self.now)
        at = office.nearest(start + (end - start) * self.random.uniform(0.05, 0.9), self.random)
        return self.at(min(at, max(office.last_before(end - LAST_MINUTE), start)))

    def at(self, instant: datetime) -> datetime:
        """Let time pass until an instant; it never goes back."""
        self.now = max(instant, self.now + office.A_MOMENT)
        return self.now

    def tries(self, what: str, deed: Callable[..., Any], *args: Any, **said: Any) -> None:
        """Do something now, and note what came of it."""
        refusal = ""
        try:
            deed(*args, at=self.now, **said)
        except DomainError as refused:
            refusal = refused.code
        self.deeds.append(Deed(self.now, what, refusal))

    def steps(self, to: Status, actor: Actor | None = None, **said: Any) -> None:
        """Take the session to a state."""
        self.tries(to, transition, self.session, to, actor=actor or self.desk, **said)

    def pre_schedules(self) -> None:
        """Take it to Pre-scheduled: from now on the deposit is due."""
        self.payment_deadline = deadlines.payment_deadline(
            studio_day(self.now),
            business_rules().payment_deadline_days,
            self.session.starts_at or self.beginning,
        )
        self.steps(Status.PRE_SCHEDULED)
        if not self.deeds[-1].refusal:
            self.payment_deadlines.append(self.payment_deadline)

    def assigns_if_no_night_did(self) -> None:
        """What a photographer who cannot mark makes the desk do; noted apart from the deeds."""
        session = self.session
        if session.status == Status.CONFIRMED:
            with suppress(DomainError):
                transition(session, Status.ASSIGNED, actor=self.desk, at=self.now)
                self.by_hand += 1

    def changes(self, what: str, **fields: Any) -> None:
        """Write fields of the session."""
        self.tries(what, planning.change_session, self.session, fields, actor=self.desk)

    def moves(self, what: str) -> None:
        """Move to the day that is kept free for it."""
        self.changes(what, session_date=self.course.later_day)

    def staffs(self) -> None:
        """Put the team on it that is kept free for it."""
        for name in self.course.plan.team:
            photographer = self.studio.people[name]
            self.tries(
                f"assign {name}", team.assign, self.session, photographer.pk, actor=self.desk
            )

    def team(self) -> list[Assignment]:
        """Return who is on it, in the order of assignment."""
        active = self.session.assignments.filter(status=AssignmentStatus.ASSIGNED)
        return list(active.select_related("photographer").order_by("id"))

    def pays(
        self,
        kind: PaymentType,
        amount: Decimal,
        method: str = "Efectivo",
        status: PaymentStatus = PaymentStatus.VERIFIED,
    ) -> None:
        """Bring money, or the slip of it."""
        receipt = Receipt(
            payment_type=kind,
            payment_method=method,
            amount=amount,
            payment_date=studio_day(self.now),
            transaction_reference=f"{self.random.randrange(10**8):08d}",
            status=status,
        )
        self.tries(f"pay {kind}", record_payment, self.session, receipt, actor=self.desk)

    def pays_deposit(self, **how: Any) -> None:
        """Bring the whole deposit."""
        self.pays(PaymentType.DEPOSIT, self.session.deposit_amount, **how)

    def sends_slip(self) -> None:
        """Send the slip of a deposit that somebody has to verify."""
        self.pays_deposit(method="Transferencia", status=PaymentStatus.PENDING)

    def verifies(self) -> None:
        """Verify what waits; refunds are paid out apart."""
        waiting = self._payments(PaymentStatus.PENDING).exclude(payment_type=PaymentType.REFUND)
        self.tries("verify", self._verify, waiting)

    def pays_out(self) -> None:
        """Pay out the refund that is on its way, if there is one."""
        slip = f"R-{self.random.randrange(10**6):06d}"
        on_its_way = self._payments(PaymentStatus.PENDING).filter(payment_type=PaymentType.REFUND)
        self.tries("pay out", self._verify, on_its_way, transaction_reference=slip)

    def rejects_slip(self) -> None:
        """Reject the slip of a deposit that never arrived."""
        self.tries("reject", self._void, self._deposits(PaymentStatus.PENDING), actor=self.desk)

    def voids_deposit(self) -> None:
        """Void the deposit, which bounced; from Confirmed on it takes an admin's override."""
        override = Override.asked(
            self.admin, override=True, reason="Lo repone mañana.", right=Right.SESSION_EDIT_ALL
        )
        deposits = self._deposits(PaymentStatus.VERIFIED)
        self.tries("void", self._void, deposits, actor=self.admin, override=override)

    def as_user(self, person: User) -> Actor:
        """Return somebody of the studio as they act in the app."""
        return Actor(person, Channel.API)

    def _payments(self, status: PaymentStatus) -> Any:
        return Payment.objects.filter(session=self.pk, status=status).order_by("id")

    def _deposits(self, status: PaymentStatus) -> Any:
        return self._payments(status).filter(payment_type=PaymentType.DEPOSIT)

    def _verify(self, payments: Any, **said: Any) -> None:
        for payment in payments:
            verify(payment, actor=self.colleague, **said)

    def _void(self, payments: Any, **said: Any) -> None:
        for payment in payments:
            void(payment, reason="No llegó.", **said)

    @property
    def _when(self) -> tuple[Any, Any, Any]:
        plan = self.course.plan
        return plan.day, plan.clock, plan.hours

    def _at_the_admin(self, name: str) -> Actor:
        return Actor(self.studio.people[name], Channel.ADMIN)
