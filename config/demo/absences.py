"""Who is away in the demo studio, and which room is being painted: days that nothing is booked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

from config.clock import end_of, start_of, studio_day
from config.demo.opening import Studio
from config.records.models import Channel
from sessions_app.actions.maintenance import plan_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.errors import NotAvailable
from sessions_app.policy.periods import Period
from users.actors import Actor

HOLIDAY, DENTIST, PAINTING = "Vacaciones", "Cita con el dentista", "Se pintan las paredes"
AHEAD = 40
"""How many days ahead a free one is looked for."""


def take(studio: Studio, at: datetime) -> None:
    """Let people and a room be away on the first days, from an instant on, that are free for it."""
    admin = Actor(studio.people["admin"], Channel.ADMIN)
    for name, days, reason in (("photographer2", 3, HOLIDAY), ("photographer3", 1, DENTIST)):
        person = studio.people[name]
        own = Actor(person, Channel.ADMIN)
        _first_free(at, days, partial(take_time_off, person.pk, actor=own, at=at, reason=reason))
    painted = partial(plan_maintenance, studio.rooms[-1], actor=admin, at=at, reason=PAINTING)
    _first_free(at, 1, painted)


def _first_free(at: datetime, days: int, take_period: Callable[[Period], object]) -> None:
    today = studio_day(at)
    for offset in range(2, AHEAD):
        with suppress(NotAvailable):
            take_period(_days(today + timedelta(days=offset), days))
            return


def _days(first: date, count: int) -> Period:
    return Period(start_of(first), end_of(first + timedelta(days=count - 1)))
