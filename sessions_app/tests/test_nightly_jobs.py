"""What is cancelled and assigned at night (rules, section 7): which, when exactly, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command

from config.clock import instant, now, studio_day
from config.jobs.registry import find
from config.jobs.sole_runner import JobRunning
from config.records.models import Channel, JobRun
from notifications.models import Email, Notification
from notifications.tests.posting import posted
from sessions_app.actions import nightly, team
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import verify, void
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import (
    AT,
    CHANGES_DEADLINE,
    DAY,
    SYSTEM,
    assign,
    book,
    external,
    paid,
    taken_to,
)
from sessions_app.tests.nights import (
    NIGHT,
    PAYMENT_DEADLINE,
    SECOND,
    break_writes_about,
    fresh,
    ran,
    rows,
    told,
)
from users.models import User
from users.tests.races import at_once

pytestmark = pytest.mark.django_db

UNPAID, CONFIRMED = "cancel_unpaid_sessions", "assign_confirmed_sessions"
IN_TIME, LATE = PAYMENT_DEADLINE - SECOND, PAYMENT_DEADLINE
VERIFIED, PENDING = PaymentStatus.VERIFIED, PaymentStatus.PENDING
OFFICE = ["Ana Admin", "Carla Coordinator"]


@pytest.fixture(autouse=True)
def office(admin_user: User, coordinator: User, photographer: User) -> Iterator[None]:
    """Have an office, and look after every test whether all still holds."""
    yield
    assert list(findings()) == []


@pytest.fixture
def session() -> Session:
    """A Pre-scheduled session of 1000.00, with a deposit of 500.00, and a photographer."""
    session = taken_to(Status.PRE_SCHEDULED)
    assign(session)
    Notification.objects.all().delete()
    return session


def confirmed(**asked: object) -> Session:
    session = taken_to(Status.CONFIRMED, **asked)
    posted(AT)
    Notification.objects.all().delete()
    return session


def unstaffed() -> Session:
    session = confirmed()
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    Notification.objects.all().delete()
    return session


# Unpaid: when


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (PAYMENT_DEADLINE - SECOND, Status.PRE_SCHEDULED),
        (PAYMENT_DEADLINE, Status.CANCELED),
        (PAYMENT_DEADLINE + 4 * NIGHT, Status.CANCELED),
    ],
    ids=["a second before its deadline", "at its deadline", "after days of outage"],
)
def test_what_is_unpaid_is_cancelled_from_its_deadline_on(session, at, state):
    ran(UNPAID, at)
    assert fresh(session).status == state


def test_the_deadline_of_a_session_that_begins_before_it_is_its_start():
    session = taken_to(Status.PRE_SCHEDULED, session_date=studio_day(AT) + 2 * NIGHT)
    ran(UNPAID, session.starts_at - SECOND)
    assert fresh(session).status == Status.PRE_SCHEDULED
    ran(UNPAID, session.starts_at)
    assert fresh(session).status == Status.CANCELED


def test_a_new_deadline_counts_and_not_the_old_one(session):
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=IN_TIME)
    transition(fresh(session), Status.PRE_SCHEDULED, actor=SYSTEM, at=IN_TIME)
    ran(UNPAID, LATE)
    assert fresh(session).status == Status.PRE_SCHEDULED


@pytest.mark.parametrize("state", [one for one in Status if one != Status.PRE_SCHEDULED])
def test_nothing_else_is_cancelled_however_late_it_is(state):
    session = taken_to(state)
    record = ran(UNPAID, PAYMENT_DEADLINE + 300 * NIGHT)
    assert fresh(session).status == state
    assert record.done == record.failed == 0


# Unpaid: how


def test_it_is_cancelled_by_the_system_and_all_that_was_paid_is_returned(session):
    paid(session, "300.00", PaymentType.PARTIAL)
    ran(UNPAID, LATE)
    session = fresh(session)
    assert (session.cancellation_initiator, session.cancelled_by) == ("System", None)
    assert (session.cancellation_reason, session.cancelled_at) == ("Payment deadline expired", LATE)
    row = session.history.latest("id")
    assert (row.from_status, row.to_status) == ("Pre-scheduled", "Canceled")
    assert (row.changed_by, row.channel, row.changed_at) == (None, Channel.JOB, LATE)
    refund = session.payments.get(payment_type=PaymentType.REFUND)
    assert (refund.amount, refund.status) == (Decimal("300.00"), PENDING)
    assert not session.claims.filter(active=True).exists()
    assert told("refund_to_pay") == OFFICE


def test_the_client_and_the_photographer_are_told(session):
    posted(IN_TIME)
    ran(UNPAID, LATE)
    [letter] = posted(LATE)
    assert letter.to == [session.client.email]
    assert "its deposit did not arrive in time" in letter.body
    assert len(told("cancelled")) == 1


@pytest.mark.parametrize("channel", [Channel.JOB, Channel.COMMAND])
def test_history_says_through_which_door_the_job_was_run(session, channel):
    late = confirmed()
    ran(UNPAID, LATE, channel)
    ran(CONFIRMED, CHANGES_DEADLINE, channel)
    for one in (session, late):
        row = one.history.latest("id")
        assert (row.channel, row.changed_by) == (channel, None)


# Unpaid: unless. Payments as amount, status and when they were recorded

BRANCHES: dict[str, tuple[str, list[tuple[str, PaymentStatus, datetime]]]] = {
    "nothing paid": ("cancelled", []),
    "a cent short": ("cancelled", [("499.99", VERIFIED, IN_TIME)]),
    "paid in time": ("confirm", [("500.00", VERIFIED, IN_TIME)]),
    "paid in time, in parts": (
        "confirm",
        [("300.00", VERIFIED, AT), ("200.00", VERIFIED, IN_TIME)],
    ),
    "waiting, in time": ("verify", [("500.00", PENDING, IN_TIME)]),
    "a part of it waiting": ("verify", [("300.00", VERIFIED, AT), ("200.00", PENDING, IN_TIME)]),
    "waiting, and more too late": (
        "verify",
        [("500.00", PENDING, IN_TIME), ("100.00", PENDING, LATE)],
    ),
    "waiting, a cent short": ("cancelled", [("300.00", VERIFIED, AT), ("199.99", PENDING, AT)]),
    "waiting, too late": ("cancelled", [("500.00", PENDING, LATE)]),
    "a part waiting too late": ("cancelled", [("300.00", VERIFIED, AT), ("200.00", PENDING, LATE)]),
    "paid late": ("reopen", [("500.00", VERIFIED, LATE)]),
    "the rest paid late": ("reopen", [("300.00", VERIFIED, AT), ("200.00", VERIFIED, LATE)]),
    "paid late, a part waiting": ("reopen", [("300.00", PENDING, AT), ("500.00", VERIFIED, LATE)]),
}
NIGHT_AFTER = LATE + NIGHT


@pytest.mark.parametrize(("outcome", "payments"), BRANCHES.values(), ids=BRANCHES)
def test_what_becomes_of_it_follows_from_what_was_paid_by_when(session, outcome, payments):
    for number, (amount, status, at) in enumerate(payments):
        kind = PaymentType.PARTIAL if number else PaymentType.DEPOSIT
        paid(session, amount, kind, status=status, at=at, transaction_reference=f"{number}")
    Notification.objects.all().delete()
    ran(UNPAID, NIGHT_AFTER)
    assert fresh(session).status == (
        Status.CANCELED if outcome == "cancelled" else Status.PRE_SCHEDULED
    )
    assert told("covered_not_confirmed") == (OFFICE if outcome in ("confirm", "reopen") else [])
    assert told("payment_to_verify") == (OFFICE if outcome == "verify" else [])
    for one in Notification.objects.filter(kind="covered_not_confirmed"):
        assert ("confirm it" in one.body) == (outcome == "confirm")
        assert ("back to Negotiation" in one.body) == (outcome == "reopen")


def test_what_was_recorded_in_time_and_verified_late_is_in_time(session):
    payment = paid(session, "500.00", status=PENDING, at=IN_TIME)
    verify(payment, actor=SYSTEM, at=LATE + SECOND)
    ran(UNPAID, NIGHT_AFTER)
    assert told("covered_not_confirmed") == OFFICE


def test_what_bounced_or_was_refunded_does_not_count(session):
    bounced = taken_to(Status.PRE_SCHEDULED, session_date=DAY + NIGHT)
    void(paid(bounced, "500.00"), reason="bounced", actor=SYSTEM, at=AT)
    paid(session, "500.00")
    refund = paid(session, "100.00", PaymentType.REFUND, reason="agreed")
    verify(refund, actor=SYSTEM, at=AT, transaction_reference="R-1")
    ran(UNPAID, LATE)
    assert {fresh(one).status for one in (session, bounced)} == {Status.CANCELED}
    assert fresh(session).refund_due == Decimal("400.00")


@pytest.mark.parametrize("status", [VERIFIED, PENDING])
def test_the_office_is_told_once_however_many_nights_pass(session, status):
    paid(session, "500.00", status=status)
    Notification.objects.all().delete()
    for night in range(4):
        record = ran(UNPAID, LATE + night * NIGHT)
        assert (record.done, record.unchanged) == ((1, 0) if night == 0 else (0, 1))
    assert told("covered_not_confirmed" if status == VERIFIED else "payment_to_verify") == OFFICE


# Confirmed past the changes deadline


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (CHANGES_DEADLINE - SECOND, Status.CONFIRMED),
        (CHANGES_DEADLINE, Status.ASSIGNED),
        (CHANGES_DEADLINE + 9 * NIGHT, Status.ASSIGNED),
    ],
    ids=["a second before the deadline", "at the deadline", "after days of outage"],
)
def test_what_is_staffed_is_assigned_from_its_changes_deadline_on(at, state):
    session = confirmed()
    ran(CONFIRMED, at)
    assert fresh(session).status == state
    assert (fresh(session).delivery_deadline is not None) == (state == Status.ASSIGNED)


@pytest.mark.parametrize("make", [book, external])
def test_where_nobody_covers_it_the_office_is_told_once_a_day(make):
    session = taken_to(Status.CONFIRMED, make())
    team.release(session.assignments.get(), actor=SYSTEM, at=AT)
    for minutes in (5, 6, 60, 23 * 60):
        ran(CONFIRMED, CHANGES_DEADLINE + timedelta(minutes=minutes))
    assert told("unstaffed") == OFFICE
    assert fresh(session).status == Status.CONFIRMED
    ran(CONFIRMED, CHANGES_DEADLINE + NIGHT)
    assert told("unstaffed") == sorted(OFFICE * 2)


def test_before_its_deadline_nobody_is_told_that_people_are_missing():
    unstaffed()
    ran(CONFIRMED, CHANGES_DEADLINE - SECOND)
    assert told("unstaffed") == []


# Through the actions: what somebody has done meanwhile is left alone


@pytest.mark.parametrize("job", [UNPAID, CONFIRMED])
def test_what_is_called_off_meanwhile_is_left_alone(job):
    session = taken_to(Status.PRE_SCHEDULED) if job == UNPAID else confirmed()
    [case] = list(find(job).cases(CHANGES_DEADLINE, Channel.JOB))
    transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    assert case.do() is None
    assert fresh(session).cancellation_initiator == "Client"


# One bad session


@pytest.mark.parametrize("job", [UNPAID, CONFIRMED])
def test_one_bad_session_does_not_stop_the_others(job, caplog):
    make = (lambda d: taken_to(Status.PRE_SCHEDULED, session_date=d)) if job == UNPAID else (
        lambda d: confirmed(session_date=d)
    )  # fmt: skip
    bad, good = make(DAY), make(DAY + NIGHT)
    states = {one.pk: one.status for one in (bad, good)}
    break_writes_about(bad)
    record = ran(job, CHANGES_DEADLINE + 2 * NIGHT)
    assert (record.done, record.failed) == (1, 1)
    assert fresh(bad).status == states[bad.pk]
    assert fresh(good).status != states[good.pk]
    assert bad.code in record.errors[0]


# Commands


def asked(command: str, *arguments: str) -> str:
    printed = StringIO()
    call_command(command, *arguments, stdout=printed, stderr=StringIO())
    return printed.getvalue()


@pytest.mark.parametrize("job", [UNPAID, CONFIRMED])
def test_a_dry_run_says_what_would_be_done_and_leaves_nothing(session, job):
    paid(taken_to(Status.PRE_SCHEDULED, session_date=DAY + NIGHT), "500.00")
    confirmed(session_date=DAY + 2 * NIGHT)
    unstaffed()
    before = rows()
    assert "2 would be done, 0 failed" in asked(job, "--dry-run", "--as-of", "2026-04-19")
    assert rows() == before


@pytest.mark.parametrize(("as_of", "done"), [("2026-03-15T23:59:59", 0), ("2026-03-16", 1)])
def test_a_dry_run_is_as_of_the_day_that_is_asked_for(session, as_of, done):
    assert f"{done} would be done" in asked(UNPAID, "--dry-run", "--as-of", as_of)


def test_the_command_does_what_the_job_does_and_says_so():
    asked_at = now() - 9 * NIGHT
    session = taken_to(
        Status.PRE_SCHEDULED, book(at=asked_at, session_date=studio_day(now()) + 20 * NIGHT),
        at=asked_at,
    )  # fmt: skip
    yesterday = (studio_day(now()) - NIGHT).isoformat()
    assert f"{session.code}: cancelled" in asked(UNPAID, "--as-of", yesterday)
    row = session.history.latest("id")
    assert (row.channel, row.changed_at) == (
        Channel.COMMAND,
        instant(studio_day(now()) - NIGHT, time.min),
    )
    assert JobRun.objects.get().channel == Channel.COMMAND
    assert "0 done" in asked(UNPAID)


# Two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", [UNPAID, CONFIRMED])
def test_two_runs_at_once_do_each_session_once(job):
    sessions = [
        taken_to(Status.PRE_SCHEDULED if job == UNPAID else Status.CONFIRMED, session_date=day)
        for day in (DAY, DAY + NIGHT)
    ]
    at = CHANGES_DEADLINE + 2 * NIGHT
    answers = at_once(*[partial(ran, job, at)] * 4)
    assert all(isinstance(answer, JobRun | JobRunning) for answer in answers)
    assert sum(answer.done for answer in answers if isinstance(answer, JobRun)) == 2
    for session in sessions:
        assert session.history.filter(changed_at=at).count() == 1
    letters = Email.objects.filter(kind="session_cancelled").count()
    assert letters == (2 if job == UNPAID else 0)


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_the_same_session_at_once_do_it_once():
    unpaid, late, alone = taken_to(Status.PRE_SCHEDULED), confirmed(), unstaffed()
    calls: list[Callable[[], str | None]] = [
        partial(do, session, actor=SYSTEM, at=CHANGES_DEADLINE)
        for do, session in (
            (nightly.cancel_unpaid, unpaid),
            (nightly.assign_confirmed, late),
            (nightly.assign_confirmed, alone),
        )
        for _ in range(4)
    ]
    answers = at_once(*calls)
    assert sorted(filter(None, answers[:4])) == ["cancelled"]
    assert sorted(filter(None, answers[4:8])) == ["assigned"]
    assert told("unstaffed") == OFFICE
    assert fresh(unpaid).history.filter(to_status="Canceled").count() == 1
