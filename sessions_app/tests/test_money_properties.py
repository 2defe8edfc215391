"""Money by properties, against sums in whole cents written here anew (rules, sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from config.errors import DomainError
from sessions_app.actions import lines
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType, Session
from sessions_app.policy import money
from sessions_app.policy.ledger import split
from sessions_app.policy.refunds import share
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, SYSTEM, book, external, paid, priced
from users.tests.factories import UserFactory

LATE = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # the changes deadline of 20 April is past

cents = st.integers(1, 10_000_000)
hundredths = st.integers(0, 10_000)  # of a percent


def some() -> settings:
    """Fewer examples where each walks through the database."""
    return settings(max_examples=settings().max_examples * 2 // 5, deadline=None)


def money_of(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def part(amount: int, percentage: int) -> int:
    """Return a percentage (in hundredths) of an amount of cents, half a cent going up."""
    return (2 * amount * percentage + 10_000) // 20_000


# Pure


@given(cents, st.integers(0, 10_000_000))
def test_the_parts_of_a_split_come_to_the_payment(amount, missing):
    towards, beyond = split(money_of(amount), money_of(missing))
    assert towards + beyond == money_of(amount)
    assert 0 <= towards <= money_of(missing)
    assert beyond >= 0
    assert beyond == 0 or towards == money_of(missing)


@given(cents, hundredths)
def test_shares_and_deposits_are_the_nearest_cent_half_up_and_within_bounds(amount, percentage):
    for portion in (share, money.deposit):
        found = portion(money_of(amount), money_of(percentage))
        assert found == money_of(part(amount, percentage))
        assert found.as_tuple().exponent == -2
        assert 0 <= found <= money_of(amount)


@given(cents, cents, hundredths)
def test_who_paid_more_gets_no_less_back(one, other, percentage):
    less, more = sorted((one, other))
    assert share(money_of(less), money_of(percentage)) <= share(
        money_of(more), money_of(percentage)
    )


# Lines

prices = st.integers(0, 999_999)
parts_of_a_package = st.lists(st.tuples(prices, st.integers(1, 20)), min_size=1, max_size=4)


@pytest.mark.django_db
def test_the_lines_of_a_package_come_to_its_price_times_the_quantity():
    @some()
    @given(parts_of_a_package, st.integers(1, 999_999), st.integers(1, 9))
    def explode(items: list[tuple[int, int]], price: int, quantity: int) -> None:
        package = PackageFactory(base_price=money_of(price))
        for unit_price, count in items:
            item = ItemFactory(unit_price=money_of(unit_price))
            PackageItemFactory(package=package, item=item, quantity=count)
        session = external(session_time=None)
        exploded = lines.add_package(session, package, quantity, actor=SYSTEM, at=AT)
        assert sum(line.quantity * line.unit_price for line in exploded) == quantity * money_of(
            price
        )
        adjustments = len(exploded) - len(items)
        differs = sum(unit_price * count for unit_price, count in items) != price
        assert adjustments == (1 if differs else 0)
        session.refresh_from_db()
        assert session.total_amount == quantity * money_of(price)

    explode()


CATALOG = (1, 3_333, 4_500, 165_010)
PACKAGE_PRICE = 8_888

kept = st.lists(st.tuples(st.integers(0, len(CATALOG)), st.integers(1, 9)), max_size=4)
strays = st.lists(st.integers(0, len(CATALOG)), max_size=3)


@st.composite
def ways(draw: Any) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Draw what stays, what is only passing, and an order: each first comes, then is settled."""
    staying, passing = draw(kept), draw(strays)
    everything = range(len(staying) + len(passing))
    return staying, passing, draw(st.permutations([*everything, *everything]))


@pytest.mark.django_db
def test_in_whatever_order_lines_come_change_and_go_the_totals_are_those_of_what_stays():
    items = [ItemFactory(unit_price=money_of(price)) for price in CATALOG]
    package = PackageFactory(base_price=money_of(PACKAGE_PRICE))
    for item in items[:2]:
        PackageItemFactory(package=package, item=item, quantity=3)

    def add(session: Session, number: int, quantity: int) -> Any:
        if number == len(items):
            return lines.add_package(session, package, quantity, actor=SYSTEM, at=AT)[0]
        return lines.add_item(session, items[number], quantity, actor=SYSTEM, at=AT)

    @some()
    @given(ways())
    def walk(way: tuple[list[tuple[int, int]], list[int], list[int]]) -> None:
        staying, passing, order = way
        session = external(session_time=None)
        there: dict[int, Any] = {}
        for one in order:
            number, quantity = (
                staying[one] if one < len(staying) else (passing[one - len(staying)], 2)
            )
            is_package = number == len(items)
            if one not in there:
                there[one] = add(session, number, quantity if is_package else quantity + 1)
            elif one >= len(staying):
                lines.remove_line(there[one], actor=SYSTEM, at=AT)
            elif not is_package:  # which is changed only as a whole
                changes = {"quantity": quantity}
                lines.change_line(there[one], changes, actor=SYSTEM, at=AT)
        session.refresh_from_db()
        price_of = (*CATALOG, PACKAGE_PRICE)
        total = sum(price_of[number] * quantity for number, quantity in staying)
        assert session.subtotal == session.total_amount == money_of(total)
        assert session.deposit_amount == money_of(part(total, 5_000))

    walk()


# The ledger, against a model in whole cents

TOTAL, DEPOSIT = 100_001, 50_001  # half of it is 500.005


@dataclass
class Model:
    """The rules of the ledger before confirmation; each method says what becomes of the rows."""

    rows: list[tuple[str, int, str]] = field(default_factory=list)

    def sum(self, status: str, *, back: bool) -> int:
        return sum(a for kind, a, s in self.rows if s == status and (kind == "Refund") == back)

    @property
    def net(self) -> int:
        return self.sum("Verified", back=False) - self.sum("Verified", back=True)

    @property
    def on_its_way_back(self) -> int:
        return self.sum("Pending", back=True)

    def record(self, kind: str, amount: int, status: str) -> bool:
        is_second = kind == "Deposit" and any(
            k == "Deposit" and s != "Rejected" for k, _, s in self.rows
        )
        is_covered = self.net >= DEPOSIT
        if is_second or (kind == "Balance") != is_covered:
            return False
        if self.net + self.sum("Pending", back=False) + amount > TOTAL:
            return False
        towards = amount if kind == "Balance" else min(amount, DEPOSIT - self.net)
        self.rows.append((kind, towards, status))
        if amount > towards:
            self.rows.append(("Balance", amount - towards, status))
        return True

    def refund(self, amount: int) -> bool:
        if amount > self.net - self.on_its_way_back:
            return False
        self.rows.append(("Refund", amount, "Pending"))
        return True

    def verify(self, row: int) -> bool:
        kind, amount, status = self.rows[row]
        after = self.net + (-amount if kind == "Refund" else amount)
        if status != "Pending" or not 0 <= after <= TOTAL:
            return False
        self.rows[row] = (kind, amount, "Verified")
        return True

    def void(self, row: int) -> bool:
        kind, amount, status = self.rows[row]
        after, least = self.net, 0
        if status == "Verified":
            after += amount if kind == "Refund" else -amount
            least = 0 if kind == "Refund" else self.on_its_way_back
        if status == "Rejected" or not least <= after <= TOTAL:
            return False
        self.rows[row] = (kind, amount, "Rejected")
        return True


telling = st.sampled_from([1, 25_000, 30_000, 50_000, 50_001, 50_002, 70_000, TOTAL, TOTAL + 1])
amounts = telling | st.integers(1, 120_000)
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["Deposit", "Partial", "Balance"]), amounts, st.booleans())
    | st.tuples(st.just("Refund"), amounts, st.booleans())
    | st.tuples(st.sampled_from(["verify", "void"]), st.integers(0, 20), st.just(True)),
    max_size=14,
)


def is_done(action: Callable[..., object], *args: Any, **kwargs: Any) -> bool:
    try:
        action(*args, **kwargs)
    except DomainError:
        return False
    return True


def rows_of(session: Session) -> list[tuple[str, int, str]]:
    return [
        (payment.payment_type, int(payment.amount * 100), payment.status)
        for payment in session.payments.order_by("id")
    ]


def row_of(session: Session) -> dict[str, Any]:
    return Session.objects.filter(pk=session.pk).values().get()


@pytest.mark.django_db
def test_the_ledger_takes_what_the_model_takes_and_a_refusal_changes_nothing():
    @some()
    @given(OPERATIONS)
    def walk(operations: list[tuple[str, int, bool]]) -> None:
        model = Model()
        session = priced(external(session_time=None), str(money_of(TOTAL)))
        for step, (name, number, is_verified) in enumerate(operations):
            at = AT + timedelta(minutes=2 * step)  # never the same within a minute
            was = row_of(session)
            if name in ("verify", "void"):
                if not model.rows:
                    continue
                row = number % len(model.rows)
                done = settled(session, name, row, at)
                expected = model.verify(row) if name == "verify" else model.void(row)
            else:
                status = "Verified" if is_verified else "Pending"
                facts = {"at": at, "status": status, "reason": "x"}
                done = is_done(paid, session, money_of(number), PaymentType(name), **facts)
                is_refund = name == "Refund"
                expected = model.refund(number) if is_refund else model.record(name, number, status)
            assert (name, number, done) == (name, number, expected)
            assert rows_of(session) == model.rows
            now = row_of(session)
            assert (now == was) == (not done)
            assert now["paid_amount"] == money_of(model.net)
            assert now["refund_due"] == money_of(model.on_its_way_back)
            assert 0 <= now["paid_amount"] <= now["total_amount"]

    def settled(session: Session, name: str, row: int, at: datetime) -> bool:
        payment = list(session.payments.order_by("id"))[row]
        if name == "void":
            return is_done(void, payment, reason="x", actor=SYSTEM, at=at)
        number = "" if payment.transaction_reference else f"out-{at:%H%M}"
        return is_done(verify, payment, actor=SYSTEM, at=at, transaction_reference=number)

    walk()
    assert {finding.check.code for finding in findings()} <= {"I12"}


@pytest.mark.django_db
def test_the_refund_of_a_cancellation_stays_its_percentage_of_what_was_verified(business_rules):
    UserFactory(roles=["photographer"])

    @some()
    @given(
        hundredths,
        st.lists(st.tuples(st.integers(1, 15_000), st.booleans()), max_size=4),
        st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=8),
    )
    def walk(
        percentage: int, payments: list[tuple[int, bool]], steps: list[tuple[bool, int]]
    ) -> None:
        business_rules(refund_after_deadline=money_of(percentage))
        session = priced(book(), str(money_of(TOTAL)))
        transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=AT)
        paid(session, money_of(DEPOSIT))
        transition(session, Status.CONFIRMED, actor=SYSTEM, at=AT)
        for number, (amount, is_verified) in enumerate(payments):
            paid(
                session,
                money_of(min(amount, (TOTAL - DEPOSIT) // 4)),
                PaymentType.BALANCE,
                transaction_reference=str(number),
                status="Verified" if is_verified else "Pending",
            )
        cancel(session, initiator=Initiator.CLIENT, actor=SYSTEM, at=LATE, reason="x")
        look(session, percentage)
        for is_void, number in steps:
            of_client = list(session.payments.exclude(payment_type="Refund").order_by("id"))
            payment = of_client[number % len(of_client)]
            if is_void:
                is_done(void, payment, reason="x", actor=SYSTEM, at=LATE)
            else:
                is_done(verify, payment, actor=SYSTEM, at=LATE)
            look(session, percentage)

    def look(session: Session, percentage: int) -> None:
        session.refresh_from_db()
        rows = rows_of(session)
        received = sum(a for kind, a, s in rows if kind != "Refund" and s == "Verified")
        waiting = [a for kind, a, s in rows if kind == "Refund" and s == "Pending"]
        due = part(received, percentage)
        assert waiting == ([due] if due else [])
        assert (session.paid_amount, session.refund_due) == (money_of(received), money_of(due))

    walk()
