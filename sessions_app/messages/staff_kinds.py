"""What staff are told (rules, section 6); an e-mail of it, who wishes one, is asked anew too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.amounts import money
from notifications.kinds import FactIsDead, Kind
from notifications.models import Email
from sessions_app.errors import OverrideNeeded
from sessions_app.lifecycle import OPEN, PLANNED, Status
from sessions_app.messages import recipients
from sessions_app.messages.asking import assignment_of, refuse_newer, session_in, session_of
from sessions_app.messages.client_kinds import example_session, refuse_other_than_tomorrow
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    Initiator,
    Payment,
    PaymentStatus,
)
from users.models import User
from users.rights import Right

Ask = Callable[[Email, datetime], object]
"""Raises FactIsDead where what is told is no longer so."""


def _covers(email: Email, at: datetime) -> None:
    session_in(email, OPEN)
    assignment_of(email)


def _covers_no_longer(email: Email, at: datetime) -> None:
    active = Assignment.objects.filter(
        session=email.session_id, photographer=email.person_id, status=AssignmentStatus.ASSIGNED
    )
    if active.exists():
        raise FactIsDead(gettext_lazy("The photographer is on this session again."))


def _edits(email: Email, at: datetime) -> None:
    session = session_in(email, (Status.IN_EDITING, Status.READY))
    if session.editing_assigned_to_id != email.person_id:
        raise FactIsDead(gettext_lazy("Somebody else edits this session meanwhile."))


def _edits_no_longer(email: Email, at: datetime) -> None:
    if session_of(email).editing_assigned_to_id == email.person_id:
        raise FactIsDead(gettext_lazy("The session is back with its editor."))


def _is(*states: Status) -> Ask:
    return lambda email, at: session_in(email, states)


def _is_newest(email: Email, at: datetime) -> None:
    session_in(email, OPEN)
    refuse_newer(email)


def _is_tomorrow(email: Email, at: datetime) -> None:
    session = session_in(email, (Status.CONFIRMED, Status.ASSIGNED))
    refuse_other_than_tomorrow(session, email, at)
    covers = session.assignments.filter(
        photographer=email.person_id, status=AssignmentStatus.ASSIGNED
    )
    if not covers.exists():
        raise FactIsDead(gettext_lazy("The photographer is no longer on this session."))


def _waits_for_editor(email: Email, at: datetime) -> None:
    session = session_in(email, [Status.ATTENDED])
    if session.editing_assigned_to_id is not None:
        raise FactIsDead(gettext_lazy("An editor has it."))


def _payment_is_pending(email: Email, at: datetime) -> None:
    if Payment.objects.get(pk=email.facts["payment"]).status != PaymentStatus.PENDING:
        raise FactIsDead(gettext_lazy("It is verified or rejected already."))


def _is_untouched(email: Email, at: datetime) -> None:
    session = session_in(email, PLANNED)
    if session.updated_at.isoformat() != email.facts["untouched_since"]:
        raise FactIsDead(gettext_lazy("Somebody has seen to it."))


def _is_uncovered(email: Email, at: datetime) -> None:
    session = session_in(email, OPEN)
    if session.paid_amount >= session.deposit_amount:
        raise FactIsDead(gettext_lazy("The deposit is covered."))


def _stays_true(email: Email, at: datetime) -> None:
    """What has been done, has been done."""


def _example() -> dict[str, Any]:
    """Return what the sentences of all kinds say, of a session that is not."""
    session = example_session()
    where_and_when = f"{session['when']} · {session['place']}"
    return {
        "code": session["code"],
        "what": f"{where_and_when} · {session['client_name']}",
        "was": where_and_when,
        "why": _("They are good friends of the studio."),
        "name": "Ana Morales",
        "amount": money(Decimal(600)),
        "since": date_format(date(2026, 11, 7), "SHORT_DATE_FORMAT"),
        "initiator": Initiator.FORCE_MAJEURE.label,
        "guard": OverrideNeeded.sentence,
    }


def _kind(
    name: str,
    label: Any,
    title: Any,
    concerns: Callable[[User], bool],
    ask: Ask,
    body: Any = "%(what)s",
) -> Kind:
    def facts(email: Email, at: datetime) -> Mapping[str, Any]:
        ask(email, at)
        link = f"{settings.FRONTEND_URL}/sessions/{email.session_id}" if email.session_id else ""
        return {**email.facts, "link": link}

    def example() -> Mapping[str, Any]:
        said = _example()
        return {
            "title": str(title) % said,
            "body": str(body) % said,
            "link": f"{settings.FRONTEND_URL}/sessions/42",
        }

    return Kind(
        name=name,
        label=label,
        subject="%(title)s",
        title=title,
        body=body,
        facts=facts,
        template="to_staff",
        seen_with=Right.SESSION_VIEW_ALL.permission,
        address=lambda email: _address(email, concerns),
        example=example,
        is_for_staff=True,
        concerns=concerns,
    )


def _address(email: Email, concerns: Callable[[User], bool]) -> str:
    """Return the person's address as it is now; who left, or lost their role, is told nothing."""
    person = User.objects.get(pk=email.person_id or 0)
    if not (person.is_active and concerns(person)):
        raise FactIsDead(gettext_lazy("It no longer concerns this person."))
    return str(person.email)


ASSIGNED = _kind(
    "assigned",
    gettext_lazy("I am to photograph a session"),
    gettext_lazy("You photograph %(code)s"),
    recipients.covers,
    _covers,
)
REASSIGNED = _kind(
    "reassigned",
    gettext_lazy("Somebody takes my place in a session"),
    gettext_lazy("%(code)s: %(name)s takes your place"),
    recipients.covers,
    _covers_no_longer,
)
RELEASED = _kind(
    "released",
    gettext_lazy("I am released from a session"),
    gettext_lazy("You are released from %(code)s"),
    recipients.covers,
    _covers_no_longer,
)
EDITING_ASSIGNED = _kind(
    "editing_assigned",
    gettext_lazy("I am given a session to edit"),
    gettext_lazy("You edit %(code)s"),
    recipients.edits,
    _edits,
)
EDITING_RELEASED = _kind(
    "editing_released",
    gettext_lazy("A session I edited is given to others"),
    gettext_lazy("You no longer edit %(code)s"),
    recipients.edits,
    _edits_no_longer,
)
CANCELLED = _kind(
    "cancelled",
    gettext_lazy("A session of mine is cancelled"),
    gettext_lazy("%(code)s is cancelled"),
    recipients.is_of_a_crew,
    _is(Status.CANCELED),
)
MOVED = _kind(
    "moved",
    gettext_lazy("A session of mine is moved"),
    gettext_lazy("%(code)s has moved"),
    recipients.is_of_a_crew,
    _is_newest,
    gettext_lazy("%(what)s\nIt was: %(was)s"),
)
CHANGED = _kind(
    "changed",
    gettext_lazy("Room, place or hours of a session of mine change"),
    gettext_lazy("%(code)s: room, place or hours have changed"),
    recipients.is_of_a_crew,
    _is_newest,
    gettext_lazy("%(what)s\nIt was: %(was)s"),
)
TOMORROW = _kind(
    "tomorrow",
    gettext_lazy("My session is tomorrow"),
    gettext_lazy("Tomorrow: %(code)s"),
    recipients.covers,
    _is_tomorrow,
)
AWAITS_EDITING = _kind(
    "awaits_editing",
    gettext_lazy("A session awaits editing"),
    gettext_lazy("%(code)s awaits editing"),
    recipients.edits,
    _waits_for_editor,
)
READY = _kind(
    "ready_for_delivery",
    gettext_lazy("Material is ready"),
    gettext_lazy("%(code)s is ready for delivery"),
    recipients.works_in_office(Right.SESSION_COMPLETE),
    _is(Status.READY),
)
UNSTAFFED = _kind(
    "unstaffed",
    gettext_lazy("The changes deadline is past, without staff or room"),
    gettext_lazy("%(code)s has no photographer or no room"),
    recipients.works_in_office(Right.SESSION_ASSIGN_RESOURCES),
    _is(Status.CONFIRMED),
)
COVERED = _kind(
    "covered_not_confirmed",
    gettext_lazy("A deposit is covered, the session not confirmed"),
    gettext_lazy("%(code)s is paid but not confirmed"),
    recipients.works_in_office(Right.SESSION_EDIT_PRE_ASSIGNED),
    _is(Status.PRE_SCHEDULED),
    gettext_lazy("%(what)s\n%(why)s"),
)
PAYMENT_TO_VERIFY = _kind(
    "payment_to_verify",
    gettext_lazy("A payment waits to be verified"),
    gettext_lazy("%(code)s: a payment of %(amount)s waits to be verified"),
    recipients.works_in_office(Right.SESSION_PAYMENT),
    _payment_is_pending,
)
REFUND_TO_PAY = _kind(
    "refund_to_pay",
    gettext_lazy("A refund is to be paid out"),
    gettext_lazy("%(code)s: a refund of %(amount)s is to be paid out"),
    recipients.works_in_office(Right.PAYMENT_REFUND),
    _payment_is_pending,
)
STALE_REQUEST = _kind(
    "stale_request",
    gettext_lazy("A request has not been touched for long"),
    gettext_lazy("%(code)s has not been touched since %(since)s"),
    recipients.works_in_office(Right.SESSION_EDIT_PRE_ASSIGNED),
    _is_untouched,
)
ATTENDANCE_MISSING = _kind(
    "attendance_missing",
    gettext_lazy("A past session is without attendance"),
    gettext_lazy("%(code)s: who was there?"),
    recipients.marks_attendance,
    _is(Status.ASSIGNED),
)
HIGH_RISK = _kind(
    "high_risk_booking",
    gettext_lazy("A high-risk client books"),
    gettext_lazy("%(code)s: a client of high risk has booked"),
    recipients.works_in_office(Right.SESSION_EDIT_PRE_ASSIGNED),
    _is(*OPEN),
)
COSTLY_CANCELLATION = _kind(
    "costly_cancellation",
    gettext_lazy("The studio or force majeure cancels late"),
    gettext_lazy("%(code)s is cancelled late: %(initiator)s"),
    recipients.overrides,
    _is(Status.CANCELED),
    gettext_lazy("%(what)s\n%(why)s"),
)
OVERRIDE = _kind(
    "override_used",
    gettext_lazy("Somebody overrides a rule"),
    gettext_lazy("%(code)s: %(name)s has overridden a rule"),
    recipients.overrides,
    _stays_true,
    "%(what)s\n%(guard)s\n%(why)s",
)
UNCOVERED = _kind(
    "deposit_uncovered",
    gettext_lazy("A deposit is no longer covered"),
    gettext_lazy("%(code)s: the deposit is no longer covered"),
    recipients.works_in_office(Right.SESSION_PAYMENT),
    _is_uncovered,
    gettext_lazy("%(what)s\n%(why)s"),
)
INTEGRITY = _kind(
    "integrity_problem",
    gettext_lazy("The check of integrity finds something"),
    gettext_lazy("Integrity: %(code)s is broken"),
    recipients.overrides,
    _stays_true,
)

KINDS = (
    ASSIGNED,
    REASSIGNED,
    RELEASED,
    TOMORROW,
    MOVED,
    CHANGED,
    CANCELLED,
    ATTENDANCE_MISSING,
    AWAITS_EDITING,
    EDITING_ASSIGNED,
    EDITING_RELEASED,
    READY,
    HIGH_RISK,
    STALE_REQUEST,
    PAYMENT_TO_VERIFY,
    COVERED,
    UNSTAFFED,
    REFUND_TO_PAY,
    COSTLY_CANCELLATION,
    OVERRIDE,
    UNCOVERED,
    INTEGRITY,
)
