"""The operator, who runs the studio's jobs while everybody else is at work."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from threading import Thread

from config.tests.demo_processes import manage
from config.tests.histories.journal import DONE, Exchange, Journal, Step

COMMANDS = (
    "cancel_unpaid_sessions",
    "assign_confirmed_sessions",
    "assign_confirmed_sessions",
    "send_reminders",
    "send_pending_messages",
    "check_integrity",
    "check_integrity",
)
DOOR = "command"


@dataclass
class Operator:
    """Somebody with a shell: one command after the other, now and then the same twice at once."""

    random: Random
    journal: Journal
    environment: Mapping[str, str]
    alone: bool

    name = "operator"

    def act(self) -> None:
        """Run a command to its end."""
        command = self.random.choice(COMMANDS)
        twice = self.random.random() < 0.2 and not self.alone
        runs = [Thread(target=self._run, args=(command,)) for _ in range(1 + twice)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()

    def _run(self, command: str) -> None:
        begun = time.monotonic()
        ended = manage(command, **self.environment)
        seconds = round(time.monotonic() - begun, 3)
        code = "" if ended.returncode == 0 else f"EXIT {ended.returncode}"
        said = ended.stdout[-3000:] + ended.stderr[-3000:]
        self.journal.exchanged(
            Exchange(
                who=self.name,
                door=DOOR,
                deed=command,
                method="RUN",
                path=command,
                sent=None,
                headers={},
                status=ended.returncode,
                code=code,
                seconds=seconds,
                answer=said,
            )
        )
        self.journal.stepped(Step(self.name, DOOR, command, code or DONE))
