"""Cancelling on the wire (contract, section 4; rules, section 5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now, studio_day
from conftest import signed_in
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import paid
from sessions_app.tests.wire import (
    DETAIL,
    PAYMENT,
    PREVIEW,
    SESSIONS,
    arrived,
    assert_shape,
    refused,
    unstaffed,
    url,
    without_private,
)
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WRONG = 400, "VALIDATION_ERROR"
NOT_NOW = 409, "INVALID_STATE_TRANSITION"
WHY = {"cancellation_reason": "the wedding is off", "initiated_by": "Client"}


def in_time() -> Session:
    """A session of 1000.00, confirmed, half paid, its changes deadline still to come."""
    return arrived(Status.CONFIRMED, days=30)


def late() -> Session:
    return arrived(Status.CONFIRMED, days=3)


def deposited() -> Session:
    session = arrived(Status.PRE_SCHEDULED, days=30)
    paid(session, "500.00", at=now())
    return session


# What it would bring. Percentages of the 500.00 that were paid: by the client, and otherwise.
DECIDED: dict[str, tuple[Any, int, int]] = {
    "never confirmed": (deposited, 100, 100),
    "confirmed, in time": (in_time, 100, 100),
    "confirmed, late": (late, 0, 100),
    "confirmed, late, nobody assigned": (unstaffed, 50, 100),
    "assigned": (lambda: arrived(Status.ASSIGNED, days=3), 0, 100),
    "attended": (lambda: arrived(Status.ATTENDED), 0, 0),
    "in editing": (lambda: arrived(Status.IN_EDITING), 0, 0),
    "ready": (lambda: arrived(Status.READY), 0, 0),
}


@pytest.mark.parametrize(("made", "client", "others"), DECIDED.values(), ids=DECIDED)
def test_the_preview_is_what_the_cancellation_then_does(desk, made, client, others):
    session = made()
    before = desk.get(url(session)).json()
    for query, percentage in (
        ("", client),
        ("?initiated_by=Client", client),
        ("?initiated_by=Studio", others),
        ("?initiated_by=Force Majeure", others),
    ):
        answer = desk.get(url(session, f"cancellation-preview{query}"))
        assert answer.status_code == 200
        preview = answer.json()
        assert_shape(preview, PREVIEW)
        assert preview["refund_percentage"] == percentage
        assert preview["refund_amount"] == 5 * percentage
        assert preview["paid_amount"] == 500
        assert preview["explanation"]
    assert desk.get(url(session)).json() == before  # looking changes nothing
    preview = desk.get(url(session, "cancellation-preview")).json()
    body = desk.post(url(session, "cancel"), WHY).json()
    assert body["refund_due"] == preview["refund_amount"]
    refunds = [
        row for row in desk.get(url(session, "payments")).json() if row["payment_type"] == "Refund"
    ]
    assert [row["amount"] for row in refunds] == ([5 * client] if client else [])
    for row in refunds:
        assert_shape(row, PAYMENT)
        assert (row["status"], row["notes"]) == ("Pending", preview["explanation"])


def test_where_nothing_was_paid_the_preview_says_so(desk, session):
    preview = desk.get(url(session, "cancellation-preview")).json()
    assert_shape(preview, PREVIEW)
    assert (preview["refund_amount"], preview["paid_amount"]) == (0, 0)


@pytest.mark.parametrize("side", ["System", "Nobody", "client", "%00"])
def test_a_preview_for_an_unknown_side_is_a_wrong_form(desk, session, side):
    answer = desk.get(url(session, f"cancellation-preview?initiated_by={side}"))
    refused(answer, *WRONG, "initiated_by")


@pytest.mark.parametrize("state", [Status.COMPLETED, Status.CANCELED])
def test_what_has_ended_is_not_cancelled_and_has_no_preview(desk, boss, state):
    session = arrived(state)
    for client in (desk, boss):
        assert refused(client.get(url(session, "cancellation-preview")), *NOT_NOW) == {
            "allowed": []
        }
        assert refused(client.post(url(session, "cancel"), WHY), *NOT_NOW) == {"allowed": []}


# Cancelling


def test_a_cancellation_answers_the_whole_session(desk, coordinator):
    session = in_time()
    asked = WHY | {"category": "changed_mind", "notes": "sends their love"}
    answer = desk.post(url(session, "cancel"), asked)
    assert answer.status_code == 200
    body = answer.json()
    assert_shape(body, DETAIL)
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert body["version"] > session.version
    assert {name: body[name] for name in body if name.startswith("cancel")} == {
        "cancelled_at": body["cancelled_at"],
        "cancelled_by": coordinator.pk,
        "cancellation_reason": "the wedding is off",
        "cancellation_initiator": "Client",
        "cancellation_category": "changed_mind",
    }
    assert body["cancelled_at"].endswith("-06:00")
    assert (body["status"], body["refund_due"], body["paid_amount"]) == ("Canceled", 500, 500)
    assert body["allowed_transitions"] == []
    row = desk.get(url(session, "history")).json()[-1]
    assert (row["from_status"], row["to_status"]) == ("Confirmed", "Canceled")
    assert (row["reason"], row["notes"]) == ("the wedding is off", "sends their love")


def test_a_step_to_canceled_is_the_same_on_the_clients_side(desk, coordinator):
    session = in_time()
    body = desk.post(url(session, "transition"), {"to_status": "Canceled"}).json()
    assert (body["status"], body["refund_due"]) == ("Canceled", 500)
    detail = desk.get(url(session)).json()
    assert (detail["cancellation_initiator"], detail["cancelled_by"]) == ("Client", coordinator.pk)
    assert detail["cancellation_reason"]
    assert detail["cancellation_category"] is None


def test_null_says_nothing_in_what_may_be_left_out(desk):
    optional = ("category", "notes", "refund_amount", "override", "reason")
    answer = desk.post(url(in_time(), "cancel"), WHY | dict.fromkeys(optional))
    assert (answer.status_code, answer.json()["cancellation_category"]) == (200, None)


def test_room_and_people_are_free_at_once(desk, asked, photographer, day):
    booked = desk.post("/api/v1/sessions", asked).json()
    part = {"photographer_id": photographer.pk}
    desk.post(f"{SESSIONS}/{booked['id']}/photographers", part)
    desk.post(f"{SESSIONS}/{booked['id']}/cancel", WHY)
    again = desk.post("/api/v1/sessions", asked)
    assert again.status_code == 201
    assigned = desk.post(f"{SESSIONS}/{again.json()['id']}/photographers", part)
    assert assigned.status_code == 201


def test_who_covers_it_is_told_that_and_when_but_not_why(desk, photographer):
    session = arrived(Status.CONFIRMED, photographer, days=30)
    desk.post(url(session, "cancel"), WHY | {"category": "price", "notes": "too dear"})
    mine = signed_in(photographer)
    body = mine.get(url(session)).json()
    assert_shape(body, without_private(DETAIL))
    assert (body["status"], body["cancelled_at"] is None) == ("Canceled", False)
    told = mine.get(url(session, "history")).content.decode() + str(body)
    assert "wedding" not in told
    assert "dear" not in told


WRONG_CANCELLATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "no reason": ({"cancellation_reason": None}, "cancellation_reason"),
    "a blank reason": ({"cancellation_reason": "  "}, "cancellation_reason"),
    "a reason that is a list": ({"cancellation_reason": ["x"]}, "cancellation_reason"),
    "too long a reason": ({"cancellation_reason": "x" * 1001}, "cancellation_reason"),
    "nobody's side": ({"initiated_by": None}, "initiated_by"),
    "the system's side": ({"initiated_by": "System"}, "initiated_by"),
    "an unknown side": ({"initiated_by": "Weather"}, "initiated_by"),
    "a side that is a list": ({"initiated_by": ["Client"]}, "initiated_by"),
    "an unknown category": ({"category": "rain"}, "category"),
    "a category that is an object": ({"category": {}}, "category"),
    "notes that are a list": ({"notes": []}, "notes"),
    "another refund without an override": ({"refund_amount": 499.99}, "refund_amount"),
    "a refund that is no number": ({"refund_amount": "all"}, "refund_amount"),
    "a refund that is NaN": ({"refund_amount": "NaN"}, "refund_amount"),
    "a refund that is a list": ({"refund_amount": [1]}, "refund_amount"),
    "a huge refund": ({"refund_amount": 1e300}, "refund_amount"),
    "three decimals": ({"refund_amount": 1.001}, "refund_amount"),
}


@pytest.mark.parametrize(("change", "field"), WRONG_CANCELLATIONS.values(), ids=WRONG_CANCELLATIONS)
def test_a_wrong_cancellation_cancels_nothing(desk, change, field):
    session = in_time()
    refused(desk.post(url(session, "cancel"), WHY | change), *WRONG, field)
    session.refresh_from_db()
    assert (session.status, session.refund_due) == ("Confirmed", 0)


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
def test_an_empty_cancellation_names_what_is_missing(desk, session, body):
    answer = desk.generic("POST", url(session, "cancel"), body, "application/json")
    refused(answer, *WRONG, "cancellation_reason", "initiated_by")


# Another refund than the rules give


def test_an_admin_may_refund_another_amount_up_to_what_was_paid(desk, boss):
    session = late()
    agreed = WHY | {"refund_amount": 250.5, "override": True, "reason": "a good client"}
    refused(desk.post(url(session, "cancel"), agreed), 403, "PERMISSION_DENIED")
    refused(boss.post(url(session, "cancel"), agreed | {"reason": None}), *WRONG, "reason")
    for amount in (-1, 500.01):
        wrong = boss.post(url(session, "cancel"), agreed | {"refund_amount": amount})
        refused(wrong, *WRONG, "refund_amount")
    assert boss.post(url(session, "cancel"), agreed).json()["refund_due"] == 250.5


def test_an_admin_may_refund_nothing(boss):
    session = in_time()
    agreed = WHY | {"refund_amount": 0, "override": True, "reason": "agreed so"}
    assert boss.post(url(session, "cancel"), agreed).json()["refund_due"] == 0
    assert [row["payment_type"] for row in boss.get(url(session, "payments")).json()] == ["Deposit"]


def test_the_amount_that_the_rules_give_needs_no_override(desk):
    answer = desk.post(url(in_time(), "cancel"), WHY | {"refund_amount": "500.00"})
    assert (answer.status_code, answer.json()["refund_due"]) == (200, 500)


# Correcting on whose side it was


def test_an_admin_corrects_the_side_and_the_refund_is_decided_anew(desk, boss):
    session = late()
    desk.post(url(session, "cancel"), WHY)
    corrected = {"initiated_by": "Studio", "reason": "our lamp broke"}
    answer = boss.patch(url(session, "cancellation"), corrected)
    assert answer.status_code == 200
    assert_shape(answer.json(), DETAIL)
    assert (answer.json()["cancellation_initiator"], answer.json()["refund_due"]) == ("Studio", 500)
    assert answer.json()["cancellation_reason"] == "the wedding is off"
    back = boss.patch(url(session, "cancellation"), corrected | {"initiated_by": "Client"})
    assert back.json()["refund_due"] == 0
    rows = boss.get(url(session, "payments?all=true")).json()
    assert [row["status"] for row in rows if row["payment_type"] == "Refund"] == ["Rejected"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"initiated_by": None}, "initiated_by"),
        ({"initiated_by": "System"}, "initiated_by"),
        ({"initiated_by": []}, "initiated_by"),
        ({"reason": None}, "reason"),
        ({"reason": " "}, "reason"),
        ({"reason": {}}, "reason"),
    ],
)
def test_a_wrong_correction_corrects_nothing(boss, change, field):
    session = arrived(Status.CANCELED, days=30)
    body = {"initiated_by": "Studio", "reason": "our lamp broke"} | change
    refused(boss.patch(url(session, "cancellation"), body), *WRONG, field)
    assert boss.get(url(session)).json()["cancellation_initiator"] == "Client"


def test_a_refund_that_is_paid_out_stays_as_it_was_decided(boss):
    session = arrived(Status.CANCELED, days=30)
    refund = session.payments.get(payment_type=PaymentType.REFUND)
    boss.post(url(session, "payments", refund.pk, "verify"), {"transaction_reference": "CHK-1"})
    body = {"initiated_by": "Studio", "reason": "our lamp broke"}
    refused(boss.patch(url(session, "cancellation"), body), *NOT_NOW)


def test_there_is_nothing_to_correct_where_nothing_was_cancelled(boss):
    body = {"initiated_by": "Studio", "reason": "our lamp broke"}
    facts = refused(boss.patch(url(in_time(), "cancellation"), body), *NOT_NOW)
    assert "Canceled" in facts["allowed"]


def test_a_stale_correction_overwrites_nothing(boss):
    session = arrived(Status.CANCELED, days=30)
    body = {"initiated_by": "Studio", "reason": "our lamp broke"}
    tag = f'"{session.version - 1}"'
    answer = boss.patch(url(session, "cancellation"), body, headers={"If-Match": tag})
    refused(answer, 412, "STALE_VERSION")


# The refund afterwards


def test_who_cancelled_does_not_pay_the_refund_out_unless_admin(desk, boss):
    for canceller, is_admin in ((desk, False), (boss, True)):
        session = in_time()
        canceller.post(url(session, "cancel"), WHY)
        refund = session.payments.get(payment_type=PaymentType.REFUND)
        verify = url(session, "payments", refund.pk, "verify")
        number = {"transaction_reference": "CHK-1"}
        own = canceller.post(verify, number)
        if is_admin:
            assert own.json()["status"] == "Verified"
        else:
            refused(own, 403, "PERMISSION_DENIED")
            colleague = signed_in(UserFactory(roles=["coordinator"]))
            assert colleague.post(verify, number).json()["status"] == "Verified"


def test_a_refund_follows_a_payment_that_bounced_or_came_after_all(desk):
    session = in_time()
    slip = paid(*(session, "200.00", PaymentType.BALANCE), at=now(), status=PaymentStatus.PENDING)
    assert desk.post(url(session, "cancel"), WHY).json()["refund_due"] == 500
    desk.post(url(session, "payments", slip.pk, "verify"))
    assert desk.get(url(session)).json()["refund_due"] == 700
    desk.post(url(session, "payments", slip.pk, "void"), {"reason": "bounced"})
    assert desk.get(url(session)).json()["refund_due"] == 500
    live = desk.get(url(session, "payments")).json()
    assert [(row["payment_type"], row["amount"]) for row in live] == [
        ("Refund", 500),
        ("Deposit", 500),
    ]


def test_a_cancelled_session_takes_no_payment_but_a_refund(desk, boss):
    session = late()
    desk.post(url(session, "cancel"), WHY)
    slip = {
        "payment_type": "Balance",
        "payment_method": "Cash",
        "amount": 10,
        "payment_date": studio_day(now()).isoformat(),
    }
    refused(desk.post(url(session, "payments"), slip), 422, "PAYMENT_NOT_ALLOWED")
    refund = slip | {"payment_type": "Refund", "reason": "out of kindness"}
    assert desk.post(url(session, "payments"), refund).status_code == 201
    assert desk.get(url(session)).json()["refund_due"] == 10


def test_a_cancelled_session_that_was_paid_for_is_not_deleted(boss):
    refused(boss.delete(url(arrived(Status.CANCELED, days=30))), 409, "IN_USE")


def test_the_days_of_a_preview_are_the_studios(desk):
    session = in_time()
    deadline = studio_day(now()) + timedelta(days=23)
    preview = desk.get(url(session, "cancellation-preview")).json()
    assert f"{deadline:%d/%m/%Y} 23:59" in preview["explanation"]
