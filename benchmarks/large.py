"""`python -m benchmarks.large`: 50,000 sessions beside 5,000, and everybody signing in at once.

Ends with 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.backends import with_backends
from benchmarks.database import NoServer, own_database
from benchmarks.endpoints import ENDPOINTS, Facts
from benchmarks.environment import production_environment
from benchmarks.growth import Aged, Growth, measure_growth
from benchmarks.large_report import as_markdown
from benchmarks.load import Load, load_process
from benchmarks.making import collect_static, filled
from benchmarks.many import DEEP, MORE_ENDPOINTS, MORE_PAGES
from benchmarks.measuring import Effort, WrongAnswers
from benchmarks.pages import PAGES
from benchmarks.server import PRODUCT, DidNotStart, running
from benchmarks.sign_ins import Noticed, measure_sign_ins
from benchmarks.waiting import Waited, integrity_seconds, measure_waits

RESULTS = Path(__file__).parent / "results_large.md"
FULL, QUICK = Effort(5, 0.3), Effort(2, 0.1)


def main() -> int:
    """Make both studios, measure, and tell."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # drops them too
    effort = QUICK if options.quick else FULL
    try:
        growths, waits, noticed, integrity = _measured(effort, options.only or [])
    except (NoServer, DidNotStart, WrongAnswers) as error:
        sys.exit(str(error))
    text = as_markdown(growths, waits, noticed, integrity, effort)
    sys.stdout.write(text)
    if not options.quick and not options.only:
        RESULTS.write_text(text, encoding="utf-8")
    is_slow = any(one.is_broken for one in growths) or any(one.is_broken for one in waits)
    return int(is_slow or (noticed is not None and noticed.is_broken))


def _measured(
    effort: Effort, parts: list[str]
) -> tuple[list[Growth], list[Waited], Noticed | None, float | None]:
    with ExitStack() as held:
        load = held.enter_context(load_process())
        usual_address = held.enter_context(own_database())
        environment = production_environment(usual_address)
        _say("making the studio of 5,000 sessions")
        collect_static()
        facts = filled(environment)
        _say("making the studio of 50,000 sessions of it")
        many_address = held.enter_context(own_database(template=usual_address))
        many_environment = {**environment, "DATABASE_URL": many_address}
        many_facts = filled(many_environment, "grow")
        usual = _served(held, environment, facts, usual_address)
        many = _served(held, many_environment, many_facts, many_address)
        growths = _grown(many, usual, load, effort, parts)
        _say("deep pages, totals, search")
        deep = [one for one in DEEP if _is_among(one.name, parts)]
        waits = measure_waits(deep, many.server, many_facts)
        # Last what writes: creating sessions makes the studios others.
        growths += _grown(many, usual, load, effort, parts, writing=True)
        if parts and not _is_among("signing in", parts):
            return growths, waits, None, None
        _say("check_integrity")
        integrity = integrity_seconds(many_environment)
        _say("sign-ins")
        return growths, waits, measure_sign_ins(environment, facts, load), integrity


def _served(held: ExitStack, environment: dict[str, str], facts: Facts, address: str) -> Aged:
    server = held.enter_context(running(PRODUCT, environment))
    whole = held.enter_context(with_backends(server, address))
    return Aged(facts, whole, environment)


def _grown(
    many: Aged, usual: Aged, load: Load, effort: Effort, parts: list[str], *, writing: bool = False
) -> list[Growth]:
    asked = [
        one
        for one in (*ENDPOINTS, *MORE_ENDPOINTS, *PAGES, *MORE_PAGES)
        if one.expected < 400 and "searched" not in one.name and _is_among(one.name, parts)
    ]
    asked = [one for one in asked if (getattr(one, "body", None) is not None) == writing]
    return measure_growth(asked, many, usual, load, effort, _say) if asked else []


def _is_among(name: str, parts: list[str]) -> bool:
    return not parts or any(part in name for part in parts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.large",
        description="Measure what requests cost in a studio of 50,000 sessions beside one of "
        "5,000, how long deep pages, totals and searches take there, and what others notice when "
        "everybody signs in at once. DATABASE_URL names a PostgreSQL server of this machine on "
        "which databases may be created. Exit status 1: a limit is broken.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds; the results stay")
    parser.add_argument(
        "--only",
        action="append",
        metavar="PART",
        help="only requests whose name holds this, or “signing in”; may be repeated",
    )
    return parser.parse_args()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  (progress)


if __name__ == "__main__":
    sys.exit(main())
