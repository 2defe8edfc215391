"""`python -m benchmarks`: CPU per request beside the floor; 1 where a limit is broken."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.database import NoServer, own_database
from benchmarks.endpoints import ENDPOINTS, Facts, chosen
from benchmarks.environment import ROOT, module, production_environment
from benchmarks.load import load_process
from benchmarks.measuring import FULL, QUICK, WrongAnswers, measure
from benchmarks.profiling import profile
from benchmarks.report import as_markdown
from benchmarks.server import FLOOR, PRODUCT, DidNotStart, running

RESULTS = Path(__file__).parent / "results.md"


def main() -> int:
    """Measure, or profile, on a database of its own."""
    options = _options()
    endpoints = chosen([options.profile] if options.profile else options.only or [])
    if not endpoints:
        sys.exit(f"No request has such a name. There are: {_names()}.")
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # drops it too
    try:
        with own_database() as address:
            environment = production_environment(address)
            _say("making the studio that is measured")
            facts = _filled(environment)
            if options.profile:
                profile(endpoints[0], facts, environment)
                return 0
            effort = QUICK if options.quick else FULL
            with (
                running(PRODUCT, environment) as product,
                running(FLOOR, environment) as floor,
                load_process() as load,
            ):
                results = measure(endpoints, facts, product, floor, load, effort, _say)
    except (NoServer, DidNotStart, WrongAnswers) as error:
        sys.exit(str(error))
    table = as_markdown(results, effort)
    sys.stdout.write(table)
    if not options.quick and not options.only:
        RESULTS.write_text(table, encoding="utf-8")
    return int(any(one.is_broken for one in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the CPU time per request of the API beside a floor made by hand. "
        "DATABASE_URL names a PostgreSQL server on which a database may be created "
        "(default: postgres at 127.0.0.1:5432). Exit status 1: a limit is broken.",
        epilog=f"Requests: {_names()}.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds; results.md stays")
    parser.add_argument(
        "--only",
        action="append",
        metavar="PART",
        help="only requests whose name holds this; may be repeated; results.md stays",
    )
    parser.add_argument(
        "--profile",
        metavar="PART",
        help="instead of measuring, show where the time of one request goes",
    )
    return parser.parse_args()


def _names() -> str:
    return ", ".join(f"“{one.name}”" for one in ENDPOINTS)


def _filled(environment: dict[str, str]) -> Facts:
    done = subprocess.run(  # noqa: S603  (this Python, this package)
        module("data"), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit("The studio that is measured could not be made; why stands above.")
    facts: Facts = json.loads(done.stdout)
    return facts


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  (progress)


if __name__ == "__main__":
    sys.exit(main())
