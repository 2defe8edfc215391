"""The direct route: after the commit, on a thread; nobody waits for mail server or Redis."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from conftest import signed_in
from notifications import post
from notifications.models import Email, EmailStatus
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

FORGOT = "/api/v1/auth/password/forgot"
A_MOMENT = 0.5  # seconds


class Slow(BaseEmailBackend):
    """A mail server that takes its time: until it is told to go on."""

    may_go_on = threading.Event()
    threads: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Any) -> int:
        self.may_go_on.wait(timeout=10)
        self.threads.append(threading.current_thread().name)
        return len(email_messages)


@pytest.fixture
def person():
    return UserFactory(email="berta@studio.example", language="en")


def ask_for_a_letter() -> float:
    """Ask for one and return how many seconds the request took."""
    begun = time.monotonic()
    assert signed_in().post(FORGOT, {"email": "berta@studio.example"}).status_code == 202
    return time.monotonic() - begun


def test_a_letter_leaves_after_the_commit(person):
    with transaction.atomic():
        ask_for_a_letter()
        post.wait_until_done()
        assert mail.outbox == []
    post.wait_until_done()
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_what_is_rolled_back_sends_nothing(person):
    with transaction.atomic():
        ask_for_a_letter()
        transaction.set_rollback(True)
    post.wait_until_done()
    assert (mail.outbox, Email.objects.count()) == ([], 0)


def test_nobody_waits_for_the_mail_server(person, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    Slow.may_go_on.clear()
    Slow.threads.clear()
    ask_for_a_letter()
    assert Slow.threads == []
    Slow.may_go_on.set()
    post.wait_until_done()
    assert len(Slow.threads) == 1
    assert Slow.threads[0].startswith("post")


def test_a_mail_server_that_is_down_fails_no_request_and_loses_nothing(person, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _nobodys_port()
    ask_for_a_letter()
    post.wait_until_done()
    email = Email.objects.get()
    assert (email.status, email.attempts) == (EmailStatus.PENDING, 1)
    assert "Connection refused" in email.reason
    assert "token=" not in caplog.text


@pytest.mark.parametrize("broker", ["nobody listens", "nobody answers"])
def test_without_its_broker_no_request_fails_or_waits_and_the_message_stays(
    person, settings, broker
):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if broker == "nobody answers":
            silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        settings.CELERY_BROKER_URL = settings.REDIS_URL
        assert ask_for_a_letter() < A_MOMENT
        begun = time.monotonic()
        post.wait_until_done()
        assert time.monotonic() - begun < 10
    assert Email.objects.get().status == EmailStatus.PENDING


def _nobodys_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
