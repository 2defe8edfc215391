"""What is planned of a session of the demo studio: when, how it turns out, what is pinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum, auto
from random import Random

from config.clock import start_of, studio_day
from config.demo import office


class Moment(StrEnum):
    """A turning point in a session's life, which a plan may pin to a day."""

    ANSWERED = auto()
    AGREED = auto()
    STAFFED = auto()
    PAID = auto()
    VERIFIED = auto()
    CONFIRMED = auto()
    REOPENED = auto()
    AGREED_AGAIN = auto()
    POSTPONED = auto()
    REASSIGNED = auto()
    CANCELED = auto()
    REFUNDED = auto()
    MARKED = auto()
    TAKEN = auto()
    FINISHED = auto()
    SETTLED = auto()
    DELIVERED = auto()


class Turn(Enum):
    """How a session's life turns out, where it is not the ordinary one."""

    ORDINARY = auto()
    # before it is confirmed
    LOSES_INTEREST = auto()
    THINKS_IT_OVER = auto()
    CALLS_OFF = auto()
    NEVER_PAYS = auto()
    PAYS_TOO_LITTLE = auto()
    PAYS_BY_TRANSFER = auto()
    PAYS_MORE = auto()
    PAYS_IN_PARTS = auto()
    CHECK_BOUNCES = auto()
    SLIP_IS_FALSE = auto()
    GETS_A_DISCOUNT = auto()
    GETS_A_LOW_DEPOSIT = auto()
    # before its day
    DEPOSIT_IS_VOIDED = auto()
    REOPENS = auto()
    CANCELS = auto()
    CANCELS_UNSTAFFED = auto()
    CANCELS_LATE = auto()
    STUDIO_CANCELS = auto()
    STORM = auto()
    POSTPONED = auto()
    REASSIGNED = auto()
    # after it
    MARK_FORGOTTEN = auto()
    MARK_TAKEN_BACK = auto()
    EDITOR_GIVES_BACK = auto()
    EDITOR_NEEDS_LONGER = auto()
    COMES_BACK = auto()
    GETS_MONEY_BACK = auto()
    ENTERED_AFTERWARDS = auto()
    ON_PAPER = auto()


LAPSES = frozenset(
    {
        Turn.CALLS_OFF,
        Turn.NEVER_PAYS,
        Turn.PAYS_TOO_LITTLE,
        Turn.CANCELS,
        Turn.CANCELS_UNSTAFFED,
        Turn.CANCELS_LATE,
    }
)
"""Turns that speak against the client: it was agreed, then cancelled by them or never paid."""


@dataclass(frozen=True)
class Plan:
    """One session to be. `key` seeds what chance decides about it; names are of the cast."""

    key: str
    is_studio: bool
    day: date
    clock: time
    hours: Decimal
    asked_at: datetime
    turn: Turn = Turn.ORDINARY
    pins: Mapping[Moment, date] = field(default_factory=dict)
    package: str = ""
    client: str = ""
    room: str = ""
    team: tuple[str, ...] = ()
    editor: str = ""

    @property
    def photographers_needed(self) -> int:
        """How many photographers it takes: two for most of a day outside."""
        return 1 if self.is_studio or self.hours < 5 else 2

    @property
    def pace(self) -> float:
        """How much time there is to come to terms: 1 for two weeks or more, less for less."""
        return min(1.0, (self.day - studio_day(self.asked_at)).days / 14)


def starts(day: date, hours: Decimal, *, is_studio: bool) -> list[time]:
    """Return the times at which a session of a day could begin, each half-hour."""
    if is_studio:
        closes = 13 if day.weekday() == office.SATURDAY else 18
        first, last = 8 * 2, (closes - int(-(-hours // 1))) * 2
    else:
        first, last = 9 * 2, 15 * 2
    return [time(half // 2, 30 * (half % 2)) for half in range(first, last + 1)]


def lengths(*, is_studio: bool) -> tuple[Decimal, ...]:
    """Return how many hours sessions last."""
    texts = ("1", "1.5", "2", "3") if is_studio else ("2", "3", "5", "7.5")
    return tuple(Decimal(text) for text in texts)


def is_for_studio(day: date, random: Random) -> bool:
    """Decide whether a session is in the studio's rooms, which are closed on Sundays."""
    share = 0.5 if day.weekday() == office.SATURDAY else 0.75
    return day.weekday() != office.SUNDAY and random.random() < share


def by_chance(key: str, day: date, asked_on: Callable[[], date], random: Random) -> Plan:
    """Decide where an ordinary session of a day is, from when and for how long, and asked for when.

    `asked_on` draws the day when it was asked for; was the office closed, it was the day before.
    """
    is_studio = is_for_studio(day, random)
    hours = random.choice(lengths(is_studio=is_studio))
    asked = asked_on()
    if not office.is_open(asked):
        asked -= timedelta(days=1)
    return Plan(
        key=key,
        is_studio=is_studio,
        day=day,
        clock=random.choice(starts(day, hours, is_studio=is_studio)),
        hours=hours,
        asked_at=office.on(asked, random, after=start_of(asked)),
    )
