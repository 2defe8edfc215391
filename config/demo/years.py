"""The years before the demo studio's last months: who photographed what where, month by month.

Each session is planned with its room and its team, at a time when they are free: so many would not
fit if they were strewn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from config.clock import instant, start_of
from config.demo import cast, office, rhythm
from config.demo.opening import coverage, room_period
from config.demo.plan import Plan, Turn, by_chance
from sessions_app.policy import periods
from sessions_app.policy.periods import Period
from users.rights import RoleName

MOST = 10
"""For how many years there may be a past."""

PER_MONTH = (84, 94, 97, 97, 100, 98, 96, 95, 86, 99, 100, 100)
"""At most so many sessions from January on; holidays and school decide."""

FEWER = 3
"""So many fewer there may be in a month."""

ON_PAPER = 0.2
"""The first part of the past: its sessions were entered afterwards, and hold nothing."""

ENTERED_WITHIN = (30, 60)
"""Days after which a session on paper was entered; it was delivered by then."""

PHOTOGRAPHERS = [person.mailbox for person in cast.PEOPLE if RoleName.PHOTOGRAPHER in person.roles]
ROOMS = [code for code, *_ in cast.ROOMS]


def first_day(today: date, years: int) -> date:
    """Return the day so many years ago; for a leap day the one after."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 3, 1)


def plans(today: date, seed: int, years: int) -> list[Plan]:
    """Return the sessions from so many years ago up to where the usual rhythm begins."""
    first, end = first_day(today, years), today - timedelta(days=rhythm.PAST_DAYS)
    booked = Booked()
    found: list[Plan] = []
    month = first.replace(day=1)
    while month < end:
        found.extend(plan for plan in _of_month(month, seed, booked) if first <= plan.day < end)
        month = _next(month)
    paper_ends = first + (end - first) * ON_PAPER
    return [_on_paper(plan) if plan.day < paper_ends else plan for plan in found]


class Booked:
    """When each room and each photographer is already taken."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[date, str], list[Period]] = defaultdict(list)

    def place(self, plan: Plan, random: Random) -> Plan | None:
        """Return the plan with a free room and a free team, which are then taken; None for none."""
        period = periods.session_period(instant(plan.day, plan.clock), plan.hours)
        covered = coverage(period, is_studio=plan.is_studio)
        free = self._free(plan.day, PHOTOGRAPHERS, covered)
        if len(free) < plan.photographers_needed:
            return None
        team = tuple(random.sample(free, plan.photographers_needed))
        taken = dict.fromkeys(team, covered)
        room = ""
        if plan.is_studio:
            rooms = self._free(plan.day, ROOMS, room_period(period))
            if not rooms:
                return None
            room = random.choice(rooms)
            taken[room] = room_period(period)
        for name, how_long in taken.items():
            self._taken[plan.day, name].append(how_long)
        return replace(plan, room=room, team=team)

    def _free(self, day: date, names: list[str], period: Period) -> list[str]:
        return [
            name
            for name in names
            if not any(one.overlaps(period) for one in self._taken[day, name])
        ]


def _of_month(month: date, seed: int, booked: Booked) -> Iterator[Plan]:
    random = Random(f"{seed} {month}")  # noqa: S311  (a believable studio, not a secret)
    days = [month + timedelta(days=n) for n in range((_next(month) - month).days)]
    busy = [rhythm.PER_WEEKDAY[day.weekday()] for day in days]
    for number in range(PER_MONTH[month.month - 1] - random.randint(0, FEWER)):
        placed = None
        while placed is None:
            (day,) = random.choices(days, busy)
            placed = booked.place(_plan(f"{seed} {month} {number}", day, random), random)
        yield placed


def _plan(key: str, day: date, random: Random) -> Plan:
    def asked_on() -> date:
        return day - timedelta(days=round(random.triangular(*rhythm.LEAD)))

    return replace(by_chance(key, day, asked_on, random), turn=rhythm.turn(random))


def _on_paper(plan: Plan) -> Plan:
    """Return the plan of a session that nobody entered before it was over and delivered."""
    random = Random(plan.key)  # noqa: S311
    entered_on = office.day_near(plan.day, random.randint(*ENTERED_WITHIN))
    entered_at = office.on(entered_on, random, after=start_of(entered_on))
    return replace(plan, asked_at=entered_at, turn=Turn.ON_PAPER)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
