"""The command: `python -m config.tests.mutation`."""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

import psycopg

from config.tests.mutation import by_hand, database, report, source
from config.tests.mutation.candidates import Candidates
from config.tests.mutation.explained import reason_for
from config.tests.mutation.guards import Guard, numbered
from config.tests.mutation.report import CAUGHT, EXPLAINED, SURVIVED, Row
from config.tests.mutation.servers import Databases, databases
from config.tests.mutation.trees import PROJECT, copy_to
from config.tests.mutation.trying import RED, Bench, Verdict

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
            if _is_asked(guard, asked.names) and not (asked.new and _is_settled(guard, before))
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

        _try(chosen, before, _benches(tree, asked.jobs, held), Candidates(tree), keep)
    wanted = [guard.key for guard in known if _is_asked(guard, asked.names)]
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


def _try(
    guards: Sequence[Guard],
    before: dict[tuple[str, str, str], Row],
    benches: Sequence[Bench],
    candidates: Candidates,
    keep: Callable[[Iterable[Verdict], set[str]], None],
) -> None:
    free: SimpleQueue[Bench] = SimpleQueue()
    for bench in benches:
        free.put(bench)
    writing = Lock()

    def one(guard: Guard) -> Verdict:
        row = before.get(guard.key)
        first = row.seen if row is not None and row.outcome == CAUGHT else None
        bench = free.get()
        try:
            verdict = bench.try_guard(guard, candidates.of(guard, first))
        finally:
            free.put(bench)
        with writing:
            keep([verdict], set())
            _say(f"{verdict.outcome:6} {guard.name}{f'  ← {verdict.test}' if verdict.test else ''}")
        return verdict

    try:
        with ThreadPoolExecutor(len(benches)) as pool:
            verdicts = list(pool.map(one, guards))
        seen = sorted({verdict.test for verdict in verdicts if verdict.test is not None})
        keep(verdicts, set(benches[0].not_green(seen)))
    finally:
        for bench in benches:
            bench.close()


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


def _is_asked(guard: Guard, names: Sequence[str]) -> bool:
    return not names or any(
        guard.family == name or name in guard.name or fnmatch.fnmatch(guard.name, name)
        for name in names
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
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="at once (2)")
    parser.add_argument(
        "--report", type=Path, default=PROJECT / "docs" / "mutation.md", metavar="PATH"
    )
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
