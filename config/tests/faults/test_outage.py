"""Three days without worker, beat and mail server: catching up does each thing once."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from config.clock import instant, studio_day
from config.jobs import schedule
from config.jobs.running import run
from config.records.models import Channel, RunStatus
from config.tests.faults.mail_sink import MailSink
from notifications.jobs import SEND_PENDING_MESSAGES
from notifications.models import Email, EmailStatus, Notification
from notifications.sending import send_due
from sessions_app.actions import cancelling, team
from sessions_app.actions.postponing import postpone
from sessions_app.jobs import JOBS
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from sessions_app.tests.builders import AT, SYSTEM, taken_to
from sessions_app.tests.racing import broken
from users.actions.inviting import invite
from users.actions.passwords import ask_for_new_password
from users.models import User

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE = AT - DAY
"""The last day on which all was well: Monday."""
BACK = instant(studio_day(AT + 3 * DAY), time(10))
"""When all is well again: Friday, 10:00."""
THURSDAY, SATURDAY, NEXT_THURSDAY = (studio_day(AT + days * DAY) for days in (2, 4, 9))
LATER = studio_day(AT + 30 * DAY)


def confirmed(day: date, at: datetime = BEFORE) -> Session:
    return taken_to(Status.CONFIRMED, at=at, session_date=day)


def catch_up(sink: MailSink) -> dict[str, list[str]]:
    """Run what is overdue as beat asks for it, then send; return what each client read."""
    sink.letters.clear()
    for job in schedule.overdue(BACK):
        if job is not SEND_PENDING_MESSAGES:  # it sends by the clock; here time is passed in
            record = schedule.run_if_due(job.name, BACK)
            assert record is not None
            assert record.status == RunStatus.SUCCEEDED, record.errors
    send_due(lambda: BACK)
    read: dict[str, list[str]] = {}
    for letter in sink.letters:
        read.setdefault(letter.to[0], []).append(letter.kind)
    return read


@pytest.fixture
def office(coordinator: User, admin_user: User) -> list[User]:
    return [coordinator, admin_user]


def test_what_came_due_is_done_once_and_no_reminder_of_a_past_day_is_sent(
    office: list[User], sink: MailSink
) -> None:
    unpaid = taken_to(Status.PRE_SCHEDULED, at=AT - 4 * DAY)  # its deadline was Wednesday
    due_saturday = taken_to(Status.PRE_SCHEDULED, at=BEFORE)
    on_thursday, on_saturday = confirmed(THURSDAY), confirmed(SATURDAY)
    to_assign = confirmed(NEXT_THURSDAY)  # its changes deadline was Thursday
    send_due(lambda: BEFORE)

    assert catch_up(sink) == {
        unpaid.client.email: ["session_cancelled"],
        due_saturday.client.email: ["payment_reminder"],
        on_saturday.client.email: ["session_tomorrow"],
    }
    for session, status in [
        (unpaid, Status.CANCELED),
        (due_saturday, Status.PRE_SCHEDULED),
        (on_thursday, Status.ASSIGNED),
        (on_saturday, Status.ASSIGNED),
        (to_assign, Status.ASSIGNED),
    ]:
        assert Session.objects.get(pk=session.pk).status == status
        assert session.history.filter(to_status=status).count() == 1
    asked = Notification.objects.filter(kind="attendance_missing", session_id=on_thursday.pk)
    assert Counter(asked.values_list("recipient", flat=True)) == Counter(
        [*(one.pk for one in office), on_thursday.assignments.get().photographer_id]
    )
    assert broken() == []


def test_a_second_run_finds_nothing_to_do_and_tells_nothing_more(
    office: list[User], sink: MailSink
) -> None:
    taken_to(Status.PRE_SCHEDULED, at=AT - 4 * DAY)
    confirmed(THURSDAY)
    confirmed(SATURDAY)
    send_due(lambda: BEFORE)
    assert len(catch_up(sink)) == 2
    written = Email.objects.count(), Notification.objects.count()

    assert catch_up(sink) == {}
    for job in JOBS:  # and whoever asks by command does not do it again either
        run(job, at=BACK, channel=Channel.COMMAND)
    send_due(lambda: BACK)
    assert sink.letters == []
    assert (Email.objects.count(), Notification.objects.count()) == written


def test_what_was_written_meanwhile_goes_out_unless_it_is_no_longer_so(
    office: list[User], sink: MailSink, photographer: User, editor: User
) -> None:
    moved, reassigned = confirmed(NEXT_THURSDAY), confirmed(LATER)
    send_due(lambda: BEFORE)
    confirmed_meanwhile = confirmed(LATER, at=AT + HOUR)
    cancelled = confirmed(LATER, at=AT + HOUR)
    ask_for_new_password(editor.email, at=AT + HOUR)
    invite("guest@guests.example", actor=SYSTEM, at=AT + HOUR)
    team.reassign(reassigned.assignments.get(), photographer.pk, actor=SYSTEM, at=AT + 2 * HOUR)
    cancelling.cancel(
        cancelled, initiator=Initiator.CLIENT, actor=SYSTEM, at=AT + DAY, reason="Ill"
    )
    for days in (1, 2):
        late = AT + 2 * DAY + 15 * HOUR  # Friday, 01:00: the changes deadline is past
        postpone(
            moved,
            NEXT_THURSDAY + days * DAY,
            time(10),
            reason="Rain",
            actor=SYSTEM,
            at=late + days * HOUR,
        )

    assert catch_up(sink) == {
        confirmed_meanwhile.client.email: ["session_confirmed"],
        cancelled.client.email: ["session_cancelled"],
        reassigned.client.email: ["photographer_changed"],
        moved.client.email: ["session_moved"],
        "guest@guests.example": ["invitation"],
    }
    dead = Email.objects.filter(status=EmailStatus.SUPPRESSED).order_by("id")
    assert list(dead.values_list("kind", flat=True)) == [
        "session_confirmed",
        "new_password",
        "session_moved",
    ]
    assert all(email.reason for email in dead)
    assert not Email.objects.exclude(status__in=[EmailStatus.SENT, EmailStatus.SUPPRESSED]).exists()
