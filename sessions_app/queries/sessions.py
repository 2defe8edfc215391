"""Reading sessions for a person: always what they may see, with just what is printed."""

from __future__ import annotations

from django.db.models import Prefetch
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.clock import studio_zone
from config.opening_hours import OpeningHours
from sessions_app import rules
from sessions_app.models import Assignment, AssignmentStatus, Line, LineType, Session, SessionType
from sessions_app.models.session import SessionQuerySet
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


def lines_for(user: User, session: Session) -> list[Line]:
    """Return the session's lines in their order; adjustments are money, hence not for everyone."""
    lines = session.lines.all()
    if not rules.sees_whole(user):
        lines = lines.exclude(line_type=LineType.ADJUSTMENT)
    return list(lines)


def notices(session: Session) -> list[str]:
    """Return what one should know about a session that was booked or moved all the same."""
    found = []
    period = session.period
    if session.session_type == SessionType.STUDIO and period and period.ends_at:
        hours = business_rules().opening_hours
        if not hours.cover(period.starts_at, period.ends_at, studio_zone()):
            found.append(
                _("This is outside the opening hours (%(hours)s).") % {"hours": _shown(hours)}
            )
    return found


def _shown(hours: OpeningHours) -> str:
    """Return the opening hours in the language active now."""
    return ", ".join(
        f"{WEEKDAYS_ABBR[day]} {opens:%H:%M}–{closes:%H:%M}"
        for day, spans in enumerate(hours.spans)
        for opens, closes in spans
    )
