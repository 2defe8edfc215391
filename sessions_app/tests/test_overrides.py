"""Passing a guard by override: where the text says so, with a reason, and on record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import ItemFactory
from config.clock import start_of
from config.errors import DomainError, NotAllowed, ValidationFailed
from config.records.models import AuditEntry
from sessions_app.actions import lines, planning
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.errors import InsufficientPayment, RoomNotAvailable
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import (
    AT,
    DAY,
    SYSTEM,
    acting,
    attended_at,
    book,
    paid,
    taken_to,
)
from users.actors import Actor, Override
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

REASON = "agreed by phone"
AGREED = Override(REASON)
DEADLINE_PAST = start_of(date(2026, 4, 14))


def change(session: Session, actor: Actor, at=AT, override=None, **changes):
    planning.change_session(session, changes, actor=actor, at=at, override=override)


def add_line(session: Session, actor: Actor, at=AT, override=None):
    lines.add_item(session, ItemFactory(), 1, actor=actor, at=at, override=override)


def confirm(session: Session, actor: Actor, override=None):
    transition(session, Status.CONFIRMED, actor=actor, at=AT, override=override)


def complete(session: Session, actor: Actor, override=None):
    at = attended_at(session)
    transition(session, Status.COMPLETED, actor=actor, at=at, override=override)


def refund(session: Session, actor: Actor, override=None):
    paid(session, "1.00", PaymentType.REFUND, by=actor, reason="a gift", override=override)


def bounce(session: Session, actor: Actor, override=None):
    void(session.payments.get(), reason="bounced", actor=actor, at=AT, override=override)


def with_its_deposit(session: Session) -> Session:
    paid(session, "500.00")
    return session


# Each guard that may be passed: the session, what is done to it, and the code of the refusal.
GUARDS = {
    "the plan past the changes deadline": (
        lambda: taken_to(Status.CONFIRMED),
        lambda s, who, o: change(s, who, DEADLINE_PAST, o, client_requirements="more light"),
        "CHANGES_DEADLINE_EXPIRED",
    ),
    "a line past the changes deadline": (
        lambda: taken_to(Status.CONFIRMED),
        lambda s, who, o: add_line(s, who, DEADLINE_PAST, o),
        "CHANGES_DEADLINE_EXPIRED",
    ),
    "the plan of what has taken place": (
        lambda: taken_to(Status.ATTENDED),
        lambda s, who, o: change(s, who, override=o, client_requirements="more light"),
        "IMMUTABLE_SESSION",
    ),
    "a line of what is delivered": (
        lambda: taken_to(Status.COMPLETED),
        lambda s, who, o: add_line(s, who, override=o),
        "IMMUTABLE_SESSION",
    ),
    "confirming without photographers": (
        lambda: with_its_deposit(taken_to(Status.PRE_SCHEDULED)),
        confirm,
        "PHOTOGRAPHER_NOT_AVAILABLE",
    ),
    "completing with a balance": (
        lambda: taken_to(Status.READY),
        complete,
        "INSUFFICIENT_PAYMENT",
    ),
    "a discount above the bound": (
        lambda: taken_to(Status.NEGOTIATION),
        lambda s, who, o: change(s, who, override=o, discount=Decimal("200.01")),
        "OVERRIDE_NEEDED",
    ),
    "a deposit below the usual": (
        lambda: taken_to(Status.NEGOTIATION),
        lambda s, who, o: change(s, who, override=o, deposit_percentage=Decimal("49.99")),
        "OVERRIDE_NEEDED",
    ),
    "a refund below the deposit": (lambda: taken_to(Status.CONFIRMED), refund, "OVERRIDE_NEEDED"),
    "a void that uncovers the deposit": (
        lambda: taken_to(Status.CONFIRMED),
        bounce,
        "OVERRIDE_NEEDED",
    ),
}


@pytest.mark.parametrize(("make", "do", "code"), GUARDS.values(), ids=GUARDS)
def test_a_guard_is_passed_by_override_and_it_is_on_record(admin_user, make, do, code):
    session, admin = make(), acting(admin_user)
    with pytest.raises(DomainError) as refusal:
        do(session, admin, None)
    assert refusal.value.code == code
    assert not AuditEntry.objects.filter(action="session.override").exists()
    do(session, admin, AGREED)
    entry = AuditEntry.objects.get(action="session.override")
    assert (entry.object_id, entry.actor, entry.reason) == (session.pk, admin_user, REASON)
    assert entry.changes["guard"] == code
    assert list(findings()) == []


def test_an_override_that_nothing_asked_for_leaves_no_trace(admin_user):
    session = taken_to(Status.NEGOTIATION)
    change(session, acting(admin_user), override=AGREED, discount=Decimal("200.00"))
    assert not AuditEntry.objects.filter(action="session.override").exists()


def test_an_override_never_reaches_claims(admin_user):
    session = taken_to(Status.ASSIGNED)
    other = book(room=session.room, session_date=DAY + timedelta(days=1))
    with pytest.raises(RoomNotAvailable):
        change(session, acting(admin_user), override=AGREED, session_date=other.session_date)
    assert not AuditEntry.objects.filter(action="session.override").exists()


def test_a_deposit_that_is_short_is_no_guard_to_be_passed(admin_user):
    UserFactory(roles=["photographer"])
    session = taken_to(Status.PRE_SCHEDULED)
    with pytest.raises(InsufficientPayment):
        confirm(session, acting(admin_user), AGREED)


def test_reopening_late_is_not_passed_either(admin_user):
    session = taken_to(Status.CONFIRMED)
    with pytest.raises(DomainError) as refusal:
        transition(
            session,
            Status.NEGOTIATION,
            actor=acting(admin_user),
            at=DEADLINE_PAST,
            override=AGREED,
        )
    assert refusal.value.code == "CHANGES_DEADLINE_EXPIRED"


def asked(actor: Actor, override: bool, reason: str | None) -> Override | None:
    return Override.asked(actor, override=override, reason=reason, right=Right.SESSION_EDIT_ALL)


def test_who_lacks_the_right_is_refused_whether_it_is_needed_or_not(coordinator):
    with pytest.raises(NotAllowed):
        asked(acting(coordinator), True, REASON)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_override_without_a_reason_is_a_wrong_form(admin_user, reason):
    with pytest.raises(ValidationFailed):
        asked(acting(admin_user), True, reason)


def test_a_reason_alone_is_only_a_remark(coordinator, admin_user):
    assert asked(acting(coordinator), False, REASON) is None
    assert asked(acting(admin_user), False, REASON) is None
    assert asked(SYSTEM, True, REASON) == AGREED
