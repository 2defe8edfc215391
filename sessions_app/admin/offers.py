"""When the back office offers a button about a session, and to whom.

Whether the thing may be done is the action's to say, also to who posts without being offered it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from config.clock import now, studio_day
from sessions_app import rules
from sessions_app.actions import lifecycle
from sessions_app.actions.hiding import HIDEABLE
from sessions_app.actions.moving import is_settled
from sessions_app.actions.overriding import closing
from sessions_app.lifecycle import EVERYBODYS_MARK, OPEN, Status
from sessions_app.models import Session
from users.actors import Actor, Override
from users.admin.rights import may
from users.models import User
from users.rights import Right, RoleName

Offer = Callable[[Any, HttpRequest, Session], bool]


def step(to: Status, *sources: Status) -> Offer:
    """Offer a button where the table leads this person to a state, from some states or any."""

    def offers(admin: Any, request: HttpRequest, session: Session) -> bool:
        if sources and session.status not in sources:
            return False
        return to in lifecycle.allowed_transitions(session, request.user)  # type: ignore[arg-type]

    return offers


def in_states(right: Right, *states: Status) -> Offer:
    """Offer a button to who holds a right, in some states."""
    return lambda admin, request, session: session.status in states and may(request, right, session)


def own_mark(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer a photographer to mark their own attendance, from its day on, until they have."""
    member = session.member(request.user) if isinstance(request.user, User) else None
    return (
        member is not None
        and not member.attended
        and session.status in rules.MARKING_STATES
        and session.session_date <= studio_day(now())
        and may(request, Right.SESSION_MARK_ATTENDED, session)
    )


def taking(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer an editor to take a session that waits for one."""
    user = request.user
    is_editor = isinstance(user, User) and RoleName.EDITOR in user.role_names
    return is_editor and step(Status.IN_EDITING, Status.ATTENDED)(admin, request, session)


def own_editing(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer what the editor of a session may do while it is edited."""
    is_own = session.editing_assigned_to_id == request.user.pk
    return is_own and session.status == Status.IN_EDITING


def lines(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to change lines to who may, while they are open or may be overridden."""
    group = rules.PLAN_AND_MONEY
    if not may(request, group.right, session):
        return False
    return closing(session, group, now()) is None or may(request, Right.SESSION_EDIT_ALL, session)


def team(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to change the team to who may, in a state that is open for it."""
    right = Right.SESSION_ASSIGN_RESOURCES
    return session.status in rules.TEAM_STATES and may(request, right, session)


def payment(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to record a payment where there is something to pay."""
    is_open = session.status in OPEN and session.balance_amount > 0
    return is_open and sees_whole(request) and may(request, Right.SESSION_PAYMENT, session)


def refund(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to record a refund where something was paid."""
    is_open = session.status != Status.COMPLETED and session.paid_amount > 0
    return is_open and sees_whole(request) and may(request, Right.PAYMENT_REFUND, session)


def hiding(admin: Any, request: HttpRequest, session: Any) -> bool:
    """Offer to delete a session for which nothing was paid."""
    is_hideable = session.status in HIDEABLE and may(request, Right.SESSION_DELETE, session)
    return is_hideable and not session.has_live_payments


def attending(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer who may mark for all to take a session to Attended."""
    user = request.user
    is_assigned = session.status == Status.ASSIGNED
    return (
        is_assigned and isinstance(user, User) and rules.has_leave(user, session, EVERYBODYS_MARK)
    )


def postponing(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to postpone a session whose plan is settled."""
    return is_settled(session, now()) and may(request, Right.SESSION_ASSIGN_RESOURCES, session)


def correction(admin: Any, request: HttpRequest, session: Session) -> bool:
    """Offer admins to correct on whose side a cancellation was."""
    is_canceled = session.status == Status.CANCELED
    return is_canceled and may(request, Right.SESSION_EDIT_ALL, session)


def sees_whole(request: HttpRequest) -> bool:
    """Tell whether amounts and reasons are shown to this person."""
    return isinstance(request.user, User) and rules.sees_whole(request.user)


def overridable(form: type[Any], request: HttpRequest, session: Session) -> type[Any]:
    """Return the form without the override's fields for who could not override."""
    if may(request, Right.SESSION_EDIT_ALL, session):
        return form
    return type(form.__name__, (form,), dict.fromkeys(form.override_fields))


def override_in(form: dict[str, Any], actor: Actor) -> Override | None:
    """Return the override that a page's form asks for."""
    return Override.asked(
        actor,
        override=form.get("override", False),
        reason=form.get("reason"),
        right=Right.SESSION_EDIT_ALL,
    )
