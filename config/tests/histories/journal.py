"""What was asked and what was answered: in memory for the judge, in a file for who reads later."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

DONE = "done"
REFUSED = "refused"
"""By a page of the back office, which says why in a sentence and not by a code."""
NOTHING = "nothing to do it with"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or one command and its end."""

    who: str
    door: str
    deed: str
    method: str
    path: str
    sent: Any
    headers: dict[str, str]
    status: int
    code: str
    seconds: float
    answer: Any = None
    """The whole of a JSON answer; of a page, what it said to the person."""


@dataclass(frozen=True)
class Step:
    """One thing that somebody set out to do, and what came of it: done, a code, or no occasion."""

    who: str
    door: str
    deed: str
    outcome: str


@dataclass
class Journal:
    """The exchanges and steps of one history, in the order in which they ended."""

    path: Path
    exchanges: list[Exchange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def exchanged(self, exchange: Exchange) -> None:
        """Keep a request and its answer."""
        self._write("exchange", exchange, self.exchanges)

    def stepped(self, step: Step) -> None:
        """Keep what came of somebody's intention."""
        self._write("step", step, self.steps)

    def outcomes(self) -> Counter[tuple[str, str, str]]:
        """Return how often each deed at each door came to each end."""
        return Counter((step.door, step.deed, step.outcome) for step in self.steps)

    def answered(self, method: str, ending: str, status: int) -> Iterator[Exchange]:
        """Yield the exchanges with an address that ends so and were answered so."""
        for one in self.exchanges:
            if (one.method, one.status) == (method, status) and one.path.endswith(ending):
                yield one

    def _write(self, kind: str, entry: Any, entries: list[Any]) -> None:
        line = json.dumps({"is": kind, **asdict(entry)}, default=str, ensure_ascii=False)
        with self._lock, self.path.open("a") as file:
            entries.append(entry)
            file.write(line + "\n")
