"""What clients are told (rules, section 6): of each kind, its facts as they are when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.amounts import money
from config.clock import studio_day
from notifications.kinds import FactIsDead, Kind
from notifications.models import Email, EmailStatus
from sessions_app.lifecycle import Status
from sessions_app.messages.asking import (
    assignment_of,
    refuse_newer,
    session_in,
    session_since_step,
)
from sessions_app.messages.facts import last_day, of_session
from sessions_app.models import Initiator, Payment, PaymentStatus, Session
from sessions_app.queries.ledger import ledger, refund_if_cancelled
from users.rights import Right

Facts = Mapping[str, Any]
COMING = (Status.CONFIRMED, Status.ASSIGNED)
"""States of a session that is settled and still to come."""


def _confirmed(email: Email, at: datetime) -> Facts:
    session = session_since_step(email, COMING)
    assert session.changes_deadline_at is not None  # noqa: S101  (set at confirmation)
    return {
        **of_session(session),
        "total": money(session.total_amount),
        "paid": money(session.paid_amount),
        "balance": money(session.balance_amount) if session.balance_amount else "",
        "changes_until": last_day(session.changes_deadline_at - timedelta(seconds=1)),
        "may_change": at < session.changes_deadline_at,
    }


def _payment_due(email: Email, at: datetime) -> Facts:
    session = session_in(email, [Status.PRE_SCHEDULED])
    deadline = session.payment_deadline_at
    if deadline is None or deadline.isoformat() != email.facts["deadline"]:
        raise FactIsDead(gettext_lazy("The payment deadline is another meanwhile."))
    if at >= deadline:
        raise FactIsDead(gettext_lazy("The payment deadline is past."))
    if session.paid_amount >= session.deposit_amount:
        raise FactIsDead(gettext_lazy("The deposit is covered."))
    return {
        **of_session(session),
        "deposit": money(session.deposit_amount),
        "paid": money(session.paid_amount) if session.paid_amount else "",
        "missing": money(session.deposit_amount - session.paid_amount),
        "deadline": last_day(deadline - timedelta(seconds=1)),
    }


def _tomorrow(email: Email, at: datetime) -> Facts:
    session = session_in(email, COMING)
    refuse_other_than_tomorrow(session, email, at)
    return {
        **of_session(session),
        "balance": money(session.balance_amount) if session.balance_amount else "",
        "requirements": session.client_requirements,
    }


def refuse_other_than_tomorrow(session: Session, email: Email, at: datetime) -> None:
    """Raise FactIsDead unless the session is on the day that is told, and that is tomorrow."""
    if session.session_date.isoformat() != email.facts["date"]:
        raise FactIsDead(gettext_lazy("The session was moved to another day."))
    if session.session_date - studio_day(at) != timedelta(days=1):
        raise FactIsDead(gettext_lazy("It is no longer tomorrow."))


def _moved(email: Email, at: datetime) -> Facts:
    session = session_in(email, COMING)
    refuse_newer(email)
    refuse_past(session, at)
    told = of_session(session)
    is_elsewhere = told["is_external"] and told["place"] != email.facts["was_place"]
    if told["when"] == email.facts["was_when"] and not is_elsewhere:
        raise FactIsDead(gettext_lazy("It is back where it was."))
    return {**told, "was_when": email.facts["was_when"], "was_place": email.facts["was_place"]}


def refuse_past(session: Session, at: datetime) -> None:
    """Raise FactIsDead where the session has begun."""
    begun = session.starts_at <= at if session.starts_at else session.session_date < studio_day(at)
    if begun:
        raise FactIsDead(gettext_lazy("The session has taken place meanwhile."))


def _photographer_changed(email: Email, at: datetime) -> Facts:
    session = session_in(email, COMING)
    refuse_past(session, at)
    assignment = assignment_of(email)
    return {**of_session(session), "photographer": assignment.photographer.full_name}


def _ready(email: Email, at: datetime) -> Facts:
    session = session_since_step(email, (Status.READY, Status.COMPLETED))
    return {
        **of_session(session),
        "link": session.delivery_link,
        "delivery_method": session.get_delivery_method_display() if session.delivery_method else "",
        "balance": money(session.balance_amount) if session.balance_amount else "",
    }


def _delivery_date(email: Email, at: datetime) -> Facts:
    session = session_in(email, [Status.IN_EDITING])
    promised = session.delivery_deadline
    if promised is None or promised.isoformat() != email.facts["date"]:
        raise FactIsDead(gettext_lazy("The delivery date is another meanwhile."))
    return {**of_session(session), "delivery_date": _day(promised)}


def _cancelled(email: Email, at: datetime) -> Facts:
    session = Session.objects.select_related("client", "room").get(pk=email.session_id or 0)
    refuse_newer(email)
    assert session.cancelled_at is not None  # noqa: S101  (a cancelled session stays so)
    initiator = Initiator(session.cancellation_initiator)
    ruled = refund_if_cancelled(session, initiator, session.cancelled_at)
    refunds = session.payments.live().filter(is_of_cancellation=True)
    refund = sum((one.amount for one in refunds), Decimal(0))
    paid = ledger(session).returnable(session.cancelled_at)  # also once the refund is paid out
    return {
        **of_session(session),
        "is_by_studio": initiator in (Initiator.STUDIO, Initiator.FORCE_MAJEURE),
        "is_unpaid": initiator == Initiator.SYSTEM,
        "is_correction": _was_told_before(email),
        "paid": money(paid) if paid else "",
        "refund": money(refund) if refund else "",
        "explanation": ruled.explanation
        if refund == ruled.amount
        else _("The studio has decided on this amount."),
    }


def _was_told_before(email: Email) -> bool:
    """Tell whether the client may have read an earlier letter of this kind about the session."""
    earlier = Email.objects.filter(kind=email.kind, session_id=email.session_id, pk__lt=email.pk)
    return earlier.filter(Q(status=EmailStatus.SENT) | Q(uncertain__gt=0)).exists()


def _refund_paid(email: Email, at: datetime) -> Facts:
    payment = Payment.objects.get(pk=email.facts["payment"])
    if payment.status != PaymentStatus.VERIFIED:
        raise FactIsDead(gettext_lazy("The refund was voided."))
    session = Session.objects.select_related("client", "room").get(pk=email.session_id or 0)
    return {
        **of_session(session),
        "refund": money(payment.amount),
        "method": payment.payment_method,
        "reference": payment.transaction_reference,
    }


def _day(day: date) -> str:
    return date_format(day, "FULL_DAY")


def _kind(
    name: str,
    label: Any,
    subject: Any,
    facts: Callable[[Email, datetime], Facts],
    **example: Any,
) -> Kind:
    return Kind(
        name=name,
        label=label,
        subject=subject,
        facts=facts,
        seen_with=Right.SESSION_VIEW_ALL.permission,
        address=lambda email: session_address(email),
        example=lambda: {**example_session(), **{key: _said(one) for key, one in example.items()}},
    )


def session_address(email: Email) -> str:
    """Return the address of the session's client as it is now."""
    return Session.objects.values_list("client__email", flat=True).get(pk=email.session_id or 0)


def example_session() -> Facts:
    """Return what letters say of a session that is not, in the language active now."""
    return {
        "code": "S-2026-0042",
        "client_name": "Lucía Fernández",
        "when": _said(datetime(2026, 12, 5, 10)),  # noqa: DTZ001  (a wall clock)
        "place": _("Room %(letter)s") % {"letter": "A"},
        "is_external": False,
    }


def _said(example: Any) -> Any:
    """Return an example as a letter says it: days in words, amounts as money."""
    if isinstance(example, datetime):
        return f"{_day(example.date())}, {example:%H:%M}–{example + timedelta(hours=2):%H:%M}"
    if isinstance(example, date):
        return _day(example)
    return money(example) if isinstance(example, Decimal) else example


CONFIRMED = _kind(
    "session_confirmed",
    gettext_lazy("Confirmation"),
    gettext_lazy("Your session %(code)s is confirmed: %(when)s"),
    _confirmed,
    total=Decimal(2400),
    paid=Decimal(1200),
    balance=Decimal(1200),
    changes_until=date(2026, 11, 28),
    may_change=True,
)
PAYMENT_REMINDER = _kind(
    "payment_reminder",
    gettext_lazy("Payment reminder"),
    gettext_lazy("Your session %(code)s: %(missing)s until %(deadline)s"),
    _payment_due,
    deposit=Decimal(1200),
    paid=Decimal(400),
    missing=Decimal(800),
    deadline=date(2026, 11, 22),
)
SESSION_TOMORROW = _kind(
    "session_tomorrow",
    gettext_lazy("Your session is tomorrow"),
    gettext_lazy("Tomorrow: your session %(code)s, %(when)s"),
    _tomorrow,
    balance=Decimal(1200),
    requirements=gettext_lazy("A light background, and a picture of all of us"),
)
SESSION_MOVED = _kind(
    "session_moved",
    gettext_lazy("Session moved"),
    gettext_lazy("Your session %(code)s has moved: %(when)s"),
    _moved,
    was_when=datetime(2026, 12, 4, 9),  # noqa: DTZ001
    was_place=gettext_lazy("the studio"),
)
PHOTOGRAPHER_CHANGED = _kind(
    "photographer_changed",
    gettext_lazy("Change of photographer"),
    gettext_lazy("Your session %(code)s: another photographer"),
    _photographer_changed,
    photographer="Pedro Alvarado",
)
MATERIAL_READY = _kind(
    "material_ready",
    gettext_lazy("Material ready, to the client"),
    gettext_lazy("Your photos of session %(code)s are ready"),
    _ready,
    link="https://photos.example.com/s/2026-0042",
    delivery_method="",
    balance="",
)
DELIVERY_DATE_CHANGED = _kind(
    "delivery_date_changed",
    gettext_lazy("New delivery date"),
    gettext_lazy("Your session %(code)s: new delivery date %(delivery_date)s"),
    _delivery_date,
    delivery_date=date(2026, 12, 18),
)
SESSION_CANCELLED = _kind(
    "session_cancelled",
    gettext_lazy("Cancellation, to the client"),
    gettext_lazy("Your session %(code)s is cancelled"),
    _cancelled,
    is_by_studio=True,
    is_unpaid=False,
    is_correction=False,
    paid=Decimal(1200),
    refund=Decimal(1200),
    explanation=gettext_lazy("All that was paid is returned."),
)
REFUND_PAID = _kind(
    "refund_paid",
    gettext_lazy("Refund paid"),
    gettext_lazy("Your refund of %(refund)s has been paid"),
    _refund_paid,
    refund=Decimal(600),
    method=gettext_lazy("Transfer"),
    reference="TR-10422",
)

KINDS = (
    CONFIRMED,
    PAYMENT_REMINDER,
    SESSION_TOMORROW,
    SESSION_MOVED,
    PHOTOGRAPHER_CHANGED,
    MATERIAL_READY,
    DELIVERY_DATE_CHANGED,
    SESSION_CANCELLED,
    REFUND_PAID,
)
