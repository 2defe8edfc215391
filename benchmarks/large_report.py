"""What was measured of a studio of 50,000 sessions, as tables."""

from __future__ import annotations

from benchmarks import sign_ins, waiting
from benchmarks.growth import LIMIT, MOST_QUERIES, Growth
from benchmarks.measuring import Effort
from benchmarks.sign_ins import Noticed
from benchmarks.waiting import Waited

GROWTH_HEAD = """# 50,000 sessions beside 5,000

{rounds} interleaved rounds. CPU time of the server's worker and of its database connections.
Limits: {limit} × the cost at 5,000, {queries} queries; both must show as much.

| request | shows | 50,000 ÷ 5,000 | lowest – highest | ms at 50,000 | ms at 5,000 | queries | |
|---|---:|---:|---:|---:|---:|---:|---|
"""
WAITS_HEAD = """# Deep pages, totals and search at 50,000

{times} answers, one after the other on one connection. Limit: {limit} ms for half of them.

| request | median ms | slowest ms | CPU ms | |
|---|---:|---:|---:|---|
"""
SIGN_INS_HEAD = """# Everybody signs in at once

Production's server with its own options, {count} sign-ins from 16 connections; meanwhile one person
works on. Limits: {median} × as long for half of the answers, {late} × for 19 of 20.

| | alone ms | among sign-ins ms | ratio |
|---|---:|---:|---:|
"""


def as_markdown(
    growths: list[Growth],
    waits: list[Waited],
    noticed: Noticed | None,
    integrity: float | None,
    effort: Effort,
) -> str:
    """Return the tables of what was measured."""
    parts = []
    if growths:
        head = GROWTH_HEAD.format(rounds=effort.rounds, limit=LIMIT, queries=MOST_QUERIES)
        parts.append(head + "".join(map(_growth_row, growths)))
    if waits:
        head = WAITS_HEAD.format(times=waiting.TIMES, limit=_ms(waiting.LIMIT, 0))
        parts.append(head + "".join(map(_waits_row, waits)))
    if integrity is not None:
        parts.append(
            f"For interest: `check_integrity` takes {integrity:.1f} s and finds nothing.\n"
        )
    if noticed is not None:
        parts.append(_sign_ins(noticed))
    return "\n".join(parts)


def _growth_row(growth: Growth) -> str:
    many, usual = growth.rows
    shown = str(many) if many == usual else f"{many}, at 5,000 {usual}"
    cells = [
        growth.page.name,
        f"{shown} {growth.page.rows}",
        f"{growth.ratio:.2f}",
        f"{min(growth.ratios):.2f} – {max(growth.ratios):.2f}",
        _ms(min(growth.grown)),
        _ms(min(growth.young)),
        str(max(growth.queries)),
        _verdict(growth.is_broken),
    ]
    return _row(cells)


def _waits_row(waited: Waited) -> str:
    cells = [
        waited.asked.name,
        _ms(waited.median, 0),
        _ms(max(waited.seconds), 0),
        _ms(waited.cpu, 0),
        _verdict(waited.is_broken),
    ]
    return _row(cells)


def _sign_ins(noticed: Noticed) -> str:
    head = SIGN_INS_HEAD.format(
        count=f"{noticed.statuses.total():,}",
        median=sign_ins.MEDIAN_LIMIT,
        late=sign_ins.LATE_LIMIT,
    )
    rows = "".join(
        _row([name, _ms(alone), _ms(flooded), f"{flooded / alone:.2f}"])
        for name, (alone, flooded) in (
            ("half of the answers", noticed.medians),
            ("19 of 20", noticed.late),
        )
    )
    return (
        f"{head}{rows}\n{noticed.sign_ins_a_second:.0f} sign-ins a second, answered by status: "
        f"{dict(noticed.statuses)}. {_verdict(noticed.is_broken)}\n"
    )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _verdict(is_broken: bool) -> str:
    return "FAIL" if is_broken else "PASS"


def _ms(seconds: float, digits: int = 2) -> str:
    return f"{seconds * 1000:.{digits}f}"
