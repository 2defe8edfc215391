"""The closed loop: 16 connections that are kept, each sending the next request on an answer.

A process of its own, so that its work is nobody's cost. It reads jobs as lines of JSON and writes a
line about each: the answers by status, and the seconds they took.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from benchmarks.environment import ROOT, module

CONNECTIONS = 16
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)


class Load:
    """The other process, seen from here."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def send(self, port: int, requests: list[bytes], count: int) -> Counter[int]:
        """Have so many requests answered, the given ones in turn; return how many by status."""
        assert self._process.stdin is not None  # noqa: S101  (both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        job = {
            "port": port,
            "requests": [base64.b64encode(one).decode() for one in requests],
            "count": count,
        }
        print(json.dumps(job), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The process that sends the requests has died.")
        return Counter({int(status): n for status, n in json.loads(line).items()})


@contextmanager
def load_process() -> Iterator[Load]:
    """Hold the process that sends."""
    with subprocess.Popen(  # noqa: S603  (this Python, this package)
        module("load"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Load(process)
        finally:
            process.terminate()


@dataclass
class _Job:
    requests: Iterator[bytes]
    to_send: int
    to_come: int
    statuses: Counter[int] = field(default_factory=Counter)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class _Connection(asyncio.Protocol):
    def __init__(self, job: _Job) -> None:
        self.job, self.received, self.whole = job, bytearray(), 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.whole:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return
            length = LENGTH.search(self.received, 0, end + 2)
            self.whole = end + 4 + (int(length[1]) if length else 0)
        if len(self.received) >= self.whole:
            self.job.statuses[int(self.received[9:12])] += 1
            told = RETRY_AFTER.search(self.received, 0, self.whole)
            pause = int(told[1]) if told else 0  # seconds
            del self.received[: self.whole]
            self.whole = 0
            self.job.to_come -= 1
            if pause:
                asyncio.get_running_loop().call_later(pause, self._send)
            else:
                self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self.job.to_come > 0:
            raise SystemExit("The server has closed a connection.")

    def _send(self) -> None:
        if self.job.to_send > 0:
            self.job.to_send -= 1
            self.transport.write(next(self.job.requests))
        elif self.job.to_come <= 0:
            self.job.done.set()


async def _work(port: int, requests: list[bytes], count: int) -> Counter[int]:
    job = _Job(cycle(requests), count, count)
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: _Connection(job), "127.0.0.1", port)
        for _ in range(min(CONNECTIONS, count))
    ]
    await job.done.wait()
    for transport, _ in pairs:
        transport.close()
    return job.statuses


def main() -> None:
    """Do the jobs that come in."""
    for line in sys.stdin:
        job = json.loads(line)
        requests = [base64.b64decode(one) for one in job["requests"]]
        statuses = asyncio.run(_work(job["port"], requests, job["count"]))
        print(json.dumps(statuses), flush=True)  # noqa: T201  (how it answers)


if __name__ == "__main__":
    main()
