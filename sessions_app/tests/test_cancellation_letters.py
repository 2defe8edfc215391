"""What the letter of a cancellation says of money, and what clients learn of it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from notifications.tests.posting import html_of, posted
from sessions_app.actions.cancelling import cancel, correct_initiator
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Payment, PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import AT, SYSTEM, paid
from sessions_app.tests.telling import TELLINGS, settled
from users.actors import Override

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

LATE = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # the changes deadline's day has ended
AFTERWARDS = LATE + timedelta(days=2)
NONE = "There is no refund."


@pytest.fixture
def session() -> Session:
    """A Confirmed session of 1000.00, its deposit of 500.00 and 300.00 more paid; with its team."""
    session, _at = settled(Status.CONFIRMED)
    paid(session, "300.00", PaymentType.BALANCE, payment_method="Cash")
    session.refresh_from_db()
    return session


def unstaffed(session: Session) -> Session:
    session.assignments.update(status="Released")
    session.claims.filter(person__isnull=False).delete()
    return session


def called_off(session: Session, at: datetime = AT, **how: Any) -> EmailMultiAlternatives:
    """Cancel, and return the letter that goes out."""
    how.setdefault("initiator", Initiator.CLIENT)
    cancel(session, actor=SYSTEM, at=at, reason="a secret of the house", **how)
    return the_letter(at)


def the_letter(at: datetime) -> EmailMultiAlternatives:
    [letter] = posted(at)
    session = Session.objects.get(code__in=letter.subject.split())
    assert "a secret of the house" not in letter.body + html_of(letter)
    assert letter.to == [session.client.email]
    return letter


def says(letter: EmailMultiAlternatives, paid: str, refund: str) -> bool:
    """Tell whether both parts say these amounts, "" for what they do not name."""
    facts = dict(line.split(": ", 1) for line in str(letter.body).splitlines() if ": " in line)
    assert (f"You get {amount(refund)} back" in letter.body) == bool(refund)
    assert all(amount(one) in html_of(letter) for one in (paid, refund) if one)
    return (facts.get("Paid"), facts.get("Refund")) == (amount(paid), amount(refund))


def amount(number: str) -> str | None:
    return f"Q\N{NO-BREAK SPACE}{number}" if number else None


def refund_of(session: Session) -> Payment:
    return session.payments.get(payment_type=PaymentType.REFUND, status=PaymentStatus.PENDING)


def bounced(session: Session, number: str, at: datetime = AFTERWARDS) -> None:
    payment = session.payments.exclude(payment_type=PaymentType.REFUND).get(amount=Decimal(number))
    void(payment, reason="bounced", actor=SYSTEM, at=at)


# Amounts by the rules of section 5: of the 800.00 that were paid

WITHIN, STAFFED, UNSTAFFED = "within the deadline", "late, staffed", "late, not staffed"
AMOUNTS = [
    (WITHIN, Initiator.CLIENT, "800.00"),
    (WITHIN, Initiator.STUDIO, "800.00"),
    (WITHIN, Initiator.FORCE_MAJEURE, "800.00"),
    (WITHIN, Initiator.SYSTEM, "800.00"),
    (UNSTAFFED, Initiator.CLIENT, "400.00"),
    (UNSTAFFED, Initiator.STUDIO, "800.00"),
    (UNSTAFFED, Initiator.FORCE_MAJEURE, "800.00"),
    (STAFFED, Initiator.CLIENT, ""),
    (STAFFED, Initiator.STUDIO, "800.00"),
    (STAFFED, Initiator.FORCE_MAJEURE, "800.00"),
]


@pytest.mark.parametrize(("when", "initiator", "refund"), AMOUNTS)
def test_the_letter_says_what_was_paid_and_what_is_returned(session, when, initiator, refund):
    if when == UNSTAFFED:
        unstaffed(session)
    letter = called_off(session, AT if when == WITHIN else LATE, initiator=initiator)
    assert says(letter, "800.00", refund)
    assert (NONE in letter.body) == (NONE in html_of(letter)) == (not refund)


WORDS = {
    Initiator.CLIENT: "Should you wish for another one",
    Initiator.STUDIO: "We are very sorry",
    Initiator.FORCE_MAJEURE: "We are very sorry",
    Initiator.SYSTEM: "its deposit did not arrive in time",
}


@pytest.mark.parametrize(("initiator", "words"), WORDS.items())
def test_the_letter_is_worded_for_the_side_that_cancelled(session, initiator, words):
    letter = called_off(session, initiator=initiator)
    assert words in letter.body
    assert words in html_of(letter)
    assert not any(others in letter.body for others in set(WORDS.values()) - {words})


@pytest.mark.parametrize(
    ("initiator", "explanation"),
    [
        (Initiator.CLIENT, "by the changes deadline (13/04/2026 23:59): 100 % of what was paid"),
        (Initiator.STUDIO, "Not cancelled by the client: 100 % of what was paid is returned."),
    ],
)
def test_the_letter_explains_the_refund(session, initiator, explanation):
    letter = called_off(session, initiator=initiator)
    assert explanation in letter.body
    assert explanation in html_of(letter)


def test_where_nothing_was_paid_the_letter_says_so():
    session, at = settled(Status.REQUEST)
    letter = called_off(session, at)
    assert says(letter, "", "")
    assert "Nothing was paid, so nothing is returned." in letter.body


@pytest.mark.parametrize(
    ("decided", "shown"), [("650.00", "650.00"), ("0.00", ""), ("800.00", "800.00")]
)
def test_an_amount_decided_by_an_admin_is_what_the_letter_says(session, decided, shown):
    override = Override("an old friend")
    letter = called_off(unstaffed(session), LATE, refund_amount=Decimal(decided), override=override)
    assert says(letter, "800.00", shown)
    assert (NONE in letter.body) == (not shown)
    assert "50 %" not in letter.body  # the rule that did not decide
    assert "an old friend" not in letter.body + html_of(letter)


def test_what_was_refunded_by_hand_before_is_no_longer_counted_as_paid(session):
    paid(session, "100.00", PaymentType.REFUND, reason="agreed", transaction_reference="R-1")
    letter = called_off(Session.objects.get(pk=session.pk), AT + timedelta(minutes=5))
    assert says(letter, "700.00", "700.00")
    assert "A refund of Q\N{NO-BREAK SPACE}100.00 that is on its way already" in letter.body


# What changes afterwards is told anew


def test_a_corrected_initiator_is_told_with_the_new_refund(session):
    called_off(session, LATE)
    correct_initiator(
        session, Initiator.STUDIO, actor=SYSTEM, at=AFTERWARDS, reason="our own mistake"
    )
    letter = the_letter(AFTERWARDS)
    assert says(letter, "800.00", "800.00")
    assert "This message replaces our earlier one." in letter.body
    assert "our own mistake" not in letter.body + html_of(letter)


def test_a_refund_corrected_away_is_told_too(session):
    called_off(session, LATE, initiator=Initiator.STUDIO)
    correct_initiator(session, Initiator.CLIENT, actor=SYSTEM, at=AFTERWARDS, reason="they did")
    letter = the_letter(AFTERWARDS)
    assert says(letter, "800.00", "")
    assert NONE in letter.body


def test_the_same_initiator_again_is_no_news(session):
    called_off(session, LATE)
    correct_initiator(session, Initiator.CLIENT, actor=SYSTEM, at=AFTERWARDS, reason="once more")
    assert posted(AFTERWARDS) == []


@pytest.mark.parametrize("initiator", [Initiator.STUDIO, Initiator.FORCE_MAJEURE])
def test_what_is_corrected_before_it_was_told_is_told_as_the_first_time(session, initiator):
    cancel(session, initiator=Initiator.CLIENT, actor=SYSTEM, at=LATE, reason="ill")
    correct_initiator(session, initiator, actor=SYSTEM, at=LATE, reason="our own mistake")
    letter = the_letter(LATE)
    assert says(letter, "800.00", "800.00")
    assert "We are very sorry: your session cannot take place" in letter.body
    assert "earlier one" not in letter.body


def test_a_payment_that_bounced_afterwards_shrinks_what_is_told(session):
    called_off(session, LATE, initiator=Initiator.STUDIO)
    bounced(session, "300.00")
    letter = the_letter(AFTERWARDS)
    assert says(letter, "500.00", "500.00")
    assert "bounced" not in letter.body + html_of(letter)


def test_when_all_that_was_paid_bounced_nothing_is_promised_any_more(session):
    called_off(session, LATE, initiator=Initiator.STUDIO)
    bounced(session, "300.00")
    bounced(session, "500.00")
    letter = the_letter(AFTERWARDS)
    assert says(letter, "", "")
    assert "nothing is returned" in letter.body


def test_a_payment_that_bounced_without_a_refund_is_no_news(session):
    called_off(session, LATE)
    bounced(session, "300.00")
    assert posted(AFTERWARDS) == []


def test_a_payment_verified_afterwards_grows_what_is_told(session):
    pending = paid(
        session, "200.00", PaymentType.BALANCE, status=PaymentStatus.PENDING, payment_method="Slip"
    )
    called_off(session, LATE, initiator=Initiator.STUDIO)
    verify(pending, actor=SYSTEM, at=AFTERWARDS)
    assert says(the_letter(AFTERWARDS), "1,000.00", "1,000.00")


def test_an_amount_by_an_admin_stays_its_own_when_a_payment_bounces(session):
    called_off(session, LATE, refund_amount=Decimal("650.00"), override=Override("a friend"))
    bounced(session, "300.00")
    assert says(the_letter(AFTERWARDS), "500.00", "500.00")  # no more than there is


# Paid out


def test_a_refund_that_is_paid_is_told_with_its_document_number(session):
    called_off(session, LATE, initiator=Initiator.STUDIO)
    verify(refund_of(session), actor=SYSTEM, at=AFTERWARDS, transaction_reference="TR-10422")
    letter = the_letter_of_refund(AFTERWARDS)
    assert " ".join(letter.subject.split()) == "Your refund of Q 800.00 has been paid"
    for part in (str(letter.body), html_of(letter)):
        assert "TR-10422" in part


def test_a_refund_by_hand_is_told_when_it_is_paid_and_not_before(session):
    refund = paid(session, "100.00", PaymentType.REFUND, reason="agreed between us")
    assert posted(AT) == []
    verify(refund, actor=SYSTEM, at=AT, transaction_reference="TR-1")
    letter = the_letter_of_refund(AT)
    assert "agreed between us" not in letter.body + html_of(letter)


def test_after_the_refund_was_paid_the_first_letter_still_names_it(session):
    cancel(session, initiator=Initiator.STUDIO, actor=SYSTEM, at=LATE, reason="ill")
    verify(refund_of(session), actor=SYSTEM, at=LATE, transaction_reference="TR-1")
    letters = {one.subject.split()[1]: one for one in posted(LATE)}
    assert set(letters) == {"session", "refund"}
    assert says(letters["session"], "800.00", "800.00")


def the_letter_of_refund(at: datetime) -> EmailMultiAlternatives:
    [letter] = posted(at)
    assert "refund" in letter.subject
    return letter


def test_a_spanish_letter_writes_amounts_the_spanish_way():
    telling = TELLINGS["session_cancelled"]("es")
    [letter] = posted(telling.at)
    assert "Q\N{NO-BREAK SPACE}500.00" in letter.body
    assert "se devuelve el 100 % de lo pagado" in letter.body
