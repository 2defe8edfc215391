"""The studio's server as production runs it: several processes with several threads each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.environment import BASE_DIR
from config.tests.demo_processes import free_port

PRODUCT = "config.wsgi:application"
WITHOUT_LOCKS = "config.tests.histories.unlocked:application"
PATIENCE = 60
"""Seconds until it answers; alone on a machine it takes three."""


@dataclass(frozen=True)
class Server:
    """Where it listens, and where it writes its log."""

    port: int
    log: Path


@contextmanager
def serving(application: str, environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Hold a server of two processes with four threads each, by the product's own options."""
    port = free_port()
    by_production = {"WEB_CONCURRENCY": "2", "WEB_THREADS": "4"}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application),
                *("--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}"),
            ],
            cwd=BASE_DIR,
            env={**environment, **by_production},
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, port, log)
        yield Server(port, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health"):
            return
        time.sleep(0.1)
    raise AssertionError(f"The server did not start.\n{log.read_text()[-4000:]}")
