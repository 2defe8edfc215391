"""What the tests of faults share: a Redis, a mail server, and the studio's programs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config.tests.faults.mail_sink import MailSink, mail_sink
from config.tests.faults.programs import Program, studio_environment
from config.tests.faults.redis_server import RedisServer

Start = Callable[..., Program]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of this test's own."""
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server, which the test would start and stop")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def sink(settings: Any) -> Iterator[MailSink]:
    """A real mail server, which this process sends to as well."""
    with mail_sink() as (sink, port):
        use_mail_server(settings, port)
        yield sink


def use_mail_server(settings: Any, port: int) -> None:
    """Let this process send its mail to a port of this machine, and wait half a second at most."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 0.5


@pytest.fixture
def by_worker(settings: Any, redis_server: RedisServer) -> None:
    """Let this process call a worker, as one with REDIS_URL does, instead of sending itself."""
    settings.REDIS_URL = settings.CELERY_BROKER_URL = redis_server.url


@pytest.fixture
def start(
    transactional_db: None, redis_server: RedisServer, sink: MailSink, settings: Any
) -> Iterator[Start]:
    """Return a starter of programs, which die before the database is emptied."""
    with ExitStack() as running:

        def start(arguments: tuple[str, ...], *, mail_port: int | None = None) -> Program:
            environment = studio_environment(
                redis_url=redis_server.url, mail_port=mail_port or settings.EMAIL_PORT
            )
            program = Program(arguments, environment)
            running.callback(program.kill)
            return program

        yield start
