"""Which sessions a person sees, and which of their fields they may read and write (section 1).

Object rules: pure questions about one person and one session. `SessionQuerySet.visible_to` answers
the first one for many rows; a test proves that the two never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessions_app.lifecycle import PLANNED, Bond, Leave, Status, before, since
from users import object_rules
from users.rights import Right, RoleName

if TYPE_CHECKING:
    from sessions_app.models import Session
    from users.models import User

BOOKING_RIGHTS = (
    Right.SESSION_CREATE,
    Right.SESSION_EDIT_PRE_ASSIGNED,
    Right.SESSION_ASSIGN_RESOURCES,
)
"""Any of them: who answers clients may ask who and what is free."""
QUEUE_RIGHTS = (Right.SESSION_MARK_READY, Right.SESSION_ASSIGN_RESOURCES)
"""Any of them: who edits, or gives sessions to editors, sees the editing queue."""

SESSION_RIGHTS = frozenset(right for right in Right if right.startswith(("session.", "payment.")))


def register() -> None:
    """Let every right about sessions reach only those that the person sees."""
    object_rules.register(SESSION_RIGHTS - {Right.SESSION_CREATE}, sees)


def sees(user: User, session: Session) -> bool:
    """Tell whether this session exists for the person."""
    if session.hidden_at is not None:
        return False
    if user.may(Right.SESSION_VIEW_ALL):
        return True
    if not user.may(Right.SESSION_VIEW_OWN):
        return False
    return (
        session.editing_assigned_to_id == user.pk
        or _is_in_pool(session, user)
        or session.is_covered_by(user)
    )


def _is_in_pool(session: Session, user: User) -> bool:
    return (
        session.status == Status.ATTENDED
        and session.editing_assigned_to_id is None
        and user.may(Right.SESSION_MARK_READY)
    )


def sees_whole(user: User) -> bool:
    """Tell whether the person sees the whole of a session: amounts, private notes, reasons."""
    return user.may(Right.SESSION_VIEW_ALL)


def has_leave(user: User, session: Session, leave: Leave) -> bool:
    """Tell whether the person holds the rights of a leave, and is tied to the session as it asks.

    One leave of a row of the table of states is enough to take its step (section 2).
    """
    if not all(user.may(right, session) for right in leave.rights):
        return False
    return leave.bond is None or _is_tied(user, session, leave.bond)


def _is_tied(user: User, session: Session, bond: Bond) -> bool:
    if bond is Bond.EDITS:
        return session.editing_assigned_to_id == user.pk
    if bond is Bond.IS_EDITOR:
        return RoleName.EDITOR in user.role_names
    member = session.member(user)
    return member is not None and (bond is Bond.COVERS or member.attended)


@dataclass(frozen=True)
class FieldGroup:
    """Fields that share a right and the states in which they may be written.

    Some are open in Confirmed as well, until the changes deadline.
    """

    right: Right
    states: frozenset[Status]
    fields: frozenset[str]
    overridable: bool = False
    until_changes_deadline: bool = False


PLAN_AND_MONEY = FieldGroup(
    Right.SESSION_EDIT_PRE_ASSIGNED,
    PLANNED,
    frozenset(
        {
            "session_date",
            "session_time",
            "estimated_duration_hours",
            "location",
            "client_requirements",
            "photographers_needed",
            "transportation_cost",
            "discount",
        }
    ),
    overridable=True,
    until_changes_deadline=True,
)
DEPOSIT_TERMS = FieldGroup(
    Right.SESSION_EDIT_PRE_ASSIGNED, PLANNED, frozenset({"deposit_percentage"})
)
RESOURCES = FieldGroup(
    Right.SESSION_ASSIGN_RESOURCES, before(Status.ATTENDED), frozenset({"room_id"})
)
NOTES_AND_DELIVERY = FieldGroup(
    Right.SESSION_EDIT_PRE_ASSIGNED,
    before(Status.COMPLETED),
    frozenset(
        {
            "internal_notes",
            "reported_incidents",
            "delivery_method",
            "delivery_address",
            "delivery_link",
            "responsible_id",
        }
    ),
)
PHOTOGRAPHER_OBSERVATIONS = FieldGroup(
    Right.SESSION_VIEW_OWN, since(Status.ASSIGNED), frozenset({"photographer_observations"})
)
EDITOR_OBSERVATIONS = FieldGroup(
    Right.SESSION_VIEW_OWN, since(Status.IN_EDITING), frozenset({"editor_observations"})
)
FIELD_GROUPS = (
    PLAN_AND_MONEY,
    DEPOSIT_TERMS,
    RESOURCES,
    NOTES_AND_DELIVERY,
    PHOTOGRAPHER_OBSERVATIONS,
    EDITOR_OBSERVATIONS,
)
WRITABLE_FIELDS = frozenset().union(*(group.fields for group in FIELD_GROUPS))

TEAM_STATES = before(Status.READY)
"""States in which photographers may be added, changed and removed."""
REASSIGNMENT_STATES = before(Status.COMPLETED)
"""States in which a photographer may be replaced."""
MARKING_STATES = since(Status.ASSIGNED) - {Status.COMPLETED}
"""States in which attendance may be marked."""

MONEY_FIELDS = frozenset(
    {
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
    }
)
PRIVATE_FIELDS = MONEY_FIELDS | {
    "internal_notes",
    "delivery_address",
    "cancellation_reason",
    "cancelled_by",
    "cancellation_initiator",
    "cancellation_category",
}
"""What only those who may see all sessions read of one."""


def groups_of(fields: Iterable[str]) -> list[FieldGroup]:
    """Return the groups that the named fields belong to, in the order of the text."""
    names = set(fields)
    return [group for group in FIELD_GROUPS if not names.isdisjoint(group.fields)]


def may_write(user: User, session: Session, group: FieldGroup) -> bool:
    """Tell whether the person may write a group of fields of this session, in some state."""
    if group is PHOTOGRAPHER_OBSERVATIONS:
        return session.is_covered_by(user)
    if group is EDITOR_OBSERVATIONS:
        return session.editing_assigned_to_id == user.pk
    return user.may(group.right, session)
