"""What will happen at the simulated studio, decided by a seed before anything does.

Each session has a time, a room and a team that are kept free for it whatever becomes of the others,
so that what one may do never depends on when a job has cancelled another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum, auto
from itertools import cycle
from random import Random

from config.clock import instant
from config.demo import office, rhythm
from config.demo.plan import Plan, by_chance
from config.demo.years import PHOTOGRAPHERS, ROOMS
from sessions_app.policy import periods
from sessions_app.policy.periods import Period

LEAD = (8, 26, 17)
"""How many days before, at least, at most and mostly, a session is asked for."""
LATE_LEAD = (2, 6)
LATER = (2, 6)
"""How many days later a session may move to."""
TRIES = 200


class Paying(StrEnum):
    """How it goes until a session is confirmed, or is not."""

    AT_ONCE = auto()
    IN_PARTS = auto()
    ALL_OF_IT = auto()
    BY_A_CHECK_THAT_BOUNCES = auto()
    TO_BE_VERIFIED = auto()
    BOOKS_LATE = auto()
    ASKS_FOR_TIME = auto()
    # around the payment deadline
    IS_CONFIRMED_LATE = auto()
    IS_VERIFIED_LATE = auto()
    SLIP_IS_REPLACED_LATE = auto()
    SLIP_IS_REJECTED_LATE = auto()
    TOO_LITTLE = auto()
    NEVER = auto()
    TOO_LATE = auto()
    CALLS_OFF = auto()
    CALLS_OFF_LATE = auto()
    # before it
    LOSES_INTEREST = auto()
    NEVER_ANSWERED = auto()


class Turn(StrEnum):
    """How it goes with a session that was confirmed."""

    ORDINARY = auto()
    # around the changes deadline
    STAFFED_LATE = auto()
    NEVER_STAFFED = auto()
    CANCELS_EARLY = auto()
    CANCELS_AT_MIDNIGHT = auto()
    CANCELS_LATE = auto()
    CANCELS_UNSTAFFED = auto()
    STUDIO_CANCELS = auto()
    STUDIO_CANCELS_UNSTAFFED = auto()
    STORM = auto()
    REOPENS = auto()
    REOPENS_TOO_LATE = auto()
    MOVES = auto()
    POSTPONED = auto()
    ORDERS_MORE = auto()
    ORDERS_MORE_TOO_LATE = auto()
    REASSIGNED = auto()
    DEPOSIT_IS_VOIDED = auto()
    # afterwards
    MARKED_BY_THE_DESK = auto()
    NEVER_MARKED = auto()
    MARK_IS_TAKEN_BACK = auto()
    CANCELS_AFTERWARDS = auto()
    EDITOR_GIVES_BACK = auto()
    EDITOR_NEEDS_LONGER = auto()
    COMES_BACK = auto()
    NEVER_FETCHED = auto()


NEVER_CONFIRMED = {
    Paying.SLIP_IS_REJECTED_LATE,
    Paying.TOO_LITTLE,
    Paying.NEVER,
    Paying.CALLS_OFF,
    Paying.CALLS_OFF_LATE,
    Paying.LOSES_INTEREST,
    Paying.NEVER_ANSWERED,
}
MOVING = {Turn.REOPENS, Turn.MOVES, Turn.POSTPONED}

HOW_OFTEN_PAYING = dict.fromkeys(Paying, 3.0) | {
    Paying.AT_ONCE: 40,
    Paying.TO_BE_VERIFIED: 15,
    Paying.BOOKS_LATE: 6,
    Paying.NEVER: 6,
}
HOW_OFTEN = dict.fromkeys(Turn, 2.0) | {Turn.ORDINARY: 40}
"""By weight; unusual turns are more frequent than at any studio: a year has many of each."""


@dataclass(frozen=True)
class Course:
    """What is decided of one session; names are mailboxes and codes of the demo's cast."""

    plan: Plan
    paying: Paying
    turn: Turn
    later_day: date
    """When it is, should it move; its room and team are kept free then too."""
    substitute: str
    client: int

    @property
    def needed(self) -> int:
        """How many photographers it takes."""
        return self.plan.photographers_needed


def courses(first: date, last: date, seed: str) -> list[Course]:
    """Return the sessions of these days, some 70 a month: each turn once, then by weight."""
    random = Random(f"{seed} courses")
    kept = Kept()
    turns = _turns(random)
    found = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        expected = rhythm.PER_WEEKDAY[day.weekday()]
        for number in range(int(expected) + (random.random() < expected % 1)):
            paying, turn = next(turns)
            found.append(_course(f"{seed} {day} {number}", day, paying, turn, kept, random))
    return found


class Kept:
    """When each room and each photographer is spoken for."""

    def __init__(self) -> None:
        self._periods: defaultdict[str, list[Period]] = defaultdict(list)

    def free(self, names: list[str], period: Period) -> list[str]:
        """Return who, or what, is free for a time."""
        return [
            name for name in names if not any(one.overlaps(period) for one in self._periods[name])
        ]

    def keep(self, names: list[str], period: Period) -> None:
        """Speak for them."""
        for name in names:
            self._periods[name].append(period)


def _turns(random: Random) -> Iterator[tuple[Paying, Turn]]:
    """Yield each turn once, with each way to pay at least once, and then any by weight."""
    confirmed = [paying for paying in Paying if paying not in NEVER_CONFIRMED]
    every = [
        *zip(Turn, cycle(confirmed)),
        *zip(cycle([Turn.ORDINARY]), sorted(NEVER_CONFIRMED)),
    ]
    random.shuffle(every)
    yield from ((paying, turn) for turn, paying in every)
    while True:
        (paying,) = random.choices(list(HOW_OFTEN_PAYING), list(HOW_OFTEN_PAYING.values()))
        (turn,) = random.choices(list(HOW_OFTEN), list(HOW_OFTEN.values()))
        yield paying, turn


def _course(key: str, day: date, paying: Paying, turn: Turn, kept: Kept, random: Random) -> Course:
    for _ in range(TRIES):
        course = _placed(_plan(key, day, paying, random), paying, turn, kept, random)
        if course is not None:
            return course
    raise LookupError(f"No room or nobody free on {day}: fewer sessions, please.")


def _plan(key: str, day: date, paying: Paying, random: Random) -> Plan:
    def asked_on() -> date:
        is_late = paying is Paying.BOOKS_LATE
        lead = random.randint(*LATE_LEAD) if is_late else round(random.triangular(*LEAD))
        return day - timedelta(days=lead)

    return by_chance(key, day, asked_on, random)


def _placed(plan: Plan, paying: Paying, turn: Turn, kept: Kept, random: Random) -> Course | None:
    """Return the plan with a room and a team of its own, also for later; None for none."""
    now = period_of(plan.day, plan.clock, plan.hours)
    later_day = plan.day + timedelta(days=random.randint(*LATER))
    later = period_of(later_day, plan.clock, plan.hours)
    if not office.is_open(later_day):
        return None
    people = _free_twice(kept, PHOTOGRAPHERS, now, later)
    rooms = _free_twice(kept, ROOMS, now, later) if plan.is_studio else [""]
    size = plan.photographers_needed + (turn is Turn.REASSIGNED)
    if len(people) < size or not rooms:
        return None
    crew, room = random.sample(people, size), random.choice(rooms)
    for period in (now, later):
        kept.keep([*crew, room], period)
    return Course(
        plan=replace(plan, room=room, team=tuple(crew[: plan.photographers_needed])),
        paying=paying,
        turn=turn,
        later_day=later_day,
        substitute=crew[-1],
        client=random.randrange(10_000),
    )


def period_of(day: date, clock: time, hours: Decimal) -> Period:
    """Return when a session of a day and time takes place."""
    return periods.session_period(instant(day, clock), hours)


def _free_twice(kept: Kept, names: list[str], now: Period, later: Period) -> list[str]:
    return kept.free(kept.free(names, now), later)


def close_of(last: date) -> datetime:
    """Return when the simulation ends: late on its last day, when all jobs of that day were due."""
    return instant(last, time(23))


def spans(
    first: datetime,
    last: datetime,
    random: Random,
    apart: tuple[float, float],
    days: tuple[float, float],
) -> list[Period]:
    """Return times at which something was out of order: apart, and long, so many days."""
    found = []
    at = first + timedelta(days=random.uniform(*apart) / 2)
    while at < last:
        period = Period(at, at + timedelta(days=random.uniform(*days)))
        found.append(period)
        at = period.ends_at + timedelta(days=random.uniform(*apart))
    return found
