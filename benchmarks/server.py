"""A gunicorn, and the CPU time of its one worker."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import ROOT

PRODUCT, FLOOR = "config.wsgi:application", "benchmarks.floor.app:application"
SECONDS_TO_START, LAST_WORDS = 30, 4000


class DidNotStart(Exception):
    """The server did not come up; the message holds the end of what it said."""


@dataclass(frozen=True)
class Server:
    """Where it listens, and which process does the work."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return what the worker has used so far, in user and system mode.

        The sum of the two in `/proc/<pid>/stat`, but to the nanosecond: Linux's CPU clock of
        another process, by the number that clock_getcpuclockid(3) gives.
        """
        return time.clock_gettime(~self.pid << 3 | 2)


@contextmanager
def running(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Hold a server of a WSGI application; raise DidNotStart."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as door:
        pid_file, log_file = Path(folder) / "worker.pid", Path(folder) / "log"
        with (
            log_file.open("wb") as log,
            subprocess.Popen(  # noqa: S603  (this Python, these arguments)
                [
                    *(sys.executable, "-m", "gunicorn", application),
                    *("--config", "python:benchmarks.server_options"),
                    *("--bind", f"fd://{door.fileno()}"),
                ],
                cwd=ROOT,
                env={**environment, "BENCHMARK_PID_FILE": str(pid_file)},
                pass_fds=[door.fileno()],
                stderr=log,
            ) as process,
        ):
            try:
                pid = _pid(pid_file, process)
                if pid is None:
                    said = log_file.read_text()[-LAST_WORDS:]
                    raise DidNotStart(f"{application} did not start.\n{said}")
                yield Server(door.getsockname()[1], pid)
            finally:
                process.terminate()


def _pid(path: Path, process: subprocess.Popen[bytes]) -> int | None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            return int(path.read_text())
        time.sleep(0.05)
    return None
