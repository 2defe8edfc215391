"""Lines, payments and photographers of a session on the wire (contract, section 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from config.clock import now, studio_day
from config.tests.contract.session_shapes import (
    ASSIGNMENT,
    LINE,
    PAYMENT,
    SESSION,
    names_in,
    without_private,
)
from config.tests.contract.shapes import assert_answer, assert_refused, assert_wrong_form
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import acting, assign, book
from sessions_app.tests.wire import arrived
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SESSIONS = "/api/v1/sessions"


def one(session: Any, *parts: Any) -> str:
    return "/".join(map(str, (SESSIONS, session.pk, *parts)))


# Lines


@pytest.fixture
def package() -> Any:
    """Two items of together 400.00 for 350.00."""
    package = PackageFactory(base_price=Decimal("350.00"))
    PackageItemFactory(package=package, item=ItemFactory(unit_price=Decimal("100")), quantity=2)
    PackageItemFactory(package=package, item=ItemFactory(unit_price=Decimal("200")))
    return package


def test_an_item_becomes_a_line_and_the_totals_follow(desk, session):
    item = ItemFactory(unit_price=Decimal("12.50"), code="PRT-1", name="Print")
    answer = desk.post(one(session, "details", "items", item.pk) + "?quantity=4")
    line = assert_answer(answer, LINE, status=201)
    assert (line["line_type"], line["reference_type"]) == ("Item", "Item")
    assert (line["reference_id"], line["item_code"], line["item_name"]) == (
        item.pk,
        "PRT-1",
        "Print",
    )
    assert (line["quantity"], line["unit_price"], line["line_subtotal"]) == (4, 12.5, 50)
    assert (line["session_id"], line["is_delivered"]) == (session.pk, False)
    body = desk.get(one(session)).json()
    assert (body["subtotal"], body["total_amount"], body["deposit_amount"]) == (1050, 1050, 525)


def test_one_of_an_item_is_added_unless_told_otherwise(desk, session):
    line = desk.post(one(session, "details", "items", ItemFactory().pk)).json()
    assert line["quantity"] == 1


def test_a_package_becomes_lines_that_sum_to_its_price(desk, session, package):
    answer = desk.post(one(session, "details", "packages", package.pk) + "?quantity=2")
    lines = assert_answer(answer, [LINE], status=201)
    kinds = [(line["line_type"], line["quantity"], line["line_subtotal"]) for line in lines]
    assert kinds[:2] == [("Item", 4, 400), ("Item", 2, 400)]
    assert kinds[2][0] == "Adjustment"
    assert sum(line["line_subtotal"] for line in lines) == 700
    assert {line["reference_type"] for line in lines[:2]} == {"Package"}
    assert len({line["group"] for line in lines}) == 1
    listed = assert_answer(desk.get(one(session, "details")), [LINE])
    assert listed[1:] == lines
    assert desk.get(one(session)).json()["subtotal"] == 1700


def test_a_line_is_changed_and_removed(desk, session):
    line = desk.post(one(session, "details", "items", ItemFactory().pk)).json()
    url = one(session, "details", line["id"])
    assert assert_answer(desk.patch(url, {"quantity": 3}), LINE)["line_subtotal"] == 300
    delivered = assert_answer(desk.patch(url, {"is_delivered": True}), LINE)
    assert delivered["is_delivered"] is True
    assert delivered["delivered_at"] is not None
    assert desk.delete(url).status_code == 204
    assert_refused(desk.patch(url, {"quantity": 3}), 404, "NOT_FOUND")
    assert desk.get(one(session)).json()["subtotal"] == 1000


def test_a_package_is_changed_and_removed_as_a_whole(desk, session, package):
    lines = desk.post(one(session, "details", "packages", package.pk)).json()
    url = one(session, "details", lines[0]["id"])
    assert desk.patch(url, {"quantity": 9}).status_code in range(400, 500)
    assert assert_answer(desk.patch(url, {"is_delivered": True}), LINE)["is_delivered"] is True
    assert desk.delete(url).status_code == 204
    assert len(desk.get(one(session, "details")).json()) == 1


@pytest.mark.parametrize("quantity", ["0", "-1", "many", "1.5"])
def test_a_wrong_quantity_is_400(desk, session, quantity):
    url = one(session, "details", "items", ItemFactory().pk)
    assert_wrong_form(desk.post(f"{url}?quantity={quantity}"), "quantity")


def test_a_line_of_another_session_is_404(desk, session, coordinator, day):
    other = book(acting(coordinator), at=now(), session_date=day)
    line = session.lines.get()
    for answer in (
        desk.patch(one(other, "details", line.pk), {"quantity": 2}),
        desk.delete(one(other, "details", line.pk)),
    ):
        assert_refused(answer, 404, "NOT_FOUND")


def test_what_cannot_be_sold_becomes_no_line(desk, session):
    for kind, thing, code in (
        ("items", ItemFactory(status="Inactive"), "INACTIVE_RESOURCE"),
        ("packages", PackageFactory(status="Inactive"), "INACTIVE_RESOURCE"),
        ("packages", PackageFactory(), "EMPTY_PACKAGE"),
        (
            "packages",
            PackageItemFactory(package=PackageFactory(session_type="External")).package,
            "WRONG_SESSION_TYPE",
        ),
    ):
        assert_refused(desk.post(one(session, "details", kind, thing.pk)), 422, code)
    for kind in ("items", "packages"):
        assert_refused(desk.post(one(session, "details", kind, 987654321)), 404, "NOT_FOUND")


def test_lines_of_an_assigned_session_stay(desk):
    session = arrived(Status.ASSIGNED, days=3)
    answer = desk.post(one(session, "details", "items", ItemFactory().pk))
    assert_refused(answer, 422, "IMMUTABLE_SESSION")


def test_recalculating_answers_the_session(desk, session):
    body = assert_answer(desk.post(one(session, "recalculate")), SESSION)
    assert body["total_amount"] == 1000


def test_without_the_right_to_see_all_there_is_no_money(desk, session, package, photographer):
    desk.post(one(session, "details", "packages", package.pk))
    assign(session, photographer)
    mine = signed_in(photographer)
    lines = assert_answer(mine.get(one(session, "details")), [without_private(LINE)])
    assert len(lines) == 3
    assert {line["line_type"] for line in lines} == {"Item"}
    assert not names_in(lines) & {"unit_price", "line_subtotal"}
    for answer in (
        mine.get(one(session, "payments")),
        mine.get(one(session, "cancellation-preview"), {"initiated_by": "Client"}),
        mine.post(one(session, "recalculate")),
    ):
        assert_refused(answer, 403, "PERMISSION_DENIED")


# Payments


@pytest.fixture
def offered() -> Session:
    """A session of 1000.00, Pre-scheduled, nothing paid."""
    return arrived(Status.PRE_SCHEDULED, days=30)


@pytest.fixture
def slip() -> dict[str, Any]:
    return {
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": 500,
        "payment_date": studio_day(now()).isoformat(),
    }


def test_a_payment_is_answered_whole(desk, offered, slip, coordinator):
    body = slip | {"transaction_reference": "B-7", "notes": None, "session_id": 987654321}
    made = assert_answer(desk.post(one(offered, "payments"), body), PAYMENT, status=201)
    assert {name: made[name] for name in body} == body | {"session_id": offered.pk}
    assert (made["status"], made["created_by"]) == ("Verified", coordinator.pk)
    paid = desk.get(one(offered)).json()
    assert (paid["paid_amount"], paid["balance_amount"]) == (500, 500)


@pytest.mark.parametrize("amount", [500, 500.0, "500", "500.00"])
def test_an_amount_is_a_number_or_a_string(desk, offered, slip, amount):
    made = desk.post(one(offered, "payments"), slip | {"amount": amount}).json()
    assert made["amount"] == 500


def test_a_payment_without_a_number_gets_one(desk, offered, slip):
    made = desk.post(one(offered, "payments"), slip | {"transaction_reference": None}).json()
    assert made["transaction_reference"]


def test_what_is_beyond_the_deposit_is_split_off(desk, offered, slip):
    answer = desk.post(one(offered, "payments"), slip | {"amount": 700})
    made = assert_answer(answer, PAYMENT | {"split": [PAYMENT]}, status=201)
    assert made["amount"] == 500
    parts = {(part["payment_type"], part["amount"]) for part in made["split"]}
    assert parts >= {("Balance", 200)}


def test_payments_come_latest_first_and_rejected_ones_when_asked_for(desk, offered, slip):
    url = one(offered, "payments")
    first = desk.post(url, slip).json()
    second = desk.post(url, slip | {"payment_type": "Balance", "amount": 10}).json()
    listed = assert_answer(desk.get(url), [PAYMENT])
    assert [payment["id"] for payment in listed] == [second["id"], first["id"]]
    void = desk.post(f"{url}/{second['id']}/void", {"reason": "bounced"})
    assert assert_answer(void, PAYMENT)["status"] == "Rejected"
    assert [payment["id"] for payment in desk.get(url).json()] == [first["id"]]
    assert len(assert_answer(desk.get(url, {"all": "true"}), [PAYMENT])) == 2


def test_a_pending_payment_counts_once_it_is_verified(desk, offered, slip, coordinator):
    url = one(offered, "payments")
    made = assert_answer(desk.post(url, slip | {"status": "Pending"}), PAYMENT, status=201)
    assert (made["status"], made["verified_by"]) == ("Pending", None)
    assert desk.get(one(offered)).json()["paid_amount"] == 0
    verified = assert_answer(desk.post(f"{url}/{made['id']}/verify"), PAYMENT)
    assert (verified["status"], verified["verified_by"]) == ("Verified", coordinator.pk)
    assert desk.get(one(offered)).json()["paid_amount"] == 500


def test_a_refund_is_verified_with_a_number(desk, offered, slip):
    url = one(offered, "payments")
    desk.post(url, slip)
    refund = slip | {"payment_type": "Refund", "amount": 50, "reason": "paid too much"}
    made = assert_answer(desk.post(url, refund), PAYMENT, status=201)
    assert (made["status"], made["transaction_reference"]) == ("Pending", None)
    verify = f"{url}/{made['id']}/verify"
    assert_wrong_form(desk.post(verify), "transaction_reference")
    verified = assert_answer(desk.post(verify, {"transaction_reference": "T-1"}), PAYMENT)
    assert verified["transaction_reference"] == "T-1"
    assert desk.get(one(offered)).json()["paid_amount"] == 450


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("payment_type", "Gift"),
        ("payment_type", None),
        ("payment_method", None),
        ("payment_method", ""),
        ("amount", 0),
        ("amount", -1),
        ("amount", 1.234),
        ("amount", "NaN"),
        ("amount", None),
        ("payment_date", "tomorrow"),
        ("status", "Rejected"),
    ],
)
def test_a_wrong_payment_is_400_with_its_field(desk, offered, slip, field, wrong):
    assert_wrong_form(desk.post(one(offered, "payments"), slip | {field: wrong}), field)


def test_nothing_beyond_the_total_is_paid(desk, offered, slip):
    answer = desk.post(one(offered, "payments"), slip | {"amount": 1000.01})
    assert_refused(answer, 422, "PAYMENT_EXCEEDS_TOTAL")


def test_there_is_one_live_deposit(desk, offered, slip):
    url = one(offered, "payments")
    assert desk.post(url, slip | {"amount": 100}).status_code == 201
    assert_refused(desk.post(url, slip | {"amount": 101}), 409, "DUPLICATE")


def test_the_same_payment_twice_within_a_minute_is_409(desk, offered, slip):
    url = one(offered, "payments")
    desk.post(url, slip)
    balance = slip | {"payment_type": "Balance", "amount": 10}
    assert desk.post(url, balance).status_code == 201
    assert_refused(desk.post(url, balance), 409, "DUPLICATE")


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELED])
def test_what_is_over_takes_no_payment(desk, slip, status):
    session = arrived(status, days=-1 if status == Status.COMPLETED else 30)
    answer = desk.post(one(session, "payments"), slip | {"payment_type": "Balance"})
    assert_refused(answer, 422, "PAYMENT_NOT_ALLOWED")


def test_a_payment_of_another_session_is_404(desk, offered, slip, session):
    made = desk.post(one(offered, "payments"), slip | {"status": "Pending"}).json()
    answer = desk.post(one(session, "payments", made["id"], "verify"))
    assert_refused(answer, 404, "NOT_FOUND")


# Photographers


def test_an_assignment_is_answered_whole(desk, session, photographer, coordinator):
    body = {"photographer_id": photographer.pk, "role": "Lead"}
    made = assert_answer(desk.post(one(session, "photographers"), body), ASSIGNMENT, status=201)
    assert (made["photographer_id"], made["photographer_name"], made["role"]) == (
        photographer.pk,
        photographer.full_name,
        "Lead",
    )
    assert (made["session_id"], made["assigned_by"]) == (session.pk, coordinator.pk)
    assert (made["assignment_status"], made["attended"]) == ("Assigned", False)
    assert made["coverage_start"] == f"{session.session_date}T10:00:00-06:00"
    listed = assert_answer(desk.get(one(session, "photographers")), [ASSIGNMENT])
    assert listed == [made]
    [shown] = desk.get(one(session)).json()["photographers"]
    assert shown["id"] == made["id"]


def test_an_assignment_is_changed_reassigned_and_released(desk, session, photographer):
    url = one(session, "photographers")
    made = desk.post(url, {"photographer_id": photographer.pk}).json()
    changes = {
        "role": "Assistant",
        "coverage_start": f"{session.session_date}T09:00:00-06:00",
        "coverage_end": f"{session.session_date}T13:00:00-06:00",
        "notes": "bring the tripod",
    }
    changed = assert_answer(desk.patch(f"{url}/{made['id']}", changes), ASSIGNMENT)
    assert {name: changed[name] for name in changes} == changes
    body = {"photographer_id": UserFactory(roles=["photographer"]).pk, "reason": "ill"}
    answer = desk.post(f"{url}/{made['id']}/reassign", body)
    other = assert_answer(answer, ASSIGNMENT, status=201)
    assert other["photographer_id"] == body["photographer_id"]
    gone = desk.delete(f"{url}/{other['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert desk.get(url).json() == []
    rows = assert_answer(desk.get(url, {"all": "true"}), [ASSIGNMENT])
    assert {row["assignment_status"] for row in rows} == {"Reassigned", "Released"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("photographer_id", None), ("photographer_id", 987654321), ("role", "Star")],
)
def test_a_wrong_assignment_is_400_with_its_field(desk, session, photographer, field, wrong):
    body = {"photographer_id": photographer.pk, field: wrong}
    assert_wrong_form(desk.post(one(session, "photographers"), body), field)


def test_who_is_not_free_or_no_photographer_or_there_twice(
    desk, session, photographer, editor, coordinator, day
):
    url, body = one(session, "photographers"), {"photographer_id": photographer.pk}
    assert_refused(desk.post(url, {"photographer_id": editor.pk}), 422, "WRONG_ROLE")
    assert desk.post(url, body | {"role": "Lead"}).status_code == 201
    assert_refused(desk.post(url, body), 409, "DUPLICATE")
    second = {"photographer_id": UserFactory(roles=["photographer"]).pk, "role": "Lead"}
    assert_refused(desk.post(url, second), 409, "DUPLICATE")
    other = book(acting(coordinator), at=now(), session_date=day)
    answer = desk.post(one(other, "photographers"), body)
    refusal = assert_refused(answer, 409, "PHOTOGRAPHER_NOT_AVAILABLE")
    [conflict] = refusal["context"]["conflicts"]
    assert conflict["code"] == session.code


def test_the_last_one_of_an_assigned_session_stays(desk):
    session = arrived(Status.ASSIGNED, days=3)
    url = one(session, "photographers", session.assignments.get().pk)
    assert_refused(desk.delete(url), 422, "MISSING_RESOURCES")


def test_staffing_a_late_confirmed_session_assigns_it(desk, photographer):
    session = arrived(Status.CONFIRMED, days=3)
    body = {"photographer_id": photographer.pk}
    assert desk.post(one(session, "photographers"), body).status_code == 201
    assert desk.get(one(session)).json()["status"] == "Assigned"


def test_an_attendance_is_marked_by_its_own_or_the_desk(desk, photographer, this_morning):
    session = arrived(Status.ASSIGNED, photographer, days=0, booked_at=this_morning)
    url = one(session, "photographers", session.assignments.get().pk, "attended")
    marked = signed_in(photographer).patch(url, {"attended": True, "notes": "rain"})
    assert marked.status_code == 200
    body = {"attended": False}
    assert desk.patch(url, body).status_code == 200
    [row] = desk.get(one(session, "photographers")).json()
    assert (row["attended"], row["attended_at"]) == (False, None)
    assert_wrong_form(desk.patch(url, {"attended": None}), "attended")


def test_photographers_are_not_assigned_after_the_editing(desk, photographer):
    session = arrived(Status.READY)
    answer = desk.post(one(session, "photographers"), {"photographer_id": photographer.pk})
    assert answer.status_code in (409, 422)
