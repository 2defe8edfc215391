"""The studio's clock: calendar days of its time zone, as instants.

Doors read the time once, with `now()`, and pass it on as `at`; below a door nothing asks the clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone


def now() -> datetime:
    """Return the instant (UTC) that a door passes to the one action it calls."""
    return timezone.now()


def studio_zone() -> tzinfo:
    """Return the studio's time zone (`STUDIO_TIME_ZONE`)."""
    return timezone.get_default_timezone()


def studio_day(at: datetime) -> date:
    """Return the calendar day in the studio at an instant: its *today*."""
    return at.astimezone(studio_zone()).date()


def instant(day: date, wall_time: time) -> datetime:
    """Return the instant, in UTC, at which the studio's clocks show that day and time.

    UTC, because Python's arithmetic within one zone goes by the wall clock and would lose or gain
    an hour on the days when the clocks change.
    """
    return datetime.combine(day, wall_time, studio_zone()).astimezone(UTC)


def start_of(day: date) -> datetime:
    """Return the studio's midnight that begins a day."""
    return instant(day, time.min)


def end_of(day: date) -> datetime:
    """Return the next midnight, exclusive: the instant at which a deadline *day* has ended."""
    return start_of(day + timedelta(days=1))


def as_wire(at: datetime) -> str:
    """Return an instant as a refusal's context carries it: ISO 8601 with the studio's offset."""
    return at.astimezone(timezone.get_default_timezone()).isoformat()
