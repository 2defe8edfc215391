"""What the payments of a session come to (rules, section 4). Amounts are `Decimal`, never negative.

A ledger holds the *live* payments: pending or verified. Rejected ones count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sessions_app.policy.money import ZERO


@dataclass(frozen=True)
class Entry:
    """One live payment, in or (a refund) out; pending until it is verified."""

    amount: Decimal
    is_refund: bool
    is_verified: bool
    recorded_at: datetime
    is_of_cancellation: bool = False


@dataclass(frozen=True)
class Ledger:
    """The live payments of one session."""

    entries: tuple[Entry, ...] = ()

    @property
    def received(self) -> Decimal:
        """Verified payments, without regard to refunds."""
        return _sum(e for e in self.entries if e.is_verified and not e.is_refund)

    @property
    def refunded(self) -> Decimal:
        """Verified refunds."""
        return _sum(e for e in self.entries if e.is_verified and e.is_refund)

    @property
    def net_paid(self) -> Decimal:
        """Verified payments − verified refunds; only what is verified counts."""
        return self.received - self.refunded

    @property
    def pending_payments(self) -> Decimal:
        """Payments that wait for their verification."""
        return _sum(e for e in self.entries if not e.is_verified and not e.is_refund)

    @property
    def pending_refunds(self) -> Decimal:
        """Refunds that wait to be paid out."""
        return _sum(e for e in self.entries if not e.is_verified and e.is_refund)

    @property
    def refundable(self) -> Decimal:
        """What could still be refunded: net paid without what is already on its way back."""
        return max(self.net_paid - self.pending_refunds, ZERO)

    @property
    def pending_by_hand(self) -> Decimal:
        """Refunds on their way that no cancellation brought about."""
        return _sum(e for e in self.entries if _is_by_hand(e) and not e.is_verified)

    def returnable(self, at: datetime) -> Decimal:
        """Return what a cancellation at an instant decides about.

        All that was paid but what had been refunded by hand until then, whether such a refund is
        paid out already or on its way.
        """
        by_hand = _sum(e for e in self.entries if _is_by_hand(e) and e.recorded_at <= at)
        return max(self.received - by_hand, ZERO)

    def received_by(self, deadline: datetime) -> Decimal:
        """Return the verified payments that were recorded before a deadline (exclusive)."""
        return _sum(
            e
            for e in self.entries
            if e.is_verified and not e.is_refund and e.recorded_at < deadline
        )

    def covers(self, deposit: Decimal) -> bool:
        """Tell whether net paid reaches the deposit."""
        return self.net_paid >= deposit

    def covers_in_time(self, deposit: Decimal, deadline: datetime) -> bool:
        """Tell whether the deposit is covered by payments recorded by its deadline.

        A payment counts by the instant it was recorded, once verified; what was refunded since, or
        is on its way back, no longer covers anything.
        """
        return self.refundable >= deposit and self.received_by(deadline) >= deposit

    def would_cover_in_time(self, deposit: Decimal, deadline: datetime) -> bool:
        """Tell whether the deposit were covered in time if all that waits were verified."""
        waiting = _sum(
            e
            for e in self.entries
            if not e.is_verified and not e.is_refund and e.recorded_at < deadline
        )
        return (
            self.refundable + waiting >= deposit and self.received_by(deadline) + waiting >= deposit
        )

    def missing_to(self, deposit: Decimal) -> Decimal:
        """Return what is still missing to the deposit."""
        return max(deposit - self.net_paid, ZERO)


def split(amount: Decimal, missing: Decimal) -> tuple[Decimal, Decimal]:
    """Return how much of a payment goes towards the deposit and how much is beyond it."""
    towards = min(amount, missing)
    return towards, amount - towards


def _is_by_hand(entry: Entry) -> bool:
    return entry.is_refund and not entry.is_of_cancellation


def _sum(entries: Iterable[Entry]) -> Decimal:
    return sum((entry.amount for entry in entries), ZERO)
