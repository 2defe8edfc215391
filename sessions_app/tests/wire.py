"""Answers of the REST door: the shapes of the contract, and nothing besides.

And sessions as the door finds them: it reads the real clock.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from config.clock import now, studio_day
from config.tests.contract import session_shapes
from config.tests.contract.shapes import ID, TEXT, Maybe, problems
from sessions_app.actions import editing, team
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import PLANNED, Status, before, since
from sessions_app.models import PaymentType, Session
from sessions_app.tests.builders import SYSTEM, assign, attended_at, book, paid, taken_to
from users.actions.roles import permissions_by_right
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

SESSIONS = "/api/v1/sessions"

# Here the system does much, which is nobody: the names of who did it may be null.
SESSION = session_shapes.SESSION
DETAIL = session_shapes.DETAIL | {"created_by": Maybe(ID)}
LINE = session_shapes.LINE
ASSIGNMENT = session_shapes.ASSIGNMENT | {"assigned_by": Maybe(ID)}
PAYMENT = session_shapes.PAYMENT | {"created_by": Maybe(ID), "void_reason": Maybe(TEXT)}
PREVIEW = session_shapes.PREVIEW
HISTORY = session_shapes.HISTORY
PRIVATE = session_shapes.PRIVATE_FIELDS | {"payment_deadline", "payment_deadline_at"}
names_in = session_shapes.names_in


def url(session: Session, *parts: Any) -> str:
    """Return the address of a session, or of what belongs to it."""
    return "/".join(map(str, (SESSIONS, session.pk, *parts)))


def ahead(days: int) -> date:
    """Return the day so many days from today."""
    return studio_day(now()) + timedelta(days=days)


def without_private(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as it is for who does not see all sessions."""
    return {name: kind for name, kind in shape.items() if name not in PRIVATE}


def assert_shape(body: dict[str, Any], shape: dict[str, Any]) -> None:
    """Assert that an answer has the fields of a shape, each of its kind, and no others."""
    assert body.keys() == shape.keys()
    assert problems(body, shape) == []
    for name, kind in shape.items():
        if isinstance(kind, dict):
            assert_shape(body[name], kind)


def error(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert isinstance(body["detail"], str)
    assert body["detail"]
    return answer.status_code, body["error_code"]


def refused(answer: Any, status: int, code: str, *fields: str) -> dict[str, Any]:
    """Assert that an answer is this refusal, a wrong form naming these fields; return its facts.

    A field of a list is named with its place in it, as in `lines.0.quantity`.
    """
    assert error(answer) == (status, code)
    body: dict[str, Any] = answer.json()
    assert ("errors" in body) == (code == "VALIDATION_ERROR")
    named = [name.split(".") for name in body.get("errors", ())]
    for field in fields:
        path = field.split(".")
        assert path in [name[: len(path)] for name in named], field
    facts: dict[str, Any] = body.get("context", {})
    return facts


def arrived(
    status: Status,
    photographer: User | None = None,
    editor: User | None = None,
    *,
    days: int = -1,
    booked_at: datetime | None = None,
    **asked: Any,
) -> Session:
    """Take a session of 1000.00, of some day from today, to a state by the real actions.

    Half of it is paid, all of it where it is Completed. A past session was booked three weeks ago
    and had its changes deadline then; one of this week is late: the deadline was past when it was
    booked. It has a photographer from Confirmed on.
    """
    at = booked_at or (now() - timedelta(days=21) if days < 0 else now())
    session = book(at=at, session_date=ahead(days), **asked)
    if photographer is not None:
        assign(session, photographer, at=at)
    elif status not in PLANNED:
        assign(session, at=at)
    if status in before(Status.ASSIGNED):
        return taken_to(status, session, at=at)
    session = taken_to(Status.CONFIRMED, session, at=at)
    moment = attended_at(session) if days < 0 else now()
    for step in (Status.ASSIGNED, Status.ATTENDED):
        if status in since(step):
            transition(session, step, actor=SYSTEM, at=moment)
    if status in since(Status.IN_EDITING):
        editor = editor or UserFactory(roles=["editor"])
        editing.assign_editor(session, editor.pk, actor=SYSTEM, at=moment)
    if status in since(Status.READY):
        transition(session, Status.READY, actor=SYSTEM, at=moment)
    if status == Status.COMPLETED:
        paid(session, session.balance_amount, PaymentType.BALANCE, at=moment)
        transition(session, Status.COMPLETED, actor=SYSTEM, at=moment)
    if status == Status.CANCELED:
        transition(session, Status.CANCELED, actor=SYSTEM, at=at)
    session.refresh_from_db()
    return session


def unstaffed() -> Session:
    """Return a Confirmed session of this week, late, whose photographer was taken off it."""
    session = arrived(Status.CONFIRMED, days=3)
    team.release(session.assignments.get(), actor=SYSTEM, at=now())
    return session


def holding(*rights: Right, beside: str) -> User:
    """Return someone who holds a built-in role and, by a role that the studio made, some rights."""
    made = Role.objects.create(name="-".join(rights))
    made.permissions.add(*(permissions_by_right()[right] for right in rights))
    person = UserFactory(roles=[beside])
    person.roles.add(made)
    return person
