"""When the demo studio works: a seeded plan of sessions around today, at the studio's rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from config.clock import start_of, studio_day
from sessions_app.lifecycle import Status

PAST_DAYS, FUTURE_DAYS = 150, 90
PER_WEEKDAY = (2.2, 2.1, 2.3, 2.4, 3.0, 4.7, 1.1)  # Monday first; about 80 a month
LIVELIEST_FUTURE = 0.75


@dataclass(frozen=True)
class Plan:
    """One session to be: its time, its kind, and how far it gets, with the instants of each step.

    `steps` are (instant, state), the first one the request itself.
    """

    is_studio: bool
    day: date
    clock: time
    hours: Decimal
    steps: tuple[tuple[datetime, Status], ...]

    @property
    def asked_at(self) -> datetime:
        """The instant of the request."""
        return self.steps[0][0]


def plans(today: date, random: Random) -> list[Plan]:
    """Return the sessions from five months back, thinning out to three months ahead.

    In the order in which they were asked for; no instant is later than the midnight before today.
    """
    found = [
        plan
        for offset in range(-PAST_DAYS, FUTURE_DAYS + 1)
        for plan in _of_day(today + timedelta(days=offset), today, random)
    ]
    return sorted(found, key=lambda plan: plan.asked_at)


def _of_day(day: date, today: date, random: Random) -> Iterator[Plan]:
    ahead = (day - today).days
    liveliness = 1.0 if ahead <= 0 else LIVELIEST_FUTURE * (1 - ahead / (FUTURE_DAYS + 15)) ** 1.4
    expected = PER_WEEKDAY[day.weekday()] * liveliness
    count = int(expected) + (random.random() < expected % 1)
    for _ in range(count):
        yield _plan(day, today, random)


def _plan(day: date, today: date, random: Random) -> Plan:
    weekday = day.weekday()
    is_studio = weekday != 6 and random.random() < (0.5 if weekday == 5 else 0.75)
    if is_studio:
        hours = random.choice([Decimal("1"), Decimal("1.5"), Decimal("2"), Decimal("3")])
        closes = 13 if weekday == 5 else 18
        first, last = 8 * 2, (closes - int(-(-hours // 1))) * 2
    else:
        hours = random.choice([Decimal("2"), Decimal("3"), Decimal("5"), Decimal("7.5")])
        first, last = 9 * 2, 15 * 2
    half_hour = random.randint(first, last)
    clock = time(half_hour // 2, 30 * (half_hour % 2))
    return Plan(is_studio, day, clock, hours, _steps(day, today, random))


def _steps(day: date, today: date, random: Random) -> tuple[tuple[datetime, Status], ...]:
    """Return how far a session gets; sessions further ahead are less far in their life."""
    latest = start_of(min(day, today))
    asked_day = studio_day(latest) - timedelta(days=random.randint(2, 25))
    instants = _office_instants(asked_day, latest, random)
    ahead = (day - today).days
    dice = random.random()
    if dice < (0.16 if ahead <= 0 else 0.06):
        path = random.choice(
            [
                (Status.CANCELED,),
                (Status.NEGOTIATION, Status.CANCELED),
                (Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CANCELED),
            ]
        )
    elif ahead <= 0 or dice < 0.62 - ahead / 400:
        path = (Status.NEGOTIATION, Status.PRE_SCHEDULED)
    elif dice < 0.82:
        path = (Status.NEGOTIATION,)
    else:
        path = ()
    return tuple(zip(instants, (Status.REQUEST, *path), strict=False))


def _office_instants(first: date, latest: datetime, random: Random) -> list[datetime]:
    """Return four instants of office hours, rising, before `latest`."""
    opens = start_of(first) + timedelta(hours=8, minutes=random.randint(0, 480))
    span = (latest - opens).total_seconds()
    offsets = sorted(random.uniform(0.02, 0.9) for _ in range(3))
    later = [opens + timedelta(seconds=int(span * offset)) for offset in offsets]
    return [opens, *(max(opens, _in_office_hours(instant, latest)) for instant in later)]


def _in_office_hours(instant: datetime, latest: datetime) -> datetime:
    midnight = start_of(studio_day(instant))
    into_day = (instant - midnight) / timedelta(days=1)
    return min(midnight + timedelta(hours=8 + 9 * into_day), latest)
