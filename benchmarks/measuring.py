"""Interleaved rounds: each request on product and floor in turn, under the same conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.comparing import differences
from benchmarks.endpoints import Endpoint, Facts
from benchmarks.load import CONNECTIONS, Load
from benchmarks.pages import Page
from benchmarks.server import Server

WARM_UP = 6 * CONNECTIONS
"""Enough for every thread to have its connection and its prepared statements."""


class WrongAnswers(Exception):
    """What is measured no longer answers as it should; the message is a sentence."""


class Measured(Protocol):
    """What is asked, and tells what it has used."""

    @property
    def port(self) -> int:
        """Where it listens."""

    def cpu_seconds(self) -> float:
        """Return the CPU seconds used so far."""


@dataclass(frozen=True)
class Effort:
    """How many rounds, and the CPU seconds that each side uses in one."""

    rounds: int
    seconds: float


FULL, QUICK = Effort(7, 0.4), Effort(3, 0.3)


@dataclass
class Result:
    """What an endpoint costs: CPU seconds per request by round, on either side."""

    endpoint: Endpoint
    product: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """The product's cost as a multiple of the floor's, by round."""
        return [mine / least for mine, least in zip(self.product, self.floor, strict=True)]

    @property
    def ratio(self) -> float | None:
        """Between the least disturbed round of each side: what others do only ever adds."""
        return min(self.product) / min(self.floor) if self.product else None

    @property
    def is_broken(self) -> bool:
        """Whether it answers wrongly, or costs more than it may."""
        limit = self.endpoint.limit
        return bool(self.problems) or (
            limit is not None and self.ratio is not None and self.ratio > limit
        )


def measure(
    endpoints: list[Endpoint],
    facts: Facts,
    product: Server,
    floor: Server,
    load: Load,
    effort: Effort,
    say: Callable[[str], None],
) -> list[Result]:
    """Measure the endpoints; first those that read, then those that write."""
    results = [Result(one) for one in endpoints]
    for writes in (False, True):
        group = [one for one in results if (one.endpoint.body is not None) == writes]
        counts = {}
        for result in group:
            result.problems = differences(result.endpoint, facts, product, floor)
            for problem in result.problems:
                say(f"{result.endpoint.name}: {problem}")
            if not any(problem.startswith("status") for problem in result.problems):
                counts[result.endpoint.name] = [
                    _count(result.endpoint, facts, server, load, effort)
                    for server in (product, floor)
                ]
        for n in range(effort.rounds if counts else 0):
            say(f"round {n + 1} of {effort.rounds}, {'writing' if writes else 'reading'}")
            for result in group:
                if result.endpoint.name in counts:
                    _round(result, counts[result.endpoint.name], facts, (product, floor), load, n)
    return results


def _round(
    result: Result,
    counts: list[int],
    facts: Facts,
    servers: tuple[Server, Server],
    load: Load,
    n: int,
) -> None:
    """Measure each side twice, first, last, last, first: what else the machine does evens out."""
    sides = list(zip(servers, counts, strict=True))
    if n % 2:
        sides.reverse()
    used = dict.fromkeys(servers, 0.0)
    for server, count in (*sides, *sides[::-1]):
        used[server] += cost(result.endpoint, facts, server, load, count) / 2
    for server, costs in zip(servers, (result.product, result.floor), strict=True):
        costs.append(used[server])


def _count(endpoint: Endpoint, facts: Facts, server: Server, load: Load, effort: Effort) -> int:
    """Warm up; return how many requests use half the seconds of a round."""
    cost(endpoint, facts, server, load, WARM_UP)
    of_one = max(cost(endpoint, facts, server, load, WARM_UP), 1e-5)
    return max(math.ceil(effort.seconds / 2 / of_one), 2 * CONNECTIONS)


def cost(asked: Endpoint | Page, facts: Facts, server: Measured, load: Load, count: int) -> float:
    """Return the CPU seconds of one request, over so many; raise WrongAnswers."""
    before = server.cpu_seconds()
    statuses = load.send(server.port, asked.requests(facts), count)
    used = server.cpu_seconds() - before
    if set(statuses) != {asked.expected}:
        wanted = asked.expected
        raise WrongAnswers(f"“{asked.name}”: only {wanted} should come, but: {dict(statuses)}.")
    return used / count
