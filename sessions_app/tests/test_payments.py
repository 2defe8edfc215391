"""Recording what clients pay (rules, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.errors import DomainError, Duplicate, InUse, NotAllowed, ValidationFailed
from sessions_app.actions import lines, planning, verifying
from sessions_app.actions.booking import Request
from sessions_app.actions.hiding import hide
from sessions_app.actions.payments import Receipt
from sessions_app.actions.retroactive import Ordered, Past, enter
from sessions_app.actions.transition import transition
from sessions_app.errors import InsufficientPayment, PaymentExceedsTotal, PaymentNotAllowed
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, Session, SessionType
from sessions_app.tests.builders import AT, SYSTEM, acting, assign, book, paid, taken_to
from users.actions.roles import permissions_by_right
from users.actors import Override
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

DEPOSIT, PARTIAL, BALANCE, REFUND = PaymentType
LATER = AT + timedelta(minutes=2)  # no longer "a moment ago"


@pytest.fixture
def session() -> Session:
    """A Pre-scheduled session of 1000.00 with a deposit of 500.00, and a photographer for it."""
    session = taken_to(Status.PRE_SCHEDULED)
    assign(session)
    return session


def rows(session: Session) -> list[tuple[str, str, str]]:
    """Return type, amount and status of every payment, in the order in which they were recorded."""
    return [
        (payment.payment_type, str(payment.amount), payment.status)
        for payment in session.payments.order_by("id")
    ]


def shown(session: Session) -> tuple[Decimal, Decimal]:
    session.refresh_from_db()
    return session.paid_amount, session.balance_amount


def confirm(session: Session) -> Session:
    return transition(session, Status.CONFIRMED, actor=SYSTEM, at=AT)


# Which type, when

BEFORE: dict[str, Callable[[Session], object]] = {
    "nothing is paid": lambda s: None,
    "a deposit waits": lambda s: paid(s, "500.00", status="Pending"),
    "part of the deposit is paid": lambda s: paid(s, "300.00"),
    "a partial is paid": lambda s: paid(s, "300.00", PARTIAL),
    "partials cover the deposit": lambda s: paid(s, "500.00", PARTIAL),
    "the deposit is paid": lambda s: paid(s, "500.00"),
    "the deposit was rejected": lambda s: verifying.void(
        paid(s, "500.00"), reason="bounced", actor=SYSTEM, at=AT
    ),
}
FITS: dict[tuple[str, PaymentType], str] = {
    ("nothing is paid", DEPOSIT): "",
    ("nothing is paid", PARTIAL): "",
    ("nothing is paid", BALANCE): "PAYMENT_NOT_ALLOWED",
    ("a deposit waits", DEPOSIT): "DUPLICATE",
    ("a deposit waits", BALANCE): "PAYMENT_NOT_ALLOWED",  # only what is verified covers
    ("part of the deposit is paid", DEPOSIT): "DUPLICATE",
    ("part of the deposit is paid", PARTIAL): "",
    ("part of the deposit is paid", BALANCE): "PAYMENT_NOT_ALLOWED",
    ("a partial is paid", DEPOSIT): "",
    ("partials cover the deposit", DEPOSIT): "PAYMENT_NOT_ALLOWED",
    ("partials cover the deposit", PARTIAL): "PAYMENT_NOT_ALLOWED",
    ("the deposit is paid", DEPOSIT): "DUPLICATE",
    ("the deposit is paid", PARTIAL): "PAYMENT_NOT_ALLOWED",
    ("the deposit is paid", BALANCE): "",
    ("the deposit was rejected", DEPOSIT): "",
}


@pytest.mark.parametrize(("case", "refusal"), FITS.items(), ids=[f"{b}, {k}" for b, k in FITS])
def test_first_comes_the_deposit_and_then_the_balance(session, case, refusal):
    before, kind = case
    BEFORE[before](session)
    known = rows(session)
    if refusal:
        with pytest.raises(DomainError) as refused:
            paid(session, "100.00", kind, at=LATER)
        assert refused.value.code == refusal
        assert rows(session) == known
    else:
        paid(session, "100.00", kind, at=LATER)
        assert rows(session) == [*known, (kind, "100.00", "Verified")]


@pytest.mark.parametrize("state", [Status.REQUEST, Status.NEGOTIATION])
def test_a_deposit_is_taken_as_soon_as_there_is_something_to_pay(state):
    session = taken_to(state)
    paid(session, "500.00")
    assert shown(session) == (500, 500)
    with pytest.raises(PaymentNotAllowed):
        paid(book(), "500.00")


@pytest.mark.parametrize("kind", [PARTIAL, BALANCE, REFUND])
def test_a_completed_session_takes_no_payments_and_no_refunds(kind):
    session = taken_to(Status.COMPLETED)
    at = datetime(2026, 4, 20, 20, 0, tzinfo=UTC)
    with pytest.raises(PaymentNotAllowed):
        paid(session, "1.00", kind, at=at, reason="mistake", transaction_reference="9")


# Splitting


@pytest.mark.parametrize("status", ["Verified", "Pending"])
def test_what_a_deposit_brings_beyond_it_is_a_balance_with_the_same_number(session, status):
    paid(session, "700.00", status=status, transaction_reference="Slip 7")
    assert rows(session) == [(DEPOSIT, "500.00", status), (BALANCE, "200.00", status)]
    same = ("transaction_reference", "payment_method", "payment_date", "created_at")
    assert len(set(session.payments.values_list(*same))) == 1
    assert session.payments.first().transaction_reference == "Slip 7"
    assert shown(session) == ((700, 300) if status == "Verified" else (0, 1000))


def test_what_a_partial_brings_beyond_the_deposit_is_a_balance_too(session):
    paid(session, "300.00")
    paid(session, "400.01", PARTIAL)
    assert rows(session)[1:] == [(PARTIAL, "200.00", "Verified"), (BALANCE, "200.01", "Verified")]
    assert shown(session) == (Decimal("700.01"), Decimal("299.99"))


# Document numbers


def test_a_number_is_made_where_none_is_given_and_both_parts_carry_it(session):
    paid(session, "700.00")
    paid(session, "100.00", BALANCE, at=LATER)
    first, second, third = session.payments.order_by("id").values_list(
        "transaction_reference", flat=True
    )
    assert first == second != third
    assert [number[:5] for number in (first, third)] == ["AUTO-", "AUTO-"]


def test_one_number_serves_one_live_payment_of_a_method_and_type(session):
    paid(session, "100.00", PARTIAL, transaction_reference="Slip 7", payment_method="Transfer")
    for method in ("Transfer", "TRANSFER"):
        with pytest.raises(Duplicate):
            paid(session, "50.00", PARTIAL, transaction_reference="sLIP 7", payment_method=method)
    assert len(rows(session)) == 1


def test_the_number_may_come_again_for_another_type_method_or_session_or_after_a_void(session):
    first = paid(session, "100.00", PARTIAL, transaction_reference="7")
    paid(session, "100.00", PARTIAL, transaction_reference="7", payment_method="Card")
    paid(session, "100.00", transaction_reference="7")
    paid(taken_to(Status.PRE_SCHEDULED), "100.00", PARTIAL, transaction_reference="7")
    verifying.void(first, reason="bounced", actor=SYSTEM, at=AT)
    paid(session, "90.00", PARTIAL, transaction_reference="7")
    assert shown(session)[0] == 290


def test_the_balance_that_was_split_off_takes_the_number_as_well(session):
    paid(session, "700.00", transaction_reference="7")
    with pytest.raises(Duplicate):
        paid(session, "100.00", BALANCE, transaction_reference="7")


# The same payment twice

AGAIN: dict[str, tuple[dict[str, Any], bool]] = {
    "the very same": ({}, False),
    "the method in capitals": ({"payment_method": "TRANSFER"}, False),
    "59.999999 seconds later": ({"at": AT + timedelta(seconds=59.999999)}, False),
    "61 seconds later": ({"at": AT + timedelta(seconds=61)}, True),
    "another amount": ({"amount": "100.01"}, True),
    "another method": ({"payment_method": "Cash"}, True),
    "with a number": ({"transaction_reference": "8"}, True),
}


@pytest.mark.parametrize(("change", "is_another"), AGAIN.values(), ids=AGAIN)
def test_the_same_again_within_a_minute_without_a_number_is_a_duplicate(
    session, change, is_another
):
    asked = {"amount": "100.00", "kind": PARTIAL}
    paid(session, **asked)
    if is_another:
        paid(session, **asked | change)
    else:
        with pytest.raises(Duplicate):
            paid(session, **asked | change)
    assert len(rows(session)) == (2 if is_another else 1)


def test_another_date_makes_it_another_payment(session):
    next_day = AT + timedelta(days=1)
    paid(session, "100.00", PARTIAL, at=next_day)
    paid(session, "100.00", PARTIAL, at=next_day, payment_date=date(2026, 3, 10))


def test_a_payment_that_was_split_is_known_again_by_its_whole_amount(session):
    paid(session, "700.00", PARTIAL, status="Pending")
    with pytest.raises(Duplicate):
        paid(session, "700.00", PARTIAL, status="Pending")


# Dates

DATES: dict[str, tuple[datetime, date, str, str]] = {
    "tomorrow": (AT, date(2026, 3, 11), "", "payment_date"),
    "tomorrow in the studio, today in UTC": (
        datetime(2026, 3, 11, 5, 59, tzinfo=UTC),
        date(2026, 3, 11),
        "",
        "payment_date",
    ),
    "the day before it was asked for": (AT, date(2026, 3, 9), "", "payment_date"),
    "seven days back": (AT + timedelta(days=7), date(2026, 3, 10), "", ""),
    "eight days back": (AT + timedelta(days=8), date(2026, 3, 10), " ", "notes"),
    "eight days back with a note": (AT + timedelta(days=8), date(2026, 3, 10), "found late", ""),
}


@pytest.mark.parametrize(("at", "day", "notes", "wrong"), DATES.values(), ids=DATES)
def test_a_date_is_neither_to_come_nor_before_the_request_nor_old_without_a_note(
    session, at, day, notes, wrong
):
    def pay() -> object:
        return paid(session, "100.00", PARTIAL, at=at, payment_date=day, notes=notes)

    if not wrong:
        pay()
        return
    with pytest.raises(ValidationFailed) as refusal:
        pay()
    assert set(refusal.value.errors) == {wrong}
    assert rows(session) == []


def test_what_is_entered_afterwards_was_paid_before_it_was_entered(admin_user):
    photographer = UserFactory(roles=["photographer"])
    receipt = Receipt(
        payment_type=DEPOSIT,
        payment_method="Cash",
        amount=Decimal("60.00"),
        payment_date=date(2026, 2, 1),
    )
    session = enter(
        Request(
            client_id=ClientFactory().pk,
            session_type=SessionType.STUDIO,
            session_date=date(2026, 2, 20),
            session_time=time(10),
            room_id=RoomFactory().pk,
        ),
        Past(
            status=Status.ATTENDED,
            photographer_ids=[photographer.pk],
            ordered=[Ordered(ItemFactory(unit_price=Decimal("100.00")))],
            receipts=[receipt],
        ),
        actor=acting(admin_user),
        at=AT,
        reason="from the spreadsheet",
    )
    assert shown(session) == (60, 40)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"amount": "0.00"}, "amount"),
    "no method": ({"payment_method": ""}, "payment_method"),
    "rejected from the start": ({"status": "Rejected"}, "status"),
}


@pytest.mark.parametrize(("facts", "field"), WRONG.values(), ids=WRONG)
def test_a_wrong_form_is_refused(session, facts, field):
    with pytest.raises(ValidationFailed) as refusal:
        paid(session, **{"amount": "100.00"} | facts)
    assert set(refusal.value.errors) == {field}


# Rights


def with_right(*rights: Right) -> User:
    person, role = UserFactory(), Role.objects.create(name=f"till {len(rights)} {rights[0]}")
    known = permissions_by_right()
    role.permissions.set([known[right] for right in (Right.SESSION_VIEW_ALL, *rights)])
    person.roles.add(role)
    return person


def test_payments_need_their_right_and_refunds_another(session, coordinator, photographer):
    cashier, payer = with_right(Right.SESSION_PAYMENT), with_right(Right.PAYMENT_REFUND)
    assign(session, photographer)
    for person in (photographer, payer):
        with pytest.raises(NotAllowed):
            paid(session, "100.00", by=acting(person))
    payment = paid(session, "100.00", by=acting(cashier))
    assert (payment.created_by, payment.verified_by) == (cashier, cashier)
    with pytest.raises(NotAllowed):
        paid(session, "10.00", REFUND, by=acting(cashier), reason="too much")
    refund = paid(session, "10.00", REFUND, by=acting(payer), reason="too much")
    for person, one in ((cashier, refund), (payer, payment)):
        with pytest.raises(NotAllowed):
            verifying.verify(one, actor=acting(person), at=AT, transaction_reference="9")
        with pytest.raises(NotAllowed):
            verifying.void(one, reason="bounced", actor=acting(person), at=AT)
    verifying.verify(refund, actor=acting(payer), at=AT, transaction_reference="9")
    paid(session, "10.00", PARTIAL, by=acting(coordinator))


# Bounds


def test_no_more_than_the_total_is_recorded_pending_ones_counted(session):
    paid(session, "600.00")
    paid(session, "300.00", BALANCE, status="Pending")
    with pytest.raises(PaymentExceedsTotal):
        paid(session, "100.01", BALANCE)
    assert shown(session) == (600, 400)
    paid(session, "100.00", BALANCE)
    assert shown(session) == (700, 300)


def test_the_total_never_falls_below_what_was_paid(session):
    lines.add_item(session, ItemFactory(unit_price=Decimal("200.00")), 1, actor=SYSTEM, at=AT)
    paid(session, "1000.01")
    with pytest.raises(PaymentExceedsTotal):
        lines.remove_line(session.lines.last(), actor=SYSTEM, at=AT)
    with pytest.raises(PaymentExceedsTotal):
        planning.change_session(session, {"discount": Decimal("200.00")}, actor=SYSTEM, at=AT)
    planning.change_session(session, {"discount": Decimal("199.99")}, actor=SYSTEM, at=AT)
    assert shown(session) == (Decimal("1000.01"), 0)


def test_a_session_with_payments_is_not_deleted(admin_user):
    session = taken_to(Status.NEGOTIATION)
    paid(session, "100.00", status="Pending")
    with pytest.raises(InUse):
        hide(session, actor=acting(admin_user), at=AT)


# The deposit


def test_the_deposit_is_frozen_at_confirmation_and_computed_anew_after_reopening(session):
    paid(session, "500.00")
    confirm(session)
    lines.add_item(session, ItemFactory(unit_price=Decimal("100.01")), 1, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert (session.total_amount, session.deposit_amount) == (Decimal("1100.01"), 500)
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.deposit_amount == Decimal("550.01")  # 550.005, half up
    transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=AT)
    with pytest.raises(InsufficientPayment):
        confirm(session)
    paid(session, "50.01", PARTIAL)
    assert confirm(session).deposit_amount == Decimal("550.01")


def test_the_deposit_percentage_is_changed_only_before_confirmation(session):
    planning.change_session(session, {"deposit_percentage": Decimal(60)}, actor=SYSTEM, at=AT)
    paid(session, "600.00")
    confirm(session)
    with pytest.raises(DomainError) as refusal:
        planning.change_session(
            session,
            {"deposit_percentage": Decimal(70)},
            actor=SYSTEM,
            at=AT,
            override=Override("agreed"),
        )
    assert refusal.value.code == "IMMUTABLE_SESSION"
