"""Telling the client, in the transaction of the fact (rules, section 6); once per fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import override

from notifications.kinds import Kind
from notifications.models import Email, EmailStatus
from notifications.writing import About, write_email
from sessions_app.messages import client_kinds, facts
from sessions_app.messages.client_kinds import COMING
from sessions_app.models import Assignment, Payment, Session


def confirmed(session: Session, *, at: datetime) -> None:
    """The session is confirmed."""
    step = session.history.latest("id").pk
    _tell(client_kinds.CONFIRMED, session, at, f"{session.version}", step=step)


def payment_due(session: Session, *, at: datetime) -> bool:
    """The deposit is due today or tomorrow; told once per deadline."""
    assert session.payment_deadline_at is not None  # noqa: S101  (it is Pre-scheduled)
    deadline = session.payment_deadline_at.isoformat()
    return _tell(client_kinds.PAYMENT_REMINDER, session, at, deadline, deadline=deadline)


def tomorrow(session: Session, *, at: datetime) -> bool:
    """The session is tomorrow; told once per day it is on."""
    day = session.session_date.isoformat()
    return _tell(client_kinds.SESSION_TOMORROW, session, at, day, date=day)


def moved(session: Session, was: Session, *, at: datetime) -> None:
    """The session is at another time or place than it was, if it is settled and still to come.

    Which of the studio's rooms it is in is the studio's affair.
    Where an earlier move has not been sent yet, this one tells from where that one began.
    """
    is_elsewhere = was.location != session.location
    is_at_another_time = (was.session_date, was.starts_at, was.ends_at) != (
        session.session_date,
        session.starts_at,
        session.ends_at,
    )
    if session.status not in COMING or not (is_elsewhere or is_at_another_time):
        return
    unsent = Email.objects.filter(
        kind=client_kinds.SESSION_MOVED.name, session_id=session.pk, status=EmailStatus.PENDING
    ).first()
    with override(session.client.language):
        before = {"was_when": facts.when(was), "was_place": facts.place(was)}
    if unsent is not None:
        before = {name: unsent.facts[name] for name in before}
    _tell(client_kinds.SESSION_MOVED, session, at, f"{session.version}", **before)


def photographer_changed(session: Session, assignment: Assignment, *, at: datetime) -> None:
    """Another photographer comes, to a session that is settled and still to come."""
    is_to_come = session.starts_at is None or at < session.starts_at
    if session.status in COMING and is_to_come:
        key = f"{assignment.pk}"
        _tell(client_kinds.PHOTOGRAPHER_CHANGED, session, at, key, assignment=assignment.pk)


def material_ready(session: Session, *, at: datetime) -> None:
    """The material is ready."""
    step = session.history.latest("id").pk
    _tell(client_kinds.MATERIAL_READY, session, at, f"{session.version}", step=step)


def delivery_date_changed(session: Session, *, at: datetime) -> None:
    """The material is promised for another day."""
    assert session.delivery_deadline is not None  # noqa: S101  (it is In Editing)
    day = session.delivery_deadline.isoformat()
    _tell(client_kinds.DELIVERY_DATE_CHANGED, session, at, f"{session.version}", date=day)


def cancelled(session: Session, *, at: datetime) -> None:
    """The session is cancelled, with the refund; or its refund has been decided anew."""
    _tell(client_kinds.SESSION_CANCELLED, session, at, f"{session.version}")


def refund_paid(session: Session, payment: Payment, *, at: datetime) -> None:
    """A refund has been paid out."""
    _tell(client_kinds.REFUND_PAID, session, at, f"{payment.pk}", payment=payment.pk)


def _tell(kind: Kind, session: Session, at: datetime, key: str, **said: Any) -> bool:
    about = About(
        key=f"{kind.name}:{session.pk}:{key}",
        session_id=session.pk,
        session_code=session.code,
        facts=said,
    )
    client = session.client
    return write_email(kind, about, to=client.email, language=client.language, at=at)
