"""The studio's programs as an operator starts them, on the database of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from config.environment import BASE_DIR
from config.tests.demo_processes import clean_environment

WORKER = ("-m", "celery", "--quiet", "-A", "config", "worker", "--concurrency=1")
BEAT = ("-m", "celery", "--quiet", "-A", "config", "beat")


class Program:
    """A process in a session of its own, so that it dies with all its processes."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=environment,
            start_new_session=True,
        )

    @property
    def lives(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it by `kill -9`, with whichever of its processes still run."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def studio_environment(*, redis_url: str, mail_port: int) -> dict[str, str]:
    """Return every variable of a program that works on the database of this test."""
    return clean_environment() | {
        "DATABASE_URL": _database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "EMAIL_FROM": settings.DEFAULT_FROM_EMAIL,
        "STUDIO_LANGUAGE": "en",
        "LOG_LEVEL": "INFO",
    }


def _database_url() -> str:
    name = quote(connection.settings_dict["NAME"], safe="")
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
