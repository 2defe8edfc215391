"""`GET /availability` and `GET /availability/slots` of a Studio session, as who may see all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from benchmarks.floor.asking import FORBIDDEN, OK, Answer, Asking
from benchmarks.floor.calendar import QUARTER, ZONE, Calendar, conflict, opening

BOOKING = {
    "sessions_app.create_session",
    "sessions_app.edit_pre_assigned_session",
    "sessions_app.assign_resources",
}
HORIZON_DAYS, SHOWN, SHOWN_OF_A_DAY = 31, 6, 2
Option = dict[str, Any]


def at_a_time(asking: Asking) -> Answer:
    """Answer whether rooms and photographers are free at a time, and when else."""
    if not {"sessions_app.view_all_sessions"} <= asking.permissions:
        return FORBIDDEN
    day = date.fromisoformat(asking.first("date"))
    wanted = datetime.combine(day, time.fromisoformat(asking.first("time")), ZONE)
    length, needed = _wish(asking)
    calendar = Calendar.read(asking, day, HORIZON_DAYS, length)
    return OK, {
        "is_available": _option(calendar, wanted, length, needed) is not None,
        "rooms": [
            _standing(calendar, "room", pk, "name", name, wanted, length, is_open=is_open)
            for pk, name, is_open in calendar.rooms
        ],
        "photographers": [
            _standing(calendar, "person", pk, "full_name", name, wanted, length)
            for pk, name in calendar.people
        ],
        "next_options": list(_ranked(calendar, wanted, length, needed)),
        "notices": [],
    }


def slots(asking: Asking) -> Answer:
    """Answer every free quarter of an hour within the opening hours of some days."""
    if BOOKING.isdisjoint(asking.permissions):
        return FORBIDDEN
    first, last = (date.fromisoformat(asking.first(name)) for name in ("from", "to"))
    length, needed = _wish(asking)
    at = datetime.now(UTC)
    days = (last - first).days + 1
    calendar = Calendar.read(asking, first, days, length)
    found = (
        _option(calendar, start, length, needed)
        for n in range(days)
        for start in _offered(first + timedelta(days=n), length, at)
    )
    return OK, [option for option in found if option is not None]


def _wish(asking: Asking) -> tuple[timedelta, int]:
    hours = float(asking.first("duration_hours"))
    return timedelta(hours=hours), int(asking.first("photographers", "1"))


def _offered(day: date, length: timedelta, at: datetime) -> Iterator[datetime]:
    hours = opening(day)
    if hours is None:
        return
    start, last = hours[0], hours[1] - length
    while start <= last:
        if start >= at:
            yield start
        start += QUARTER


def _option(calendar: Calendar, start: datetime, length: timedelta, needed: int) -> Option | None:
    n = calendar.number(start)
    busy = calendar.busy
    people = [pk for pk, _name in calendar.people if not busy["person", pk][n]]
    if len(people) - calendar.promised(n) < needed:
        return None
    rooms = [pk for pk, _name, is_open in calendar.rooms if is_open and not busy["room", pk][n]]
    if not rooms:
        return None
    return {
        "starts_at": start,
        "ends_at": start + length,
        "room_ids": rooms,
        "photographer_ids": people,
    }


def _standing(
    calendar: Calendar,
    kind: str,
    pk: int,
    name_field: str,
    name: str,
    wanted: datetime,
    length: timedelta,
    *,
    is_open: bool = True,
) -> dict[str, Any]:
    conflicts = calendar.conflicts(kind, pk, wanted, wanted + length)
    if not (conflicts or is_open):
        conflicts = [conflict("maintenance")]
    return {"id": pk, "is_free": not conflicts, "conflicts": conflicts, name_field: name}


def _ranked(
    calendar: Calendar, wanted: datetime, length: timedelta, needed: int
) -> Iterator[Option]:
    """Yield the best other times: nearest first within a day, and few of each day."""
    at = datetime.now(UTC)
    shown = 0
    for n in range(HORIZON_DAYS):
        same_time = wanted + timedelta(days=n)
        starts = [start for start in _offered(same_time.date(), length, at) if start != wanted]
        starts.sort(key=_distance_from(same_time))
        picked: list[Option] = []
        for start in starts:
            if all(abs(start - other["starts_at"]) >= length for other in picked):
                option = _option(calendar, start, length, needed)
                if option is not None:
                    picked.append(option)
            if len(picked) == SHOWN_OF_A_DAY:
                break
        for option in picked:
            yield option
            shown += 1
            if shown == SHOWN:
                return


def _distance_from(wanted: datetime) -> Callable[[datetime], timedelta]:
    return lambda start: abs(start - wanted)
