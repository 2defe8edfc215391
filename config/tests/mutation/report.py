"""The report, `docs/mutation.md`: what it says, and what it remembers for the next time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

HEAD = """# Guards, and the tests that hold them

Written by `python -m config.tests.mutation`, which takes out each guard in turn, in a copy of the
project, and runs tests until one goes red: first the one that did the last time, then those that
were measured to come to the guard; `--help` tells how. `test_mutation.py` beside it holds this list
to the code and to the database: of the families of which every guard is settled (`SETTLED` in
`report.py`) one without its line here, or one that survived, fails the tests. The option `--new`
goes on with what is not settled here.

What is taken out is a whole guard: a lock (the row is read at the same place, without waiting), a
refusal, a line that asks for a right or a condition, the right that is asked for (the one that all
staff hold in its place), what the back office asks before it shows or does something, the narrowing
of rows to those one sees, a bound of a form, a constraint, a trigger; of computed deadlines and
bounds their very edge. A test that cannot be run or imported has caught nothing, nor has one that
is red with the guard in its place. *Explained* are guards behind which another one stands.

Left out, for they guard no rule of the studio: keys and references, NOT NULL, what a column's type
brings along, tables of other people's apps; the embedded server, the demo, the environment and the
options of commands; the length of a model's columns, which forms ask first.
"""
FAMILIES = {
    "locks": "Locks",
    "constraints": "Constraints of the database",
    "triggers": "Triggers",
    "rights": "Rights that are named",
    "permissions": "What the back office asks",
    "visibility": "Rows one sees",
    "questions": "Lines that ask for a right or a condition",
    "refusals": "Refusals: conditions, deadlines, bounds",
    "steps": "The table of states: bonds, reasons, conditions",
    "edges": "Edges of deadlines and bounds",
    "forms": "Bounds of forms and fields",
    "throttles": "Throttles and lock-outs",
    "once": "Done once: idempotency, versions, messages, jobs",
}
SETTLED = (
    "locks",
    "constraints",
    "triggers",
    "visibility",
    "permissions",
    "questions",
    "refusals",
    "edges",
    "throttles",
    "once",
)
"""Families of which every guard has been tried."""
CAUGHT, EXPLAINED, SURVIVED = "caught", "explained", "**survived**"


@dataclass(frozen=True)
class Row:
    """What the report says of one guard: `seen` is the test that goes red, or why none does."""

    family: str
    place: str
    taken_out: str
    outcome: str
    seen: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What the row is about."""
        return self.family, self.place, self.taken_out


def written(rows: Iterable[Row]) -> str:
    """Return the report: a table for each family, a count before them."""
    order = list(FAMILIES)
    ordered = sorted(rows, key=lambda row: (order.index(row.family), row.place, row.taken_out))
    tables, counts = [], []
    for family, group in groupby(ordered, key=lambda row: row.family):
        members = list(group)
        found = Counter(row.outcome for row in members)
        counts.append(
            f"| {FAMILIES[family]} | {len(members)} | {found[CAUGHT]} | {found[EXPLAINED]} "
            f"| {found[SURVIVED]} |"
        )
        tables.append(f"\n## {FAMILIES[family]}\n")
        tables.append("| where | taken out | seen by |\n|---|---|---|")
        tables += [_line(row) for row in members]
    total = Counter(row.outcome for row in ordered)
    counts.append(
        f"| all | {len(ordered)} | {total[CAUGHT]} | {total[EXPLAINED]} | {total[SURVIVED]} |"
    )
    summary = ["| | guards | caught | explained | survived |", "|---|--:|--:|--:|--:|", *counts]
    return "\n".join([HEAD, *summary, *tables, ""])


def read(path: Path) -> list[Row]:
    """Return the rows of a report that was written before; none where there is none."""
    return read_text(path.read_text()) if path.is_file() else []


def read_text(text: str) -> list[Row]:
    """Return the rows that a report has."""
    rows, family = [], ""
    by_title = {title: family for family, title in FAMILIES.items()}
    for line in text.splitlines():
        if line.startswith("## "):
            family = by_title.get(line.removeprefix("## "), "")
        cells = re.split(r"(?<!\\)\|", line)[1:-1] if family and line.startswith("| ") else []
        if len(cells) == 3 and cells[0].strip() != "where":
            place, taken_out, seen = map(_plain, cells)
            outcome = CAUGHT
            for other in (EXPLAINED, SURVIVED):
                if seen.startswith(f"{other}: "):
                    outcome, seen = other, seen.removeprefix(f"{other}: ")
            rows.append(Row(family, place, taken_out, outcome, seen))
    return rows


def _line(row: Row) -> str:
    seen = f"`{row.seen}`" if row.outcome == CAUGHT else f"{row.outcome}: {row.seen}"
    return f"| `{_cell(row.place)}` | `{_cell(row.taken_out)}` | {_cell(seen)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _plain(cell: str) -> str:
    return cell.strip().strip("`").replace("\\|", "|")


def outline(rows: Sequence[Row]) -> dict[tuple[str, str, str], Row]:
    """Return rows by what they are about."""
    return {row.key: row for row in rows}
