"""Setting when and where a session is: the part that booking and changing have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.clock import instant, studio_day
from config.errors import ValidationFailed
from sessions_app.errors import InvalidSessionDate
from sessions_app.models import Assignment, Session, SessionType
from sessions_app.policy import periods
from sessions_app.policy.periods import Period
from sessions_app.queries.staffing import usual_coverage

DEFAULT_HOURS = Decimal("1")
SCHEDULE_FIELDS = (
    "session_time",
    "starts_at",
    "ends_at",
    "estimated_duration_hours",
    "turnaround_minutes",
)


def refuse_wrong_place(session: Session) -> None:
    """Raise ValidationFailed unless Studio has a room, and External a location and no room."""
    problems: dict[str, str] = {}
    if session.session_type == SessionType.STUDIO:
        if session.room_id is None:
            problems["room_id"] = _("A Studio session needs a room.")
    else:
        if not session.location.strip():
            problems["location"] = _("An External session needs a location.")
        if session.room_id is not None:
            problems["room_id"] = _("An External session takes no room of the studio.")
    if problems:
        raise ValidationFailed(problems)


def set_period(session: Session, at: datetime) -> None:
    """Compute the session's instants from its day, time and duration in the studio's time zone.

    Times are whole minutes; a time without a duration lasts one hour. The room turnaround in force
    now is kept with it. Raises ValidationFailed for a day more than five years from today, and
    InvalidSessionDate for one as long ago.
    """
    ahead = session.session_date - studio_day(at)
    if ahead > periods.FARTHEST:
        raise ValidationFailed({"session_date": _("This is more than five years from today.")})
    if ahead < -periods.FARTHEST:
        raise InvalidSessionDate(_("This is more than five years ago."))
    session.starts_at = session.ends_at = None
    session.turnaround_minutes = business_rules().room_turnaround_minutes
    if session.session_time is None:
        return
    session.session_time = session.session_time.replace(second=0, microsecond=0)
    hours = session.estimated_duration_hours or DEFAULT_HOURS
    session.estimated_duration_hours = hours
    period = periods.session_period(instant(session.session_date, session.session_time), hours)
    session.starts_at, session.ends_at = period.starts_at, period.ends_at


def cover(assignment: Assignment, coverage: Period | None) -> None:
    """Set an assignment's coverage on the instance."""
    assignment.coverage_start = coverage.starts_at if coverage else None
    assignment.coverage_end = coverage.ends_at if coverage else None


def move_team(session: Session, team: Iterable[Assignment], old: Period | None) -> None:
    """Let the coverage of a session's photographers move and grow along with it (section 3).

    Where a shorter session leaves nothing of what was agreed, the usual coverage takes its place.
    """
    for assignment in team:
        coverage = usual_coverage(session)
        if assignment.coverage is not None and old is not None and session.period is not None:
            moved = periods.moved_coverage(assignment.coverage, old=old, new=session.period)
            coverage = moved or coverage
        cover(assignment, coverage)
        assignment.save(update_fields=["coverage_start", "coverage_end"])
