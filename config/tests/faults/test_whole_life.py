"""Real Redis, real worker, real mail server: what a client reads in the life of a session."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.core.management import call_command

from clients.tests.factories import ClientFactory
from config.clock import end_of, now, studio_day
from config.jobs import schedule
from config.tests.faults.conftest import Start
from config.tests.faults.mail_sink import MailSink
from config.tests.faults.programs import WORKER
from config.tests.faults.waiting import until
from notifications import post
from notifications.models import Email, EmailStatus
from sessions_app.actions import attendance, cancelling, editing, planning, team, verifying
from sessions_app.actions.postponing import postpone
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType, Session
from sessions_app.tests.builders import SYSTEM, acting, assign, external, paid, priced
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def sent() -> None:
    """Wait until the worker has sent all that was written."""
    post.wait_until_done()
    waiting = Email.objects.exclude(status__in=[EmailStatus.SENT, EmailStatus.SUPPRESSED])
    until(lambda: not waiting.exists(), "the worker has sent everything")


def pre_scheduled(language: str, at: datetime, *, in_days: int) -> Session:
    client = ClientFactory(language=language, email=f"{language}@client.example")
    day = studio_day(now()) + timedelta(days=in_days)
    session = priced(external(at=at, client=client, session_date=day), at=at)
    transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=at)
    session.refresh_from_db()
    return session


def wait_out_midnight() -> None:
    """Begin on a day of the studio that lasts long enough for the whole life."""
    until(lambda: end_of(studio_day(now())) - now() > timedelta(minutes=3), "a day", within=200)


def test_each_reads_what_concerns_them_in_their_language_once_and_nothing_else(
    start: Start,
    by_worker: None,
    sink: MailSink,
    photographer: User,
    editor: User,
    admin_user: User,
    coordinator: User,
) -> None:
    wait_out_midnight()
    start(WORKER)
    today = studio_day(now())
    # Booked four days ago, so that the deposit is due tomorrow; then the desk hurries.
    delivered = pre_scheduled("es", now() - timedelta(days=4), in_days=3)
    schedule.run_if_due("send_reminders", now())
    sent()
    paid(delivered, delivered.deposit_amount, at=now())
    transition(delivered, Status.CONFIRMED, actor=SYSTEM, at=now())
    sent()
    other = assign(delivered, at=now())
    postpone(delivered, today + timedelta(days=1), time(10), reason="Rain", actor=SYSTEM, at=now())
    sent()
    team.reassign(other, photographer.pk, actor=SYSTEM, at=now())
    sent()
    # A second run of that day: by command, since the schedule has done its one.
    call_command("send_reminders", quiet=True)
    call_command("send_reminders", quiet=True)
    sent()
    postpone(delivered, today, time(23, 59), reason="Sun", actor=SYSTEM, at=now())
    sent()
    attendance.mark_own(delivered, attended=True, actor=acting(photographer), at=now())
    editing.take(delivered, actor=acting(editor), at=now())
    editing.change_editing_days(delivered, 9, note="More to do", actor=acting(editor), at=now())
    sent()
    planning.change_session(
        delivered,
        {"delivery_method": "Digital", "delivery_link": "https://photos.example.com/42"},
        actor=SYSTEM,
        at=now(),
    )
    transition(delivered, Status.READY, actor=acting(editor), at=now())
    sent()
    delivered.refresh_from_db()
    paid(delivered, delivered.balance_amount, PaymentType.BALANCE, at=now())
    transition(delivered, Status.COMPLETED, actor=SYSTEM, at=now())

    cancelled = pre_scheduled("en", now(), in_days=40)
    paid(cancelled, cancelled.deposit_amount, at=now())
    transition(cancelled, Status.CONFIRMED, actor=SYSTEM, at=now())
    sent()
    cancelling.cancel(
        cancelled, initiator=Initiator.CLIENT, actor=acting(coordinator), at=now(), reason="Ill"
    )
    sent()
    refund = cancelled.payments.get(payment_type=PaymentType.REFUND)
    verifying.verify(refund, actor=acting(admin_user), at=now(), transaction_reference="TR-1")
    sent()

    assert sink.kinds_to("es@client.example") == [
        "payment_reminder",
        "session_confirmed",
        "session_moved",
        "photographer_changed",
        "session_tomorrow",
        "session_moved",
        "delivery_date_changed",
        "material_ready",
    ]
    assert sink.kinds_to("en@client.example") == [
        "session_confirmed",
        "session_cancelled",
        "refund_paid",
    ]
    assert len(sink.letters) == 11
    assert len({letter.message_id for letter in sink.letters}) == 11
    for letter in sink.letters:
        language = letter.to[0][:2]
        assert f'<html lang="{language}">' in letter.html
    moved = next(letter for letter in sink.letters if letter.kind == "session_moved")
    assert "10:00–12:00" in moved.text
    assert " de 20" in moved.text  # a day as Spanish says it
    assert "https://photos.example.com/42" in sink.letters[7].text
