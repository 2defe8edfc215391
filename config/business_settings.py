"""What the business settings of `rules.md` are: their types and their bounds.

Said once, for all that reads or keeps them: the environment, the versions, the form of the owner.
Which values are in force now, `config.business_rules` tells.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from config.opening_hours import WEEKDAYS, OpeningHours

PLACES = 2
"""Decimal places of amounts and percentages."""


@dataclass(frozen=True)
class BusinessRules:
    """One consistent set of the studio's numbers; days and minutes as their names say."""

    payment_deadline_days: int
    changes_deadline_days: int
    request_hold_days: int
    default_deposit_percentage: Decimal
    max_discount_percentage: Decimal
    requires_full_payment: bool
    refund_within_deadline: Decimal
    refund_after_deadline: Decimal
    refund_force_majeure: Decimal
    refund_client_after_assigned: Decimal
    remote_transportation_cost: Decimal
    travel_minutes: int
    room_turnaround_minutes: int
    opening_hours: OpeningHours
    default_editing_days: int
    max_concurrent_editing_sessions: int

    @property
    def travel(self) -> timedelta:
        """Time on the road on either side of an External session."""
        return timedelta(minutes=self.travel_minutes)


NAMES: tuple[str, ...] = tuple(field.name for field in fields(BusinessRules))
"""Every business setting, in the order in which people read them."""

_DAYS = (0, 365)
_DAYS_AT_LEAST_ONE = (1, 365)
_MINUTES = (0, 24 * 60)
_PERCENTAGE = (0, 100)

BOUNDS: dict[str, tuple[int, int]] = {
    "payment_deadline_days": _DAYS,
    "changes_deadline_days": _DAYS,
    "request_hold_days": _DAYS_AT_LEAST_ONE,
    "default_deposit_percentage": _PERCENTAGE,
    "max_discount_percentage": _PERCENTAGE,
    "refund_within_deadline": _PERCENTAGE,
    "refund_after_deadline": _PERCENTAGE,
    "refund_force_majeure": _PERCENTAGE,
    "refund_client_after_assigned": _PERCENTAGE,
    "remote_transportation_cost": (0, 10_000_000),
    "travel_minutes": _MINUTES,
    "room_turnaround_minutes": _MINUTES,
    "default_editing_days": _DAYS_AT_LEAST_ONE,
    "max_concurrent_editing_sessions": (1, 1000),
}
"""The lowest and the highest value of every setting that is a number, both allowed."""


def as_written(hours: OpeningHours) -> str:
    """Return opening hours the way one writes them, like days together: `mon-fri 08:00-18:00`."""
    parts = []
    for spans, group in groupby(enumerate(hours.spans), key=lambda day: day[1]):
        days = [WEEKDAYS[day] for day, _spans in group]
        span_of_days = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
        parts += [f"{span_of_days} {opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans]
    return ", ".join(parts)
