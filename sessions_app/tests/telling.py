"""Every fact that a client is told, brought about by the same actions that people use.

Each leaves exactly one letter to be sent; what the session has been told of before has gone out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import instant
from notifications.tests.posting import posted
from sessions_app.actions import editing, planning, reminding, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify
from sessions_app.lifecycle import Status, since
from sessions_app.models import Initiator, PaymentType, Session
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, attended_at, book, paid, taken_to
from users.tests.factories import UserFactory

LATER = AT + timedelta(hours=1)
NEXT_DAY = DAY + timedelta(days=1)
DEADLINE = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)  # 10 March and five days; the 15th has ended
DAY_BEFORE_DEADLINE = DEADLINE - timedelta(hours=39)  # the 14th, 09:00 in the studio
EVE = instant(DAY - timedelta(days=1), time(9))


class Telling(NamedTuple):
    """A session, and the instant at which its client was told something."""

    session: Session
    at: datetime

    def fresh(self) -> Session:
        """Return the session as it now is."""
        return Session.objects.get(pk=self.session.pk)


def client(language: str = "en") -> Client:
    """Return who is told."""
    return ClientFactory(full_name="Lucía Fernández", email="lucia@example.com", language=language)


def settled(status: Status, language: str = "en") -> Telling:
    """Return a session of 1000.00 in a state; what its client is told on the way has gone out."""
    session = taken_to(status, book(client=client(language)))
    at = attended_at(session) if status in since(Status.ASSIGNED) else AT
    posted(at)
    return Telling(session, at)


def move(session: Session, at: datetime = AT, **changes: object) -> Session:
    """Change a session's plan."""
    return planning.change_session(session, changes, actor=SYSTEM, at=at)


def reassign(session: Session, at: datetime = AT) -> None:
    """Put somebody else in the place of the session's photographer."""
    present = session.assignments.get(status="Assigned")
    team.reassign(present, UserFactory(roles=["photographer"]).pk, actor=SYSTEM, at=at)


def call_off(
    session: Session, at: datetime = AT, initiator: Initiator = Initiator.CLIENT
) -> Session:
    """Cancel a session."""
    return cancel(session, initiator=initiator, actor=SYSTEM, at=at, reason="ill")


def confirm(session: Session, at: datetime = AT) -> Session:
    """Take a session from Pre-scheduled to Confirmed."""
    return transition(session, Status.CONFIRMED, actor=SYSTEM, at=at)


def _confirmed(language: str) -> Telling:
    session, at = settled(Status.PRE_SCHEDULED, language)
    assign(session)
    paid(session, "500.00")
    confirm(session)
    return Telling(session, at)


def _payment_reminder(language: str) -> Telling:
    session, _at = settled(Status.PRE_SCHEDULED, language)
    reminding.remind_of_payment(session, actor=SYSTEM, at=DAY_BEFORE_DEADLINE)
    return Telling(session, DAY_BEFORE_DEADLINE)


def _session_tomorrow(language: str) -> Telling:
    session, _at = settled(Status.CONFIRMED, language)
    reminding.remind_of_session(session, actor=SYSTEM, at=EVE)
    return Telling(session, EVE)


def _session_moved(language: str) -> Telling:
    session, at = settled(Status.CONFIRMED, language)
    move(session, session_date=NEXT_DAY)
    return Telling(session, at)


def _photographer_changed(language: str) -> Telling:
    session, at = settled(Status.CONFIRMED, language)
    reassign(session)
    return Telling(session, at)


def _material_ready(language: str) -> Telling:
    session, at = settled(Status.IN_EDITING, language)
    transition(session, Status.READY, actor=SYSTEM, at=at)
    return Telling(session, at)


def _delivery_date_changed(language: str) -> Telling:
    session, at = settled(Status.IN_EDITING, language)
    editing.change_editing_days(session, 9, actor=SYSTEM, at=at, note="so many pictures")
    return Telling(session, at)


def _session_cancelled(language: str) -> Telling:
    session, at = settled(Status.CONFIRMED, language)
    call_off(session)
    return Telling(session, at)


def _refund_paid(language: str) -> Telling:
    session, at = _session_cancelled(language)
    posted(at)
    refund = session.payments.get(payment_type=PaymentType.REFUND)
    verify(refund, actor=SYSTEM, at=LATER, transaction_reference="TR-10422")
    return Telling(session, LATER)


TELLINGS: dict[str, Callable[[str], Telling]] = {
    "session_confirmed": _confirmed,
    "payment_reminder": _payment_reminder,
    "session_tomorrow": _session_tomorrow,
    "session_moved": _session_moved,
    "photographer_changed": _photographer_changed,
    "material_ready": _material_ready,
    "delivery_date_changed": _delivery_date_changed,
    "session_cancelled": _session_cancelled,
    "refund_paid": _refund_paid,
}
"""By kind: how it comes about, for a client of a language."""
