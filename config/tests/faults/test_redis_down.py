"""Redis killed, or hanging, under load: no request fails or waits, nothing is lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from itertools import count
from typing import Any

import pytest

from config.clock import now
from config.tests.demo_processes import free_port
from config.tests.faults.conftest import Start
from config.tests.faults.letters import asked_for, now_is
from config.tests.faults.mail_sink import MailSink
from config.tests.faults.programs import BEAT, WORKER
from config.tests.faults.redis_server import RedisServer
from config.tests.faults.waiting import PATIENCE, until
from notifications import post
from notifications.models import Email, EmailStatus
from users.models import SignIn, User
from users.tokens import issue

pytestmark = pytest.mark.django_db(transaction=True)

A_MOMENT = 2.0  # seconds; 0.4 where nothing else runs: one answer of Redis that does not come
PEOPLE = 3


class Load:
    """People who invite others, one request after the other, each on a connection of their own."""

    def __init__(self, port: int, admin: User) -> None:
        at = now()
        family = SignIn.objects.create(user=admin, created_at=at, rotated_at=at)
        self._token = issue(family, at).access_token
        self._port = port
        self._numbers = count()
        self._ending = threading.Event()
        self.invited: list[str] = []
        self.waits: list[float] = []
        self.refusals: list[tuple[int, bytes]] = []

    def invite(self, http: HTTPConnection) -> None:
        """Ask for one invitation, and note how it was answered and when."""
        address = f"guest{next(self._numbers)}@guests.example"
        begun = time.monotonic()
        http.request(
            "POST",
            "/api/v1/invitations",
            json.dumps({"email": address}),
            {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        answer = http.getresponse()
        body = answer.read()
        self.waits.append(time.monotonic() - begun)
        if answer.status == 201:
            self.invited.append(address)
        else:
            self.refusals.append((answer.status, body))

    def try_a_password(self) -> None:
        """Ask to be let in, which is counted more than once, and note how long that took."""
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=30)) as http:
            begun = time.monotonic()
            tried = json.dumps({"email": "nobody@guests.example", "password": "a guess"})
            http.request("POST", "/api/v1/auth/login", tried, {"Content-Type": "application/json"})
            assert http.getresponse().status == 401
            self.waits.append(time.monotonic() - begun)

    def answers_to(self, requests: int) -> None:
        """Wait until so many more requests were answered."""
        wanted = len(self.waits) + requests
        until(lambda: len(self.waits) >= wanted, f"{requests} more answers")

    def invite_once(self) -> None:
        """Ask for one invitation now."""
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=30)) as http:
            self.invite(http)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the people ask while it is entered."""
        threads = [threading.Thread(target=self._ask_on) for _ in range(PEOPLE)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in threads:
                thread.join()
            self._ending.clear()

    def _ask_on(self) -> None:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=30)) as http:
            while not self._ending.is_set():
                try:
                    self.invite(http)
                except OSError as error:
                    self.refusals.append((0, repr(error).encode()))
                    return


@pytest.fixture
def load(start: Start, admin_user: User) -> Load:
    port = free_port()
    bind = ("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4")
    start(("-m", "gunicorn", "--config", "python:config.gunicorn", *bind, "config.wsgi"))
    load = Load(port, admin_user)
    until(lambda: _is_up(port), "the web server is up")
    load.invite_once()
    assert load.refusals == []
    load.waits.clear()
    return load


def _is_up(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as http:
        try:
            http.request("GET", "/health")
            return http.getresponse().status == 200
        except OSError:
            return False


FAULTS = pytest.mark.parametrize("fault", ["killed", "hanging"])


def strike(redis_server: RedisServer, fault: str) -> None:
    redis_server.kill() if fault == "killed" else redis_server.hang()


def mend(redis_server: RedisServer, fault: str) -> None:
    redis_server.start() if fault == "killed" else redis_server.go_on()


def all_has_gone_out(load: Load, sink: MailSink, *, within: float) -> None:
    waiting = Email.objects.exclude(status=EmailStatus.SENT)
    until(lambda: not waiting.exists(), "all has gone out", within=within)
    assert sorted(one.to[0] for one in sink.letters) == sorted(load.invited)


@FAULTS
def test_without_redis_no_request_fails_or_waits_and_the_next_call_sends_all(
    load: Load, start: Start, redis_server: RedisServer, sink: MailSink, fault: str
) -> None:
    worker = start(WORKER)
    until(lambda: sink.letters, "the worker sends")
    with load.running():
        load.answers_to(10)
        strike(redis_server, fault)
        load.answers_to(30)
        load.try_a_password()
    assert load.refusals == []
    assert max(load.waits) < A_MOMENT
    mend(redis_server, fault)
    load.invite_once()
    all_has_gone_out(load, sink, within=PATIENCE)
    assert worker.lives


@pytest.mark.parametrize("is_back", ["before the answer", "after the answer"])
def test_redis_that_dies_while_a_message_is_handed_over_leaves_the_worker_at_work(
    start: Start, redis_server: RedisServer, sink: MailSink, by_worker: None, is_back: str
) -> None:
    """What the worker has done it can tell to nobody, and it must not wait for that for ever."""

    def strike_once(server: Any) -> None:
        sink.on_data = None
        redis_server.kill()
        if is_back == "before the answer":
            redis_server.start()

    sink.on_data = strike_once
    worker = start(WORKER)
    [first] = asked_for()
    until(lambda: now_is(first).status == EmailStatus.SENT, "the first has gone out")
    post.wait_until_done()
    if is_back == "after the answer":
        redis_server.start()
    [second] = asked_for()
    until(lambda: now_is(second).status == EmailStatus.SENT, "the second has gone out")
    assert worker.lives
    assert [one.to for one in sink.letters] == [(first.to,), (second.to,)]


@pytest.mark.slow_faults
@FAULTS
def test_without_redis_nothing_is_lost_and_the_job_of_each_minute_sends_all(
    load: Load, start: Start, redis_server: RedisServer, sink: MailSink, fault: str
) -> None:
    worker, beat = start(WORKER), start(BEAT)
    until(lambda: sink.letters, "the worker sends")
    strike(redis_server, fault)
    with load.running():
        load.answers_to(30)
    # Longer than a tick of beat, which finds nobody to tell.
    a_minute_later = now() + timedelta(minutes=1)
    until(lambda: now() > a_minute_later, "a tick of beat", within=70)
    assert len(sink.letters) < len(load.invited)
    mend(redis_server, fault)
    all_has_gone_out(load, sink, within=4 * 60)
    assert worker.lives
    assert beat.lives
