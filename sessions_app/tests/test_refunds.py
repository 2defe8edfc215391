"""What a client gets back on cancelling, cell by cell of the table (rules, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from sessions_app.actions import planning, team, verifying
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.editing import assign_editor
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.errors import MissingResources
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Payment, PaymentType, Session
from sessions_app.queries.integrity import findings
from sessions_app.queries.ledger import refund_if_cancelled
from sessions_app.tests.builders import AT, SYSTEM, assign, attended_at, book, paid, priced
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

Rules = Callable[..., None]

# The session is on 20 April; its changes deadline, seven days before, is the 13th.
MIDNIGHT = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # 00:00 of the 14th in the studio
LAST_SECOND = MIDNIGHT - timedelta(seconds=1)
NEXT_SECOND = MIDNIGHT + timedelta(seconds=1)
LATER = MIDNIGHT + timedelta(hours=3)

TERMS = {
    "refund_within_deadline": Decimal(90),
    "refund_after_deadline": Decimal(40),
    "refund_force_majeure": Decimal(80),
    "refund_client_after_assigned": Decimal(10),
}
OTHER_TERMS = {name: Decimal(number) for number, name in enumerate(TERMS, start=1)}

# Of 500.05 that were paid; the third and the last are half cents that go up.
ALL = Decimal("500.05")
WITHIN, AFTER, MAJEURE, STAFFED = map(Decimal, ("450.05", "200.02", "400.04", "50.01"))
NOTHING = Decimal("0.00")


def to(status: Status, session: Session, at: datetime = AT) -> Session:
    return transition(session, status, actor=SYSTEM, at=at)


def never_confirmed(status: Status) -> Callable[[Rules], Session]:
    def story(rules: Rules) -> Session:
        rules(**TERMS)
        session = priced(book(), "1000.10")
        if status != Status.REQUEST:
            to(status, session)
        paid(session, ALL)
        return session

    story.__name__ = f"only {status}"
    return story


def confirmed(rules: Rules, *, staffed: bool = False, **asked: Any) -> Session:
    """Confirm a session on `TERMS`; the settings have changed since."""
    session = to(Status.PRE_SCHEDULED, priced(book(**asked), "1000.10"))
    UserFactory(roles=["photographer"])  # free at that time, so that it can be confirmed
    if staffed:
        assign(session)
    paid(session, ALL)
    rules(**TERMS)
    session = to(Status.CONFIRMED, session)
    rules(**OTHER_TERMS)
    return session


def staffed(rules: Rules) -> Session:
    return confirmed(rules, staffed=True)


def no_longer_staffed(rules: Rules) -> Session:
    session = staffed(rules)
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    return session


def booked_late(rules: Rules) -> Session:
    """Confirm a session of the day after tomorrow: its changes deadline is past at once."""
    return confirmed(rules, session_date=date(2026, 3, 12))


def reopened(rules: Rules) -> Session:
    return to(Status.NEGOTIATION, staffed(rules))


def reopened_and_pre_scheduled(rules: Rules) -> Session:
    return to(Status.PRE_SCHEDULED, reopened(rules))


def reconfirmed(rules: Rules, *, staffed: bool = False) -> Session:
    """Confirm on other terms, reopen, and confirm again on `TERMS`: the last ones count."""
    session = confirmed(lambda **_: rules(**OTHER_TERMS), staffed=staffed)
    session = to(Status.PRE_SCHEDULED, to(Status.NEGOTIATION, session))
    rules(**TERMS)
    session = to(Status.CONFIRMED, session)
    rules(**OTHER_TERMS)
    return session


def reconfirmed_and_staffed(rules: Rules) -> Session:
    return reconfirmed(rules, staffed=True)


def assigned(rules: Rules) -> Session:
    """Let the night take a staffed session to Assigned as soon as it may."""
    return to(Status.ASSIGNED, staffed(rules), MIDNIGHT)


def attended(rules: Rules) -> Session:
    session = assigned(rules)
    return to(Status.ATTENDED, session, attended_at(session))


def in_editing(rules: Rules) -> Session:
    session, editor = attended(rules), UserFactory(roles=["editor"])
    return assign_editor(session, editor.pk, actor=SYSTEM, at=attended_at(session))


def ready(rules: Rules) -> Session:
    session = in_editing(rules)
    return to(Status.READY, session, attended_at(session))


# Story, instants of the cancellation → what the client gets, and what if any other side cancels.
AROUND, IN_TIME, LATE = (LAST_SECOND, MIDNIGHT, NEXT_SECOND), (LAST_SECOND,), (MIDNIGHT, LATER)
AFTERWARDS = (datetime(2026, 4, 20, 18, 0, 1, tzinfo=UTC),)
TABLE = [
    (never_confirmed(Status.REQUEST), AROUND, ALL, ALL),
    (never_confirmed(Status.NEGOTIATION), AROUND, ALL, ALL),
    (never_confirmed(Status.PRE_SCHEDULED), AROUND, ALL, ALL),
    (confirmed, IN_TIME, WITHIN, ALL),
    (confirmed, LATE, AFTER, MAJEURE),
    (staffed, IN_TIME, WITHIN, ALL),
    (staffed, LATE, STAFFED, ALL),
    (no_longer_staffed, IN_TIME, WITHIN, ALL),
    (no_longer_staffed, LATE, AFTER, MAJEURE),
    (booked_late, (AT,), AFTER, MAJEURE),
    (reopened, IN_TIME, WITHIN, ALL),
    (reopened, LATE, AFTER, MAJEURE),
    (reopened_and_pre_scheduled, IN_TIME, WITHIN, ALL),
    (reopened_and_pre_scheduled, LATE, AFTER, MAJEURE),
    (reconfirmed, IN_TIME, WITHIN, ALL),
    (reconfirmed, LATE, AFTER, MAJEURE),
    (reconfirmed_and_staffed, IN_TIME, WITHIN, ALL),
    (reconfirmed_and_staffed, LATE, STAFFED, ALL),
    (assigned, LATE, STAFFED, ALL),
    (attended, AFTERWARDS, NOTHING, NOTHING),
    (in_editing, AFTERWARDS, NOTHING, NOTHING),
    (ready, AFTERWARDS, NOTHING, NOTHING),
]
CELLS = [
    pytest.param(story, at, client, others, id=f"{row}: {story.__name__}, {at:%d %H:%M:%S} UTC")
    for row, (story, instants, client, others) in enumerate(TABLE)
    for at in instants
]


def called_off(session: Session, initiator: Initiator, at: datetime) -> Session:
    cancelled = cancel(session, initiator=initiator, actor=SYSTEM, at=at, reason="rain")
    cancelled.refresh_from_db()
    return cancelled


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is done within, so that one session can be cancelled in every way."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refunds(session: Session) -> list[Payment]:
    return list(session.payments.filter(payment_type=PaymentType.REFUND))


@pytest.mark.parametrize(("story", "at", "client", "others"), CELLS)
def test_the_refund_is_the_cell_of_the_table(business_rules, story, at, client, others):
    session = story(business_rules)
    session.refresh_from_db()
    for initiator in Initiator:
        with undone():
            returned = client if initiator == Initiator.CLIENT else others
            shown = refund_if_cancelled(session, initiator, at)
            cancelled = called_off(session, initiator, at)
            assert (initiator, shown.amount) == (initiator, returned)
            assert (initiator, cancelled.refund_due) == (initiator, returned)
            assert [one.amount for one in refunds(session)] == ([returned] if returned else [])
            assert cancelled.paid_amount == ALL
            assert list(findings()) == []


@pytest.mark.parametrize("initiator", Initiator)
def test_the_refund_of_a_staffed_session_does_not_depend_on_whether_the_night_job_has_run(
    business_rules, initiator
):
    slept, ran = staffed(business_rules), staffed(business_rules)
    to(Status.ASSIGNED, ran, MIDNIGHT + timedelta(minutes=5))
    returned = STAFFED if initiator == Initiator.CLIENT else ALL
    for session in (slept, ran):
        assert called_off(session, initiator, LATER).refund_due == returned


@pytest.mark.parametrize("initiator", Initiator)
def test_the_night_job_changes_nothing_for_a_session_without_a_team(business_rules, initiator):
    session = confirmed(business_rules)
    with pytest.raises(MissingResources):
        to(Status.ASSIGNED, session, MIDNIGHT + timedelta(minutes=5))
    returned = AFTER if initiator == Initiator.CLIENT else MAJEURE
    assert called_off(session, initiator, LATER).refund_due == returned


def test_a_reopened_session_that_moves_keeps_the_deadline_of_its_last_confirmation(business_rules):
    session = reopened(business_rules)
    planning.change_session(session, {"session_date": date(2026, 5, 20)}, actor=SYSTEM, at=AT)
    assert called_off(session, Initiator.CLIENT, LATER).refund_due == AFTER


def test_a_confirmed_session_that_moves_in_time_takes_its_deadline_along(business_rules):
    session = confirmed(business_rules)
    planning.change_session(session, {"session_date": date(2026, 5, 20)}, actor=SYSTEM, at=AT)
    assert called_off(session, Initiator.CLIENT, LATER).refund_due == WITHIN


def test_postponing_does_not_bring_a_passed_deadline_back(business_rules):
    session = staffed(business_rules)
    postpone(session, date(2026, 5, 20), time(10), reason="rain", actor=SYSTEM, at=LATER)
    assert called_off(session, Initiator.CLIENT, LATER).refund_due == STAFFED


def test_percentages_are_of_net_paid(business_rules):
    session = confirmed(business_rules)
    paid(session, "300.00", PaymentType.BALANCE)
    paid(session, "90.00", PaymentType.BALANCE, status="Pending", transaction_reference="late")
    back = paid(session, "100.05", PaymentType.REFUND, reason="a line less")
    verifying.verify(back, actor=SYSTEM, at=AT, transaction_reference="out-1")
    session = called_off(session, Initiator.CLIENT, LATER)
    assert (session.paid_amount, session.refund_due) == (Decimal("700.00"), Decimal("280.00"))


def test_the_sentence_shown_before_is_stored_with_the_refund(business_rules):
    session = confirmed(business_rules)
    session.refresh_from_db()
    shown = refund_if_cancelled(session, Initiator.CLIENT, LATER)
    called_off(session, Initiator.CLIENT, LATER)
    (refund,) = refunds(session)
    assert refund.notes == shown.explanation
    assert "40 %" in shown.explanation
    assert "13/04/2026 23:59" in shown.explanation
