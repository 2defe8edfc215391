"""At what rhythm the demo studio is booked: a seeded plan of ordinary sessions around today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from config.demo.plan import Plan, Turn, by_chance

PAST_DAYS, FUTURE_DAYS = 110, 90
PER_WEEKDAY = (2.0, 1.9, 2.1, 2.2, 2.7, 4.2, 1.0)  # Monday first
LIVELIEST_FUTURE = 0.75
LEAD = (4, 42, 15)
"""How many days before, at least, at most and mostly, a session is asked for."""
SCENES_BEGIN, AMONG_SCENES = 35, 0.6

TURNS = {
    Turn.ORDINARY: 70,
    Turn.LOSES_INTEREST: 7,
    Turn.NEVER_PAYS: 2.5,
    Turn.CALLS_OFF: 1.5,
    Turn.CANCELS: 2.5,
    Turn.CANCELS_LATE: 1.5,
    Turn.STUDIO_CANCELS: 0.7,
    Turn.STORM: 0.7,
    Turn.THINKS_IT_OVER: 2,
    Turn.PAYS_MORE: 4,
    Turn.PAYS_IN_PARTS: 4,
    Turn.REASSIGNED: 1.5,
    Turn.MARK_FORGOTTEN: 2,
    Turn.EDITOR_GIVES_BACK: 1,
    Turn.EDITOR_NEEDS_LONGER: 1.5,
    Turn.COMES_BACK: 1,
}
"""How sessions turn out, by weight."""


def plans(today: date, seed: int) -> list[Plan]:
    """Return the sessions from some three months back, thinning out to three months ahead.

    All are asked for before today.
    """
    return [
        plan
        for offset in range(-PAST_DAYS, FUTURE_DAYS + 1)
        for plan in _of_day(today, offset, seed)
    ]


def turn(random: Random) -> Turn:
    """Decide how a session turns out."""
    return random.choices(list(TURNS), list(TURNS.values()))[0]


def _of_day(today: date, offset: int, seed: int) -> Iterator[Plan]:
    day = today + timedelta(days=offset)
    random = Random(f"{seed} {offset}")  # noqa: S311  (a believable studio, not a secret)
    expected = PER_WEEKDAY[day.weekday()] * _liveliness(offset)
    count = int(expected) + (random.random() < expected % 1)
    for number in range(count):
        yield _plan(f"{seed} {offset} {number}", day, today)


def _liveliness(offset: int) -> float:
    """Return how busy a day is; the scenes take up much of the last weeks."""
    if offset <= 0:
        return 1.0 if offset < -SCENES_BEGIN else AMONG_SCENES
    return LIVELIEST_FUTURE * (1 - offset / (FUTURE_DAYS + 15)) ** 1.4


def _plan(key: str, day: date, today: date) -> Plan:
    random = Random(key)  # noqa: S311

    def asked_on() -> date:
        lead = round(random.triangular(*LEAD))
        return min(day - timedelta(days=lead), today - timedelta(days=random.randint(1, 24)))

    return replace(by_chance(key, day, asked_on, random), turn=turn(random))
