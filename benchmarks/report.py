"""What was measured, as a table."""

from __future__ import annotations

from benchmarks.growth import LIMIT, MOST_QUERIES, Growth
from benchmarks.measuring import Effort, Result

HEAD = """# CPU per request, beside the floor

{rounds} interleaved rounds on two cores; see `README.md` for what the floor is. What counts is the
ratio between the least disturbed round of each side; the milliseconds are those rounds'.

| request | limit | product ÷ floor | lowest – highest | product ms | floor ms | |
|---|---:|---:|---:|---:|---:|---|
"""
GROWTH_HEAD = """# Pages of the back office, as data grows

{rounds} interleaved rounds: 5,000 sessions over three years, beside a young studio as `README.md`
has it. Limits: {limit} × the young one's CPU time, {queries} queries; both must show as many rows.

| page | rows | grown ÷ young | lowest – highest | grown ms | young ms | queries, grown | young | |
|---|---:|---:|---:|---:|---:|---:|---:|---|
"""


def as_markdown(results: list[Result], effort: Effort) -> str:
    """Return the table, and what did not agree."""
    rows = "\n".join(_row(one) for one in results)
    problems = "\n".join(
        f"* {one.endpoint.name}: {problem}" for one in results for problem in one.problems
    )
    tail = f"\n\nThe answers are not the same:\n\n{problems}\n" if problems else "\n"
    return HEAD.format(rounds=effort.rounds) + rows + tail


def growth_as_markdown(growths: list[Growth], effort: Effort) -> str:
    """Return the table of the pages."""
    rows = "\n".join(_growth_row(one) for one in growths)
    head = GROWTH_HEAD.format(rounds=effort.rounds, limit=LIMIT, queries=MOST_QUERIES)
    return f"{head}{rows}\n"


def _growth_row(growth: Growth) -> str:
    grown, young = growth.rows
    shown = str(grown) if grown == young else f"{grown}, young {young}"
    cells = [
        growth.page.name,
        f"{shown} {growth.page.rows}",
        f"{growth.ratio:.2f}",
        f"{min(growth.ratios):.2f} – {max(growth.ratios):.2f}",
        _milliseconds(growth.grown),
        _milliseconds(growth.young),
        *(str(count) for count in growth.queries),
        "FAIL" if growth.is_broken else "PASS",
    ]
    return f"| {' | '.join(cells)} |"


def _row(result: Result) -> str:
    limit = result.endpoint.limit
    verdict = "FAIL" if result.is_broken else "PASS" if limit else "for interest"
    cells = [result.endpoint.name, f"{limit:.0f}" if limit else ""]
    if result.ratio is None:
        return f"| {' | '.join([*cells, '', '', '', '', verdict])} |"
    ratios = result.ratios
    cells += [
        f"{result.ratio:.2f}",
        f"{min(ratios):.2f} – {max(ratios):.2f}",
        _milliseconds(result.product),
        _milliseconds(result.floor),
        verdict,
    ]
    return f"| {' | '.join(cells)} |"


def _milliseconds(costs: list[float]) -> str:
    return f"{min(costs) * 1000:.2f}"
