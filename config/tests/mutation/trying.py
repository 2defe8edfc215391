"""Trying one guard: it is taken out of a copy, and tests run until one goes red."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.tests.mutation.guards import Edit, Guard
from config.tests.mutation.servers import Databases, environment
from config.tests.mutation.worker import BROKEN, GREEN, HUNG, RED

SECONDS = 240
"""How long the tests of one trial may take; what hangs longer is no red test."""
SECONDS_OF_ALL = 1200
TOGETHER = 30
AT_ONCE = (8, 24, 72, 144)
"""How many tests at a time: few while the likeliest are tried."""


@dataclass(frozen=True)
class Verdict:
    """What came of one guard: the test that went red, or why none did."""

    guard: Guard
    outcome: str
    test: str | None = None
    remark: str = ""


def _in_parts(tests: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return tests in their order, a few at a time."""
    first = 0
    for size in AT_ONCE:
        if tests[first : first + size]:
            yield tests[first : first + size]
        first += size
    if tests[first:]:
        yield tests[first:]


class Bench:
    """A copy of the tree, a database and two workers, on which one trial at a time is made."""

    def __init__(self, job: int, tree: Path, databases: Databases) -> None:
        self._job, self._tree, self._databases = job, tree, databases
        self._workers: dict[str, subprocess.Popen[str]] = {}
        self._stamp = 2_000_000_000
        self._clean: str | None = None

    def try_guard(self, guard: Guard, tests: Sequence[str]) -> Verdict:
        """Run tests without a guard, in their order, some at once, until one goes red."""
        verdict = Verdict(guard, GREEN)
        for some in _in_parts(tests):
            answer = self._without(guard, some)
            verdict = Verdict(
                guard, answer["outcome"], answer.get("test"), "; ".join(answer.get("broken", []))
            )
            if verdict.outcome == RED:
                break
        return verdict

    def record(
        self, modules: Sequence[str], marks: Mapping[str, Mapping[int, int]], into: Path
    ) -> None:
        """Run whole modules of tests, and write down which marks each test comes to."""
        named = {"marks": marks, "into": str(into), "seconds": SECONDS_OF_ALL}
        answer = self._ask("warm", modules, self._databases.fresh(self._job), **named)
        self._clean = None
        if answer["outcome"] != GREEN:
            raise RuntimeError(f"{modules} could not be measured: {answer}")

    def not_green(self, tests: Sequence[str]) -> list[str]:
        """Return those of the tests that are red with every guard in its place."""
        waiting, red = list(tests), []
        while waiting:
            some, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
            answer = self._ask("warm", some, self._database())
            if answer["outcome"] == GREEN:
                continue
            if len(some) == 1:
                red += some
            else:  # one of them: each by itself
                red += [one for one in some if self.not_green([one])]
        return red

    def _database(self) -> str:
        """Return the name of a database as it was migrated: the last one, if nothing was kept."""
        if self._clean is None:
            self._clean = self._databases.fresh(self._job)
        return self._clean

    def _without(self, guard: Guard, tests: Sequence[str]) -> dict[str, Any]:
        change = guard.change
        if isinstance(change, str):
            self._clean = None
            changed = self._databases.fresh(self._job, without=change)
            answer = self._ask("warm", tests, changed)
            self._clean = None
            return answer
        database = self._database()
        source = (self._tree / change.path).read_bytes()
        if change.function is not None:
            line, name = change.function
            text = change.applied(source).decode()
            swap = {"path": change.path, "line": line, "name": name, "text": text}
            answer = self._ask("warm", tests, database, swap=swap)
            if answer["outcome"] != "cold":
                return answer
            database = self._database()
        return self._written(change, source, tests, database)

    def _written(
        self, change: Edit, source: bytes, tests: Sequence[str], database: str
    ) -> dict[str, Any]:
        file = self._tree / change.path
        before = file.stat()
        self._stamp += 1  # what Python has compiled is told from the text by its time
        try:
            change.written_to(self._tree)
            os.utime(file, (self._stamp, self._stamp))
            return self._ask("cold", tests, database)
        finally:
            file.write_bytes(source)
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _ask(
        self, kind: str, tests: Sequence[str], database: str | None, **more: Any
    ) -> dict[str, Any]:
        asked = {
            "tests": list(tests),
            "database": database,
            "seconds": SECONDS,
            "options": ["--rootdir", str(self._tree), "-c", str(self._tree / "pytest.ini")],
        }
        worker = self._worker(kind)
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(asked | more) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        if not line:  # it has ended, however: another one takes its place
            self._workers.pop(kind).wait()
        answer: dict[str, Any] = json.loads(line or '{"outcome": "hung"}')
        if not answer.get("clean"):
            self._clean = None
        return answer

    def _worker(self, kind: str) -> subprocess.Popen[str]:
        if kind not in self._workers:
            self._workers[kind] = subprocess.Popen(
                [sys.executable, "-m", "config.tests.mutation.worker", kind, f"{self._tree}.log"],
                cwd=self._tree,
                env=environment(self._databases.address(self._databases.template)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._workers[kind]

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers.values():
            with worker:  # closes what one talks through, and waits
                pass


__all__ = ["BROKEN", "GREEN", "HUNG", "RED", "Bench", "Verdict"]
