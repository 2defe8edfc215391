"""What a session is made of, and what it comes to (rules, section 4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Item, Package
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from config.errors import DomainError, NotAllowed, NotFound, ValidationFailed
from sessions_app.actions import lines, planning
from sessions_app.errors import EmptySession, ImmutableSession, OverrideNeeded
from sessions_app.lifecycle import Status
from sessions_app.models import Line, LineType, Session
from sessions_app.policy import money
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, acting, book, external, priced, taken_to
from users.actors import Override

SYSTEM = acting(None)
AGREED = Override("agreed by phone")


def package_of(*parts: tuple[str, int], price: str = "0.00", **facts: object) -> Package:
    package = PackageFactory(base_price=Decimal(price), **facts)
    for unit_price, quantity in parts:
        PackageItemFactory(
            package=package, quantity=quantity, item=ItemFactory(unit_price=Decimal(unit_price))
        )
    return package


def add(session: Session, package: Package, quantity: int = 1) -> list[Line]:
    return lines.add_package(session, package, quantity, actor=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_package_explodes_into_its_items_and_an_adjustment_to_its_price():
    session = book()
    package = package_of(("45.00", 10), ("250.00", 1), price="600.00", estimated_editing_days=9)
    exploded = add(session, package, quantity=2)
    assert [(line.line_type, line.quantity, line.line_subtotal) for line in exploded] == [
        ("Item", 20, Decimal("900.00")),
        ("Item", 2, Decimal("500.00")),
        ("Adjustment", 2, Decimal("-200.00")),
    ]
    assert {(line.reference_type, line.reference_id, line.group) for line in exploded} == {
        ("Package", package.pk, 1)
    }
    session.refresh_from_db()
    assert session.total_amount == Decimal("1200.00")
    assert session.deposit_amount == Decimal("600.00")
    assert session.estimated_editing_days == 9


@pytest.mark.django_db
def test_a_package_without_a_special_price_needs_no_adjustment():
    session = book()
    assert [line.line_type for line in add(session, package_of(("45.00", 2)))] == ["Item"]


@pytest.mark.django_db
def test_an_adjustment_may_make_a_package_dearer():
    exploded = add(book(), package_of(("45.00", 1), price="100.00"))
    assert exploded[-1].line_subtotal == Decimal("55.00")


@pytest.mark.django_db
def test_a_later_change_of_the_catalog_touches_no_session():
    session = book()
    add(session, package_of(("45.00", 2), price="80.00"))
    Item.objects.update(unit_price=999, name="renamed", code="changed")
    Package.objects.update(base_price=1, estimated_editing_days=99)
    lines.recalculate(session, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.total_amount == Decimal("80.00")
    assert session.estimated_editing_days == 7
    assert not session.lines.filter(item_name="renamed").exists()


@pytest.mark.django_db
def test_a_package_is_removed_as_a_whole_whichever_of_its_lines_is_named():
    session = priced(book())
    first, *_rest = add(session, package_of(("45.00", 2), ("10.00", 1), price="80.00"))
    add(session, package_of(("45.00", 1)))
    lines.remove_line(first, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert list(session.lines.values_list("group", flat=True)) == [None, 2]
    assert session.total_amount == Decimal("1045.00")


@pytest.mark.django_db
def test_a_line_of_a_package_cannot_be_changed_alone():
    line, *_rest = add(book(), package_of(("45.00", 2), price="80.00"))
    with pytest.raises(ValidationFailed):
        lines.change_line(line, {"quantity": 3}, actor=SYSTEM, at=AT)
    delivered = lines.change_line(line, {"is_delivered": True}, actor=SYSTEM, at=AT)
    assert delivered.delivered_at == AT


@pytest.mark.django_db
def test_the_editing_days_are_the_largest_of_the_packages_else_the_usual():
    session = book()
    assert session.estimated_editing_days == 5
    long, *_rest = add(session, package_of(("45.00", 2), estimated_editing_days=15))
    add(session, package_of(("45.00", 2), estimated_editing_days=3))
    session.refresh_from_db()
    assert session.estimated_editing_days == 15
    lines.remove_line(long, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.estimated_editing_days == 3


REFUSED = {
    "an inactive package": (lambda: package_of(("1", 1), status="Inactive"), "INACTIVE_RESOURCE"),
    "an empty package": (lambda: package_of(), "EMPTY_PACKAGE"),
    "a package for the other type": (
        lambda: package_of(("1", 1), session_type="External"),
        "WRONG_SESSION_TYPE",
    ),
    "a package with an inactive item": (
        lambda: PackageItemFactory(item=ItemFactory(status="Inactive")).package,
        "INACTIVE_RESOURCE",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("package", "code"), REFUSED.values(), ids=REFUSED)
def test_a_package_that_cannot_be_sold_is_refused(package, code):
    session = book()
    with pytest.raises(DomainError) as refusal:
        add(session, package())
    assert refusal.value.code == code
    assert not session.lines.exists()


WAYS = {
    "an item": lambda s, quantity: lines.add_item(s, ItemFactory(), quantity, actor=SYSTEM, at=AT),
    "a package": lambda s, quantity: add(s, package_of(("1.00", 1)), quantity),
    "a line": lambda s, quantity: lines.change_line(
        s.lines.get(), {"quantity": quantity}, actor=SYSTEM, at=AT
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", [-1, 0, lines.MAX_QUANTITY + 1])
@pytest.mark.parametrize("sell", WAYS.values(), ids=WAYS)
def test_between_one_and_ten_thousand_are_sold(sell, quantity):
    session = priced(book(), "1.00")
    with pytest.raises(ValidationFailed) as refusal:
        sell(session, quantity)
    assert set(refusal.value.errors) == {"quantity"}
    assert session.lines.get().quantity == 1
    sell(session, lines.MAX_QUANTITY)


@pytest.mark.django_db
def test_a_line_that_was_removed_meanwhile_is_not_found():
    line = priced(priced(book())).lines.latest("id")
    lines.remove_line(line, actor=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        lines.change_line(line, {"quantity": 2}, actor=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        lines.remove_line(line, actor=SYSTEM, at=AT)


@pytest.mark.django_db
def test_an_inactive_item_is_refused():
    with pytest.raises(DomainError) as refusal:
        lines.add_item(book(), ItemFactory(status="Inactive"), 1, actor=SYSTEM, at=AT)
    assert refusal.value.code == "INACTIVE_RESOURCE"


@pytest.mark.django_db
def test_amounts_beyond_what_a_session_can_hold_are_a_wrong_form():
    dear = ItemFactory(unit_price=Decimal("99999999.99"))
    session = book()
    with pytest.raises(ValidationFailed):
        lines.add_item(session, dear, 2, actor=SYSTEM, at=AT)
    lines.add_item(session, dear, 1, actor=SYSTEM, at=AT)
    with pytest.raises(ValidationFailed):
        lines.add_item(session, dear, 1, actor=SYSTEM, at=AT)


@pytest.mark.django_db
def test_transportation_and_discount_make_the_total():
    session = priced(external())
    planning.change_session(
        session,
        {"transportation_cost": Decimal("200.00"), "discount": Decimal("150.55")},
        actor=SYSTEM,
        at=AT,
    )
    session.refresh_from_db()
    assert session.total_amount == Decimal("1049.45")
    assert session.deposit_amount == Decimal("524.73")  # 524.725, half up


@pytest.mark.django_db
def test_removing_lines_below_the_discount_is_refused():
    session = priced(priced(book()), "100.00")
    planning.change_session(session, {"discount": Decimal("200.00")}, actor=SYSTEM, at=AT)
    dear = session.lines.order_by("id").first()
    with pytest.raises(EmptySession):
        lines.remove_line(dear, actor=SYSTEM, at=AT)
    assert session.lines.count() == 2


@pytest.mark.django_db
def test_a_discount_too_high_after_lines_change_needs_an_override():
    session = priced(priced(book()), "100.00")
    planning.change_session(session, {"discount": Decimal("220.00")}, actor=SYSTEM, at=AT)
    cheap = session.lines.order_by("-id").first()
    with pytest.raises(OverrideNeeded):
        lines.remove_line(cheap, actor=SYSTEM, at=AT)
    lines.remove_line(cheap, actor=SYSTEM, at=AT, override=AGREED)


@pytest.mark.django_db
def test_lines_are_changed_only_while_the_plan_is_open(coordinator, photographer):
    session = taken_to(Status.CANCELED)
    with pytest.raises(ImmutableSession):
        lines.add_item(session, ItemFactory(), 1, actor=acting(coordinator), at=AT)
    with pytest.raises(NotAllowed):
        lines.add_item(book(), ItemFactory(), 1, actor=acting(photographer), at=AT)


@pytest.mark.django_db
def test_lines_keep_their_order():
    session = book()
    for name in ("c", "a", "b"):
        lines.add_item(session, ItemFactory(name=name), 1, actor=SYSTEM, at=AT)
    assert list(session.lines.values_list("item_name", flat=True)) == ["c", "a", "b"]


# Properties

prices = st.decimals("0.00", "99999.99", places=2)
quantities = st.integers(1, 50)
parts = st.lists(st.tuples(prices, quantities), min_size=1, max_size=8)


@given(parts, st.decimals("0.01", "99999.99", places=2), quantities)
def test_a_package_with_its_adjustment_always_comes_to_its_price(items, base_price, times):
    drafts = [money.PackageLine(quantity, price) for price, quantity in items]
    adjustment = money.package_adjustment(base_price, drafts)
    lines_of_items = sum(
        (money.line_subtotal(draft.quantity * times, draft.unit_price) for draft in drafts),
        Decimal(0),
    )
    assert lines_of_items + money.line_subtotal(times, adjustment) == base_price * times


@given(prices, st.decimals("0", "100", places=2))
def test_a_deposit_is_between_nothing_and_the_total_and_off_by_half_a_cent_at_most(
    total, percentage
):
    deposit = money.deposit(total, percentage)
    assert 0 <= deposit <= total
    assert abs(deposit - total * percentage / 100) <= Decimal("0.005")
    assert deposit == deposit.quantize(money.CENT)


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("item"), st.integers(0, 3), st.integers(1, 5)),
        st.tuples(st.just("package"), st.integers(0, 1), st.integers(1, 3)),
        st.tuples(st.just("quantity"), st.integers(0, 9), st.integers(1, 5)),
        st.tuples(st.just("remove"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("discount"), st.integers(0, 400), st.just(0)),
        st.tuples(st.just("transportation"), st.integers(0, 400), st.just(0)),
    ),
    max_size=12,
)


@pytest.mark.django_db
def test_sums_follow_any_order_of_changes_or_the_change_is_refused_whole():
    items = [ItemFactory(unit_price=Decimal(price)) for price in ("0.01", "33.33", "45", "1650")]
    packages = [
        package_of(("33.33", 3), ("0.05", 7), price="88.88"),
        package_of(("45.10", 2)),
    ]

    # Each example walks through the database: fewer of them than of the pure properties.
    @settings(max_examples=settings().max_examples * 2 // 5, deadline=None)
    @given(CHANGES)
    def walk(changes: list[tuple[str, int, int]]) -> None:
        session = external(session_time=None)
        for change in changes:
            before = Session.objects.filter(pk=session.pk).values().get()
            try:
                apply(session, change)
            except DomainError:
                assert Session.objects.filter(pk=session.pk).values().get() == before
            session.refresh_from_db()
            subtotal = sum((line.line_subtotal for line in session.lines.all()), Decimal(0))
            assert session.subtotal == subtotal
            assert session.total_amount == (
                subtotal + session.transportation_cost - session.discount
            )
            assert session.total_amount >= 0
            groups = session.lines.exclude(group=None).values_list("group", flat=True).distinct()
            for group in groups:
                assert_whole(session, group)

    def apply(session: Session, change: tuple[str, int, int]) -> None:
        kind, number, quantity = change
        at_hand = list(session.lines.all())
        if kind == "item":
            lines.add_item(session, items[number], quantity, actor=SYSTEM, at=AT)
        elif kind == "package":
            add(session, packages[number], quantity)
        elif kind == "discount":
            planning.change_session(
                session, {"discount": Decimal(number)}, actor=SYSTEM, at=AT, override=AGREED
            )
        elif kind == "transportation":
            planning.change_session(
                session, {"transportation_cost": Decimal(number)}, actor=SYSTEM, at=AT
            )
        elif at_hand and kind == "quantity":
            line = at_hand[number % len(at_hand)]
            lines.change_line(line, {"quantity": quantity}, actor=SYSTEM, at=AT, override=AGREED)
        elif at_hand:
            lines.remove_line(at_hand[number % len(at_hand)], actor=SYSTEM, at=AT, override=AGREED)

    def assert_whole(session: Session, group: int) -> None:
        of_group = session.lines.filter(group=group)
        package = next(p for p in packages if p.pk == of_group[0].reference_id)
        assert of_group.filter(line_type=LineType.ITEM).count() == package.items.count()

    walk()
    assert {finding.check.code for finding in findings()} <= {"I12"}
