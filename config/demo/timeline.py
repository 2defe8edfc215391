"""Many lives side by side, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from heapq import heapify, heappop, heapreplace

Life = Generator[datetime, None, None]
"""Something that goes on by itself: it yields the instant at which it is to be woken again."""

Progress = Callable[[int, int], None]


def live(lives: Iterable[Life], until: datetime, progress: Progress) -> None:
    """Let all go on, each when it is its turn, up to and including an instant.

    `progress(done, total)` is called whenever nothing more happens to one of them.
    """
    waiting = [(next(life), number, life) for number, life in enumerate(lives)]
    total = len(waiting)
    heapify(waiting)
    while waiting:
        at, number, life = waiting[0]
        again = next(life, None) if at <= until else None
        if again is None or again > until:
            heappop(waiting)
            progress(total - len(waiting), total)
        else:
            heapreplace(waiting, (again, number, life))
