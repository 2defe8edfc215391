"""Reading sessions for a person: always what they may see, with just what is printed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.clock import studio_zone
from config.opening_hours import OpeningHours
from sessions_app import rules
from sessions_app.models import Assignment, AssignmentStatus, Line, LineType, Session, SessionType
from sessions_app.models.session import SessionQuerySet
from sessions_app.policy.periods import Period
from sessions_app.queries.standing import is_high_risk
from users.models import User


def sessions_for(user: User) -> SessionQuerySet:
    """Return the sessions the person sees, latest date first, with client, room and team."""
    team = Assignment.objects.filter(status=AssignmentStatus.ASSIGNED)
    return (
        Session.objects.visible_to(user)
        .select_related("client", "room")
        .prefetch_related(
            Prefetch("assignments", queryset=team.select_related("photographer"), to_attr="team")
        )
        .latest_first()
    )


def lines_for(user: User, lines: Iterable[Line]) -> list[Line]:
    """Return those of a session's lines that the person sees: adjustments are money."""
    sees_whole = rules.sees_whole(user)
    return [line for line in lines if sees_whole or line.line_type != LineType.ADJUSTMENT]


def notices(session: Session, viewer: User) -> list[str]:
    """Return what one should know about a session that was booked or moved all the same.

    How a client stands is for those who see the whole of sessions.
    """
    found = []
    if rules.sees_whole(viewer) and is_high_risk(session.client):
        found.append(
            _("High-risk client: most of their sessions were cancelled or expired unpaid.")
        )
    if session.period and (notice := hours_notice(session.session_type, session.period)):
        found.append(notice)
    return found


def hours_notice(session_type: str, period: Period) -> str | None:
    """Return what one should know about a Studio session outside the opening hours (section 3)."""
    hours = business_rules().opening_hours
    if session_type != SessionType.STUDIO or period.ends_at is None:
        return None
    if hours.cover(period.starts_at, period.ends_at, studio_zone()):
        return None
    return _("This is outside the opening hours (%(hours)s).") % {"hours": _shown(hours)}


def _shown(hours: OpeningHours) -> str:
    """Return the opening hours in the language active now."""
    return ", ".join(
        f"{WEEKDAYS_ABBR[day]} {opens:%H:%M}–{closes:%H:%M}"
        for day, spans in enumerate(hours.spans)
        for opens, closes in spans
    )
