"""How sessions are printed from the database."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from config.api.printing import Rows
from sessions_app import rules
from sessions_app.api.serializers import (
    SessionDetailSerializer,
    SessionSerializer,
    TeamMemberSerializer,
)
from sessions_app.models import Assignment, AssignmentStatus, Session
from users.models import User


def _sessions() -> QuerySet[Any, Any]:
    return Session.objects.annotate(balance=F("total_amount") - F("paid_amount"))


def _active() -> QuerySet[Assignment]:
    return Assignment.objects.filter(status=AssignmentStatus.ASSIGNED)


TEAM = Rows(TeamMemberSerializer, _active, key="session")
SESSIONS = Rows(SessionSerializer, _sessions, photographers=TEAM)
SESSION_DETAILS = Rows(
    SessionDetailSerializer, _sessions, besides=("allowed_transitions",), photographers=TEAM
)


def hidden_from(viewer: User) -> frozenset[str]:
    """Return the names of fields that are left out of a session for this viewer."""
    return frozenset() if rules.sees_whole(viewer) else rules.PRIVATE_FIELDS
