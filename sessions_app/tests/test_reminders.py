"""Whom the morning's reminders go to (rules, sections 6 and 7): when exactly, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.clock import instant, studio_day
from config.jobs.sole_runner import JobRunning
from notifications.models import Email, Notification
from notifications.tests.posting import posted, written
from sessions_app.actions import attendance, planning, reminding, team
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentStatus, PaymentType, Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import AT, DAY, SYSTEM, TEN, assign, book, paid, taken_to
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

LAST_DAY = date(2026, 3, 15)  # on which the deposit is due
HOLD = timedelta(days=14)
OFFICE = ["Ana Admin", "Carla Coordinator"]
PEDRO = "Pedro Photographer"


@pytest.fixture(autouse=True)
def office(admin_user: User, coordinator: User) -> Iterator[None]:
    """Have an office, and look after every test whether all still holds."""
    yield
    assert list(findings()) == []


def morning(day: date, clock: time = time(9)) -> datetime:
    """Return when reminders are sent on a day."""
    return instant(day, clock)


def remind(at: datetime) -> None:
    ran("send_reminders", at)


def letters(kind: str) -> int:
    return Email.objects.filter(kind=kind).count()


# Payments


@pytest.mark.parametrize(
    ("days_before", "reminded"),
    [(3, 0), (2, 0), (1, 1), (0, 1), (-1, 0)],
    ids=["in three days", "in two", "tomorrow", "today", "yesterday"],
)
def test_a_deposit_that_is_due_today_or_tomorrow_is_asked_for(days_before, reminded):
    taken_to(Status.PRE_SCHEDULED)
    remind(morning(LAST_DAY - timedelta(days=days_before)))
    assert letters("payment_reminder") == reminded


@pytest.mark.parametrize(
    ("at", "reminded"),
    [
        (instant(LAST_DAY - NIGHT, time.min) - SECOND, 0),
        (instant(LAST_DAY - NIGHT, time.min), 1),
        (PAYMENT_DEADLINE - SECOND, 1),
        (PAYMENT_DEADLINE, 0),
    ],
)
def test_tomorrow_begins_and_the_deadline_ends_at_the_studio_s_midnight(at, reminded):
    taken_to(Status.PRE_SCHEDULED)
    remind(at)
    assert letters("payment_reminder") == reminded


def test_it_is_asked_for_once_per_deadline():
    session = taken_to(Status.PRE_SCHEDULED)
    for day in (LAST_DAY - NIGHT, LAST_DAY - NIGHT, LAST_DAY):
        remind(morning(day))
    assert written() == [("payment_reminder", session.client.email)]


def test_of_a_new_deadline_it_is_asked_again():
    session = taken_to(Status.PRE_SCHEDULED)
    remind(morning(LAST_DAY))
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=morning(LAST_DAY))
    transition(fresh(session), Status.PRE_SCHEDULED, actor=SYSTEM, at=morning(LAST_DAY))
    remind(morning(LAST_DAY + timedelta(days=5)))
    assert letters("payment_reminder") == 2


def test_where_the_session_begins_before_the_days_to_pay_are_over_its_start_counts():
    session = taken_to(Status.PRE_SCHEDULED, session_date=studio_day(AT) + 2 * NIGHT)
    remind(morning(studio_day(AT)))
    assert letters("payment_reminder") == 0
    remind(morning(session.session_date - NIGHT))
    assert letters("payment_reminder") == 1


@pytest.mark.parametrize(
    ("amount", "status", "missing"),
    [
        ("500.00", PaymentStatus.VERIFIED, None),
        ("500.00", PaymentStatus.PENDING, "500.00"),
        ("499.99", PaymentStatus.VERIFIED, "0.01"),
    ],
)
def test_only_what_is_missing_of_verified_payments_is_asked_for(amount, status, missing):
    paid(taken_to(Status.PRE_SCHEDULED), amount, status=status)
    remind(morning(LAST_DAY))
    assert letters("payment_reminder") == (1 if missing else 0)
    subjects = [" ".join(letter.subject.split()) for letter in posted(morning(LAST_DAY))]
    assert len(subjects) == (1 if missing else 0)
    assert all(f": Q {missing} until" in subject for subject in subjects)


@pytest.mark.parametrize("state", [one for one in Status if one != Status.PRE_SCHEDULED])
def test_in_no_other_state_a_deposit_is_asked_for(state):
    taken_to(state)
    Email.objects.all().delete()
    for day in (LAST_DAY - NIGHT, LAST_DAY):
        remind(morning(day))
    assert letters("payment_reminder") == 0


# Tomorrow

CLOCKS = [time(0, 0), TEN, time(17, 59), time(18, 0), time(23, 30)]
"""In the studio; from 18:00 on it is the next day by UTC."""


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(("days_before", "reminded"), [(2, 0), (1, 1), (0, 0)])
def test_tomorrow_is_the_studio_s_tomorrow(clock, days_before, reminded):
    session = taken_to(Status.CONFIRMED, session_time=clock)
    remind(morning(session.session_date - timedelta(days=days_before)))
    assert letters("session_tomorrow") == reminded
    assert len(told("tomorrow")) == reminded


@pytest.mark.parametrize(
    ("at", "reminded"),
    [
        (morning(DAY - NIGHT, time.min) - SECOND, 0),
        (morning(DAY - NIGHT, time.min), 1),
        (morning(DAY, time.min) - SECOND, 1),
        (morning(DAY, time.min), 0),
    ],
)
def test_at_whatever_hour_the_job_is_run_the_studio_s_day_counts(at, reminded):
    taken_to(Status.CONFIRMED)
    remind(at)
    assert letters("session_tomorrow") == reminded


@pytest.mark.parametrize("state", Status)
def test_from_confirmed_on_one_is_reminded_until_it_takes_place(state):
    taken_to(state)
    remind(morning(DAY - NIGHT))
    assert letters("session_tomorrow") == (state in (Status.CONFIRMED, Status.ASSIGNED))


def test_the_client_and_each_photographer_are_reminded_once(photographer):
    session = taken_to(Status.CONFIRMED)
    team.reassign(session.assignments.get(), photographer.pk, actor=SYSTEM, at=AT)
    second = assign(session)
    team.release(assign(session), actor=SYSTEM, at=AT)
    for clock in (time(9), time(9, 1), time(23)):
        remind(morning(DAY - NIGHT, clock))
    assert letters("session_tomorrow") == 1
    assert told("tomorrow") == sorted([PEDRO, second.photographer.full_name])


def test_after_it_was_put_off_one_is_reminded_again():
    session = taken_to(Status.CONFIRMED)
    remind(morning(DAY - NIGHT))
    later = DAY + timedelta(days=9)
    postpone(session, later, TEN, reason="rain", actor=SYSTEM, at=morning(DAY - NIGHT))
    remind(morning(later - NIGHT))
    assert letters("session_tomorrow") == 2
    assert len(told("tomorrow")) == 2


# Requests that nobody touches


@pytest.mark.parametrize(
    ("waited", "who"), [(HOLD - SECOND, []), (HOLD + SECOND, OFFICE), (HOLD + 30 * NIGHT, OFFICE)]
)
@pytest.mark.parametrize("state", [Status.REQUEST, Status.NEGOTIATION])
def test_of_what_nobody_has_touched_for_long_the_office_is_told(state, waited, who):
    session = taken_to(state)
    remind(session.updated_at + waited)
    assert told("stale_request") == who


def test_how_long_that_is_is_a_setting_of_the_studio(business_rules):
    business_rules(request_hold_days=3)
    session = taken_to(Status.REQUEST)
    remind(session.updated_at + timedelta(days=3) - SECOND)
    assert told("stale_request") == []
    remind(session.updated_at + timedelta(days=3) + SECOND)
    assert told("stale_request") == OFFICE


def test_it_is_told_once_until_somebody_touches_it_and_then_after_as_long_again():
    session = taken_to(Status.REQUEST)
    stale = AT + HOLD + NIGHT
    for days in range(4):
        remind(stale + timedelta(days=days))
    assert told("stale_request") == OFFICE
    touched = stale + timedelta(days=4)
    planning.change_session(session, {"internal_notes": "called"}, actor=SYSTEM, at=touched)
    remind(touched + HOLD - SECOND)
    assert told("stale_request") == OFFICE
    remind(touched + HOLD + SECOND)
    assert told("stale_request") == sorted(OFFICE * 2)


@pytest.mark.parametrize("state", [one for one in Status if one not in ("Request", "Negotiation")])
def test_only_requests_grow_stale(state):
    taken_to(state)
    remind(AT + 300 * NIGHT)
    assert told("stale_request") == []


# Attendance


@pytest.mark.parametrize(
    ("at", "is_asked"),
    [
        (morning(DAY), False),
        (morning(DAY + NIGHT, time.min) - SECOND, False),
        (morning(DAY + NIGHT, time.min), True),
        (morning(DAY + 9 * NIGHT), True),
    ],
)
def test_who_was_there_is_asked_once_the_day_is_over(at, is_asked, photographer):
    session = taken_to(Status.CONFIRMED)
    team.reassign(session.assignments.get(), photographer.pk, actor=SYSTEM, at=AT)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=morning(DAY - NIGHT))
    remind(at)
    assert told("attendance_missing") == ([*OFFICE, PEDRO] if is_asked else [])


def test_it_is_asked_once_and_again_of_another_day():
    session = taken_to(Status.ASSIGNED)
    for days in (1, 2, 3):
        remind(morning(DAY + timedelta(days=days)))
    assert len(told("attendance_missing")) == 3
    later = DAY + timedelta(days=20)
    postpone(session, later, TEN, reason="ill", actor=SYSTEM, at=morning(DAY + 3 * NIGHT))
    remind(morning(later + NIGHT))
    assert len(told("attendance_missing")) == 6


def test_who_has_said_it_is_not_asked_while_others_have_not(photographer):
    session = taken_to(Status.CONFIRMED)
    own = assign(session, photographer)
    transition(session, Status.ASSIGNED, actor=SYSTEM, at=morning(DAY - NIGHT))
    attendance.mark(own, attended=True, actor=SYSTEM, at=morning(DAY, time(18)))
    remind(morning(DAY + NIGHT))
    asked = told("attendance_missing")
    assert PEDRO not in asked
    assert len(asked) == len(OFFICE) + 1


def test_where_it_was_said_nobody_is_asked():
    session = taken_to(Status.ASSIGNED)
    part = session.assignments.get()
    attendance.mark(part, attended=True, actor=SYSTEM, at=morning(DAY, time(18)))
    remind(morning(DAY + NIGHT))
    assert told("attendance_missing") == []


# All of them


def everything() -> dict[str, Session]:
    """Return a session of each kind that is due on the morning before DAY."""
    morning_before = morning(DAY - NIGHT)
    asked_at = morning_before - timedelta(days=4)
    yesterday = DAY - 2 * NIGHT
    return {
        "unpaid": taken_to(
            Status.PRE_SCHEDULED, book(at=asked_at, session_date=DAY + 40 * NIGHT), at=asked_at
        ),
        "tomorrow": taken_to(Status.CONFIRMED),
        "stale": taken_to(Status.REQUEST, session_date=DAY + 30 * NIGHT),
        "past": taken_to(Status.ASSIGNED, session_date=yesterday),
    }


KINDS: dict[str, Callable[[], int]] = {
    "unpaid": lambda: letters("payment_reminder"),
    "tomorrow": lambda: letters("session_tomorrow"),
    "stale": lambda: len(told("stale_request")),
    "past": lambda: len(told("attendance_missing")),
}


@pytest.mark.parametrize("bad", [None, *KINDS])
def test_one_bad_session_does_not_stop_the_others(bad):
    sessions = everything()
    if bad is not None:
        break_writes_about(sessions[bad])
    record = ran("send_reminders", morning(DAY - NIGHT))
    assert (record.done, record.failed) == ((4, 0) if bad is None else (3, 1))
    assert {name for name, count in KINDS.items() if count()} == set(KINDS) - {bad}


def test_a_run_that_tells_nobody_anew_says_that_there_was_nothing_to_do():
    everything()
    ran("send_reminders", morning(DAY - NIGHT))
    record = ran("send_reminders", morning(DAY - NIGHT, time(10)))
    assert (record.done, record.unchanged, record.failed) == (0, 4, 0)


def test_a_dry_run_leaves_nothing():
    everything()
    before, printed = rows(), StringIO()
    arguments = ("send_reminders", "--dry-run", "--as-of", "2026-04-19T09:00")
    call_command(*arguments, stdout=printed, stderr=StringIO())
    assert "4 would be done, 0 failed" in printed.getvalue()
    assert rows() == before


def test_after_days_of_outage_nobody_is_told_of_what_is_over():
    paid(taken_to(Status.PRE_SCHEDULED), "100.00", PaymentType.PARTIAL)
    taken_to(Status.CONFIRMED)
    Email.objects.all().delete()
    remind(morning(DAY + 3 * NIGHT))
    assert written() == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_each_once():
    everything()
    Notification.objects.all().delete()
    answers = at_once(*[partial(remind, morning(DAY - NIGHT))] * 4)
    assert all(answer is None or isinstance(answer, JobRunning) for answer in answers)
    assert {name: count() for name, count in KINDS.items()} == {
        "unpaid": 1,
        "tomorrow": 1,
        "stale": 2,
        "past": 3,
    }


@pytest.mark.parametrize(
    "remind",
    [
        reminding.remind_of_payment,
        reminding.remind_of_session,
        reminding.report_stale,
        reminding.ask_for_attendance,
    ],
)
def test_while_it_is_looked_at_nobody_changes_it(remind):
    session = book()
    with CaptureQueriesContext(connection) as asked:
        remind(session, actor=SYSTEM, at=AT)
    reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert " FOR NO KEY UPDATE" in reads[0]


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_the_same_session_at_once_tell_it_once():
    session = taken_to(Status.CONFIRMED)
    look = partial(reminding.remind_of_session, session, actor=SYSTEM, at=morning(DAY - NIGHT))
    assert not any(isinstance(answer, Exception) for answer in at_once(*[look] * 6))
    assert letters("session_tomorrow") == len(told("tomorrow")) == 1
