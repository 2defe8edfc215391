"""What others notice of it when everybody signs in at once.

The server of production, on its own options, is flooded with sign-ins from a process that sends the
next on each answer, each from another address; meanwhile one person works on. Who comes when enough
are signing in already is told to come again, and does so then (429, `users/hashing.py`).
"""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from benchmarks.endpoints import Facts
from benchmarks.environment import ROOT
from benchmarks.load import Load
from benchmarks.server import PRODUCT, SECONDS_TO_START, DidNotStart

MEDIAN_LIMIT, LATE_LIMIT = 3.0, 4.0
"""How many times as long an answer may take under the flood: half of them, and 19 of 20."""
SIGN_INS, ASKED = 1000, 300
WORK = ("/users/me", "/sessions", "/sessions/{session_id}", "/clients")


@dataclass(frozen=True)
class Noticed:
    """Seconds that answers took, without and under a flood, and what became of the sign-ins."""

    alone: list[float]
    flooded: list[float]
    statuses: Counter[int]
    sign_ins_a_second: float

    @property
    def medians(self) -> tuple[float, float]:
        """The medians, alone and flooded."""
        return statistics.median(self.alone), statistics.median(self.flooded)

    @property
    def late(self) -> tuple[float, float]:
        """What one in 20 takes longer than, alone and flooded."""
        return _late(self.alone), _late(self.flooded)

    @property
    def is_broken(self) -> bool:
        """Whether others wait too long, or signing in came to a stop."""
        (median, median_flooded), (late, late_flooded) = self.medians, self.late
        return (
            median_flooded > MEDIAN_LIMIT * median
            or late_flooded > LATE_LIMIT * late
            or not {200} <= set(self.statuses) <= {200, 429}
        )


def measure_sign_ins(environment: Mapping[str, str], facts: Facts, load: Load) -> Noticed:
    """Work alone, then while others sign in; raise DidNotStart."""
    trusting = {**environment, "TRUSTED_PROXIES": "127.0.0.1", "WEB_CONCURRENCY": "2"}
    with _production(trusting) as port:
        _work(port, facts, ASKED // 4)
        alone = _work(port, facts, ASKED)
        statuses: list[Counter[int]] = []
        begun = time.perf_counter()
        flood = threading.Thread(
            target=lambda: statuses.append(load.send(port, _sign_ins(facts), SIGN_INS))
        )
        flood.start()
        time.sleep(1)  # so that all of them are at it
        flooded = _work(port, facts, ASKED, while_alive=flood)
        flood.join()
        seconds = time.perf_counter() - begun
    return Noticed(alone, flooded, statuses[0], SIGN_INS / seconds)


def _late(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _work(
    port: int, facts: Facts, count: int, while_alive: threading.Thread | None = None
) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {facts['token']}"}
    seconds: list[float] = []
    for path in cycle(WORK):
        if len(seconds) == count or (while_alive and not while_alive.is_alive()):
            connection.close()
            return seconds
        begun = time.perf_counter()
        connection.request("GET", f"/api/v1{path.format_map(facts)}", headers=headers)
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - begun)
        if response.status != http.client.OK:
            raise DidNotStart(f"{path} answers {response.status}.")
    raise AssertionError("a cycle has no end")


def _sign_ins(facts: Facts) -> list[bytes]:
    """Return sign-ins of all people, each from an address of its own."""
    return [
        _sign_in(person, facts["password"], f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")
        for n, person in zip(range(SIGN_INS), cycle(facts["people"]), strict=False)
    ]


def _sign_in(email: str, password: str, address: str) -> bytes:
    body = json.dumps({"email": email, "password": password}).encode()
    head = [
        "POST /api/v1/auth/login HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Forwarded-For: {address}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@contextmanager
def _production(environment: Mapping[str, str]) -> Iterator[int]:
    """Hold the server with production's own options; give its port."""
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        subprocess.Popen(  # noqa: S603  (this Python, these arguments)
            [
                *(sys.executable, "-m", "gunicorn", PRODUCT),
                *("--config", "python:config.gunicorn"),
                *("--bind", f"fd://{door.fileno()}"),
            ],
            cwd=ROOT,
            env=dict(environment),
            pass_fds=[door.fileno()],
            stdout=subprocess.DEVNULL,
        ) as process,
    ):
        port: int = door.getsockname()[1]
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _await(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        connection: Any = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_START)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise DidNotStart("The server of production did not start.")
