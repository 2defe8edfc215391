"""The command: `python -m config.tests.mutation`."""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import psycopg

from config.tests.mutation import by_hand, database, report, source
from config.tests.mutation.candidates import Candidates, tests_of
from config.tests.mutation.explained import reason_for
from config.tests.mutation.guards import Edit, Guard, numbered
from config.tests.mutation.reach import Measured, Reach
from config.tests.mutation.report import CAUGHT, EXPLAINED, SETTLED, SURVIVED, Row
from config.tests.mutation.servers import Databases, databases
from config.tests.mutation.trees import PROJECT, copy_to
from config.tests.mutation.trying import RED, Bench, Verdict

T = TypeVar("T")
R = TypeVar("R")

PORTIONS = 30
"""In how many parts it is measured which test comes to which guard."""
ALL_CAUGHT, ONE_SURVIVED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the guards that are asked for; return the exit status."""
    asked = _asked(arguments)
    with tempfile.TemporaryDirectory(prefix="studio-mutation-") as folder, databases() as held:
        tree = copy_to(Path(folder) / "0")
        held.migrate(tree)
        known = all_guards(tree, held)
        before = report.outline(report.read(asked.report))
        chosen = [
            guard
            for guard in known
            if _is_asked(guard, asked) and not (asked.new and _is_settled(guard, before))
        ]
        if asked.list:
            _say("\n".join(guard.name for guard in chosen))
            return ALL_CAUGHT
        if not chosen and not asked.new:
            _say("No guard has such a name; --list tells them all.")
            return USAGE
        rows = {guard.key: before[guard.key] for guard in known if guard.key in before}

        def keep(verdicts: Iterable[Verdict], never_green: set[str]) -> None:
            """Write what is known so far: whoever is interrupted goes on with --new."""
            rows.update({one.guard.key: _row(one, never_green) for one in verdicts})
            asked.report.write_text(report.written(rows.values()))

        benches = _benches(tree, asked.jobs, held)
        try:
            _try(chosen, before, known, tree, Benches(benches), asked.seconds, keep)
        finally:
            for bench in benches:
                bench.close()
    wanted = [guard.key for guard in known if _is_asked(guard, asked)]
    survived = sum(key in rows and rows[key].outcome == SURVIVED for key in wanted)
    missing = sum(key not in rows for key in wanted)
    _say(
        f"{len(chosen)} tried; of {len(wanted)} asked for, {survived} survived and {missing} were "
        f"never tried: {asked.report}"
    )
    return ONE_SURVIVED if survived or missing else ALL_CAUGHT


def all_guards(tree: Path, held: Databases) -> list[Guard]:
    """Return every guard of a tree and of the database that its migrations make."""
    with psycopg.connect(held.address(held.template)) as connection:
        stored = list(database.guards(connection.cursor()))
    return list(numbered([*stored, *source.guards(tree), *by_hand.guards(tree)]))


def _benches(tree: Path, jobs: int, held: Databases) -> list[Bench]:
    return [Bench(job, copy_to(tree.parent / str(job)), held) for job in range(1, jobs + 1)]


class Benches:
    """Benches that work at once, each at one thing at a time."""

    def __init__(self, benches: Sequence[Bench]) -> None:
        self.first = benches[0]
        self._number = len(benches)
        self._free: SimpleQueue[Bench] = SimpleQueue()
        for bench in benches:
            self._free.put(bench)

    def each(self, work: Callable[[Bench, T], R], things: Iterable[T]) -> Iterator[R]:
        """Do something with each thing on a bench that is free; yield what comes, in order."""

        def one(thing: T) -> R:
            bench = self._free.get()
            try:
                return work(bench, thing)
            finally:
                self._free.put(bench)

        with ThreadPoolExecutor(self._number) as pool:
            yield from pool.map(one, things)


def _try(
    guards: Sequence[Guard],
    before: dict[tuple[str, str, str], Row],
    known: Sequence[Guard],
    tree: Path,
    benches: Benches,
    seconds: float,
    keep: Callable[[Iterable[Verdict], set[str]], None],
) -> None:
    """Try each guard: with the test that saw it go the last time, then with others."""
    remembered = {
        guard.key: [before[guard.key].seen]
        for guard in guards
        if guard.key in before and before[guard.key].outcome == CAUGHT
    }

    def tried(guards: Iterable[Guard], tests: Callable[[Guard], list[str]]) -> Iterator[Verdict]:
        for verdict in benches.each(lambda bench, one: bench.try_guard(one, tests(one)), guards):
            keep([verdict], set())
            _say(f"{verdict.outcome:6} {verdict.guard.name}{_seen(verdict)}")
            yield verdict

    again = [guard for guard in guards if guard.key in remembered]
    verdicts = {one.guard.key: one for one in tried(again, lambda one: remembered[one.key])}
    left = [one for one in guards if one.key not in verdicts or verdicts[one.key].outcome != RED]
    # First what was never tried, last what takes longest.
    left.sort(key=lambda guard: (guard.key in before, _is_run_at_import(guard)))
    if left:
        candidates = Candidates(tree, _reach(known, tree, benches), seconds)
        verdicts |= {one.guard.key: one for one in tried(left, candidates.of)}
    seen = sorted({one.test for one in verdicts.values() if one.test is not None})
    keep(verdicts.values(), set(benches.first.not_green(seen)))


def _reach(known: Sequence[Guard], tree: Path, benches: Benches) -> Reach:
    """Return which test comes to which guard: run those for it of which it is not known."""
    measured = Measured(PROJECT / "var" / "mutation-reach", tree)
    modules = list(tests_of(tree))
    waiting = measured.to_be_measured(modules)
    marks = measured.marks_at(known)

    def record(bench: Bench, first: int) -> None:
        some, into = waiting[first::PORTIONS], tree.parent / f"{first}.json"
        if some:
            bench.record(some, marks, into)
            measured.keep(some, into)
            _say(f"measured: {', '.join(some)}")

    for _ in benches.each(record, range(PORTIONS)):
        pass
    return measured.reach(modules)


def _is_run_at_import(guard: Guard) -> bool:
    return isinstance(guard.change, Edit) and guard.change.function is None


def _seen(verdict: Verdict) -> str:
    return f"  ← {verdict.test}" if verdict.test else ""


def _row(verdict: Verdict, never_green: set[str]) -> Row:
    key = verdict.guard.key
    if verdict.outcome == RED and verdict.test is not None and verdict.test not in never_green:
        return Row(*key, CAUGHT, verdict.test)
    if reason := reason_for(verdict.guard):
        return Row(*key, EXPLAINED, reason)
    why = "its test is red with the guard, too" if verdict.outcome == RED else "no test goes red"
    if verdict.outcome not in (RED, "green"):
        why = f"{why}, {verdict.outcome}"
    return Row(*key, SURVIVED, why)


def _is_asked(guard: Guard, asked: argparse.Namespace) -> bool:
    if asked.settled and guard.family not in SETTLED:
        return False
    return not asked.names or any(
        guard.family == name or name in guard.name or fnmatch.fnmatch(guard.name, name)
        for name in asked.names
    )


def _is_settled(guard: Guard, before: dict[tuple[str, str, str], Row]) -> bool:
    row = before.get(guard.key)
    return row is not None and row.outcome != SURVIVED


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m config.tests.mutation",
        description=(
            "Takes out each guard of the product in turn, in a copy, and runs tests until one goes "
            "red; first the one that did the last time. Needs the packages of "
            "requirements-dev.txt; PostgreSQL at DATABASE_URL, or an embedded one."
        ),
        epilog="Exit status: 0 each is caught or explained, 1 one survived, 2 wrong use.",
    )
    parser.add_argument(
        "names", nargs="*", help="families, parts of names, or patterns with *; all by default"
    )
    parser.add_argument("--list", action="store_true", help="only tell which guards there are")
    parser.add_argument(
        "--new", action="store_true", help="only those that are not settled in the report"
    )
    parser.add_argument(
        "--settled", action="store_true", help="only families of which every guard is settled"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="at once (2)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=150,
        metavar="N",
        help="how long tests may take, by what was measured, before a guard has survived (150)",
    )
    parser.add_argument(
        "--report", type=Path, default=PROJECT / "docs" / "mutation.md", metavar="PATH"
    )
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
