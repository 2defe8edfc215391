"""Finding the next free times for what a session needs (rules, sections 3 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from config.opening_hours import OpeningHours
from sessions_app.policy.periods import Period

STEP = timedelta(minutes=15)
HORIZON_DAYS = 31


@dataclass(frozen=True)
class Need:
    """One room or person: how much before the start and after it is taken, and when it is busy."""

    before: timedelta
    after: timedelta
    busy: Sequence[Period]

    def is_free(self, starts_at: datetime) -> bool:
        """Tell whether a session could start then, as far as this resource goes."""
        wanted = Period(starts_at - self.before, starts_at + self.after)
        return not any(wanted.overlaps(period) for period in self.busy)


def next_free(
    candidates: Iterable[datetime], needs: Sequence[Need], length: timedelta, count: int
) -> list[Period]:
    """Return the first `count` periods of `length` in which every need is free."""
    found: list[Period] = []
    for starts_at in candidates:
        if found and starts_at < (found[-1].ends_at or starts_at):
            continue
        if all(need.is_free(starts_at) for need in needs):
            found.append(Period(starts_at, starts_at + length))
            if len(found) == count:
                break
    return found


def offered_starts(
    after: datetime, length: timedelta, hours: OpeningHours, zone: tzinfo
) -> Iterator[datetime]:
    """Yield starts within the opening hours from an instant on, every quarter of an hour."""
    first: date = after.astimezone(zone).date()
    for opens, closes in hours.days_from(first, HORIZON_DAYS, zone):
        starts_at = opens
        while starts_at + length <= closes:
            if starts_at >= after:
                yield starts_at
            starts_at += STEP


def starts_from(after: datetime) -> Iterator[datetime]:
    """Yield starts at any hour from an instant on, every quarter of an hour."""
    steps = timedelta(days=HORIZON_DAYS) // STEP
    yield from (after + step * STEP for step in range(steps))
