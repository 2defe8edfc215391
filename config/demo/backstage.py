"""Messages and jobs of the demo: in its own process, or, with Redis, by a worker and a beat."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from django.conf import settings

from config.environment import BASE_DIR
from config.jobs.in_process import JobsInProcess

FAREWELL = 10
"""Seconds that a worker is given to end what it does."""

PROGRAMS = (["worker", "--concurrency=1", "--without-gossip", "--without-mingle"], ["beat"])


def backstage() -> AbstractContextManager[object]:
    """Return what runs messages and jobs while it is entered, and ends with it."""
    return _worker_and_beat() if settings.REDIS_URL else JobsInProcess()


def where() -> str:
    """Return a sentence that says where messages and jobs run."""
    if settings.REDIS_URL:
        return "Messages and jobs run in a worker and a beat, started here."
    return "Messages and jobs run in this process."


@contextmanager
def _worker_and_beat() -> Iterator[None]:
    with ExitStack() as running:
        for arguments in PROGRAMS:
            running.enter_context(_program(arguments))
        yield


@contextmanager
def _program(arguments: list[str]) -> Iterator[None]:
    """Hold one of Celery's programs.

    It leads a session of its own: Ctrl-C reaches the demo alone, which then ends it with all its
    processes.
    """
    process = subprocess.Popen(  # noqa: S603  (our own interpreter, constant arguments)
        [sys.executable, "-m", "celery", "--quiet", "-A", "config", *arguments],
        cwd=BASE_DIR,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
