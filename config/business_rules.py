"""The business settings of `rules.md`: numbers the studio may change without a programmer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings

from config.opening_hours import OpeningHours


@dataclass(frozen=True)
class BusinessRules:
    """One consistent set of the studio's numbers; days and minutes as their names say."""

    payment_deadline_days: int
    changes_deadline_days: int
    default_editing_days: int
    default_deposit_percentage: Decimal
    max_discount_percentage: Decimal
    refund_within_deadline: Decimal
    refund_after_deadline: Decimal
    refund_force_majeure: Decimal
    refund_client_after_assigned: Decimal
    requires_full_payment: bool
    max_concurrent_editing_sessions: int
    remote_transportation_cost: Decimal
    travel_minutes: int
    room_turnaround_minutes: int
    opening_hours: OpeningHours

    @property
    def travel(self) -> timedelta:
        """Time on the road on either side of an External session."""
        return timedelta(minutes=self.travel_minutes)


def business_rules() -> BusinessRules:
    """Return the rules in force now."""
    rules: BusinessRules = settings.BUSINESS_RULES
    return rules
