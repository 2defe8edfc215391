"""What the jobs have to see to, as of an instant (rules, section 7): ids, soonest first.

Conditions say what may be due; the actions look again at the locked row and decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from config.clock import end_of, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.queries.attention import Attention, Moments, conditions

SETTLED = (Status.CONFIRMED, Status.ASSIGNED)
DAY = timedelta(days=1)


def unpaid(at: datetime) -> QuerySet[Session]:
    """Return the Pre-scheduled sessions whose payment deadline is past."""
    return _those(Q(status=Status.PRE_SCHEDULED, payment_deadline_at__lte=at))


def to_assign(at: datetime) -> QuerySet[Session]:
    """Return the Confirmed sessions whose changes deadline is past."""
    return _those(Q(status=Status.CONFIRMED, changes_deadline_at__lte=at))


def payment_due(at: datetime) -> QuerySet[Session]:
    """Return those whose deposit is not covered and due today or tomorrow."""
    until = end_of(studio_day(at) + DAY)
    return _those(
        Q(
            status=Status.PRE_SCHEDULED,
            payment_deadline_at__gt=at,
            payment_deadline_at__lte=until,
            paid_amount__lt=F("deposit_amount"),
        )
    )


def tomorrow(at: datetime) -> QuerySet[Session]:
    """Return the settled sessions of tomorrow."""
    return _those(Q(status__in=SETTLED, session_date=studio_day(at) + DAY))


def stale(at: datetime) -> QuerySet[Session]:
    """Return the requests that nobody has touched for STUDIO_REQUEST_HOLD_DAYS."""
    return _those(conditions(Moments.of(at))[Attention.STALE_REQUESTS])


def without_attendance(at: datetime) -> QuerySet[Session]:
    """Return the Assigned sessions whose day is past."""
    return _those(conditions(Moments.of(at))[Attention.ATTENDANCE_MISSING])


def _those(wanted: Q) -> QuerySet[Any, Any]:
    present = Session.objects.present().filter(wanted)
    return present.order_by("session_date", "id")
