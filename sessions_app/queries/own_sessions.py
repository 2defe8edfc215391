"""What a photographer sees of the sessions they cover: where, when, for whom; never money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q

from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, AssignmentStatus
from sessions_app.rules import MARKING_STATES
from users.models import User

MAX_SHOWN = 1000
MAX_AT_HAND = 200
NOT_CANCELED = ~Q(session__status=Status.CANCELED)


@dataclass(frozen=True)
class Figures:
    """What a photographer's work comes to."""

    total_assignments: int
    upcoming_sessions: int
    attended_sessions: int
    pending_sessions: int
    next_session_date: date | None
    sessions_this_week: int
    total_sessions_completed: int


def parts_of(photographer: User) -> Any:
    """Return the person's active parts in sessions of any state, with session and client."""
    return Assignment.objects.filter(
        photographer=photographer,
        status=AssignmentStatus.ASSIGNED,
        session__hidden_at=None,
    ).select_related("session__client")


def at_hand(photographer: User, today: date, last: date) -> Any:
    """Return the person's parts in what takes place until a day, and in what waits for their mark.

    Two lists, of one query, with clients and rooms: from today on in order of time; past sessions
    at which they have not said that they were, soonest first.
    """
    coming = NOT_CANCELED & Q(session__session_date__range=(today, last))
    unmarked = Q(
        attended=False, session__status__in=MARKING_STATES, session__session_date__lt=today
    )
    rows = list(
        parts_of(photographer)
        .filter(coming | unmarked)
        .select_related("session__client", "session__room")
        .order_by(
            "session__session_date", F("session__session_time").asc(nulls_last=True), "session_id"
        )[:MAX_AT_HAND]
    )
    past = [part for part in rows if part.session.session_date < today]
    return rows[len(past) :], past


def soonest_first(parts: Any, today: date) -> list[Assignment]:
    """Return parts from today on, soonest first, then past ones, latest first."""
    latest = parts.order_by(
        "-session__session_date", F("session__session_time").desc(nulls_last=True), "-session_id"
    )[:MAX_SHOWN]
    rows: list[Assignment] = list(latest)
    coming = [part for part in rows if part.session.session_date >= today]
    return coming[::-1] + rows[len(coming) :]


def figures(photographer: User, today: date) -> Figures:
    """Return what the person's work comes to, seen from a day in the studio.

    *Pending* are sessions that still wait for the person's mark; a week begins on Monday. Canceled
    sessions count among the assignments, nowhere else.
    """
    monday = today - timedelta(days=today.weekday())
    coming = NOT_CANCELED & Q(session__session_date__gte=today)
    this_week = NOT_CANCELED & Q(session__session_date__range=(monday, monday + timedelta(days=6)))
    found = parts_of(photographer).aggregate(
        total_assignments=Count("id"),
        upcoming_sessions=Count("id", filter=coming),
        attended_sessions=Count("id", filter=Q(attended=True)),
        pending_sessions=Count("id", filter=NOT_CANCELED & Q(attended=False)),
        next_session_date=Min("session__session_date", filter=coming),
        sessions_this_week=Count("id", filter=this_week),
        total_sessions_completed=Count("id", filter=Q(session__status=Status.COMPLETED)),
    )
    return Figures(**found)
