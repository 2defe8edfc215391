"""Odd days and clocks: where they are, and what is refused at an instant there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from config.errors import DomainError
from sessions_app.tests.builders import SYSTEM

SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)

GUATEMALA, NEW_YORK, MADRID = "America/Guatemala", "America/New_York", "Europe/Madrid"
SANTIAGO, TOKYO = "America/Santiago", "Asia/Tokyo"
HAVANA, AZORES = "America/Havana", "Atlantic/Azores"


def utc(text: str) -> datetime:
    """Return an instant written as its time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refusal(work: Any, *facts: Any, **by: Any) -> str | None:
    """Return the code with which something is refused, if it is."""
    try:
        work(*facts, actor=SYSTEM, **by)
    except DomainError as refused:
        return refused.code
    return None
