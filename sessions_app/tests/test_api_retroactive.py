"""Entering afterwards, on the wire, what has already taken place (rules, section 2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry
from config.tests.contract.shapes import TEXT
from sessions_app.models import Assignment, Claim, Line, Payment, Session
from sessions_app.tests.wire import SESSION, SESSIONS, assert_shape, refused
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WRONG = 400, "VALIDATION_ERROR"


def day(days: int) -> str:
    return (studio_day(now()) + timedelta(days=days)).isoformat()


@pytest.fixture
def past(photographer: User) -> dict[str, Any]:
    """A session of 900.00, of ten days ago, Attended, its deposit paid then."""
    return {
        "client_id": ClientFactory().pk,
        "session_type": "Studio",
        "session_date": day(-10),
        "session_time": "10:00",
        "estimated_duration_hours": 2,
        "room_id": RoomFactory().pk,
        "status": "Attended",
        "reason": "from the spreadsheet",
        "photographer_ids": [photographer.pk],
        "lines": [{"item_id": ItemFactory(unit_price="300.00").pk, "quantity": 3}],
        "payments": [slip()],
    }


def slip(**facts: Any) -> dict[str, Any]:
    return {
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": 450,
        "payment_date": day(-20),
    } | facts


# What is entered


REACHED = ["Attended", "In Editing", "Ready for Delivery", "Completed"]


@pytest.mark.parametrize("state", REACHED)
def test_a_session_is_entered_in_the_state_it_has_reached(
    boss, past, photographer, editor, admin_user, state
):
    with_editor = {"editor_id": editor.pk} if state != "Attended" else {}
    paid = {"payments": [slip(amount=900)]} if state == "Completed" else {}
    answer = boss.post(SESSIONS, past | {"status": state} | with_editor | paid)
    assert answer.status_code == 201
    body = answer.json()
    assert_shape(body, SESSION | {"notices": [TEXT]})
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert body["status"] == state
    assert (body["subtotal"], body["total_amount"], body["deposit_amount"]) == (900, 900, 450)
    assert (body["paid_amount"], body["balance_amount"]) == (
        *((900, 0) if state == "Completed" else (450, 450)),
    )
    assert body["session_date"] == day(-10)
    assert body["delivery_deadline"] == day(-5)
    assert body["changes_deadline"] == day(-17)
    assert body["payment_deadline"] is None
    assert body["editing_assigned_to"] == (editor.pk if with_editor else None)
    (member,) = body["photographers"]
    assert (member["photographer_id"], member["attended"]) == (photographer.pk, True)
    url = f"{SESSIONS}/{body['id']}"
    (row,) = boss.get(f"{url}/history").json()
    assert (row["from_status"], row["to_status"], row["reason"], row["changed_by"]) == (
        *(None, state, "from the spreadsheet", admin_user.pk),
    )
    payments = boss.get(f"{url}/payments").json()
    assert {payment["payment_date"] for payment in payments} == {day(-20)}
    assert not Claim.objects.filter(session_id=body["id"], active=True).exists()
    entry = AuditEntry.objects.get(action="session.entered_afterwards")
    assert entry.reason == "from the spreadsheet"


def test_from_there_it_lives_on(boss, desk, past, editor):
    pk = boss.post(SESSIONS, past).json()["id"]
    assigned = desk.post(f"{SESSIONS}/{pk}/assign-editor", {"editor_id": editor.pk})
    assert assigned.json()["status"] == "In Editing"
    assert desk.post(f"{SESSIONS}/{pk}/mark-ready").json()["status"] == "Ready for Delivery"


def test_packages_payments_and_people_may_be_several(boss, past):
    package = PackageFactory(base_price="500.00")
    PackageItemFactory(package=package, quantity=6)
    second = UserFactory(roles=["photographer"])
    body = boss.post(
        SESSIONS,
        past
        | {
            "photographer_ids": [*past["photographer_ids"], second.pk],
            "lines": [*past["lines"], {"package_id": package.pk}],
            "payments": [
                slip(amount=1000, transaction_reference="B-1"),
                slip(payment_type="Balance", amount="400.00", status="Pending"),
            ],
        },
    ).json()
    assert (body["total_amount"], body["paid_amount"]) == (1400, 1000)
    assert len(body["photographers"]) == 2
    assert body["estimated_editing_days"] == 7
    lines = boss.get(f"{SESSIONS}/{body['id']}/details").json()
    assert [line["line_type"] for line in lines] == ["Item", "Item", "Adjustment"]
    payments = boss.get(f"{SESSIONS}/{body['id']}/payments").json()
    assert sorted((one["payment_type"], one["amount"], one["status"]) for one in payments) == [
        ("Balance", 300, "Verified"),
        ("Balance", 400, "Pending"),
        ("Deposit", 700, "Verified"),
    ]


def test_the_room_and_the_people_of_that_time_may_be_taken(boss, past):
    assert boss.post(SESSIONS, past).status_code == 201
    again = past | {"client_id": ClientFactory().pk}
    assert boss.post(SESSIONS, again).status_code == 201


def test_null_says_nothing_in_what_may_be_left_out(boss, past):
    optional = ("editor_id", "payments", "deposit_percentage", "responsible_id", "override")
    assert boss.post(SESSIONS, past | dict.fromkeys(optional)).status_code == 201


def test_null_says_nothing_in_a_line_either(boss, past):
    (line,) = past["lines"]
    silent = {"package_id": None, "quantity": None}
    answer = boss.post(SESSIONS, past | {"lines": [line | silent], "payments": []})
    assert answer.status_code == 201, answer.json()


@pytest.mark.parametrize("state", [None, "", "Request"])
def test_without_a_past_state_it_is_a_request_like_any_other(desk, asked, state):
    body = desk.post(SESSIONS, asked | {"status": state, "reason": "a remark"})
    assert (body.status_code, body.json()["status"]) == (201, "Request")


# Who


def test_only_an_admin_enters_afterwards_and_that_is_told_before_the_form(desk, past):
    for body in (past, {"status": "Attended"}, past | {"lines": "none", "session_date": day(9)}):
        refused(desk.post(SESSIONS, body), 403, "PERMISSION_DENIED")
    assert not Session.objects.exists()


# Wrong forms


WRONG_PASTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown state": ({"status": "Nowhere"}, "status"),
    "a state of plans": ({"status": "Confirmed"}, "status"),
    "a cancelled one": ({"status": "Canceled"}, "status"),
    "a state that is a list": ({"status": ["Attended"]}, "status"),
    "a state that is a number": ({"status": 5}, "status"),
    "no reason": ({"reason": None}, "reason"),
    "a blank reason": ({"reason": "  "}, "reason"),
    "people that are none": ({"photographer_ids": "Pedro"}, "photographer_ids"),
    "people that are an object": ({"photographer_ids": {"a": 1}}, "photographer_ids"),
    "a person that is null": ({"photographer_ids": [None]}, "photographer_ids.0"),
    "a person that is nobody": ({"photographer_ids": [0]}, "photographer_ids.0"),
    "an unknown person": ({"photographer_ids": [10**12]}, "photographer_ids"),
    "an unknown editor": ({"status": "In Editing", "editor_id": 10**12}, "editor_id"),
    "an editor that is a list": ({"editor_id": [1]}, "editor_id"),
    "lines that are none": ({"lines": "three"}, "lines"),
    "lines that are an object": ({"lines": {"item_id": 1}}, "lines"),
    "a line that is null": ({"lines": [None]}, "lines"),
    "a line of nothing": ({"lines": [{}]}, "lines.0.item_id"),
    "a line of both": ({"lines": [{"item_id": 1, "package_id": 1}]}, "lines.0.item_id"),
    "an unknown item": ({"lines": [{"item_id": 10**12}]}, "lines.0.item_id"),
    "an unknown package": ({"lines": [{"package_id": 10**12}]}, "lines.0.package_id"),
    "no quantity": ({"lines": [{"item_id": 1, "quantity": 0}]}, "lines.0.quantity"),
    "too many": ({"lines": [{"item_id": 1, "quantity": 10001}]}, "lines.0.quantity"),
    "payments that are none": ({"payments": 450}, "payments"),
    "a payment that is null": ({"payments": [None]}, "payments"),
    "an empty payment": ({"payments": [{}]}, "payments.0.amount"),
    "a payment of an unknown type": (
        {"payments": [slip(payment_type="Tip")]},
        "payments.0.payment_type",
    ),
    "a payment that is no number": ({"payments": [slip(amount="NaN")]}, "payments.0.amount"),
    "a negative payment": ({"payments": [slip(amount=-1)]}, "payments.0.amount"),
    "a payment to come": ({"payments": [slip(payment_date=day(2))]}, "payment_date"),
    "a rejected payment": ({"payments": [slip(status="Rejected")]}, "status"),
    "an unknown client": ({"client_id": 10**12}, "client_id"),
    "no room": ({"room_id": None}, "room_id"),
}


@pytest.mark.parametrize(("change", "field"), WRONG_PASTS.values(), ids=WRONG_PASTS)
def test_a_wrong_past_enters_nothing(boss, past, change, field):
    refused(boss.post(SESSIONS, past | change), *WRONG, field)
    for model in (Session, Line, Payment, Assignment):
        assert not model.objects.exists()


# Conditions


REFUSED: dict[str, tuple[Any, int, str]] = {
    "tomorrow": (lambda: {"session_date": day(2)}, 422, "INVALID_SESSION_DATE"),
    "the first day of all": (lambda: {"session_date": "0001-01-01"}, 422, "INVALID_SESSION_DATE"),
    "no time": (
        lambda: {"session_time": None, "estimated_duration_hours": None},
        *(422, "MISSING_SCHEDULE"),
    ),
    "no lines": (lambda: {"lines": [], "payments": []}, 422, "EMPTY_SESSION"),
    "nobody photographed": (lambda: {"photographer_ids": []}, 422, "MISSING_RESOURCES"),
    "nobody edited": (lambda: {"status": "Ready for Delivery"}, 422, "MISSING_RESOURCES"),
    "an editor photographed": (
        lambda: {"photographer_ids": [UserFactory(roles=["editor"]).pk]},
        *(422, "WRONG_ROLE"),
    ),
    "a photographer edited": (
        lambda: {
            "status": "In Editing",
            "editor_id": UserFactory(roles=["photographer"]).pk,
        },
        *(422, "WRONG_ROLE"),
    ),
    "someone inactive photographed": (
        lambda: {"photographer_ids": [UserFactory(roles=["photographer"], status="Inactive").pk]},
        *(422, "INACTIVE_RESOURCE"),
    ),
    "an inactive client": (
        lambda: {"client_id": ClientFactory(status="Inactive").pk},
        *(422, "INACTIVE_RESOURCE"),
    ),
    "more paid than it came to": (
        lambda: {"payments": [slip(amount="900.01")]},
        *(422, "PAYMENT_EXCEEDS_TOTAL"),
    ),
    "a balance before the deposit": (
        lambda: {"payments": [slip(payment_type="Balance")]},
        *(422, "PAYMENT_NOT_ALLOWED"),
    ),
    "two deposits": (lambda: {"payments": [slip(), slip()]}, 409, "DUPLICATE"),
    "a low deposit": (lambda: {"deposit_percentage": 10}, 422, "OVERRIDE_NEEDED"),
}


@pytest.mark.parametrize(("change", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_a_past_that_cannot_be_enters_nothing(boss, past, change, status, code):
    refused(boss.post(SESSIONS, past | change()), status, code)
    for model in (Session, Line, Payment, Assignment):
        assert not model.objects.exists()


def test_completed_with_a_balance_is_entered_by_override_alone(boss, past, editor):
    done = past | {"status": "Completed", "editor_id": editor.pk}
    facts = refused(boss.post(SESSIONS, done), 422, "INSUFFICIENT_PAYMENT")
    assert facts == {"required": 900, "paid": 450}
    answer = boss.post(SESSIONS, done | {"override": True})
    assert (answer.status_code, answer.json()["balance_amount"]) == (201, 450)


FORM_FIRST: dict[str, tuple[dict[str, Any], str]] = {
    "unknown people and no lines": (
        {"photographer_ids": [10**12], "lines": [], "payments": []},
        "photographer_ids",
    ),
    "a negative payment and nobody photographed": (
        {"payments": [slip(amount=-1)], "photographer_ids": []},
        "payments.0.amount",
    ),
    "an unknown editor and no time": (
        {"editor_id": 10**12, "status": "In Editing", "session_time": None},
        "editor_id",
    ),
}


@pytest.mark.parametrize(("change", "field"), FORM_FIRST.values(), ids=FORM_FIRST)
def test_a_wrong_form_is_told_before_a_condition(boss, past, change, field):
    refused(boss.post(SESSIONS, past | change), *WRONG, field)
