"""Reminding clients and staff of what comes, or has not come (rules, sections 6 and 7).

Each looks at the locked row again, so that nobody is reminded of what is settled meanwhile, and
tells each fact once, however often it is asked. They return what was done, or None where all who
are to know it do.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from sessions_app.actions.locking import lock
from sessions_app.messages import clients, staff
from sessions_app.models import Session
from sessions_app.queries import due
from users.actors import Actor


@transaction.atomic
def remind_of_payment(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Remind the client that the deposit is due today or tomorrow."""
    session = lock(session)
    if not due.payment_due(at).filter(pk=session.pk).exists():
        return None
    return "reminded of the payment" if clients.payment_due(session, at=at) else None


@transaction.atomic
def remind_of_session(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Remind the client and the photographers that the session is tomorrow."""
    session = lock(session)
    if not due.tomorrow(at).filter(pk=session.pk).exists():
        return None
    told = [clients.tomorrow(session, at=at), staff.tomorrow(session, actor=actor, at=at)]
    return "reminded of the session" if any(told) else None


@transaction.atomic
def report_stale(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Tell the office of a request that nobody has touched for long."""
    session = lock(session)
    if not due.stale(at).filter(pk=session.pk).exists():
        return None
    return "told as untouched" if staff.stale(session, actor=actor, at=at) else None


@transaction.atomic
def ask_for_attendance(session: Session, *, actor: Actor, at: datetime) -> str | None:
    """Ask who was at a session that is past."""
    session = lock(session)
    if not due.without_attendance(at).filter(pk=session.pk).exists():
        return None
    is_new = staff.attendance_missing(session, actor=actor, at=at)
    return "asked who was there" if is_new else None
