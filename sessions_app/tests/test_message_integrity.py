"""I10 (rules, section 8): no message for a dead fact, none twice; and what is no finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from config.clock import now
from config.records.models import Channel
from notifications.models import Email, EmailStatus, Notification
from notifications.tests.posting import posted
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import HistoryEntry, Payment, PaymentType
from sessions_app.queries.message_checks import MESSAGE_CHECKS
from sessions_app.tests.builders import AT, SYSTEM, paid, taken_to
from sessions_app.tests.nights import NIGHT, ran, told
from sessions_app.tests.telling import TELLINGS, Telling, call_off, confirm

pytestmark = pytest.mark.django_db

TWICE, ABOUT_NOTHING, TOO_LATE = (check.sentence for check in MESSAGE_CHECKS)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def found() -> dict[str, list[str]]:
    """Return what each check of messages finds, where it finds something."""
    findings = {check.sentence: check.finding() for check in MESSAGE_CHECKS}
    return {sentence: one.subjects for sentence, one in findings.items() if one is not None}


def told_of(kind: str) -> tuple[Telling, Email]:
    """Return what was told, and its message, which has gone out."""
    telling = TELLINGS[kind]("en")
    posted(telling.at)
    return telling, Email.objects.get(kind=kind, status=EmailStatus.SENT)


def named(email: Email) -> list[str]:
    return [f"message {email.pk}"]


def sent_at(email: Email, at: datetime) -> None:
    """Let a message have gone out at an instant by the clock on the wall."""
    Email.objects.filter(pk=email.pk).update(claimed_at=at, sent_at=at)


def last_step(telling: Telling) -> datetime:
    """Return when the last step of the session was recorded."""
    return HistoryEntry.objects.filter(session=telling.session).latest("id").recorded_at


# What the actions made


@pytest.mark.parametrize("kind", TELLINGS)
def test_what_was_sent_while_it_was_so_is_no_finding(kind):
    telling, email = told_of(kind)
    sent_at(email, last_step(telling) + HOUR)
    assert found() == {}


@pytest.mark.parametrize("kind", TELLINGS)
def test_what_waits_is_no_finding_and_neither_is_what_was_suppressed(kind):
    telling = TELLINGS[kind]("en")
    assert found() == {}
    if kind not in ("session_cancelled", "refund_paid"):
        call_off(telling.fresh(), telling.at)
        posted(telling.at)
        assert Email.objects.get(kind=kind).status == EmailStatus.SUPPRESSED
    assert found() == {}


@pytest.mark.parametrize("state", Status)
def test_a_whole_life_leaves_no_finding(state):
    session = taken_to(state)
    posted(AT)
    posted(now())
    assert found() == {}
    assert session.status == state


# Twice

ONCE = (
    "session_confirmed",
    "payment_reminder",
    "session_tomorrow",
    "photographer_changed",
    "material_ready",
    "refund_paid",
)


def again(email: Email, **other: object) -> None:
    """Write a message once more, past its unique key."""
    copy = Email.objects.get(pk=email.pk)
    copy.pk, copy.key = None, "once more"
    for name, value in other.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


@pytest.mark.parametrize("kind", ONCE)
def test_a_fact_that_was_told_twice_is_found(kind):
    telling, email = told_of(kind)
    again(email)
    assert found() == {TWICE: [f"{kind} of {telling.session.code}"]}


def test_a_second_one_that_was_suppressed_is_no_finding():
    _telling, email = told_of("session_confirmed")
    again(email, status=EmailStatus.SUPPRESSED, reason="told already")
    assert found() == {}


def test_what_is_told_of_two_facts_is_no_finding():
    telling, _email = told_of("session_confirmed")
    transition(telling.fresh(), Status.NEGOTIATION, actor=SYSTEM, at=AT)
    transition(telling.fresh(), Status.PRE_SCHEDULED, actor=SYSTEM, at=AT)
    confirm(telling.fresh())
    posted(AT)
    assert Email.objects.filter(kind="session_confirmed", status=EmailStatus.SENT).count() == 2
    assert found() == {}


def test_a_person_who_was_told_a_fact_twice_is_found(coordinator):
    paid(taken_to(Status.PRE_SCHEDULED), "500.00", status="Pending")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE notifications_notification DROP CONSTRAINT notification_once")
    copy = Notification.objects.get(recipient=coordinator)
    copy.pk = None
    copy.save(force_insert=True)
    assert found() == {TWICE: [f"payment_to_verify to person {coordinator.pk}"]}


# About nothing


def of_another_session(email: Email) -> int:
    other = taken_to(Status.CONFIRMED)
    Email.objects.exclude(pk=email.pk).delete()
    return other.pk


def facts(email: Email, **other: object) -> int:
    return Email.objects.filter(pk=email.pk).update(facts={**email.facts, **other})


NOTHING: dict[str, tuple[str, Callable[[Email], object]]] = {
    "a session that is none": (
        "session_moved", lambda e: Email.objects.filter(pk=e.pk).update(session_id=2**40),
    ),
    "another session": (
        "session_moved",
        lambda e: Email.objects.filter(pk=e.pk).update(session_id=of_another_session(e)),
    ),
    "a step that was not taken": ("session_confirmed", lambda e: facts(e, step=2**40)),
    "another session's step": (
        "session_confirmed",
        lambda e: facts(
            e, step=HistoryEntry.objects.filter(session=of_another_session(e)).latest("id").pk
        ),
    ),
    "a step to another state": (
        "session_confirmed",
        lambda e: facts(e, step=HistoryEntry.objects.filter(session=e.session_id).first().pk),
    ),
    "a step to another state than ready": (
        "material_ready",
        lambda e: facts(e, step=HistoryEntry.objects.filter(session=e.session_id).first().pk),
    ),
    "a payment that is none": ("refund_paid", lambda e: facts(e, payment=2**40)),
    "a payment that is no refund": (
        "refund_paid",
        lambda e: facts(e, payment=deposit_of(e.session_id)),
    ),
    "a photographer who never was on it": (
        "photographer_changed", lambda e: facts(e, assignment=2**40),
    ),
}  # fmt: skip


def deposit_of(session_id: int | None) -> int:
    return Payment.objects.get(session=session_id, payment_type=PaymentType.DEPOSIT).pk


@pytest.mark.parametrize(("kind", "break_it"), NOTHING.values(), ids=NOTHING)
def test_a_message_of_what_never_was_is_found(kind, break_it):
    _telling, email = told_of(kind)
    assert found() == {}
    assert break_it(email)
    assert found() == {ABOUT_NOTHING: named(email)}


# Too late

DEATHS = {
    "session_confirmed": Status.NEGOTIATION,
    "payment_reminder": Status.NEGOTIATION,
    "session_tomorrow": Status.CANCELED,
    "session_moved": Status.NEGOTIATION,
    "photographer_changed": Status.CANCELED,
    "material_ready": Status.IN_EDITING,
    "delivery_date_changed": Status.ATTENDED,
}
dead = pytest.mark.parametrize(("kind", "state"), DEATHS.items(), ids=DEATHS)


def died(kind: str, state: Status) -> tuple[Telling, Email]:
    """Return what was told, its message, and let it be no longer so."""
    telling, email = told_of(kind)
    transition(telling.fresh(), state, actor=SYSTEM, at=telling.at, reason="a mistake")
    return telling, email


@dead
def test_what_was_sent_once_it_was_dead_is_found(kind, state):
    telling, email = died(kind, state)
    sent_at(email, last_step(telling) + HOUR)
    assert found() == {TOO_LATE: named(email)}


@dead
def test_what_was_sent_before_it_died_is_no_finding(kind, state):
    telling, email = died(kind, state)
    sent_at(email, last_step(telling) - SECOND / 1000)
    assert found() == {}


@pytest.mark.parametrize(
    ("after", "is_found"),
    [(SECOND, False), (MINUTE - SECOND, False), (MINUTE + SECOND, True)],
)
def test_a_race_within_the_minute_is_no_finding(after, is_found):
    telling, email = died("session_confirmed", Status.NEGOTIATION)
    sent_at(email, last_step(telling) + after)
    assert found() == ({TOO_LATE: named(email)} if is_found else {})


@pytest.mark.parametrize("status", [EmailStatus.FAILED, EmailStatus.SUPPRESSED])
def test_what_never_went_out_is_no_finding(status):
    telling, email = died("session_confirmed", Status.NEGOTIATION)
    sent_at(email, last_step(telling) + HOUR)
    Email.objects.filter(pk=email.pk).update(status=status, reason="no such reader")
    assert found() == {}


def test_a_cancellation_that_was_sent_of_what_is_not_cancelled_is_found():
    _telling, email = told_of("session_moved")
    Email.objects.filter(pk=email.pk).update(kind="session_cancelled")
    sent_at(email, now() + HOUR)
    assert found() == {TOO_LATE: named(email)}


def test_a_job_that_acts_as_of_a_past_instant_makes_no_finding():
    telling, email = told_of("payment_reminder")
    sent_at(email, now())
    ran("cancel_unpaid_sessions", telling.at + 9 * NIGHT, Channel.COMMAND)
    assert telling.fresh().status == Status.CANCELED
    assert found() == {}


# Who learns of it


def test_admins_are_told_once_a_day_and_the_command_exits_with_1(admin_user, coordinator):
    _telling, email = told_of("session_confirmed")
    again(email)
    for at in (AT, AT + MINUTE, AT + NIGHT):
        record = ran("check_integrity", at)
        assert record.failed == 1
        assert "session_confirmed of S-" in record.errors[0]
    assert told("integrity_problem") == ["Ana Admin", "Ana Admin"]
    printed = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_integrity", stdout=printed, stderr=StringIO())
    assert end.value.code == 1
    assert "I10 broken: nobody is told a fact twice" in printed.getvalue()
