"""Cancelling in the back office: what it means for the client's money is shown before."""

from __future__ import annotations

from typing import Any

import pytest

from config.clock import now
from config.records.models import AuditEntry
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, PaymentStatus, PaymentType, Session
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
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BY_CLIENT = {"initiator": "Client", "category": "changed_mind", "reason": REMARK, "notes": "calm"}


@pytest.fixture
def late() -> Session:
    """A confirmed session of 1000.00, half paid, that nobody is on and nobody may change."""
    UserFactory(roles=["photographer"])
    session = arrived(Status.PRE_SCHEDULED, 4)
    paid(session, "500.00", at=now())
    press(browser(UserFactory(roles=["coordinator"])), session, "confirm")
    session.refresh_from_db()
    return session


def refund_of(session: Session) -> Any:
    return session.payments.get(payment_type=PaymentType.REFUND, status=PaymentStatus.PENDING)


# Before one cancels

ASKED = [
    # state, days from today, paid besides, what each side gets back, and why
    (Status.NEGOTIATION, 20, "", "0.00 of Q 0.00", "0.00 of Q 0.00", "Nothing was paid"),
    (
        Status.NEGOTIATION, 20, "100.00", "100.00 of Q 100.00", "100.00 of Q 100.00",
        "The session was never confirmed",
    ),
    (
        Status.CONFIRMED, 25, "", "500.00 of Q 500.00", "500.00 of Q 500.00",
        "by the changes deadline",
    ),
    (
        Status.CONFIRMED, 4, "", "0.00 of Q 500.00", "500.00 of Q 500.00",
        "when the team was assigned",
    ),
    (
        Status.ASSIGNED, 3, "", "0.00 of Q 500.00", "500.00 of Q 500.00",
        "when the team was assigned",
    ),
    (Status.IN_EDITING, -3, "", "0.00 of Q 500.00", "0.00 of Q 500.00", "0 % is returned"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "days", "besides", "client", "studio", "why"), ASKED)
def test_the_page_says_what_each_side_gets_back_before_one_cancels(
    at_the_desk, state, days, besides, client, studio, why
):
    session = arrived(state, days)
    if besides:
        paid(session, besides, PaymentType.PARTIAL, at=now())
    shown = text(at_the_desk.get(page(session, "cancel")))
    assert f"On the client's side: Q {client} are returned." in shown
    assert f"On the studio's side, or force majeure: Q {studio} are returned." in shown
    assert why in shown
    assert not session.payments.filter(payment_type=PaymentType.REFUND).exists()


def test_half_is_shown_and_half_is_returned_where_a_client_cancels_late(at_the_desk, late):
    shown = text(at_the_desk.get(page(late, "cancel")))
    assert "On the client's side: Q 250.00 of Q 500.00 are returned." in shown
    assert "before a team was assigned: 50 % of what was paid is returned." in shown
    assert "On the studio's side, or force majeure: Q 500.00 of Q 500.00" in shown
    sentence = press(at_the_desk, late, "cancel", **BY_CLIENT)
    assert sentence == f"{late.code} is cancelled. Refund: Q 250.00."
    late.refresh_from_db()
    assert (late.status, late.cancellation_category, late.refund_due) == (
        "Canceled", "changed_mind", 250,
    )  # fmt: skip
    refund = refund_of(late)
    assert refund.amount == 250
    assert "50 % of what was paid is returned" in refund.notes  # the sentence that was shown
    row = late.history.latest("id")
    assert (row.reason, row.notes, row.channel) == (REMARK, "calm", "admin")
    assert not Claim.objects.filter(active=True, session=late).exists()
    assert AuditEntry.objects.get(action="session.cancelled").reason == REMARK


def test_a_cancelled_page_tells_the_office_who_cancelled_and_why(at_the_desk, coordinator, late):
    press(at_the_desk, late, "cancel", **BY_CLIENT | {"initiator": "Force Majeure"})
    shown = text(at_the_desk.get(page(late)))
    assert "Force majeure, " in shown
    assert f"by {coordinator.full_name}: {REMARK}" in shown
    assert "Q 500.00, refund due Q 500.00" in shown
    assert "Not cancelled by the client: 100 % of what was paid is returned." in shown


def test_why_it_was_returned_is_still_told_when_the_refund_is_paid_out(as_the_boss, late):
    press(as_the_boss, late, "cancel", **BY_CLIENT | {"initiator": "Studio"})
    press(as_the_boss, refund_of(late), "verify", transaction_reference="CHK-1")
    shown = text(as_the_boss.get(page(late)))
    assert "100 % of what was paid is returned" in shown
    assert "Nothing was paid" not in shown


@pytest.mark.parametrize("missing", ["initiator", "reason"])
def test_a_cancellation_without_reason_or_side_is_refused_and_cancels_nothing(
    at_the_desk, late, missing
):
    assert missing in refusal(at_the_desk, late, "cancel", **BY_CLIENT | {missing: ""})
    late.refresh_from_db()
    assert late.status == "Confirmed"


def test_no_person_cancels_as_the_system(as_the_boss, late):
    sentence = refusal(as_the_boss, late, "cancel", **BY_CLIENT | {"initiator": "System"})
    assert "System is not one of the available choices" in sentence


def test_another_amount_is_for_admins_with_an_override_up_to_what_was_paid(
    at_the_desk, as_the_boss, late
):
    fields = at_the_desk.get(page(late, "cancel")).context["form"].fields
    assert not {"override", "refund_amount"} & set(fields)
    asked = BY_CLIENT | {"refund_amount": "400.00"}
    assert "needs an override" in refusal(as_the_boss, late, "cancel", **asked)
    asked |= {"override": "on"}
    too_much = asked | {"refund_amount": "500.01"}
    assert "Between 0 and Q 500.00" in refusal(as_the_boss, late, "cancel", **too_much)
    assert press(as_the_boss, late, "cancel", **asked).endswith("Refund: Q 400.00.")
    late.refresh_from_db()
    assert late.refund_due == 400


def test_an_amount_that_a_coordinator_forges_is_not_theirs_to_decide(at_the_desk, late):
    forged = BY_CLIENT | {"refund_amount": "500.00", "override": "on"}
    at_the_desk.post(page(late, "cancel"), forged)
    late.refresh_from_db()
    assert late.refund_due in {0, 250}


# Whose side it was


def test_an_admin_corrects_the_side_and_the_refund_is_decided_anew(at_the_desk, as_the_boss, late):
    press(at_the_desk, late, "cancel", **BY_CLIENT)
    first = refund_of(late)
    correction = {"initiator": "Studio", "reason": "the room was flooded"}
    assert "correct-cancellation" not in offered(at_the_desk, late)
    refused = at_the_desk.post(page(late, "correct-cancellation"), correction)
    assert "not allowed" in said(refused)
    assert "required" in refusal(
        as_the_boss, late, "correct-cancellation", **correction | {"reason": ""}
    )
    sentence = press(as_the_boss, late, "correct-cancellation", **correction)
    assert sentence == "Corrected; refund: Q 500.00."
    late.refresh_from_db()
    assert (late.cancellation_initiator, late.refund_due) == ("Studio", 500)
    first.refresh_from_db()
    assert (first.status, refund_of(late).amount) == ("Rejected", 500)
    entry = AuditEntry.objects.get(action="session.cancellation_corrected")
    assert entry.reason == "the room was flooded"


def test_a_refund_that_is_paid_out_stays_as_it_was_decided(as_the_boss, at_the_desk, late):
    press(at_the_desk, late, "cancel", **BY_CLIENT)
    press(as_the_boss, refund_of(late), "verify", transaction_reference="CHK-1")
    sentence = refusal(as_the_boss, late, "correct-cancellation", initiator="Studio", reason=REMARK)
    assert "The refund is paid out" in sentence


# Paying the refund out


def test_who_cancelled_does_not_pay_the_refund_out_but_another_coordinator_does(
    at_the_desk, coordinator, late
):
    press(at_the_desk, late, "cancel", **BY_CLIENT)
    refund = refund_of(late)
    number = {"transaction_reference": "CHK-0815"}
    sentence = problems(at_the_desk.post(page(refund, "verify"), number))
    assert "You cancelled this session: someone else verifies its refund." in sentence
    refund.refresh_from_db()
    assert refund.status == "Pending"
    other = UserFactory(roles=["coordinator"])
    shown = text(browser(other).get(page(refund, "verify")))
    assert "With this the refund of Q 250.00 counts as paid out." in shown
    sentence = refusal(browser(other), refund, "verify", transaction_reference="")
    assert "A refund is paid out with a document number." in sentence
    press(browser(other), refund, "verify", **number)
    refund.refresh_from_db()
    assert (refund.status, refund.verified_by) == ("Verified", other)
    assert refund.transaction_reference == "CHK-0815"
    late.refresh_from_db()
    assert (late.paid_amount, late.refund_due) == (250, 0)


def test_an_admin_who_cancelled_pays_the_refund_out(as_the_boss, late):
    press(as_the_boss, late, "cancel", **BY_CLIENT)
    refund = refund_of(late)
    press(as_the_boss, refund, "verify", transaction_reference="CHK-0815")
    refund.refresh_from_db()
    assert refund.status == "Verified"


def test_a_payment_that_bounces_after_the_cancellation_shrinks_the_refund(at_the_desk, late):
    press(at_the_desk, late, "cancel", **BY_CLIENT)
    press(at_the_desk, late.payments.get(payment_type="Deposit"), "void", reason="bounced")
    late.refresh_from_db()
    assert (late.paid_amount, late.refund_due) == (0, 0)
    live = late.payments.exclude(status=PaymentStatus.REJECTED)
    assert not live.exists()
