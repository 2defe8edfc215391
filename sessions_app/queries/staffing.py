"""Whether a session has its people, and whether it could get them (rules, sections 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from config.activation import ActiveStatus
from config.business_rules import business_rules
from sessions_app.lifecycle import Status
from sessions_app.models import AssignmentStatus, Claim, Session, SessionType
from sessions_app.policy import periods, staffing
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import overlapping
from users.models import User
from users.rights import RoleName

ACTIVE_MEMBER = Q(assignments__status=AssignmentStatus.ASSIGNED)


def is_staffed(session: Session) -> bool:
    """Tell whether all is there that Confirmed → Assigned asks for: a photographer, and a room."""
    if session.session_type == SessionType.STUDIO and session.room_id is None:
        return False
    return session.assignments.filter(status=AssignmentStatus.ASSIGNED).exists()


@dataclass(frozen=True)
class Staffing:
    """How many photographers a session lacks, and how many it could count on."""

    missing: int
    free: int
    promised: int
    """Missing at the same time to other sessions that are confirmed already."""
    in_the_way: tuple[Claim, ...]

    @property
    def is_enough(self) -> bool:
        """Whether all who are missing could still be found."""
        return self.missing <= 0 or self.free - self.promised >= self.missing


def staffing_of(session: Session) -> Staffing:
    """Return how a session with a time stands for photographers, apart from its own team."""
    period = usual_coverage(session)
    assert period is not None  # noqa: S101  (it is confirmed only with a time)
    team = set(
        session.assignments.filter(status=AssignmentStatus.ASSIGNED).values_list(
            "photographer_id", flat=True
        )
    )
    others = photographers().exclude(pk__in=team)
    busy = list(
        Claim.objects.filter(overlapping(period), active=True, person__in=others)
        .select_related("session")
        .order_by("starts_at", "id")
    )
    return Staffing(
        missing=session.photographers_needed - len(team),
        free=others.count() - len({claim.person_id for claim in busy}),
        promised=staffing.peak(_unstaffed(session, period), period),
        in_the_way=tuple(busy),
    )


def photographers() -> QuerySet[User]:
    """Return the active people who hold the photographer's role."""
    return User.objects.filter(status=ActiveStatus.ACTIVE, roles__name=RoleName.PHOTOGRAPHER)


def usual_coverage(session: Session) -> Period | None:
    """Return a photographer's coverage where nothing else is agreed; None without a time."""
    if session.period is None:
        return None
    is_external = session.session_type == SessionType.EXTERNAL
    travel = business_rules().travel if is_external else periods.NO_TIME
    return periods.default_coverage(session.period, travel=travel)


def _unstaffed(session: Session, period: Period) -> list[staffing.Demand]:
    """Return the other confirmed sessions around that time that still lack photographers."""
    margin = business_rules().travel
    assert period.ends_at is not None  # noqa: S101  (a coverage ends)
    rows = (
        Session.objects.filter(
            hidden_at=None,
            status__in=(Status.CONFIRMED, Status.ASSIGNED),
            starts_at__lt=period.ends_at + margin,
            ends_at__gt=period.starts_at - margin,
        )
        .exclude(pk=session.pk)
        .annotate(there=Count("assignments", filter=ACTIVE_MEMBER))
        .filter(there__lt=F("photographers_needed"))
    )
    return [
        staffing.Demand(coverage, other.photographers_needed - other.there)
        for other in rows
        if (coverage := usual_coverage(other)) is not None
    ]
