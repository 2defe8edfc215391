"""Sending: claimed by one, asked anew, handed over once, tried again with growing pauses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction

from config.clock import now
from config.jobs.registry import Trouble
from config.records.models import Channel
from notifications import kinds
from notifications.jobs import SEND_PENDING_MESSAGES
from notifications.kinds import FactIsDead, Kind
from notifications.mail_server import MailServer
from notifications.models import Email, EmailStatus
from notifications.sending import (
    LEASE,
    PAUSES,
    ROUND,
    deliver,
    is_left_behind,
    message_id,
    recover,
    send_due,
)
from notifications.tests.posting import posted
from notifications.writing import About, silence, write_email

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


class Broken(BaseEmailBackend):
    """A mail server that answers every message with the next of some errors, then takes it."""

    errors: ClassVar[list[Exception]] = []
    opening: ClassVar[Exception | None] = None
    taken: ClassVar[list[Any]] = []

    def open(self) -> None:
        if self.opening is not None:
            raise self.opening

    def send_messages(self, email_messages: Any) -> int:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Broken]]:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    Broken.errors, Broken.opening, Broken.taken = [], None, []
    yield Broken
    Broken.errors, Broken.opening, Broken.taken = [], None, []


@pytest.fixture
def hello() -> Iterator[Kind]:
    """A kind whose fact is dead where it says so, and which cannot be made where it says so."""

    def facts(email: Email, at: datetime) -> dict[str, Any]:
        if email.facts.get("dead"):
            raise FactIsDead("It is over.")
        if email.facts.get("poisoned"):
            raise ZeroDivisionError("a poisoned one")
        return {"link": "https://app.studio.example/x", "name": "Ana"}

    kind = Kind(
        name="hello",
        label="Hello",
        subject="Hello from %(studio)s",
        facts=facts,
        seen_with="",
        template="new_password",
        example=dict,
    )
    kinds.register([kind])
    yield kind
    kinds._kinds.pop("hello")


Write = Callable[..., Email]


@pytest.fixture
def write(hello: Kind, at: datetime) -> Write:
    """Return a writer of one e-mail; its facts may make it dead or poisoned."""

    def written(name: str = "ana", *, when: datetime = at, **facts: Any) -> Email:
        about = About(key=f"hello:{name}", facts=facts)
        write_email(hello, about, to=f"{name}@x.example", language="en", at=when)
        return Email.objects.get(key=f"hello:{name}")

    return written


def now_is(email: Email) -> Email:
    email.refresh_from_db()
    return email


# Writing


def test_a_fact_is_written_once_however_often_it_is_told(write):
    write()
    write()
    assert Email.objects.count() == 1


def test_what_is_rolled_back_is_not_written(write):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Email.objects.exists()


def test_silence_writes_nothing_and_ends_with_its_block(write, hello, at):
    with silence():
        write_email(hello, About(key="hello:s"), to="s@x.example", language="en", at=at)
    assert not Email.objects.exists()
    write()
    assert Email.objects.count() == 1


# Once


def test_what_is_due_goes_out_and_says_so(write, at):
    email = write()
    [message] = posted(at)
    assert message.to == ["ana@x.example"]
    assert message.subject == "Hello from Studio"
    assert message.extra_headers["Message-ID"] == message_id(email)
    now_is(email)
    assert (email.status, email.attempts, email.sent_at) == (EmailStatus.SENT, 1, at)
    assert posted(at) == []


def test_what_is_not_due_yet_waits(write, at):
    write()
    assert posted(at - MINUTE) == []
    assert len(posted(at)) == 1


def test_one_that_another_has_in_hand_is_left_to_them(write, at):
    email = write()
    Email.objects.update(status=EmailStatus.CLAIMED, claimed_at=at)
    with MailServer() as mail_server:
        assert deliver(email, at=at, mail_server=mail_server) is None
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_at_once_each_message_has_one(write):
    at = now() + timedelta(hours=1)  # so that the direct route does not take them before
    emails = [write(f"n{number}", when=at) for number in range(20)]
    outcomes: list[Any] = []

    def work() -> None:
        with MailServer() as mail_server:
            for email in Email.objects.order_by("id"):
                outcomes.append(deliver(email, at=at, mail_server=mail_server))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert outcomes.count(EmailStatus.SENT) == len(emails)
    assert outcomes.count(None) == 3 * len(emails)
    assert len(mail.outbox) == len(emails)


def test_who_was_taken_for_lost_does_not_overwrite_who_came_after(write, at, server):
    email = write()

    class Slow(MailServer):
        def send(self, message: Any) -> None:
            super().send(message)
            Email.objects.update(claimed_at=at + LEASE)  # somebody else has it meanwhile

    with Slow() as mail_server:
        assert deliver(email, at=at, mail_server=mail_server) is None
    assert now_is(email).status == EmailStatus.SENDING


# Dead and poisoned


def test_a_dead_fact_is_suppressed_with_the_reason(write, at):
    email = write(dead=True)
    assert posted(at) == []
    assert (now_is(email).status, email.reason) == (EmailStatus.SUPPRESSED, "It is over.")


def test_a_poisoned_one_does_not_stop_the_others(write, at):
    poisoned, fine = write("poison", poisoned=True), write("fine")
    assert [message.to for message in posted(at)] == [["fine@x.example"]]
    assert now_is(fine).status == EmailStatus.SENT
    now_is(poisoned)
    assert (poisoned.status, poisoned.attempts) == (EmailStatus.PENDING, 1)
    assert poisoned.due_at == at + PAUSES[0]
    assert "ZeroDivisionError" in poisoned.reason


def test_a_line_break_in_an_address_is_sent_to_nobody(write, at):
    email = write()
    Email.objects.update(to="a@x.example\nBcc: all@evil.example")
    assert posted(at) == []
    assert "BadHeaderError" in now_is(email).reason


# Again, after pauses that grow


def test_pauses_grow_to_almost_four_days_then_it_has_failed(write, at, server):
    email = write()
    tried = []
    moment = at
    while now_is(email).status == EmailStatus.PENDING:
        server.errors[:] = [SMTPDataError(451, b"later")]
        moment = email.due_at
        tried.append(moment)
        posted(moment)
    assert len(tried) == len(PAUSES) + 1
    assert [later - sooner for sooner, later in pairwise(tried)] == [*PAUSES]
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=3) < moment - at < timedelta(days=4)
    assert email.status == EmailStatus.FAILED
    assert "451" in email.reason


@pytest.mark.parametrize("code", [500, 550])
def test_an_address_that_is_refused_for_good_has_failed_at_once(write, at, server, code):
    email = write()
    server.errors[:] = [SMTPRecipientsRefused({"ana@x.example": (code, b"no such user")})]
    posted(at)
    assert now_is(email).status == EmailStatus.FAILED
    assert "no such user" in email.reason


@pytest.mark.parametrize("code", [450, 499])
def test_an_address_that_is_refused_for_now_is_tried_again(write, at, server, code):
    email = write()
    server.errors[:] = [SMTPRecipientsRefused({"ana@x.example": (code, b"greylisted")})]
    posted(at)
    assert now_is(email).status == EmailStatus.PENDING
    posted(email.due_at)
    assert now_is(email).status == EmailStatus.SENT


def test_a_mail_server_out_of_reach_costs_one_message_an_attempt_and_the_others_nothing(
    write, at, server
):
    first, second = write("first"), write("second")
    server.opening = ConnectionRefusedError("nobody listens")
    posted(at)
    assert (now_is(first).attempts, now_is(second).attempts) == (1, 0)
    assert "nobody listens" in first.reason
    assert first.uncertain == 0
    server.opening = None
    posted(at + MINUTE)
    assert {now_is(first).status, now_is(second).status} == {EmailStatus.SENT}


# The window in which nobody can know


@pytest.mark.parametrize(
    ("error", "doubts"),
    [
        (SMTPDataError(554, b"rejected"), 0),
        (SMTPServerDisconnected("connection lost"), 1),
        (TimeoutError("timed out"), 1),
    ],
)
def test_only_a_lost_answer_leaves_a_doubt(write, at, server, error, doubts):
    email = write()
    server.errors[:] = [error]
    posted(at)
    assert (now_is(email).status, email.uncertain) == (EmailStatus.PENDING, doubts)


@pytest.mark.parametrize(
    ("left_as", "doubts"), [(EmailStatus.CLAIMED, 0), (EmailStatus.SENDING, 1)]
)
def test_what_a_dead_worker_left_is_due_again_after_its_lease(write, at, left_as, doubts):
    email = write()
    Email.objects.update(status=left_as, claimed_at=at, attempts=1)
    assert not is_left_behind(at + LEASE)
    assert recover(at + LEASE) == 0
    later = at + LEASE + MINUTE
    assert is_left_behind(later)
    assert recover(later) == 1
    assert (now_is(email).status, email.uncertain) == (EmailStatus.PENDING, doubts)
    [message] = posted(later)
    assert message.extra_headers["Message-ID"] == message_id(email)
    assert now_is(email).status == EmailStatus.SENT


def test_what_is_lost_again_and_again_has_failed_after_the_last_pause(write, at):
    email = write()
    later = at + LEASE + MINUTE
    Email.objects.update(status=EmailStatus.SENDING, claimed_at=at, attempts=len(PAUSES))
    recover(later)
    assert (now_is(email).status, email.due_at) == (EmailStatus.PENDING, later + PAUSES[-2])
    Email.objects.update(status=EmailStatus.SENDING, claimed_at=at, attempts=len(PAUSES) + 1)
    recover(later)
    assert (now_is(email).status, email.uncertain) == (EmailStatus.FAILED, 2)


def test_the_clock_is_asked_for_each_message(write, at):
    emails = [write("one"), write("two")]
    later = at + timedelta(seconds=10)
    moments = iter([at, at, at, later, later])
    send_due(lambda: next(moments))
    assert [now_is(email).sent_at for email in emails] == [at, later]


def test_a_round_ends_before_who_is_to_end_has_waited_for_long(write, at):
    first, second = write("first"), write("second")
    moments = iter([at, at, at, at + MINUTE, at + MINUTE])
    send_due(lambda: next(moments))
    assert (now_is(first).status, now_is(second).status) == (EmailStatus.SENT, EmailStatus.PENDING)


def test_a_round_sends_until_its_very_last_second(write, at):
    first, second = write("first"), write("second")
    last = at + ROUND
    moments = iter([at, last, last, last + timedelta(microseconds=1)])
    send_due(lambda: next(moments))
    assert (now_is(first).status, now_is(second).status) == (EmailStatus.SENT, EmailStatus.PENDING)


def test_the_job_calls_what_did_not_go_out_a_trouble_with_its_reason(write, server):
    write("first", when=now())
    write("second", when=now())
    server.errors[:] = [SMTPDataError(451, b"later")]
    cases = iter(SEND_PENDING_MESSAGES.cases(now(), Channel.JOB))
    with pytest.raises(Trouble, match="451"):
        next(cases).do()
    assert next(cases).do() == "sent"
