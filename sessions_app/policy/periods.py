"""Periods of time that a session takes from rooms and people (rules, section 3); half-open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

NO_TIME = timedelta(0)
FARTHEST = timedelta(days=5 * 366)
"""How far ahead, or back, the agenda reaches."""


@dataclass(frozen=True)
class Period:
    """From `starts_at` on, until before `ends_at`; None means without end."""

    starts_at: datetime
    ends_at: datetime | None

    def overlaps(self, other: Period) -> bool:
        """Tell whether both share an instant; back to back they do not."""
        return (other.ends_at is None or self.starts_at < other.ends_at) and (
            self.ends_at is None or other.starts_at < self.ends_at
        )


def duration(hours: Decimal) -> timedelta:
    """Return a session's length; `hours` has at most two decimals."""
    return timedelta(seconds=int(hours * 3600))


def session_period(starts_at: datetime, hours: Decimal) -> Period:
    """Return the time of the session itself."""
    return Period(starts_at, starts_at + duration(hours))


def room_period(session: Period, turnaround: timedelta) -> Period:
    """Return how long the room is taken: the session's time and its turnaround after."""
    return Period(session.starts_at, _end(session) + turnaround)


def default_coverage(session: Period, *, travel: timedelta) -> Period:
    """Return how long a photographer is taken: the session's time, widened by travel each side."""
    return Period(session.starts_at - travel, _end(session) + travel)


def moved_coverage(coverage: Period, *, old: Period, new: Period) -> Period | None:
    """Return a photographer's coverage after the session moved or changed its length.

    It moves along with the start and grows along with the end, so what was agreed around the
    session stays agreed. None where a shorter session leaves nothing of it.
    """
    starts_at = coverage.starts_at + (new.starts_at - old.starts_at)
    ends_at = _end(coverage) + (_end(new) - _end(old))
    moved = Period(starts_at, ends_at)
    return moved if starts_at < ends_at and moved.overlaps(new) else None


def is_near(coverage: Period, session: Period) -> bool:
    """Tell whether a coverage begins and ends within a day of its session."""
    day = timedelta(days=1)
    return coverage.starts_at >= session.starts_at - day and _end(coverage) <= _end(session) + day


def _end(period: Period) -> datetime:
    assert period.ends_at is not None  # noqa: S101  (sessions and coverages end)
    return period.ends_at
