"""A Redis of the test's own: it can be killed, stopped in the middle, and started again."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import redis

from config.tests.demo_processes import free_port
from config.tests.faults.waiting import until


class RedisServer:
    """`redis-server` on a port that stays the same from start to start.

    Like a broker in production it writes down what it is given, so that a restart loses no task.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run, and answer."""
        self._process = subprocess.Popen(
            [
                *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--dir", str(self._folder), "--save", "", "--appendonly", "yes"),
            ],
            stdout=subprocess.DEVNULL,
        )
        until(self._answers, "redis-server answers")

    def kill(self) -> None:
        """Die at once, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Answer nothing more, and close no connection."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with redis.Redis(port=self.port, retry=None, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                time.sleep(0.05)
                return False
