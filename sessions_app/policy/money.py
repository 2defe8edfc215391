"""Lines, totals and the deposit (rules, section 4). Amounts are `Decimal` in the one currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def rounded(amount: Decimal) -> Decimal:
    """Return an amount at two places, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def as_wire(amount: Decimal) -> float:
    """Return an amount as the number that a refusal's context carries."""
    return float(amount)


def line_subtotal(quantity: int, unit_price: Decimal) -> Decimal:
    """Return what a line comes to."""
    return rounded(quantity * unit_price)


@dataclass(frozen=True)
class Totals:
    """The sums of a session."""

    subtotal: Decimal
    total: Decimal

    def discount_percentage(self, discount: Decimal) -> Decimal:
        """Return how much of the subtotal a discount takes; any discount of nothing is all."""
        if self.subtotal <= 0:
            return ZERO if discount == 0 else Decimal(100)
        return discount * 100 / self.subtotal


def totals(lines: Iterable[Decimal], transportation: Decimal, discount: Decimal) -> Totals:
    """Return subtotal = Σ lines and total = subtotal + transportation − discount."""
    subtotal = rounded(sum(lines, ZERO))
    return Totals(subtotal, rounded(subtotal + transportation - discount))


def deposit(total: Decimal, percentage: Decimal) -> Decimal:
    """Return what must be paid before confirmation: total × percentage / 100."""
    return rounded(total * percentage / 100)


@dataclass(frozen=True)
class PackageLine:
    """One item of a package as it is sold now."""

    quantity: int
    unit_price: Decimal


def package_adjustment(base_price: Decimal, items: Sequence[PackageLine]) -> Decimal:
    """Return what one package's items need added to come to its price; may be negative.

    A `base_price` of 0 means no special price, hence nothing to adjust.
    """
    if base_price == 0:
        return ZERO
    return base_price - sum((line_subtotal(i.quantity, i.unit_price) for i in items), ZERO)
