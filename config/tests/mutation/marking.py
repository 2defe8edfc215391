"""Marks at guards: statements that note which of them a test has come to, and how long it took."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from config.tests.mutation import ready

MARK = "_mutation_reached"
"""The name by which a marked function finds the recorder: a builtin, for it is imported nowhere."""


def marked(source: bytes, places: Mapping[int, int]) -> ast.Module:
    """Return a module with a mark before the statement at each place.

    `places` has the offset, in bytes, of each guard's number. The line numbers stay as they are.
    """
    tree = ast.parse(source)
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    for number, place in places.items():
        body, statement = _innermost(tree, place, offsets)
        mark = ast.Expr(
            ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(number)], []),
        )
        body.insert(body.index(statement), ast.copy_location(mark, statement))
    return ast.fix_missing_locations(tree)


def _innermost(tree: ast.AST, place: int, offsets: list[int]) -> tuple[list[ast.stmt], ast.stmt]:
    found: tuple[list[ast.stmt], ast.stmt] | None = None
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for body in _bodies(node):
            for statement in body:
                if _begin(statement, offsets) <= place < _end(statement, offsets):
                    found = body, statement
                    waiting.append(statement)
        waiting += [
            child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)
        ]
    assert found is not None, place
    return found


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value


def _begin(statement: ast.stmt, offsets: list[int]) -> int:
    return offsets[statement.lineno - 1] + statement.col_offset


def _end(statement: ast.stmt, offsets: list[int]) -> int:
    assert statement.end_lineno is not None
    assert statement.end_col_offset is not None
    return offsets[statement.end_lineno - 1] + statement.end_col_offset


class Recorder:
    """A pytest plugin: notes to which marks a test has come, how long it took, if it is green."""

    def __init__(self, database: str | None) -> None:
        ready.database = database
        self._reached: set[int] = set()
        setattr(builtins, MARK, self._reached.add)
        self._seconds = 0.0
        self._is_green = True
        self.tests: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        session.config.pluginmanager.register(ready)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._reached.clear()
        self._seconds, self._is_green = 0.0, True
        result = yield
        self.tests[item.nodeid] = {
            "is_green": self._is_green,
            "seconds": round(self._seconds, 3),
            "reached": sorted(self._reached),
        }
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds += report.duration
        self._is_green = self._is_green and report.passed


def compiled(sources: Iterable[tuple[str, Mapping[int, int]]]) -> Iterator[tuple[str, Any]]:
    """Return the code of each file, with the marks at its guards."""
    for file, places in sources:
        with open(file, "rb") as opened:
            tree = marked(opened.read(), places)
        yield file, compile(tree, file, "exec", dont_inherit=True)
