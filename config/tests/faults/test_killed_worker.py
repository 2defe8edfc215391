"""kill -9 of the worker with a message in hand: it goes out after the lease, its doubt counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from config.clock import now, studio_day
from config.tests.faults.conftest import Start
from config.tests.faults.letters import FOR_LONG, asked_for, now_is
from config.tests.faults.mail_sink import MailSink, silent_port
from config.tests.faults.programs import WORKER
from config.tests.faults.waiting import until
from notifications.models import Email, EmailStatus
from notifications.sending import PAUSES, recover, send_due
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import taken_to

pytestmark = pytest.mark.django_db(transaction=True)


def send_later() -> None:
    """Send as another worker would, once the lease of the dead one is over."""
    later = now() + FOR_LONG
    assert recover(now()) == 0, "nobody takes it from one who may live"
    assert recover(later) == 1
    send_due(lambda: later)


def test_killed_between_claim_and_handing_over_it_goes_out_once(
    start: Start, by_worker: None, sink: MailSink
) -> None:
    with silent_port() as port:
        worker = start(WORKER, mail_port=port)
        [letter] = asked_for()
        until(lambda: now_is(letter).status == EmailStatus.CLAIMED, "the worker has claimed it")
        worker.kill()
    assert now_is(letter).status == EmailStatus.CLAIMED
    send_later()
    assert (now_is(letter).status, letter.uncertain) == (EmailStatus.SENT, 0)
    assert [one.to for one in sink.letters] == [(letter.to,)]


def test_killed_between_handing_over_and_writing_it_down_it_goes_out_twice_and_is_counted(
    start: Start, by_worker: None, sink: MailSink
) -> None:
    worker = start(WORKER)
    sink.on_data = lambda server: worker.kill()
    [letter] = asked_for()
    until(lambda: not worker.lives, "the mail server has killed the worker")
    sink.on_data = None
    assert now_is(letter).status == EmailStatus.SENDING
    send_later()
    assert (now_is(letter).status, letter.uncertain) == (EmailStatus.SENT, 1)
    assert [one.to for one in sink.letters] == [(letter.to,)] * 2
    assert {one.message_id for one in sink.letters} == {letter.message_id}


FOR_WEEKS = 4 * len(PAUSES)  # days


def clock_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


class Deadly(BaseEmailBackend):
    """Hands the message over, and takes its sender with it: out of memory, as a rule."""

    taken: ClassVar[list[Any]] = []

    def send_messages(self, email_messages: Any) -> int:
        self.taken.extend(email_messages)
        raise SystemExit


@pytest.mark.django_db
def test_a_message_that_is_the_death_of_each_who_sends_it_has_failed_in_the_end(
    settings: Any,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Deadly"
    Deadly.taken.clear()
    at = now()
    session = taken_to(Status.CONFIRMED, session_date=studio_day(at) + timedelta(days=90), at=at)
    letter = Email.objects.get(session_id=session.pk, person=None)
    for days in range(FOR_WEEKS):
        moment = at + timedelta(days=days)
        recover(moment)
        with suppress(SystemExit):
            send_due(clock_at(moment))
    recover(at + timedelta(days=FOR_WEEKS))
    assert len(Deadly.taken) == len(PAUSES) + 1
    assert now_is(letter).status == EmailStatus.FAILED
