"""Finding the next free times for what a session needs (rules, sections 3 and 9)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property

from config.opening_hours import OpeningHours
from sessions_app.policy.periods import Period

STEP = timedelta(minutes=15)
HORIZON_DAYS = 31
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Need:
    """One room or person: how much before the start and after it is taken, and when it is busy.

    Busy periods are in order and do not overlap, as the claims of one room or person never do.
    """

    before: timedelta
    after: timedelta
    busy: Sequence[Period]

    def is_free(self, starts_at: datetime) -> bool:
        """Tell whether a session could start then, as far as this resource goes."""
        after_these = bisect_right(self._possible_again, starts_at)
        return after_these == len(self.busy) or starts_at <= self._last_possible[after_these]

    @cached_property
    def _last_possible(self) -> list[datetime]:
        """The last start that is over before each busy period begins."""
        return [period.starts_at - self.after for period in self.busy]

    @cached_property
    def _possible_again(self) -> list[datetime]:
        """The first start that comes after each busy period."""
        return [(period.ends_at + self.before) if period.ends_at else NEVER for period in self.busy]


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
    after: datetime, length: timedelta, hours: OpeningHours, zone: tzinfo, days: int = HORIZON_DAYS
) -> Iterator[datetime]:
    """Yield starts within the opening hours from an instant on, every quarter of an hour."""
    first: date = after.astimezone(zone).date()
    for opens, closes in hours.days_from(first, days, zone):
        starts = every_quarter(opens, closes - length)
        yield from (start for start in starts if start >= after)


def starts_from(after: datetime) -> Iterator[datetime]:
    """Yield starts at any hour from an instant on, every quarter of an hour."""
    yield from every_quarter(after, after + timedelta(days=HORIZON_DAYS) - STEP)


def every_quarter(first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield every quarter of an hour from an instant to another, which is included."""
    while first <= last:
        yield first
        first += STEP
