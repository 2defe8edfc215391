"""What wants to be looked at: of each kind a session that does, and one that does not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.clock import end_of, instant, start_of
from sessions_app.actions import planning, team
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.hiding import hide
from sessions_app.actions.verifying import verify
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.queries.attention import (
    SHOWN_OF_EACH,
    Attention,
    Moments,
    conditions,
    kinds_for,
    wanting,
)
from sessions_app.queries.dashboard import figures
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, book, paid, taken_to
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSED = start_of(date(2026, 4, 14))  # the changes deadline of a session on 20 April
MONEY = {Attention.UNCONFIRMED, Attention.DEPOSITS_DUE, Attention.REFUNDS_DUE}


def kinds_of(session: Session, at: datetime = AT) -> set[str]:
    """Return why a session wants to be looked at."""
    wanted = conditions(Moments.of(at)).items()
    return {kind.value for kind, one in wanted if Session.objects.filter(one, pk=session.pk)}


def unstaffed(needed: int = 1) -> Session:
    """Return a Confirmed session that has one photographer fewer than it needs."""
    for _ in range(needed):
        UserFactory(roles=["photographer"])
    session = taken_to(Status.CONFIRMED, photographers_needed=needed)
    if needed == 1:
        team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    return session


def test_what_is_agreed_and_covered_is_to_be_confirmed():
    session = taken_to(Status.PRE_SCHEDULED)
    assert kinds_of(session) == {"deposits_due"}
    part = paid(session, "499.99", PaymentType.PARTIAL)
    assert kinds_of(session) == {"deposits_due"}
    slip = paid(session, "0.01", PaymentType.PARTIAL, status=PaymentStatus.PENDING)
    assert kinds_of(session) == {"deposits_due"}
    verify(slip, actor=SYSTEM, at=AT)
    assert kinds_of(session) == {"unconfirmed"}
    assert part.session_id == session.pk


@pytest.mark.parametrize(
    "state", [state for state in Status if state not in (Status.REQUEST, Status.PRE_SCHEDULED)]
)
def test_in_other_states_nothing_is_to_be_confirmed_or_paid(state):
    assert not kinds_of(taken_to(state)) & {"unconfirmed", "deposits_due"}


def test_from_three_days_before_the_changes_deadline_people_are_missing():
    session = unstaffed()
    soon = PASSED - timedelta(days=3)
    assert kinds_of(session, soon - timedelta(seconds=1)) == set()
    assert kinds_of(session, soon) == {"unstaffed"}
    assert kinds_of(session, PASSED + timedelta(days=1)) == {"unstaffed"}
    assign(session, at=soon)
    assert kinds_of(session, soon) == set()


def test_one_of_two_is_not_enough_and_who_was_released_does_not_count():
    session = unstaffed(needed=2)
    assert session.assignments.count() == 1
    assert kinds_of(session, PASSED) == {"unstaffed"}
    second = assign(session)
    assert kinds_of(session, PASSED) == set()
    team.release(second, actor=SYSTEM, at=AT)
    assert kinds_of(session, PASSED) == {"unstaffed"}


def test_attendance_is_missing_from_the_day_after():
    session = taken_to(Status.ASSIGNED)
    assert kinds_of(session, end_of(DAY) - timedelta(seconds=1)) == set()
    assert kinds_of(session, end_of(DAY)) == {"attendance_missing"}
    assert "attendance_missing" not in kinds_of(taken_to(Status.ATTENDED), end_of(DAY))


def test_a_refund_is_due_until_it_is_paid_out():
    session = taken_to(Status.CONFIRMED)
    assert kinds_of(session) == set()
    cancel(session, initiator="Client", reason="x", actor=SYSTEM, at=AT)
    assert kinds_of(session) == {"refunds_due"}
    refund = session.payments.get(payment_type=PaymentType.REFUND)
    verify(refund, transaction_reference="B-1", actor=SYSTEM, at=AT)
    assert kinds_of(session) == set()


@pytest.mark.parametrize("state", [Status.ATTENDED, Status.IN_EDITING])
def test_editing_is_overdue_from_the_day_after_the_delivery_date(state):
    session = taken_to(state)
    delivery = session.delivery_deadline
    assert kinds_of(session, end_of(delivery) - timedelta(seconds=1)) == set()
    assert kinds_of(session, end_of(delivery)) == {"editing_overdue"}
    ready = taken_to(Status.READY, session_date=DAY)
    assert kinds_of(ready, end_of(delivery)) == set()


@pytest.mark.parametrize("state", [Status.REQUEST, Status.NEGOTIATION])
def test_a_request_is_stale_when_nobody_touched_it_for_long(state, business_rules):
    business_rules(request_hold_days=14)
    session = taken_to(state)
    touched = session.updated_at
    hold = timedelta(days=14)
    assert kinds_of(session, touched + hold) == set()
    assert kinds_of(session, touched + hold + timedelta(seconds=1)) == {"stale_requests"}
    later = AT + timedelta(days=10)
    planning.change_session(session, {"session_time": time(15)}, actor=SYSTEM, at=later)
    assert kinds_of(session, touched + hold + timedelta(seconds=1)) == set()


# Who is told


def every_kind() -> dict[str, Session]:
    """Return a session of each kind, as seen at noon of 30 April."""
    cancelled = taken_to(Status.CONFIRMED)
    cancel(cancelled, initiator="Client", reason="x", actor=SYSTEM, at=AT)
    covered = taken_to(Status.PRE_SCHEDULED)
    paid(covered, "500.00")
    return {
        "unconfirmed": covered,
        "deposits_due": taken_to(Status.PRE_SCHEDULED),
        "unstaffed": unstaffed(),
        "attendance_missing": taken_to(Status.ASSIGNED),
        "refunds_due": cancelled,
        "editing_overdue": taken_to(Status.IN_EDITING),
        "stale_requests": book(),
    }


NOON = instant(date(2026, 4, 30), time(12))


def test_the_office_is_told_of_all_seven_kinds_most_urgent_first(coordinator):
    sessions = every_kind()
    found = wanting(coordinator, kinds_for(coordinator), NOON)
    assert [(one.kind, one.id) for one in found] == [
        (kind.value, sessions[kind].pk) for kind in Attention
    ]
    first = sessions["unconfirmed"]
    assert found[0][2:] == (first.code, first.client.full_name, DAY, "Pre-scheduled")


def test_who_does_not_see_all_is_told_of_their_own_work_and_never_of_money(
    photographer, editor, plain_user
):
    every_kind()
    assert kinds_for(photographer) == [Attention.ATTENDANCE_MISSING]
    assert kinds_for(editor) == [Attention.EDITING_OVERDUE]
    assert wanting(photographer, kinds_for(photographer), NOON) == []
    assert wanting(plain_user, kinds_for(plain_user), NOON) == []


def test_the_soonest_few_of_each_kind_are_told_in_one_query(coordinator):
    sessions = [book(session_date=DAY + timedelta(days=days)) for days in range(7, 0, -1)]
    wanting(coordinator, list(Attention), NOON)
    with CaptureQueriesContext(connection) as queries:
        found = wanting(coordinator, list(Attention), NOON)
    assert len(queries) == 1
    assert [one.id for one in found] == [one.pk for one in sessions[::-1]][:SHOWN_OF_EACH]
    assert wanting(coordinator, [], NOON) == []


def test_what_is_hidden_wants_nothing(coordinator):
    session = book()
    hide(session, actor=SYSTEM, at=AT)
    assert wanting(coordinator, list(Attention), NOON) == []


@pytest.mark.parametrize("person", ["coordinator", "photographer", "editor", "plain_user"])
def test_the_dashboard_counts_what_the_lists_show(request, person):
    sessions = every_kind()
    viewer: User = request.getfixturevalue(person)
    if person == "photographer":
        assign(sessions["stale_requests"], viewer)
    counts = {one.of: one.count for one in figures(viewer, 2026, 4, NOON).alerts}
    shown: dict[str, int] = {}
    for one in wanting(viewer, kinds_for(viewer), NOON):
        shown[one.kind] = shown.get(one.kind, 0) + 1
    assert counts == shown
    assert (len(counts) == len(Attention)) is (person == "coordinator")
