"""Whether a session has its people, and whether it could get them (rules, sections 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from config.activation import ActiveStatus
from config.business_rules import business_rules
from config.prepared import Given, Prepared
from sessions_app.lifecycle import Status
from sessions_app.models import AssignmentStatus, Claim, Session, SessionType
from sessions_app.policy import periods, staffing
from sessions_app.policy.periods import Period
from sessions_app.queries.conflicts import overlapping
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
        promised=staffing.peak(demands(period, besides=session), period),
        in_the_way=tuple(busy),
    )


def photographers() -> QuerySet[User]:
    """Return the active people who hold the photographer's role."""
    return User.objects.filter(status=ActiveStatus.ACTIVE, roles__name=RoleName.PHOTOGRAPHER)


def usual_coverage(session: Session) -> Period | None:
    """Return a photographer's coverage where nothing else is agreed; None without a time."""
    if session.period is None:
        return None
    return periods.default_coverage(session.period, travel=travel_to(session.session_type))


def travel_to(session_type: str) -> timedelta:
    """Return how long photographers are on the road before and after a session of a type."""
    return business_rules().travel if session_type == SessionType.EXTERNAL else periods.NO_TIME


def demands(within: Period, *, besides: Session | None = None) -> list[staffing.Demand]:
    """Return what confirmed sessions around that time, but for one, still lack in photographers."""
    margin = business_rules().travel
    assert within.ends_at is not None  # noqa: S101  (a coverage ends)
    found: Any = _lacking.rows(
        before=within.ends_at + margin,
        after=within.starts_at - margin,
        besides=besides.pk if besides else NOBODY,
    )
    return [
        staffing.Demand(
            periods.default_coverage(Period(starts_at, ends_at), travel=travel_to(session_type)),
            missing,
        )
        for starts_at, ends_at, session_type, missing in found
    ]


def _what_lacks() -> QuerySet[Session]:
    """Return the confirmed sessions of a period, but for one, that lack photographers."""
    rows = Session.objects.filter(
        hidden_at=None,
        status__in=(Status.CONFIRMED, Status.ASSIGNED),
        starts_at__lt=Given("before"),
        ends_at__gt=Given("after"),
    ).exclude(pk=Given("besides"))
    there = Count("assignments", filter=ACTIVE_MEMBER)
    lacking = rows.annotate(missing=F("photographers_needed") - there)
    return lacking.filter(missing__gt=0).order_by()


NOBODY = 0
"""The id of no session."""
_lacking = Prepared(_what_lacks, "starts_at", "ends_at", "session_type", "missing", key=None)
