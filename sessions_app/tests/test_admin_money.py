"""Payments and refunds by the buttons of the back office: a ledger that no form edits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.lifecycle import Status
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import paid
from sessions_app.tests.pages import (
    REMARK,
    arrived,
    browser,
    offered,
    page,
    press,
    problems,
    refusal,
    said,
    text,
)
from users.models import Role, User

pytestmark = pytest.mark.django_db

TODAY = studio_day(now())
SLIP = {
    "payment_type": "Deposit",
    "amount": "500.00",
    "payment_method": "Transfer",
    "payment_date": TODAY.isoformat(),
    "transaction_reference": "B-17",
    "status": "Verified",
    "notes": "",
}
REFUND = {
    "amount": "50.00",
    "payment_method": "Cash",
    "payment_date": TODAY.isoformat(),
    "transaction_reference": "",
    "reason": REMARK,
}


@pytest.fixture
def due() -> Session:
    """A session of 1000.00 whose deposit of 500.00 is due."""
    return arrived(Status.PRE_SCHEDULED, 20)


@pytest.fixture
def confirmed() -> Session:
    """A session of 1000.00 whose deposit of 500.00 is paid."""
    return arrived(Status.CONFIRMED, 25)


def sums(session: Session) -> tuple[Any, Any]:
    session.refresh_from_db()
    return session.paid_amount, session.refund_due


# Payments


def test_the_page_of_a_payment_offers_what_is_missing(at_the_desk, due):
    answer = at_the_desk.get(page(due, "record-payment"))
    assert "Deposit: Q 500.00, of which Q 500.00 are missing" in text(answer)
    form = answer.context["form"]
    assert (form["payment_type"].value(), form["amount"].value()) == ("Deposit", 500)
    press(at_the_desk, due, "record-payment", **SLIP)
    form = at_the_desk.get(page(due, "record-payment")).context["form"]
    assert (form["payment_type"].value(), form["amount"].value()) == ("Balance", 500)


def test_what_a_deposit_brings_beyond_the_deposit_is_a_balance(at_the_desk, coordinator, due):
    sentence = press(at_the_desk, due, "record-payment", **SLIP | {"amount": "700.00"})
    assert sentence == "Recorded: Deposit Q 500.00, Balance Q 200.00."
    rows = due.payments.order_by("id").values_list("payment_type", "amount", "status")
    assert list(rows) == [("Deposit", 500, "Verified"), ("Balance", 200, "Verified")]
    assert set(due.payments.values_list("transaction_reference", flat=True)) == {"B-17"}
    assert set(due.payments.values_list("created_by", flat=True)) == {coordinator.pk}
    assert sums(due) == (700, 0)


def test_a_payment_without_a_document_gets_a_number(at_the_desk, due):
    press(at_the_desk, due, "record-payment", **SLIP | {"transaction_reference": ""})
    assert due.payments.get().transaction_reference.startswith("AUTO-")


def test_a_pending_payment_counts_once_it_is_verified(at_the_desk, coordinator, due):
    press(at_the_desk, due, "record-payment", **SLIP | {"status": "Pending"})
    assert sums(due) == (0, 0)
    payment = due.payments.get()
    assert offered(at_the_desk, payment) == {"verify", "void"}
    press(at_the_desk, payment, "verify")
    assert sums(due) == (500, 0)
    payment.refresh_from_db()
    assert payment.verified_by == coordinator
    assert offered(at_the_desk, payment) == {"void"}
    answer = at_the_desk.post(page(payment, "verify"), {})
    assert "Only a pending payment can be verified." in said(answer)


def test_a_payment_that_bounced_is_voided_with_a_reason_and_stays_in_sight(at_the_desk, due):
    press(at_the_desk, due, "record-payment", **SLIP)
    payment = due.payments.get()
    assert "required" in refusal(at_the_desk, payment, "void", reason="")
    press(at_the_desk, payment, "void", reason="the cheque bounced")
    assert sums(due) == (0, 0)
    payment.refresh_from_db()
    assert (payment.status, payment.void_reason) == ("Rejected", "the cheque bounced")
    assert "Rejected" in text(at_the_desk.get(page(due)))
    assert "the cheque bounced" in text(at_the_desk.get(page(payment)))
    assert offered(at_the_desk, payment) == set()
    answer = at_the_desk.post(page(payment, "void"), {"reason": REMARK})
    assert "rejected already" in said(answer)
    assert AuditEntry.objects.get(action="payment.voided").reason == "the cheque bounced"


def test_voiding_what_covers_the_deposit_is_an_admins_override(at_the_desk, as_the_boss, confirmed):
    deposit = confirmed.payments.get()
    sentence = "Without this payment the deposit is not covered"
    assert "override" not in at_the_desk.get(page(deposit, "void")).context["form"].fields
    crafted = at_the_desk.post(page(deposit, "void"), {"reason": REMARK, "override": "on"})
    assert sentence in problems(crafted)
    assert sentence in refusal(as_the_boss, deposit, "void", reason=REMARK)
    press(as_the_boss, deposit, "void", reason=REMARK, override="on")
    assert sums(confirmed) == (0, 0)
    assert AuditEntry.objects.get(action="session.override").reason == REMARK


WRONG_SLIPS = {
    "no amount": ({"amount": ""}, "required"),
    "nothing": ({"amount": "0"}, "greater than or equal to 0.01"),
    "below nothing": ({"amount": "-1"}, "greater than or equal to 0.01"),
    "no number": ({"amount": "NaN"}, "Enter a number"),
    "fractions of a cent": ({"amount": "1.005"}, "no more than 2 decimal places"),
    "no method": ({"payment_method": " "}, "required"),
    "NUL": ({"payment_method": "Ca\0sh"}, "Null characters are not allowed"),
    "no day": ({"payment_date": "yesterday"}, "valid date"),
    "to come": ({"payment_date": (TODAY + timedelta(days=1)).isoformat()}, "still to come"),
    "before the request": (
        {"payment_date": (TODAY - timedelta(days=30)).isoformat(), "notes": "found"},
        "before the session was asked for",
    ),
    "the end of time": ({"payment_date": "9999-12-31"}, "still to come"),
    "too much": ({"amount": "1000.01"}, "0.01 more than the total would be paid"),
    "balance first": ({"payment_type": "Balance"}, "The deposit is not covered yet"),
    "a refund": ({"payment_type": "Refund"}, "not one of the available choices"),
    "rejected": ({"status": "Rejected"}, "not one of the available choices"),
}


@pytest.mark.parametrize("wrong", WRONG_SLIPS)
def test_a_payment_that_does_not_fit_is_refused_and_what_was_typed_stays(at_the_desk, due, wrong):
    changed, sentence = WRONG_SLIPS[wrong]
    assert sentence in refusal(at_the_desk, due, "record-payment", **SLIP | changed)
    assert not Payment.objects.exists()


def test_a_payment_long_ago_needs_a_note(at_the_desk):
    due = arrived(Status.PRE_SCHEDULED, 20, booked_ago=14)
    past = SLIP | {"payment_date": (TODAY - timedelta(days=8)).isoformat()}
    sentence = refusal(at_the_desk, due, "record-payment", **past)
    assert "more than 7 days back needs a note" in sentence
    press(at_the_desk, due, "record-payment", **past | {"notes": "found in the mail"})


def test_the_same_payment_twice_is_refused_in_a_sentence(at_the_desk, due):
    unnumbered = SLIP | {
        "payment_type": "Partial", "amount": "100.00", "transaction_reference": "",
    }  # fmt: skip
    press(at_the_desk, due, "record-payment", **unnumbered)
    assert "recorded a moment ago" in refusal(at_the_desk, due, "record-payment", **unnumbered)
    press(at_the_desk, due, "record-payment", **SLIP | {"amount": "100.00"})
    again = SLIP | {"transaction_reference": "B-18"}
    assert "has a deposit already" in refusal(at_the_desk, due, "record-payment", **again)
    assert due.payments.count() == 2


# Refunds


def test_a_refund_by_hand_waits_for_its_verification_with_a_document(at_the_desk, due):
    paid(due, "500.00", at=now())
    assert press(at_the_desk, due, "record-refund", **REFUND) == "Recorded: Refund Q 50.00."
    refund = due.payments.get(payment_type=PaymentType.REFUND)
    assert (refund.status, refund.transaction_reference, refund.notes) == ("Pending", "", REMARK)
    assert sums(due) == (500, 50)
    sentence = refusal(at_the_desk, refund, "verify", transaction_reference="")
    assert "document number" in sentence
    press(at_the_desk, refund, "verify", transaction_reference="CHK-7")
    assert sums(due) == (450, 0)
    assert AuditEntry.objects.filter(action="payment.refund_recorded").exists()
    assert AuditEntry.objects.filter(action="payment.refund_verified").exists()


def test_a_refund_that_came_with_its_number_is_verified_without_asking(at_the_desk, due):
    paid(due, "500.00", at=now())
    press(at_the_desk, due, "record-refund", **REFUND | {"transaction_reference": "CHK-8"})
    refund = due.payments.get(payment_type=PaymentType.REFUND)
    assert not at_the_desk.get(page(refund, "verify")).context["form"].fields
    press(at_the_desk, refund, "verify")
    assert refund.__class__.objects.get(pk=refund.pk).status == PaymentStatus.VERIFIED


def test_a_refund_has_bounds_and_a_reason(at_the_desk, due):
    paid(due, "500.00", at=now())
    more = refusal(at_the_desk, due, "record-refund", **REFUND | {"amount": "500.01"})
    assert "At most Q 500.00 can be refunded" in more
    assert "required" in refusal(at_the_desk, due, "record-refund", **REFUND | {"reason": ""})
    assert not due.payments.filter(payment_type=PaymentType.REFUND).exists()


def test_a_refund_below_the_deposit_is_an_admins_override(at_the_desk, as_the_boss, confirmed):
    sentence = "the deposit would no longer be covered; it needs an override"
    form = at_the_desk.get(page(confirmed, "record-refund")).context["form"]
    assert "override" not in form.fields
    crafted = at_the_desk.post(page(confirmed, "record-refund"), REFUND | {"override": "on"})
    assert sentence in problems(crafted)
    assert sentence in refusal(as_the_boss, confirmed, "record-refund", **REFUND)
    press(as_the_boss, confirmed, "record-refund", **REFUND, override="on")
    assert sums(confirmed) == (500, 50)


def test_a_refund_dated_long_ago_can_be_explained(at_the_desk):
    due = arrived(Status.PRE_SCHEDULED, 20, booked_ago=14)
    paid(due, "500.00", at=now() - timedelta(days=14))
    past = REFUND | {"payment_date": (TODAY - timedelta(days=8)).isoformat()}
    press(at_the_desk, due, "record-refund", **past)


# What no form edits

FORGED = {
    "payment_type": "Refund",
    "amount": "0.01",
    "status": "Verified",
    "payment_method": "forged",
    "transaction_reference": "forged",
    "payment_date": "2020-01-01",
    "notes": "forged",
    "verified_at_0": "2020-01-01",
    "verified_at_1": "10:00",
    "void_reason": "forged",
}


def test_no_crafted_form_changes_or_deletes_a_payment(as_the_boss, due):
    payment = paid(due, "500.00", at=now(), status=PaymentStatus.PENDING)
    before = list(Payment.objects.values())
    assert as_the_boss.post(page(payment), FORGED).status_code == 403
    assert as_the_boss.post(page(payment, "delete"), {"post": "yes"}).status_code == 403
    added = {"session": due.pk, **FORGED}
    assert as_the_boss.post("/admin/sessions_app/payment/add/", added).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": payment.pk, "post": "yes"}
    as_the_boss.post("/admin/sessions_app/payment/", chosen)
    in_place = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": payment.pk, "_save": 1}
    in_place |= {f"form-0-{name}": value for name, value in FORGED.items()}
    as_the_boss.post("/admin/sessions_app/payment/", in_place)
    press(as_the_boss, payment, "verify", **FORGED)
    after = list(Payment.objects.values())
    decided = {"status": "Verified", "verified_at": after[0]["verified_at"]}
    decided["verified_by_id"] = after[0]["verified_by_id"]
    assert after == [before[0] | decided]


RIGHTS = (
    "edit_pre_assigned_session", "assign_resources", "cancel_session", "complete_session",
    "record_payment", "refund_payment",
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "days"), [(Status.PRE_SCHEDULED, 20), (Status.CONFIRMED, 4), (Status.READY, -4)]
)
def test_no_button_tells_amounts_to_who_may_do_much_but_not_see_all(photographer, state, days):
    helper = Role.objects.create(name="helper")
    helper.permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    photographer.roles.add(helper)
    session = arrived(state, days, photographer)
    mine = browser(User.objects.get(pk=photographer.pk))
    shown = offered(mine, session)
    assert {"cancel", "confirm", "complete", "reopen"} & shown
    for button in {*shown, "record-payment", "record-refund", "void"}:
        sent = {"reason": REMARK, "initiator": "Client", "category": "other"}
        told = [mine.get(page(session, button)), mine.post(page(session, button), sent)]
        for answer in told:
            everything = text(answer) + said(answer)
            assert not re.search(r"Q \d", everything), button
            assert "500.00" not in everything, button
            assert "1000.00" not in everything, button


def test_the_page_of_a_payment_tells_all_of_it(at_the_desk, coordinator, due):
    press(at_the_desk, due, "record-payment", **SLIP | {"notes": "in two bills"})
    shown = text(at_the_desk.get(page(due.payments.get())))
    for fact in ("Q 500.00", "Deposit", "Transfer", "B-17", "in two bills", "Verified"):
        assert fact in shown, fact
    assert coordinator.full_name in shown
