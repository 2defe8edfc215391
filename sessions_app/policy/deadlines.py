"""Deadlines (rules, section 2, *Dates*): a deadline *day* ends at the next studio midnight."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from config.clock import end_of, start_of, studio_day


def payment_deadline(set_on: date, days: int, starts_at: datetime) -> datetime:
    """Return the instant (exclusive) by which the deposit is due.

    The end of the day `days` after the one on which the session was pre-scheduled, but never after
    its start.
    """
    return min(end_of(set_on + timedelta(days=days)), starts_at)


def changes_deadline(session_date: date, days: int) -> datetime:
    """Return the instant (exclusive) until which a confirmed session may be changed.

    The end of the day `days` before the session's; for a late booking it may be past already.
    """
    return end_of(session_date - timedelta(days=days))


def delivery_date(session_date: date, editing_days: int) -> date:
    """Return the day by which the material is estimated to be ready."""
    return session_date + timedelta(days=editing_days)


def deadline_day(deadline: datetime) -> date:
    """Return the day that a deadline ends or falls on."""
    return studio_day(deadline - timedelta(microseconds=1))


def shown_deadline(deadline: datetime) -> datetime:
    """Return how a deadline is shown: 23:59:59 of its day, or the instant itself within a day."""
    is_midnight = start_of(studio_day(deadline)) == deadline
    return deadline - timedelta(seconds=1) if is_midnight else deadline


def editing_days(of_packages: Iterable[int], default: int) -> int:
    """Return how long editing takes: the largest of the session's packages, else the default."""
    return max(of_packages, default=default)
