"""When somebody is in the demo studio's office: on weekdays, and on Saturday mornings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from config.clock import start_of, studio_day

OPENS, CLOSES, CLOSES_ON_SATURDAY = 8, 18, 13
SATURDAY, SUNDAY = 5, 6
A_MOMENT = timedelta(minutes=4)
"""Between two things that one person does one after the other."""


def is_open(day: date) -> bool:
    """Tell whether anybody is in the office on a day."""
    return day.weekday() != SUNDAY


def hours(day: date) -> tuple[datetime, datetime]:
    """Return from when to when the office is open on an open day."""
    closes = CLOSES_ON_SATURDAY if day.weekday() == SATURDAY else CLOSES
    midnight = start_of(day)
    return midnight + timedelta(hours=OPENS), midnight + timedelta(hours=closes)


def day_near(today: date, offset: int) -> date:
    """Return the open day so many days from today.

    For a closed one it is the next, but what is over never becomes today: then the one before.
    """
    day = today + timedelta(days=offset)
    if is_open(day):
        return day
    forward = day + timedelta(days=1)
    return day - timedelta(days=1) if offset < 0 and forward >= today else forward


def on(day: date, random: Random, after: datetime) -> datetime:
    """Return an instant of an open day's hours, later than another; at worst a moment later."""
    opens, closes = hours(day)
    earliest = max(opens, after + A_MOMENT)
    if earliest >= closes:
        return earliest
    return (earliest + (closes - earliest) * random.random()).replace(microsecond=0)


def nearest(at: datetime, random: Random) -> datetime:
    """Return an instant itself where the office is open, else the first hours when it is."""
    day = studio_day(at)
    if is_open(day):
        opens, closes = hours(day)
        if at < opens:
            return _early(day, random)
        if at <= closes:
            return at.replace(microsecond=0)
    return next_morning(at, random)


def next_morning(at: datetime, random: Random) -> datetime:
    """Return an instant of the next morning, after the day of an instant, with the office open."""
    day = studio_day(at) + timedelta(days=1)
    while not is_open(day):
        day += timedelta(days=1)
    return _early(day, random)


def last_before(at: datetime) -> datetime:
    """Return the last instant up to another at which the office was open."""
    day = studio_day(at)
    while not (is_open(day) and hours(day)[0] <= at):
        day -= timedelta(days=1)
    return min(hours(day)[1], at)


def _early(day: date, random: Random) -> datetime:
    return hours(day)[0] + timedelta(seconds=random.randint(300, 10_000))
