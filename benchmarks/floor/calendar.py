"""What takes the rooms and the photographers, by quarters of an hour."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.floor.asking import Asking
from benchmarks.floor.clients import ACCENTED, PLAIN

ZONE = ZoneInfo(os.environ["STUDIO_TIME_ZONE"])
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
WEEKDAYS, SATURDAYS = (time(8), time(18)), (time(8), time(13))
SATURDAY, SUNDAY = 5, 6

ROOMS = f"""
    SELECT id, name, status = 'Active' FROM catalog_room WHERE status <> 'Inactive'
    ORDER BY status, lower(translate(name, '{ACCENTED}', '{PLAIN}')), id
"""  # noqa: S608  (constants)
PEOPLE = """
    SELECT person.id, person.full_name
    FROM users_user person
    JOIN users_user_roles held ON held.user_id = person.id
    JOIN auth_group named ON named.id = held.role_id AND named.name = 'photographer'
    WHERE person.status = 'Active'
    ORDER BY person.full_name, person.id
"""
CLAIMS = """
    SELECT CASE WHEN claim.room_id IS NULL THEN 'person' ELSE 'room' END,
           coalesce(claim.room_id, claim.person_id), claim.starts_at, claim.ends_at, claim.kind,
           session.code, session.status
    FROM sessions_app_claim claim
    LEFT JOIN sessions_app_session session
           ON session.id = claim.session_id AND session.hidden_at IS NULL
    WHERE claim.active AND (claim.ends_at IS NULL OR claim.ends_at > %s) AND claim.starts_at < %s
      AND (claim.room_id = ANY(%s) OR claim.person_id = ANY(%s))
    ORDER BY claim.starts_at, claim.id
"""
DEMANDS = """
    SELECT session.starts_at, session.ends_at, session.photographers_needed - count(member.id)
    FROM sessions_app_session session
    LEFT JOIN sessions_app_assignment member
           ON member.session_id = session.id AND member.status = 'Assigned'
    WHERE session.hidden_at IS NULL AND session.status IN ('Confirmed', 'Assigned')
      AND session.ends_at > %s AND session.starts_at < %s
    GROUP BY session.id HAVING count(member.id) < session.photographers_needed
"""
Claim = tuple[datetime, datetime | None, str, str | None, str | None]
Demand = tuple[datetime, datetime, int]


@dataclass(slots=True)
class Calendar:
    """Some days from a midnight on; `busy` says at which quarters a session cannot start."""

    midnight: datetime
    quarters: int
    length: timedelta
    rooms: list[tuple[Any, ...]]
    people: list[tuple[Any, ...]]
    claims: dict[tuple[str, int], list[Claim]]
    busy: dict[tuple[str, int], bytearray]
    demands: dict[int, list[Demand]]

    @classmethod
    def read(cls, asking: Asking, first: date, days: int, length: timedelta) -> Calendar:
        """Ask for rooms, photographers, what takes them, and who is still to be found."""
        run = asking.connection.execute
        begins = datetime.combine(first, time.min, ZONE)
        ends = begins + days * DAY + length
        rooms, people = run(ROOMS).fetchall(), run(PEOPLE).fetchall()
        calendar = cls(begins, days * (DAY // QUARTER), length, rooms, people, {}, {}, {})
        ids = [[row[0] for row in rows] for rows in (rooms, people)]
        for kind, pks in zip(("room", "person"), ids, strict=True):
            for pk in pks:
                calendar.busy[kind, pk] = bytearray(calendar.quarters)
                calendar.claims[kind, pk] = []
        for kind, pk, *claim in run(CLAIMS, [begins, ends, *ids]):
            calendar.claims[kind, pk].append(tuple(claim))
            taken = calendar.taken(claim[0], claim[1] or ends)
            calendar.busy[kind, pk][taken.start : taken.stop] = b"\1" * len(taken)
        demands = defaultdict(list)
        for demand in run(DEMANDS, [begins, ends]):
            for n in calendar.taken(demand[0], demand[1]):
                demands[n].append(demand)
        calendar.demands = demands
        return calendar

    def number(self, at: datetime) -> int:
        """Return which quarter it is."""
        return (at - self.midnight) // QUARTER

    def taken(self, starts_at: datetime, ends_at: datetime) -> range:
        """Return the quarters at which a session cannot start, for it would overlap."""
        first = (starts_at - self.length - self.midnight) // QUARTER + 1
        after = -((self.midnight - ends_at) // QUARTER)
        return range(max(first, 0), max(min(after, self.quarters), 0))

    def promised(self, n: int) -> int:
        """Return how many photographers are lacking at once, at most, while a session lasts."""
        present = self.demands.get(n)
        if not present:
            return 0
        begins = self.midnight + n * QUARTER
        return max(
            sum(missing for starts, ends, missing in present if starts <= moment < ends)
            for moment in {max(one[0], begins) for one in present}
        )

    def conflicts(
        self, kind: str, pk: int, begins: datetime, ends: datetime
    ) -> list[dict[str, Any]]:
        """Return what stands in the way of a room or a person."""
        return [
            conflict(kind_of_claim, starts_at, ends_at, code, status)
            for starts_at, ends_at, kind_of_claim, code, status in self.claims[kind, pk]
            if starts_at < ends and (ends_at is None or ends_at > begins)
        ]


def conflict(
    kind: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    code: str | None = None,
    status: str | None = None,
) -> dict[str, Any]:
    """Return what stands in the way, as it is told."""
    return {
        "code": code,
        "kind": kind,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "status": status,
    }


def opening(day: date) -> tuple[datetime, datetime] | None:
    """Return when the studio opens and closes."""
    if day.weekday() == SUNDAY:
        return None
    opens, closes = SATURDAYS if day.weekday() == SATURDAY else WEEKDAYS
    return datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)
