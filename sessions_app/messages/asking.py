"""Asking a fact anew just before its message is sent; a dead one raises FactIsDead and says why."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from notifications.kinds import FactIsDead
from notifications.models import Email
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, AssignmentStatus, HistoryEntry, Session


def session_of(email: Email) -> Session:
    """Return the session that a message is about, as it is now; a hidden one is dead."""
    session = Session.objects.select_related("client", "room").get(pk=email.session_id or 0)
    if session.hidden_at is not None:
        raise FactIsDead(gettext_lazy("The session was deleted."))
    return session


def session_in(email: Email, states: Collection[Status]) -> Session:
    """Return the session that a message is about, where it is in one of these states."""
    session = session_of(email)
    if session.status not in states:
        state = Status(session.status).label
        raise FactIsDead(
            format_lazy(gettext_lazy("The session is “{state}” meanwhile."), state=state)
        )
    return session


def session_since_step(email: Email, states: Collection[Status]) -> Session:
    """Return the session as `session_in`, where the step that is told was the last to its state.

    Who confirmed, reopened and confirmed again is told of the last one alone.
    """
    session = session_in(email, states)
    step = HistoryEntry.objects.get(pk=email.facts["step"])
    if session.history.filter(to_status=step.to_status, pk__gt=step.pk).exists():
        raise FactIsDead(gettext_lazy("It was undone, and done again; another message tells it."))
    return session


def assignment_of(email: Email) -> Assignment:
    """Return the assignment that a message is about, where it is still active."""
    assignment = Assignment.objects.select_related("photographer").get(pk=email.facts["assignment"])
    if assignment.status != AssignmentStatus.ASSIGNED:
        raise FactIsDead(gettext_lazy("The photographer is no longer on this session."))
    return assignment


def refuse_newer(email: Email) -> None:
    """Raise FactIsDead where a later message of the same kind tells the session's present state."""
    newer = Email.objects.filter(
        kind=email.kind, session_id=email.session_id, person=email.person_id
    )
    if newer.filter(pk__gt=email.pk).exists():
        raise FactIsDead(gettext_lazy("A later message tells how things are now."))
