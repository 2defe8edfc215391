"""What a page costs once the studio has years of data, beside the same page of a young studio."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.endpoints import Endpoint, Facts
from benchmarks.environment import ROOT, module
from benchmarks.load import Load
from benchmarks.measuring import Effort, Measured, cost
from benchmarks.pages import Page

LIMIT, MOST_QUERIES = 1.5, 15
WARM_UP, AT_LEAST = 16, 8
"""Requests: a page costs a hundred times what an endpoint of the floor does."""


@dataclass(frozen=True)
class Aged:
    """A studio of some age: what it holds, where it is served, in which environment."""

    facts: Facts
    server: Measured
    environment: dict[str, str]


@dataclass
class Growth:
    """A page in a grown studio and in a young one: CPU seconds by round, queries, rows shown."""

    page: Page | Endpoint
    queries: tuple[int, int]
    rows: tuple[int, int]
    grown: list[float] = field(default_factory=list)
    young: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """The grown studio's cost as a multiple of the young one's, by round."""
        return [old / new for old, new in zip(self.grown, self.young, strict=True)]

    @property
    def ratio(self) -> float:
        """Between the least disturbed round of each."""
        return min(self.grown) / min(self.young)

    @property
    def is_comparable(self) -> bool:
        """Whether both show as much."""
        return self.rows[0] == self.rows[1] > 0

    @property
    def is_broken(self) -> bool:
        """Whether it grows, asks too much, or shows something else."""
        return self.ratio > LIMIT or max(self.queries) > MOST_QUERIES or not self.is_comparable


def measure_growth(
    pages: Sequence[Page | Endpoint],
    grown: Aged,
    young: Aged,
    load: Load,
    effort: Effort,
    say: Callable[[str], None],
) -> list[Growth]:
    """Count what pages ask and show, then measure each in both studios in turn."""
    sides = [grown, young]
    counts = [_counted(pages, side) for side in sides]
    results, numbers = [], []
    for page in pages:
        (queries, rows), (other_queries, other_rows) = (count[page.name] for count in counts)
        results.append(Growth(page, (queries, other_queries), (rows, other_rows)))
        numbers.append([_number(page, side, load, effort) for side in sides])
    for n in range(effort.rounds):
        say(f"round {n + 1} of {effort.rounds}, pages")
        for result, requests in zip(results, numbers, strict=True):
            _round(result, list(zip(sides, requests, strict=True)), load, n)
    return results


def _counted(pages: Sequence[Page | Endpoint], side: Aged) -> dict[str, tuple[int, int]]:
    done = subprocess.run(  # noqa: S603  (this Python, this package)
        module("counting"),
        cwd=ROOT,
        env=side.environment,
        input=json.dumps({"names": [page.name for page in pages], "facts": side.facts}),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit("The queries of the pages could not be counted; why stands above.")
    counts: dict[str, tuple[int, int]] = json.loads(done.stdout)
    return counts


def _round(result: Growth, sides: list[tuple[Aged, int]], load: Load, n: int) -> None:
    """Measure each studio twice, first, last, last, first, as the endpoints are."""
    costs = {id(side): 0.0 for side, _count in sides}
    turn = sides[::-1] if n % 2 else sides
    for side, count in (*turn, *turn[::-1]):
        costs[id(side)] += cost(result.page, side.facts, side.server, load, count) / 2
    for (side, _count), into in zip(sides, (result.grown, result.young), strict=True):
        into.append(costs[id(side)])


def _number(page: Page | Endpoint, side: Aged, load: Load, effort: Effort) -> int:
    """Warm up; return how many requests use half the seconds of a round."""
    cost(page, side.facts, side.server, load, WARM_UP)
    of_one = max(cost(page, side.facts, side.server, load, AT_LEAST), 1e-5)
    return max(math.ceil(effort.seconds / 2 / of_one), AT_LEAST)
