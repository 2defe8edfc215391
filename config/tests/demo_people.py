"""The people of the demo, and the hour at which its tests look at it."""

from __future__ import annotations

from datetime import date, datetime, time

from config.clock import instant
from config.demo import cast


def at_nine(day: date) -> datetime:
    """Return the instant at which a day's work has just begun."""
    return instant(day, time(9))


def emails_of(role: str) -> list[str]:
    """Return who is that and nothing else."""
    return [person.email for person in cast.PEOPLE if person.roles == (role,)]
