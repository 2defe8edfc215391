"""What has become of the simulated studio, as plain facts that outlive the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.tests.simulation.doing import Affair, Deed
from config.tests.simulation.nights import Nights
from config.tests.simulation.plans import Paying, Turn
from notifications.models import Email, EmailStatus, Notification
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session

REMINDERS = {"payment_reminder", "session_tomorrow"}
TOLD_BY_JOBS = {
    "tomorrow",
    "unstaffed",
    "covered_not_confirmed",
    "payment_to_verify",
    "stale_request",
    "attendance_missing",
    "high_risk_booking",
}
"""What staff is told as of the instant of a job, or of what it had done by then."""


@dataclass(frozen=True)
class Outcome:
    """What has become of one session."""

    paying: Paying
    turn: Turn
    deeds: tuple[Deed, ...]
    by_hand: int
    payment_deadlines: tuple[datetime, ...]
    facts: dict[str, Any]
    """What must be the same whenever the jobs ran."""
    cancelled_at: datetime | None
    cancelled_by_system: bool
    session_date: date
    history: tuple[tuple[datetime, str], ...]
    reminders: tuple[str, ...]
    """Kinds, as often as they were written."""
    sent: tuple[tuple[str, datetime | None], ...]
    """Kind, and when it went out, of each e-mail to the client that did."""

    @property
    def course(self) -> str:
        """How it was to turn out."""
        return f"{self.paying} {self.turn}"

    def state(self, at: datetime) -> str:
        """Return the state in which it was at an instant; none before it was booked."""
        return next((to for since, to in reversed(self.history) if since <= at), "")


def outcome(affair: Affair) -> Outcome:
    """Return what has become of a session."""
    session = Session.objects.select_related("room", "editing_assigned_to").get(pk=affair.pk)
    emails = list(Email.objects.filter(session_id=session.pk, person=None).order_by("id"))
    return Outcome(
        paying=affair.course.paying,
        turn=affair.course.turn,
        deeds=tuple(affair.deeds),
        by_hand=affair.by_hand,
        payment_deadlines=tuple(affair.payment_deadlines),
        facts=_facts(session, emails),
        cancelled_at=session.cancelled_at,
        cancelled_by_system=session.cancellation_initiator == Initiator.SYSTEM,
        session_date=session.session_date,
        history=tuple(session.history.order_by("id").values_list("changed_at", "to_status")),
        reminders=tuple(email.kind for email in emails if email.kind in REMINDERS),
        sent=tuple((one.kind, one.sent_at) for one in emails if one.status == EmailStatus.SENT),
    )


def _facts(session: Session, emails: list[Email]) -> dict[str, Any]:
    return {
        "code": session.code,
        "status": session.status,
        "when": (session.session_date, session.session_time, session.room and session.room.code),
        "total": session.total_amount,
        "deposit": session.deposit_amount,
        "paid": session.paid_amount,
        "refund due": session.refund_due,
        "payments": list(
            session.payments.order_by("id").values_list("payment_type", "amount", "status", "notes")
        ),
        "initiator": session.cancellation_initiator,
        "payment deadline": session.payment_deadline_at,
        "changes deadline": session.changes_deadline_at,
        "delivery date": None if session.cancelled_at else session.delivery_deadline,
        "delivered": session.delivered_at,
        "team": list(
            session.assignments.order_by("id").values_list(
                "photographer__email", "status", "attended", "coverage_start", "coverage_end"
            )
        ),
        "editor": session.editing_assigned_to and session.editing_assigned_to.email,
        "edited": (session.editing_started_at, session.editing_completed_at),
        # Whether a night took it to Assigned, before somebody cancelled it, is the night's affair.
        "path": [
            entry.to_status
            for entry in session.history.order_by("id")
            if entry.to_status != Status.ASSIGNED
        ],
        "e-mails": Counter(
            (email.kind, email.status) for email in emails if email.kind not in REMINDERS
        ),
        "staff is told": Counter(
            Notification.objects.filter(session_id=session.pk)
            .exclude(kind__in=TOLD_BY_JOBS)
            .values_list("kind", "recipient__email")
        ),
    }


@dataclass(frozen=True)
class Year:
    """What has become of the studio, and when its jobs ran."""

    outcomes: dict[str, Outcome]
    """By the key of the session's plan."""
    nights: Nights
    findings: list[str]
    emails: Counter[tuple[str, str]]
    """By kind and status."""
    delivered: Counter[str]
    """How often each Message-ID reached the mail server."""
    uncertain: int

    @property
    def states(self) -> Counter[str]:
        """How many sessions are in each state."""
        return Counter(one.facts["status"] for one in self.outcomes.values())
