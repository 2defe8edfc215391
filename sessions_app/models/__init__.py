"""The tables of the sessions: the session itself, its lines, its team, its claims, its history."""

from sessions_app.models.assignment import Assignment, AssignmentStatus, PhotographerRole
from sessions_app.models.choices import (
    CancellationCategory,
    DeliveryMethod,
    Initiator,
    PaymentStatus,
    PaymentType,
    SessionType,
)
from sessions_app.models.claim import Claim, ClaimKind, Maintenance, TimeOff
from sessions_app.models.history import HistoryEntry
from sessions_app.models.line import Line, LineType, ReferenceType
from sessions_app.models.payment import Payment
from sessions_app.models.session import Session, SessionCounter

__all__ = [
    "Assignment",
    "AssignmentStatus",
    "CancellationCategory",
    "Claim",
    "ClaimKind",
    "DeliveryMethod",
    "HistoryEntry",
    "Initiator",
    "Line",
    "LineType",
    "Maintenance",
    "Payment",
    "PaymentStatus",
    "PaymentType",
    "PhotographerRole",
    "ReferenceType",
    "Session",
    "SessionCounter",
    "SessionType",
    "TimeOff",
]
