"""`python -m benchmarks`: CPU per request, beside the floor and as data grows.

Ends with 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.database import NoServer, own_database
from benchmarks.endpoints import ENDPOINTS, chosen
from benchmarks.environment import production_environment
from benchmarks.growth import Aged, measure_growth
from benchmarks.load import load_process
from benchmarks.making import collect_static, filled
from benchmarks.measuring import FULL, QUICK, WrongAnswers, measure
from benchmarks.pages import PAGES, chosen_pages
from benchmarks.profiling import profile
from benchmarks.report import as_markdown, growth_as_markdown
from benchmarks.server import FLOOR, PRODUCT, DidNotStart, running

RESULTS = Path(__file__).parent / "results.md"


def main() -> int:
    """Measure, or profile, on a database of its own."""
    options = _options()
    parts = [options.profile] if options.profile else options.only or []
    endpoints, pages = chosen(parts), chosen_pages(parts)
    if not (endpoints or pages):
        sys.exit(f"No request has such a name. There are: {_names()}.")
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # drops it too
    effort = QUICK if options.quick else FULL
    try:
        with own_database() as address, load_process() as load:
            environment = production_environment(address)
            _say("making the studio that is measured")
            collect_static()
            facts = filled(environment)
            if options.profile:
                profile(endpoints[0] if endpoints else pages[0], facts, environment)
                return 0
            with running(PRODUCT, environment) as product:
                # First the pages: creating sessions makes the studio another.
                growths = []
                if pages:
                    grown = Aged(facts, product, environment)
                    with _young(environment) as young:
                        growths = measure_growth(pages, grown, young, load, effort, _say)
                results = []
                if endpoints:
                    with running(FLOOR, environment) as floor:
                        results = measure(endpoints, facts, product, floor, load, effort, _say)
    except (NoServer, DidNotStart, WrongAnswers) as error:
        sys.exit(str(error))
    tables = [as_markdown(results, effort)] if endpoints else []
    tables += [growth_as_markdown(growths, effort)] if pages else []
    text = "\n".join(tables)
    sys.stdout.write(text)
    if not options.quick and not options.only:
        RESULTS.write_text(text, encoding="utf-8")
    is_broken = any(one.is_broken for one in results) or any(one.is_broken for one in growths)
    return int(is_broken)


@contextmanager
def _young(environment: dict[str, str]) -> Iterator[Aged]:
    """Hold a studio that has only begun, on a database and a server of its own."""
    with own_database() as address:
        environment = {**environment, "DATABASE_URL": address}
        facts = filled(environment, "young")
        with running(PRODUCT, environment) as server:
            yield Aged(facts, server, environment)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the CPU time per request: of the API beside a floor made by "
        "hand, of the back office with years of data beside a young studio. "
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
    return ", ".join(f"“{one.name}”" for one in (*ENDPOINTS, *PAGES))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  (progress)


if __name__ == "__main__":
    sys.exit(main())
