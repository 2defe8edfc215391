"""What was rolled back, or was over before it was sent, is told to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from config.tests.faults.mail_sink import MailSink
from notifications import post
from notifications.models import Email, EmailStatus
from notifications.sending import send_due
from sessions_app.actions import cancelling, team
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator
from sessions_app.tests.builders import DAY, SYSTEM, TEN, assign, paid, taken_to
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_neither_written_nor_sent(sink: MailSink, at: datetime) -> None:
    session = taken_to(Status.PRE_SCHEDULED, at=at)
    paid(session, session.deposit_amount, at=at)
    assign(session, at=at)
    with transaction.atomic():
        transition(session, Status.CONFIRMED, actor=SYSTEM, at=at)
        assert Email.objects.exists()
        transaction.set_rollback(True)
    post.wait_until_done()
    assert not Email.objects.exists()
    assert sink.letters == []


def test_confirmed_and_cancelled_at_once_only_the_cancellation_is_told(
    sink: MailSink, at: datetime
) -> None:
    session = taken_to(Status.CONFIRMED, at=at)
    cancelling.cancel(session, initiator=Initiator.CLIENT, actor=SYSTEM, at=at, reason="Ill")
    send_due(lambda: at)
    assert [letter.kind for letter in sink.letters] == ["session_cancelled"]
    confirmation = Email.objects.get(kind="session_confirmed")
    assert confirmation.status == EmailStatus.SUPPRESSED
    assert "Canceled" in confirmation.reason


def test_confirmed_again_after_a_reopening_it_is_told_once(sink: MailSink, at: datetime) -> None:
    session = taken_to(Status.CONFIRMED, at=at)
    for step in (Status.NEGOTIATION, Status.PRE_SCHEDULED, Status.CONFIRMED):
        transition(session, step, actor=SYSTEM, at=at)
    send_due(lambda: at)
    assert [letter.kind for letter in sink.letters] == ["session_confirmed"]


def test_moved_twice_before_it_was_sent_it_is_told_once_from_where_it_was(
    sink: MailSink, at: datetime
) -> None:
    session = taken_to(Status.CONFIRMED, at=at)
    send_due(lambda: at)
    sink.letters.clear()
    late = session.changes_deadline_at
    for days in (1, 2):
        day = DAY + timedelta(days=days)
        session = postpone(session, day, TEN, reason="Rain", actor=SYSTEM, at=late)
    send_due(lambda: late)
    [moved] = sink.letters
    assert moved.kind == "session_moved"
    assert "20 April" in moved.text
    assert "22 April" in moved.text
    assert "21 April" not in moved.text


def test_moved_and_moved_back_before_it_was_sent_nothing_is_told(
    sink: MailSink, at: datetime
) -> None:
    session = taken_to(Status.CONFIRMED, at=at)
    send_due(lambda: at)
    sink.letters.clear()
    late = session.changes_deadline_at
    for day in (DAY + timedelta(days=1), DAY):
        session = postpone(session, day, TEN, reason="Rain", actor=SYSTEM, at=late)
    send_due(lambda: late)
    assert sink.letters == []


def test_a_photographer_replaced_again_before_it_was_sent_only_the_last_is_told(
    sink: MailSink, at: datetime, photographer: User
) -> None:
    session = taken_to(Status.CONFIRMED, at=at)
    send_due(lambda: at)
    sink.letters.clear()
    first, last = session.assignments.get(), UserFactory(roles=["photographer"])
    second = team.reassign(first, photographer.pk, actor=SYSTEM, at=at)
    team.reassign(second, last.pk, actor=SYSTEM, at=at)
    send_due(lambda: at)
    assert [letter.kind for letter in sink.letters] == ["photographer_changed"]
    assert last.full_name in sink.letters[0].text
