"""The studio's opening hours: which times are *offered* for Studio sessions (rules, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RULE = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<opens>[0-9:]{5})-(?P<closes>[0-9:]{5})"
)


@dataclass(frozen=True)
class OpeningHours:
    """Opening spans per weekday (Monday is 0), in the studio's time zone."""

    spans: tuple[tuple[tuple[time, time], ...], ...]

    @classmethod
    def parse(cls, text: str) -> OpeningHours:
        """Read `"mon-fri 08:00-18:00, sat 08:00-13:00"`.

        Raises ValueError with a sentence that names the part it cannot read.
        """
        week: list[list[tuple[time, time]]] = [[] for _ in WEEKDAYS]
        for part in (piece.strip().lower() for piece in text.split(",")):
            days, opens, closes = _read_rule(part)
            for day in days:
                week[day].append((opens, closes))
        return cls(tuple(_merged(spans) for spans in week))

    def __str__(self) -> str:
        return ", ".join(
            f"{WEEKDAYS[day]} {opens:%H:%M}-{closes:%H:%M}"
            for day, spans in enumerate(self.spans)
            for opens, closes in spans
        )

    def on(self, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield the opening spans of a calendar day as instants in UTC."""
        for span in self.spans[day.weekday()]:
            opens, closes = (datetime.combine(day, clock, zone).astimezone(UTC) for clock in span)
            yield opens, closes

    def cover(self, starts_at: datetime, ends_at: datetime, zone: tzinfo) -> bool:
        """Tell whether the whole period lies within one opening span of its day."""
        day = starts_at.astimezone(zone).date()
        return any(opens <= starts_at and ends_at <= closes for opens, closes in self.on(day, zone))

    def days_from(
        self, first: date, days: int, zone: tzinfo
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the opening spans of that many calendar days, earliest first."""
        for offset in range(days):
            yield from self.on(first + timedelta(days=offset), zone)


def _merged(spans: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    """Return the spans of a day in order; those that touch or overlap are one."""
    merged: list[tuple[time, time]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _read_rule(part: str) -> tuple[range, time, time]:
    match = _RULE.fullmatch(part)
    if match is None:
        raise ValueError(f"“{part}” is not like “mon-fri 08:00-18:00”")
    first, last = match["first"], match["last"] or match["first"]
    for name in (first, last):
        if name not in WEEKDAYS:
            raise ValueError(f"“{name}” is no weekday ({', '.join(WEEKDAYS)})")
    days = range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)
    try:
        opens, closes = time.fromisoformat(match["opens"]), time.fromisoformat(match["closes"])
    except ValueError:
        raise ValueError(f"“{part}” has a time that is not HH:MM") from None
    if not days or opens >= closes:
        raise ValueError(f"“{part}” ends before it begins")
    return days, opens, closes
