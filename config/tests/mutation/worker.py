"""A process that tries guards: all is imported once, each trial is a fork of it.

Asked by lines of JSON on standard input, answers by lines of JSON on standard output. Where the
guard stands in a function's body, a warm worker (one that has imported the product) puts the code
without it into the function that is there already; all else is tried by a cold one, which imports
the product anew from the copy of the tree in which it stands.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.metadata
import json
import os
import select
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from config.tests.mutation import ready
from config.tests.mutation.marking import Recorder, compiled

PREPARED = (
    "hypothesis",
    "psycopg",
    "factory",
    "django.db.models",
    "django.forms",
    "django.test",
    "_pytest.junitxml",
    "_pytest.doctest",
    "_pytest.unittest",
    "_pytest.logging",
)
QUIET = "ignore::pytest.PytestAssertRewriteWarning"
RED, GREEN, BROKEN, HUNG = "red", "green", "broken", "hung"


class Watch:
    """Holds the tests to a database that is there already, and notes the first that goes red."""

    def __init__(self, database: str | None) -> None:
        ready.database = database
        self.red: str | None = None
        self.broken: list[str] = []
        self.green: list[str] = []
        self.has_committed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Take the place of pytest-django's fixture: of plugins, the last to come is heard."""
        session.config.pluginmanager.register(ready)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Stop at the first test that fails; what cannot be imported or found has not failed."""
        report = yield
        mark = item.get_closest_marker("django_db")
        commits = (mark is not None and mark.kwargs.get("transaction")) or (
            "transactional_db" in getattr(item, "fixturenames", ())
        )
        self.has_committed = self.has_committed or bool(commits)
        if report.failed:
            assert call.excinfo is not None
            is_red = call.when != "teardown" and not call.excinfo.errisinstance(
                (ImportError, SyntaxError, pytest.FixtureLookupError)
            )
            if is_red and self.red is None:
                self.red = item.nodeid
                item.session.shouldstop = "one is enough"
            elif not is_red:
                self.broken.append(item.nodeid)
        elif report.when == "call" and report.passed:
            self.green.append(item.nodeid)
        return report

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)


def swap(path: str, line: int, name: str, text: str) -> bool:
    """Give the functions that are defined at a line the code that a new text of the file has.

    False where it cannot be: nothing there has such a function, or it closes over other names.
    """
    file = str(Path(path).resolve())
    code = compile(text, file, "exec", dont_inherit=True)
    return any(at == line and where.split(".")[-1] == name for where, at in put_in({file: code}))


def put_in(modules: Mapping[str, CodeType]) -> set[tuple[str, int]]:
    """Give functions that are there already the code that their modules, by file, have now.

    Returns name and first line of those that have it; not of one that closes over other names.
    """
    codes = {
        (file, code.co_qualname, code.co_firstlineno): code
        for file, module in modules.items()
        for code in _codes(module)
    }
    done: set[tuple[str, int]] = set()
    for function in _functions():
        there = function.__code__
        code = codes.get((there.co_filename, there.co_qualname, there.co_firstlineno))
        if code is not None and code.co_freevars == there.co_freevars:
            function.__code__ = code
            done.add((code.co_qualname, code.co_firstlineno))
    return done


def _functions() -> list[FunctionType]:
    gc.unfreeze()  # what is frozen is not told
    # Not `isinstance`: it asks weak proxies, whose thing may be gone.
    return [thing for thing in gc.get_objects() if type(thing) is FunctionType]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def try_out(asked: dict[str, Any]) -> dict[str, Any]:
    """Run tests in this process, without a guard where one is named; return what came of it."""
    if "swap" in asked and not swap(**asked["swap"]):
        return {"outcome": "cold"}
    watch = Watch(asked["database"])
    _run(asked, watch)
    outcome = RED if watch.red else BROKEN if watch.broken or not watch.green else GREEN
    return {
        "outcome": outcome,
        "test": watch.red,
        "broken": watch.broken[:3],
        "clean": not watch.has_committed,
    }


def record(asked: dict[str, Any]) -> dict[str, Any]:
    """Run tests in this process, and write down which guards each of them comes to."""
    marked = {
        str(Path(path).resolve()): {int(number): place for number, place in places.items()}
        for path, places in asked["marks"].items()
    }
    put_in(dict(compiled(marked.items())))
    recorder = Recorder(asked["database"])
    _run(asked, recorder)
    Path(asked["into"]).write_text(json.dumps(recorder.tests))
    return {"outcome": GREEN}


def _run(asked: dict[str, Any], plugin: object) -> None:
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", QUIET, *asked["options"]]
    pytest.main([*options, *asked["tests"]], plugins=[plugin])


def forked(asked: dict[str, Any], log: Path) -> dict[str, Any]:
    """Do it in a fork, and end all that the fork has begun when its time is over."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reading)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        try:
            said = json.dumps((record if "into" in asked else try_out)(asked)).encode()
        except BaseException as error:
            said = json.dumps({"outcome": BROKEN, "broken": [repr(error)]}).encode()
        sys.stdout.flush()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], asked["seconds"])
    said = os.read(reading, 1 << 16) if ready else b""
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(said) if said else {"outcome": HUNG}


def main() -> None:
    """Answer until there is nothing more to be asked."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        plugin.load()
    for module in PREPARED:
        importlib.import_module(module)
    if sys.argv[1] == "warm":
        _import_the_product()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line), Path(sys.argv[2]))), file=answers, flush=True)


def _import_the_product() -> None:
    import django

    from config.tests.mutation.candidates import tests_of
    from config.tests.mutation.source import files

    django.setup()
    for path in files(Path.cwd()):
        importlib.import_module(
            path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        )
    importlib.import_module("config.urls")
    for path in tests_of(Path.cwd()):
        importlib.import_module(path.removesuffix(".py").replace("/", "."))


if __name__ == "__main__":
    main()
