"""What messages say of a session: when, where, of whom; in the language active now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.clock import studio_zone
from sessions_app.models import Session, SessionType


def of_session(session: Session) -> Mapping[str, Any]:
    """Return what every letter to a client may print of their session."""
    return {
        "code": session.code,
        "client_name": session.client.full_name,
        "when": when(session),
        "place": place(session),
        "is_external": session.session_type == SessionType.EXTERNAL,
    }


def when(session: Session) -> str:
    """Return the day and, where it is set, the time, in words of the studio."""
    return moment(session.session_date, session.starts_at, session.ends_at)


def moment(day: date, starts_at: datetime | None, ends_at: datetime | None) -> str:
    """Return a day and its times in words: “Saturday 5 December 2026, 10:00–12:00”."""
    words = date_format(day, "FULL_DAY")
    if starts_at is None or ends_at is None:
        return words
    zone = studio_zone()
    return f"{words}, {starts_at.astimezone(zone):%H:%M}–{ends_at.astimezone(zone):%H:%M}"


def place(session: Session) -> str:
    """Return where it takes place."""
    if session.session_type == SessionType.EXTERNAL:
        return session.location
    return str(session.room) if session.room else _("the studio")


def last_day(deadline: datetime) -> str:
    """Return the day that a deadline ends with, in words."""
    last = deadline.astimezone(studio_zone())
    return date_format(last, "FULL_DAY")
