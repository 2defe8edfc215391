"""What sessions have to do with the lower apps: what depends on their rows, and what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from catalog.models import Room
from clients import standing
from clients.models import Client
from config.activation import register_dependents, register_reactivation
from config.clock import studio_day
from sessions_app.actions.maintenance import end_maintenance
from sessions_app.lifecycle import OPEN, Status
from sessions_app.models import Session
from sessions_app.models.assignment import AssignmentStatus
from sessions_app.queries.conflicts import described_sessions
from sessions_app.queries.standing import high_risk, sessions_count
from users.models import User
from users.rights import RoleName

Conflicts = list[dict[str, Any]]


def register() -> None:
    """Tell the lower apps what they must ask and do (rules, sections 1 and 3)."""
    register_dependents("clients.Client", booked_by)
    register_dependents("catalog.Room", booked_in)
    register_dependents("users.User", in_the_hands_of)
    register_dependents("users.User", covered_by, capacity=RoleName.PHOTOGRAPHER)
    register_dependents("users.User", edited_by, capacity=RoleName.EDITOR)
    register_reactivation("catalog.Room", end_maintenance)
    standing.register("sessions_count", sessions_count)
    standing.register("is_high_risk", high_risk)


def booked_by(client: Client, at: datetime, viewer: User | None) -> Conflicts:
    """Return the client's open sessions."""
    return described_sessions(_open_sessions().filter(client=client), viewer)


def booked_in(room: Room, at: datetime, viewer: User | None) -> Conflicts:
    """Return the open sessions from now on in the room."""
    return described_sessions(_open_sessions().filter(_from_now_on(at), room=room), viewer)


def covered_by(person: User, at: datetime, viewer: User | None) -> Conflicts:
    """Return the open sessions from now on that the person photographs."""
    covered = _open_sessions().filter(
        _from_now_on(at),
        assignments__photographer=person,
        assignments__status=AssignmentStatus.ASSIGNED,
    )
    return described_sessions(covered, viewer)


def edited_by(person: User, at: datetime, viewer: User | None) -> Conflicts:
    """Return the sessions that the person is editing."""
    edited = _open_sessions().filter(editing_assigned_to=person, status=Status.IN_EDITING)
    return described_sessions(edited, viewer)


def in_the_hands_of(person: User, at: datetime, viewer: User | None) -> Conflicts:
    """Return what the person photographs or edits."""
    return covered_by(person, at, viewer) + edited_by(person, at, viewer)


def _open_sessions() -> QuerySet[Session]:
    return Session.objects.filter(hidden_at=None, status__in=OPEN).order_by("session_date", "id")


def _from_now_on(at: datetime) -> Q:
    return Q(ends_at__gt=at) | Q(ends_at=None, session_date__gte=studio_day(at))
