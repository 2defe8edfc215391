"""`python -m benchmarks.drain`: a long outbox drains, at no more cost per message than a short one.

Ends with 1 where a limit is broken, or a message too few or too many went out.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.database import NoServer, own_database
from benchmarks.environment import ROOT, module, production_environment
from benchmarks.mail_sink import mail_sink
from benchmarks.outbox import WARM_UP

FEW, MANY = 1000, 10_000
CPU_LIMIT, MEMORY_LIMIT = 1.3, 1.1


@dataclass(frozen=True)
class Drained:
    """How an outbox of so many messages, one of them poisoned, was drained by one process."""

    count: int
    seconds: float
    cpu: float
    before: float
    peak: float
    sent: int
    left: int
    received: int

    @property
    def is_wrong(self) -> bool:
        """Whether other messages went out than all but the poisoned one, each once."""
        return not (self.sent == self.received == self.count - 1 and self.left == 1)

    def __str__(self) -> str:
        return (
            f"{self.count:6,} messages: {self.count / self.seconds:.0f} a second, "
            f"{self.cpu / self.count * 1000:.2f} ms of CPU each; memory {self.before:.1f} MB "
            f"before, {self.peak:.1f} MB at most; sent {self.sent:,}, got by the mail server "
            f"{self.received:,}, left {self.left}"
        )


def main() -> int:
    """Drain a short outbox and a long one, and compare."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # drops it too
    try:
        with own_database() as address:
            environment = production_environment(address)
            _run(environment, "data", "young")
            few, many = (_drained(environment, count) for count in (FEW, MANY))
    except NoServer as error:
        sys.exit(str(error))
    cpu = (many.cpu / many.count) / (few.cpu / few.count)
    memory = many.peak / few.peak
    _say(f"{few}\n{many}")
    _say(f"{cpu:.2f} × the CPU time of a message (limit {CPU_LIMIT})")
    _say(f"{memory:.2f} × the memory (limit {MEMORY_LIMIT})")
    return int(few.is_wrong or many.is_wrong or cpu > CPU_LIMIT or memory > MEMORY_LIMIT)


def _drained(environment: dict[str, str], count: int) -> Drained:
    _run(environment, "outbox", "write", str(count))
    with mail_sink() as sink:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        measured = json.loads(_run(environment | mail, "outbox", "drain"))
        return Drained(count, received=sink.count() - WARM_UP, **measured)


def _run(environment: dict[str, str], name: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  (this Python, this package)
        module(name, *arguments),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"“{name}” has failed; why stands above.")
    return done.stdout


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
