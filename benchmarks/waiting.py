"""How long one waits for what is far down, counted or searched in a studio of 50,000 sessions."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.endpoints import Endpoint, Facts
from benchmarks.environment import ROOT
from benchmarks.measuring import Measured, WrongAnswers
from benchmarks.pages import Page

LIMIT = 0.2
"""Seconds, of half the answers."""
WARM_UP, TIMES = 2, 9


@dataclass(frozen=True)
class Waited:
    """Seconds that one answer after the other took, and the CPU seconds of one."""

    asked: Endpoint | Page
    seconds: list[float]
    cpu: float

    @property
    def median(self) -> float:
        """What half of the answers took at most."""
        return statistics.median(self.seconds)

    @property
    def is_broken(self) -> bool:
        """Whether it takes too long."""
        return self.median >= LIMIT


def measure_waits(
    requests: Iterable[Endpoint | Page], server: Measured, facts: Facts
) -> list[Waited]:
    """Ask for each some times, alone on one connection; raise WrongAnswers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        return [_waited(one, connection, server, facts) for one in requests]
    finally:
        connection.close()


def _waited(
    asked: Endpoint | Page,
    connection: http.client.HTTPConnection,
    server: Measured,
    facts: Facts,
) -> Waited:
    head, _, _body = asked.requests(facts)[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    path = first.split(" ")[1]
    headers = dict(line.split(": ", 1) for line in lines)
    seconds, cpu = [], []
    for _ in range(WARM_UP + TIMES):
        used, begun = server.cpu_seconds(), time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - begun)
        cpu.append(server.cpu_seconds() - used)
        if response.status != asked.expected:
            raise WrongAnswers(f"“{asked.name}” answers {response.status}.")
    return Waited(asked, seconds[WARM_UP:], min(cpu[WARM_UP:]))


def integrity_seconds(environment: dict[str, str]) -> float:
    """Return the seconds of `check_integrity`; raise WrongAnswers where it finds something."""
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, ROOT / "manage.py", "check_integrity"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != os.EX_OK:
        raise WrongAnswers(f"The studio is not whole.\n{done.stdout}")
    return time.perf_counter() - begun
