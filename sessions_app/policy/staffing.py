"""How many photographers a span of time asks for (rules, section 3, *Enough photographers*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sessions_app.policy.periods import Period


@dataclass(frozen=True)
class Demand:
    """A session that still lacks photographers: when, and how many."""

    period: Period
    missing: int


def peak(demands: Iterable[Demand], within: Period) -> int:
    """Return how many photographers are missing at once, at most, during a period.

    Sessions one after the other can be covered by the same person, hence not the sum.
    """
    present = [demand for demand in demands if demand.period.overlaps(within)]
    starts = {max(demand.period.starts_at, within.starts_at) for demand in present}
    return max(
        (
            sum(
                demand.missing
                for demand in present
                if demand.period.starts_at <= start
                and (demand.period.ends_at is None or start < demand.period.ends_at)
            )
            for start in starts
        ),
        default=0,
    )
