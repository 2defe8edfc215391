"""The pure model's money: the ledger of a session, and what a cancellation gives back."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal

from sessions_app.tests.model.facts import (
    AFTER,
    ASSIGNED,
    CANCELED,
    COMPLETED,
    CONFIRMED,
    FORCE_MAJEURE,
    LIFE,
    ONCE_ASSIGNED,
    WITHIN,
    Pay,
    Rules,
    Session,
    refuse,
    share,
)


class Money(Rules):
    """What people do with payments and refunds."""

    def pay(
        self,
        who: str,
        s: Session,
        kind: str,
        amount: Decimal,
        status: str,
        has_number: bool,
        days_back: int,
        override: bool,
    ) -> None:
        self.demand(who, "payment")
        day = self.today - timedelta(days=days_back)
        refuse("VALIDATION_ERROR", day > self.today or day < s.created_on or days_back > 7)
        live = [pay for pay in s.pays if pay.is_live]
        refuse("PAYMENT_NOT_ALLOWED", s.state in (CANCELED, COMPLETED) or s.total <= 0)
        refuse("DUPLICATE", kind == "Deposit" and any(pay.kind == kind for pay in live))
        if not has_number:
            self._refuse_same(live, kind, amount, day)
        is_covered = s.net >= s.deposit
        refuse("PAYMENT_NOT_ALLOWED", is_covered != (kind == "Balance"))
        to_come = s.sum("Pending", refunds=False)
        refuse("PAYMENT_EXCEEDS_TOTAL", s.net + to_come + amount > s.total)
        towards = amount if is_covered else min(amount, s.deposit - s.net)
        self.slips += 1
        for part, of_kind in ((towards, kind), (amount - towards, "Balance")):
            if part:
                s.pays.append(Pay(of_kind, part, status, self.now, day, self.slips, has_number))

    def _refuse_same(self, live: list[Pay], kind: str, amount: Decimal, day: object) -> None:
        """The same again within a minute, without a number; the parts of a split are one."""
        recent = [
            pay
            for pay in live
            if not (pay.has_number or pay.of_cancellation)
            and pay.day == day
            and self.now - pay.at < timedelta(seconds=60)
        ]
        for slip in {pay.slip for pay in recent}:
            parts = [pay for pay in recent if pay.slip == slip]
            is_same = parts[0].kind == kind and sum(pay.amount for pay in parts) == amount
            refuse("DUPLICATE", is_same)

    def refund(self, who: str, s: Session, amount: Decimal, override: bool) -> None:
        """By hand, without a document number, which comes when it is paid out."""
        self.demand(who, "refund")
        live = [pay for pay in s.pays if pay.is_live]
        self._refuse_same(live, "Refund", amount, self.today)
        refuse("PAYMENT_NOT_ALLOWED", s.state == COMPLETED or amount > s.left)
        is_short = s.is_since(CONFIRMED) and s.left - amount < s.deposit
        refuse("OVERRIDE_NEEDED", is_short and not override)
        self._add_refund(s, amount)

    def verify(self, who: str, s: Session, index: int, override: bool) -> None:
        """A refund without a document number is given one by who verifies it."""
        pay = s.pays[index]
        is_refund = pay.kind == "Refund"
        self.demand(who, "refund" if is_refund else "payment")
        is_canceller = s.cancelled is not None and s.cancelled[0] == who
        refuse("PERMISSION_DENIED", is_refund and is_canceller and not self.has(who, "edit.all"))
        refuse("PAYMENT_NOT_ALLOWED", pay.status != "Pending")
        if is_refund:
            refuse("PAYMENT_NOT_ALLOWED", pay.amount > s.net)
        else:
            refuse("PAYMENT_EXCEEDS_TOTAL", s.net + pay.amount > s.total)
        before = deepcopy(s)
        pay.status, pay.has_number = "Verified", True
        self._follow(s, before)

    def void(self, who: str, s: Session, index: int, override: bool) -> None:
        pay = s.pays[index]
        is_refund = pay.kind == "Refund"
        self.demand(who, "refund" if is_refund else "payment")
        refuse("PAYMENT_NOT_ALLOWED", pay.status == "Rejected")
        if pay.status == "Verified" and is_refund:
            refuse("PAYMENT_EXCEEDS_TOTAL", s.net + pay.amount > s.total)
        elif pay.status == "Verified":
            self._refuse_bounce(s, pay, override)
        before = deepcopy(s)
        pay.status = "Rejected"
        self._follow(s, before)

    def _refuse_bounce(self, s: Session, pay: Pay, override: bool) -> None:
        """Refunds rest on what was paid, those of a cancellation alone follow it."""
        follows = s.refund_by_rule.amount if s.refund_by_rule else Decimal(0)
        refuse("PAYMENT_NOT_ALLOWED", s.left + follows - pay.amount < 0)
        is_short = s.is_since(CONFIRMED) and s.left - pay.amount < s.deposit
        refuse("OVERRIDE_NEEDED", is_short and not override)

    def _follow(self, s: Session, before: Session) -> None:
        """Once cancelled, the refund shrinks or grows by its percentage of what changed."""
        if s.cancelled is None:
            return
        _, side, state, at = s.cancelled
        percentage = self.percentage(s, side, state, at)
        change = share(s.returnable(at), percentage) - share(before.returnable(at), percentage)
        was = s.refund_by_rule.amount if s.refund_by_rule else Decimal(0)
        amount = min(max(was + change, Decimal(0)), s.left + was)
        if amount != was:
            self._replace_refund(s, amount)

    def cancel(
        self, who: str, s: Session, side: str, amount: Decimal | None, override: bool
    ) -> None:
        self.demand(who, "cancel")
        refuse("INVALID_STATE_TRANSITION", s.state in (CANCELED, COMPLETED))
        decided = self._decided(s, side, s.state, self.now)
        if amount not in (None, decided):
            refuse("VALIDATION_ERROR", not override or not 0 <= amount <= s.left)
            decided = amount
        s.cancelled = (who, side, s.state, self.now)
        s.state = CANCELED
        self._replace_refund(s, decided)

    def correct(self, who: str, s: Session, side: str, override: bool) -> None:
        self.demand(who, "edit.all")
        refuse("INVALID_STATE_TRANSITION", s.state != CANCELED)
        is_paid_out = any(pay.of_cancellation and pay.status == "Verified" for pay in s.pays)
        refuse("INVALID_STATE_TRANSITION", is_paid_out)
        by, before, state, at = s.cancelled
        if side != before:
            s.cancelled = (by, side, state, at)
            self._replace_refund(s, self._decided(s, side, state, at))

    def _decided(self, s: Session, side: str, state: str, at: datetime) -> Decimal:
        return share(s.returnable(at), self.percentage(s, side, state, at))

    def percentage(self, s: Session, side: str, state: str, at: datetime) -> int:
        """The table of refunds."""
        if state in LIFE[LIFE.index(ASSIGNED) + 1 :]:
            return 0
        if s.change_by is None:
            return 100
        is_within = state != ASSIGNED and at < s.change_by
        is_staffed = state == ASSIGNED or (state == CONFIRMED and bool(s.team))
        if side != "Client":
            return 100 if is_within or is_staffed else FORCE_MAJEURE
        if is_within:
            return WITHIN
        return ONCE_ASSIGNED if is_staffed else AFTER

    def _replace_refund(self, s: Session, amount: Decimal) -> None:
        if s.refund_by_rule:
            s.refund_by_rule.status = "Rejected"
        amount = min(amount, s.left)  # refunds by hand may have been recorded since
        if amount > 0:
            self._add_refund(s, amount, of_cancellation=True)

    def _add_refund(self, s: Session, amount: Decimal, *, of_cancellation: bool = False) -> None:
        self.slips += 1
        s.pays.append(
            Pay(
                "Refund",
                amount,
                "Pending",
                self.now,
                self.today,
                self.slips,
                has_number=False,
                of_cancellation=of_cancellation,
            )
        )
