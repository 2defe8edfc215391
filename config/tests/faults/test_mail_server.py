"""A mail server that refuses, hangs, is not there, or drops the connection after accepting."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from config.clock import now
from config.tests.demo_processes import free_port
from config.tests.faults.conftest import use_mail_server
from config.tests.faults.letters import asked_for, now_is, statuses
from config.tests.faults.mail_sink import MailSink, hang_up, silent_port
from config.tests.faults.waiting import PATIENCE
from notifications.models import EmailStatus
from notifications.sending import PAUSES, send_due

pytestmark = pytest.mark.django_db

PENDING, SENT, FAILED = EmailStatus.PENDING, EmailStatus.SENT, EmailStatus.FAILED


def send(after: timedelta = timedelta()) -> None:
    """Send what is due some time from now."""
    at = now() + after
    send_due(lambda: at)


def test_an_address_refused_for_good_has_failed_and_the_others_go_out(sink: MailSink) -> None:
    letters = asked_for(3)
    sink.on_recipient = lambda to: "550 no such user" if to == letters[1].to else None
    send()
    assert statuses(letters) == [SENT, FAILED, SENT]
    assert "no such user" in letters[1].reason
    send(PAUSES[0])
    assert len(sink.letters) == 2


def test_an_address_refused_for_now_goes_out_after_the_pause(sink: MailSink) -> None:
    letters = asked_for(3)
    sink.on_recipient = lambda to: "450 greylisted" if to == letters[1].to else None
    send()
    assert statuses(letters) == [SENT, PENDING, SENT]
    sink.on_recipient = None
    send()
    assert len(sink.letters) == 2
    send(PAUSES[0])
    assert statuses(letters) == [SENT] * 3
    assert (len(sink.letters), letters[1].uncertain) == (3, 0)


def test_what_the_mail_server_rejects_after_reading_it_is_tried_again_without_a_doubt(
    sink: MailSink,
) -> None:
    [letter] = asked_for()
    sink.on_data = lambda server: "451 try later"
    send()
    assert (now_is(letter).status, letter.uncertain) == (PENDING, 0)
    assert "try later" in letter.reason


@pytest.mark.parametrize("fault", ["nobody listens", "nobody answers"])
def test_without_a_mail_server_one_message_has_tried_and_none_is_lost(
    sink: MailSink, settings: Any, fault: str
) -> None:
    letters, port = asked_for(3), settings.EMAIL_PORT
    with silent_port() as silent:
        use_mail_server(settings, silent if fault == "nobody answers" else free_port())
        begun = time.monotonic()
        send()
        assert time.monotonic() - begun < 2 * settings.EMAIL_TIMEOUT
    assert statuses(letters) == [PENDING] * 3
    assert [(one.attempts, one.uncertain) for one in letters] == [(1, 0), (0, 0), (0, 0)]
    use_mail_server(settings, port)
    send(PAUSES[0])
    assert statuses(letters) == [SENT] * 3
    assert [one.to for one in sink.letters] == [(letters[n].to,) for n in (1, 2, 0)]


def test_accepted_and_dropped_it_goes_out_twice_under_one_message_id_and_is_counted(
    sink: MailSink,
) -> None:
    letters = asked_for(3)
    sink.on_data = lambda server: hang_up(server) if len(sink.letters) == 2 else None
    send()
    assert statuses(letters) == [SENT, PENDING, SENT]
    send(PAUSES[0])
    assert statuses(letters) == [SENT] * 3
    assert [one.uncertain for one in letters] == [0, 1, 0]
    assert [one.to for one in sink.letters] == [(letters[n].to,) for n in (0, 1, 2, 1)]
    assert sink.letters[1].message_id == sink.letters[3].message_id


def test_accepted_and_never_answered_it_goes_out_twice_and_is_counted(
    sink: MailSink,
) -> None:
    [letter] = asked_for()
    is_over = threading.Event()
    sink.on_data = lambda server: None if is_over.wait(PATIENCE) else "421 nobody came"
    send()
    is_over.set()
    assert (now_is(letter).status, letter.uncertain) == (PENDING, 1)
    sink.on_data = None
    send(PAUSES[0])
    assert now_is(letter).status == SENT
    assert [one.message_id for one in sink.letters] == [letter.message_id] * 2


def test_a_mail_server_that_stops_answering_leaves_one_message_in_doubt_not_all(
    sink: MailSink,
) -> None:
    letters = asked_for(3)
    is_over = threading.Event()
    sink.on_data = lambda server: None if is_over.wait(PATIENCE) else "421 nobody came"
    send()
    is_over.set()
    assert statuses(letters) == [PENDING] * 3
    assert [one.uncertain for one in letters] == [1, 0, 0]


def test_a_mail_server_that_takes_one_message_a_connection_gets_each_once(sink: MailSink) -> None:
    """Many say 421 and hang up after so many messages of a connection."""
    letters = asked_for(4)
    asked: list[str] = []

    def every_other(address: str) -> str | None:
        asked.append(address)
        return "421 too many messages" if len(asked) % 2 == 0 else None

    sink.on_recipient = every_other
    for after in (timedelta(), PAUSES[0], PAUSES[0] + PAUSES[1]):
        send(after)
    assert statuses(letters) == [SENT] * 4
    assert sorted(one.to for one in sink.letters) == [(one.to,) for one in letters]
    assert [one.uncertain for one in letters] == [0] * 4
