"""What staff are told by e-mail too: only who wishes, only what is still so (rules, section 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.actions import wish_by_email
from notifications.models import Email, EmailStatus, Notification
from notifications.tests.posting import html_of, posted
from sessions_app.actions import attendance, editing, planning, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.messages.staff_kinds import KINDS
from sessions_app.models import Initiator, PaymentStatus, PaymentType, Session
from sessions_app.tests.builders import AT, DAY, SYSTEM, TEN, assign, attended_at, paid
from sessions_app.tests.telling_staff import (
    EVE,
    HOUR,
    LONG_AFTER,
    NEXT_MORNING,
    REASON,
    SECRETS,
    TOLD,
    Staff,
    assigned,
    awaits_editing,
)
from users.models import User

pytestmark = pytest.mark.django_db

BY_KIND = {kind: (fact, who) for kind, fact, who in reversed(TOLD)}
"""The first way in which each kind comes about."""
every_kind = pytest.mark.parametrize("kind", BY_KIND)


def wishing(staff: Staff, kind: str) -> User:
    """Let one of those who are told a kind wish it by e-mail, and return them."""
    person = staff[BY_KIND[kind][1][0]]
    wish_by_email(person, [kind])
    return person


def moment_of(kind: str) -> datetime:
    """Return when the e-mail of a kind was written."""
    return Email.objects.get(kind=kind).created_at


@every_kind
def test_who_wishes_it_gets_an_e_mail_and_nobody_else(staff, kind):
    person = wishing(staff, kind)
    BY_KIND[kind][0](staff)
    email = Email.objects.exclude(person=None).get()
    assert (email.kind, email.person, email.to) == (kind, person, person.email)
    told = Notification.objects.get(kind=kind, recipient=person)
    sent = [one for one in posted(moment_of(kind)) if one.to == [person.email]]
    assert [" ".join(one.subject.split()) for one in sent] == [" ".join(told.title.split())]
    for line in told.body.splitlines():
        assert line in sent[0].body
    assert [one for one in posted(moment_of(kind) + HOUR) if one.to == [person.email]] == []


@every_kind
def test_the_e_mail_is_in_the_language_of_its_reader(staff, kind):
    person = wishing(staff, kind)
    User.objects.filter(pk=person.pk).update(language="es")
    BY_KIND[kind][0](staff)
    posted(moment_of(kind))
    assert Email.objects.get(person=person).language == "es"
    told = Notification.objects.get(kind=kind, recipient=person)
    assert (" de abril de 2026" in told.body) == (kind != "integrity_problem")


@pytest.mark.parametrize("kind", ["assigned", "released", "moved", "cancelled", "awaits_editing"])
def test_the_e_mail_tells_no_more_than_its_reader_may_see(staff, kind):
    person = wishing(staff, kind)
    BY_KIND[kind][0](staff)
    [letter] = [one for one in posted(moment_of(kind)) if one.to == [person.email]]
    for part in (str(letter.body), html_of(letter)):
        assert not any(secret in part for secret in SECRETS)
        assert "Q\N{NO-BREAK SPACE}" not in part


def test_other_kinds_than_the_wished_ones_come_by_no_e_mail(staff):
    for name in ("editor", "admin", "coordinator"):
        wish_by_email(staff[name], ["assigned", "tomorrow"])
    awaits_editing(staff)
    assert not Email.objects.exclude(person=None).exists()


def test_a_wish_taken_back_counts_from_the_next_fact_on(staff):
    person = wishing(staff, "moved")
    session = BY_KIND["moved"][0](staff)
    wish_by_email(person, [])
    move(session, staff, days=3)
    assert staff.told("moved") == ["covering", "covering"]
    assert Email.objects.filter(person=person).count() == 1


def test_the_e_mail_goes_to_the_address_that_its_reader_has_by_then(staff):
    person = wishing(staff, "assigned")
    assigned(staff)
    User.objects.filter(pk=person.pk).update(email="new@studio.example")
    assert ["new@studio.example"] in [one.to for one in posted(AT)]


@pytest.mark.parametrize("kind", ["payment_to_verify", "refund_to_pay", "ready_for_delivery"])
def test_who_is_inactive_meanwhile_gets_no_e_mail(staff, kind):
    person = wishing(staff, kind)
    BY_KIND[kind][0](staff)
    User.objects.filter(pk=person.pk).update(status="Inactive")
    sent = posted(moment_of(kind))
    assert person.email not in [address for one in sent for address in one.to]
    email = Email.objects.get(person=person)
    assert email.status == EmailStatus.SUPPRESSED
    assert email.reason


@pytest.mark.parametrize("kind", ["payment_to_verify", "refund_to_pay", "ready_for_delivery"])
def test_who_has_lost_the_right_meanwhile_gets_no_e_mail(staff, kind):
    person = wishing(staff, kind)
    BY_KIND[kind][0](staff)
    person.roles.clear()
    sent = posted(moment_of(kind))
    assert person.email not in [address for one in sent for address in one.to]
    assert Email.objects.get(person=person).status == EmailStatus.SUPPRESSED


# Dead facts

Death = Callable[[Session, Staff], Any]


def step(*states: Status, at: Callable[[Session], datetime] = lambda session: AT) -> Death:
    def take(session: Session, staff: Staff) -> None:
        for state in states:
            present = Session.objects.get(pk=session.pk)
            transition(present, state, actor=SYSTEM, at=at(session), reason=REASON)

    return take


def call_off(session: Session, staff: Staff) -> None:
    present = Session.objects.get(pk=session.pk)
    cancel(present, initiator=Initiator.CLIENT, actor=SYSTEM, at=AT, reason=REASON)


def move(session: Session, staff: Staff, days: int = 9) -> None:
    changes = {"session_date": DAY + timedelta(days=days)}
    planning.change_session(session, changes, actor=SYSTEM, at=AT)


def let_go(session: Session, staff: Staff) -> None:
    part = session.assignments.get(status="Assigned")
    team.release(part, actor=SYSTEM, at=AT)


def back_again(session: Session, staff: Staff) -> None:
    assign(session, staff["covering"])


def taken(session: Session, staff: Staff) -> None:
    editing.take(session, actor=staff.acting("other editor"), at=attended_at(session))


def handed_on(session: Session, staff: Staff) -> None:
    at = attended_at(session)
    editing.assign_editor(session, staff["other editor"].pk, actor=SYSTEM, at=at)


def to_the_editor(session: Session, staff: Staff) -> None:
    at = attended_at(session)
    editing.assign_editor(session, staff["editor"].pk, actor=SYSTEM, at=at)


def marked(session: Session, staff: Staff) -> None:
    part = session.assignments.get()
    attendance.mark(part, attended=True, actor=SYSTEM, at=NEXT_MORNING)


def settle(kind: PaymentType, how: Callable[..., Any], **facts: Any) -> Death:
    def decide(session: Session, staff: Staff) -> None:
        payment = session.payments.get(payment_type=kind, status=PaymentStatus.PENDING)
        how(payment, actor=SYSTEM, at=AT + HOUR, **facts)

    return decide


def paid_again(session: Session, staff: Staff) -> None:
    paid(session, "500.00", PaymentType.PARTIAL, at=AT + HOUR, transaction_reference="X-2")


def put_off(session: Session, staff: Staff) -> None:
    postpone(session, DAY + timedelta(days=9), TEN, reason="rain", actor=SYSTEM, at=EVE)


def staffed(session: Session, staff: Staff) -> None:
    assign(session, at=EVE)


def touched(session: Session, staff: Staff) -> None:
    planning.change_session(session, {"internal_notes": "…"}, actor=SYSTEM, at=LONG_AFTER)


DEATHS: dict[str, tuple[str, Death]] = {
    "released before they were told": ("assigned", let_go),
    "nothing to photograph any more": ("assigned", call_off),
    "back on the session": ("released", back_again),
    "in their place again": ("reassigned", back_again),
    "edited by another": ("editing_assigned", handed_on),
    "theirs again": ("editing_released", to_the_editor),
    "moved on": ("moved", move),
    "moved, and called off": ("moved", call_off),
    "another room, and called off": ("changed", call_off),
    "not tomorrow any more": ("tomorrow", put_off),
    "not theirs any more": ("tomorrow", let_go),
    "called off on the eve": ("tomorrow", call_off),
    "taken by an editor": ("awaits_editing", taken),
    "not attended after all": ("awaits_editing", step(Status.ASSIGNED, at=attended_at)),
    "edited again": ("ready_for_delivery", step(Status.IN_EDITING, at=attended_at)),
    "staffed": ("unstaffed", staffed),
    "reopened": ("covered_not_confirmed", step(Status.NEGOTIATION)),
    "verified": ("payment_to_verify", settle(PaymentType.DEPOSIT, verify)),
    "rejected": ("payment_to_verify", settle(PaymentType.DEPOSIT, void, reason="no such slip")),
    "paid out": (
        "refund_to_pay", settle(PaymentType.REFUND, verify, transaction_reference="TR-1"),
    ),
    "somebody has seen to it": (
        "stale_request", touched,
    ),
    "said who was there": ("attendance_missing", marked),
    "called off": ("high_risk_booking", call_off),
    "covered again": ("deposit_uncovered", paid_again),
}  # fmt: skip
"""What happens before the e-mail is sent."""

ARE_SO_FOR_EVER = {"cancelled", "costly_cancellation", "override_used", "integrity_problem"}


@pytest.mark.parametrize(("kind", "death"), DEATHS.values(), ids=DEATHS)
def test_a_dead_fact_is_suppressed_with_a_reason(staff, kind, death):
    person = wishing(staff, kind)
    session = BY_KIND[kind][0](staff)
    email = Email.objects.get(person=person)
    at = email.created_at
    death(Session.objects.get(pk=session.pk), staff)
    posted(at)
    email.refresh_from_db()
    assert email.status == EmailStatus.SUPPRESSED
    assert email.reason


def test_every_kind_has_been_seen_to_die_but_what_is_so_for_ever():
    mortal = {kind.name for kind in KINDS} - ARE_SO_FOR_EVER
    assert {kind for kind, _death in DEATHS.values()} == mortal


def test_a_day_later_it_is_no_longer_tomorrow(staff):
    person = wishing(staff, "tomorrow")
    BY_KIND["tomorrow"][0](staff)
    posted(EVE + timedelta(days=1))
    assert Email.objects.get(person=person).status == EmailStatus.SUPPRESSED
