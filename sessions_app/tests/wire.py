"""Answers of the REST door: their shapes (contract, section 4), written out by hand.

And sessions as the door finds them: it reads the real clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.clock import now, studio_day
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
NUMBER = (int, float)
MAYBE = type(None)

CLIENT = {"id": int, "full_name": str, "email": str, "primary_phone": str}
SESSION: dict[str, Any] = {
    "id": int,
    "code": str,
    "client_id": int,
    "client": CLIENT,
    "session_type": str,
    "session_date": str,
    "session_time": (str, MAYBE),
    "estimated_duration_hours": (*NUMBER, MAYBE),
    "starts_at": (str, MAYBE),
    "ends_at": (str, MAYBE),
    "location": (str, MAYBE),
    "room_id": (int, MAYBE),
    "room": (dict, MAYBE),
    "status": str,
    "subtotal": NUMBER,
    "transportation_cost": NUMBER,
    "discount": NUMBER,
    "total_amount": NUMBER,
    "deposit_percentage": NUMBER,
    "deposit_amount": NUMBER,
    "paid_amount": NUMBER,
    "balance_amount": NUMBER,
    "refund_due": NUMBER,
    "payment_deadline": (str, MAYBE),
    "payment_deadline_at": (str, MAYBE),
    "changes_deadline": (str, MAYBE),
    "changes_deadline_at": (str, MAYBE),
    "delivery_deadline": (str, MAYBE),
    "estimated_editing_days": int,
    "photographers_needed": int,
    "responsible_id": (int, MAYBE),
    "client_requirements": (str, MAYBE),
    "editing_assigned_to": (int, MAYBE),
    "photographers": list,
    "version": int,
    "created_at": str,
    "updated_at": str,
}
DETAIL = SESSION | {
    "editing_started_at": (str, MAYBE),
    "editing_completed_at": (str, MAYBE),
    "delivery_method": (str, MAYBE),
    "delivery_address": (str, MAYBE),
    "delivery_link": (str, MAYBE),
    "delivered_at": (str, MAYBE),
    "internal_notes": (str, MAYBE),
    "reported_incidents": (str, MAYBE),
    "photographer_observations": (str, MAYBE),
    "editor_observations": (str, MAYBE),
    "cancellation_reason": (str, MAYBE),
    "cancelled_at": (str, MAYBE),
    "cancelled_by": (int, MAYBE),
    "cancellation_initiator": (str, MAYBE),
    "cancellation_category": (str, MAYBE),
    "created_by": (int, MAYBE),
    "allowed_transitions": list,
}
PRIVATE = {
    "subtotal",
    "transportation_cost",
    "discount",
    "total_amount",
    "deposit_percentage",
    "deposit_amount",
    "paid_amount",
    "balance_amount",
    "refund_due",
    "payment_deadline",
    "payment_deadline_at",
    "internal_notes",
    "delivery_address",
    "cancellation_reason",
    "cancelled_by",
    "cancellation_initiator",
    "cancellation_category",
}


LINE = {
    "id": int,
    "session_id": int,
    "line_type": str,
    "reference_id": (int, MAYBE),
    "reference_type": (str, MAYBE),
    "item_code": str,
    "item_name": str,
    "item_description": (str, MAYBE),
    "quantity": int,
    "unit_price": NUMBER,
    "line_subtotal": NUMBER,
    "group": (int, MAYBE),
    "display_order": int,
    "is_delivered": bool,
    "delivered_at": (str, MAYBE),
    "created_at": str,
}


ASSIGNMENT = {
    "id": int,
    "session_id": int,
    "photographer_id": int,
    "photographer_name": str,
    "role": (str, MAYBE),
    "assignment_status": str,
    "coverage_start": (str, MAYBE),
    "coverage_end": (str, MAYBE),
    "assigned_at": str,
    "assigned_by": (int, MAYBE),
    "attended": bool,
    "attended_at": (str, MAYBE),
    "notes": (str, MAYBE),
}


PAYMENT = {
    "id": int,
    "session_id": int,
    "payment_type": str,
    "payment_method": str,
    "amount": NUMBER,
    "transaction_reference": (str, MAYBE),
    "payment_date": str,
    "notes": (str, MAYBE),
    "status": str,
    "created_at": str,
    "created_by": (int, MAYBE),
    "verified_by": (int, MAYBE),
    "void_reason": (str, MAYBE),
}
PREVIEW = {
    "refund_amount": NUMBER,
    "refund_percentage": NUMBER,
    "explanation": str,
    "paid_amount": NUMBER,
}
HISTORY = {
    "id": int,
    "session_id": int,
    "from_status": (str, MAYBE),
    "to_status": str,
    "reason": (str, MAYBE),
    "notes": (str, MAYBE),
    "changed_at": str,
    "changed_by": (int, MAYBE),
    "changed_by_name": str,
    "channel": str,
}
PAGE = {"items": list, "total": int, "limit": int, "offset": int, "has_more": bool}


def without_private(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a shape as it is for who does not see all sessions."""
    return {name: kind for name, kind in shape.items() if name not in PRIVATE}


def assert_shape(body: dict[str, Any], shape: dict[str, Any]) -> None:
    assert body.keys() == shape.keys()
    for name, kind in shape.items():
        if isinstance(kind, dict):
            assert_shape(body[name], kind)
        else:
            assert isinstance(body[name], kind), name
            assert kind is not int or not isinstance(body[name], bool), name


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
    session = book(at=at, session_date=studio_day(now()) + timedelta(days=days), **asked)
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


def names_in(value: Any) -> set[str]:
    """Return every name of a field anywhere in an answer."""
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set()


def holding(*rights: Right, beside: str) -> User:
    """Return someone who holds a built-in role and, by a role that the studio made, some rights."""
    made = Role.objects.create(name="-".join(rights))
    made.permissions.add(*(permissions_by_right()[right] for right in rights))
    person = UserFactory(roles=[beside])
    person.roles.add(made)
    return person
