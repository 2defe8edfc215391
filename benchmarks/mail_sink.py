"""A mail server that takes everything, in a process of its own, so that its work is nobody's cost.

It prints its port, and how many messages it has got once nobody writes to it any more.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.environment import ROOT, module


@dataclass
class Sink:
    """The other process, seen from here."""

    process: subprocess.Popen[str]
    port: int

    def count(self) -> int:
        """End it, and return how many messages it has got."""
        said, _nothing = self.process.communicate("")
        return int(said)


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Hold the process that takes mail."""
    with subprocess.Popen(  # noqa: S603  (this Python, this package)
        module("mail_sink"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  (it is a pipe)
            yield Sink(process, int(process.stdout.readline()))
        finally:
            process.terminate()


class _Counting:
    def __init__(self) -> None:
        self.count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message."""
        self.count += 1
        return "250 OK"


async def _serve() -> None:
    counting = _Counting()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(counting), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    print(counting.count, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_serve())
