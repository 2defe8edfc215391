"""Which tests to run first: those that speak of the same things as the guard.

Words of a guard (where it stands, what it compares, what it raises) are looked for in the names and
the text of all tests; a rare word counts for more than a common one. It is only a guess, by which a
red test is found sooner; a guard has survived when none of the first `MOST` went red.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.tests.mutation.guards import Edit, Guard
from config.tests.mutation.source import PRODUCT

MOST = 72
NOT_HERE = (
    "browser/",
    "faults/",
    "simulation/",
    "histories/",
    "mutation/",
    "demo",
    "embedded",
    "test_typed",
    "test_operations",
    "test_readme",
    "test_schemathesis",
)
"""Tests of whole programs: they do not see what is taken out of a process."""

OF_CONSTRAINTS = "config/tests/test_constraints.py::test_a_constraint_refuses_what_it_is_there_for"

OF_FAMILY = {
    "locks": "at_once sixteen eight_each race threads broken transaction=True outcomes",
    "rights": "permission denied NotAllowed 403 right role may photographer editor",
    "permissions": "permission denied 403 PermissionDenied admin photographer editor page",
    "questions": "NotAllowed PERMISSION_DENIED 403 refused",
    "visibility": "visible sees others 404 pool NOT_FOUND",
    "constraints": "constraint database IntegrityError refused row update",
    "triggers": "ledger final never changed deleted IntegrityError update delete refused",
    "forms": "VALIDATION_ERROR 400 fields bounds too long negative invalid",
    "edges": "edge deadline exactly moment boundary instant last first",
    "throttles": "THROTTLED LOCKED_OUT 429 limit minute",
}


@dataclass(frozen=True)
class Test:
    """A test function, with all that its parameters make of it, and the words it uses."""

    id: str
    words: frozenset[str]


class Candidates:
    """The tests of a tree, to be asked which of them may see a guard go."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tests = list(_tests(root))
        known_by = Counter(word for test in self._tests for word in test.words)
        self._worth = {word: math.log(len(self._tests) / count) for word, count in known_by.items()}

    def of(self, guard: Guard, first: str | None = None) -> list[str]:
        """Return tests, the likeliest first; `first` is one that has seen it go before."""
        said = frozenset(
            _words(f"{guard.place} {guard.taken_out} {OF_FAMILY.get(guard.family, '')}")
        )
        if isinstance(guard.change, Edit):
            said |= self._around(guard.change)
        doors = {"admin", "api", guard.place.split(".")[0]} & set(guard.place.split("."))

        def likeness(test: Test) -> float:
            near = sum(door in test.id.replace("contract", "api") for door in doors)
            return self._likeness(said, test.words) * (1 + 0.2 * near)

        ranked = sorted(self._tests, key=likeness, reverse=True)
        likely = [test.id for test in ranked[:MOST]]
        if guard.family == "constraints":
            likely.insert(0, f"{OF_CONSTRAINTS}[{guard.taken_out}]")
        if first is not None and first.split("[")[0] in {test.id for test in self._tests}:
            likely.insert(0, first)
        return list(dict.fromkeys(likely))

    def _around(self, edit: Edit) -> frozenset[str]:
        """Return the words of the guard's own lines: what is compared, and what is said."""
        source = (self._root / edit.path).read_bytes()
        begin = source.rfind(b"\n", 0, max(source.rfind(b"\n", 0, edit.start), 0)) + 1
        end = source.find(b"\n", edit.end)
        return frozenset(_words(source[begin:end].decode()))

    def _likeness(self, said: frozenset[str], words: frozenset[str]) -> float:
        common = sum(self._worth[word] for word in said & words)
        return common / math.sqrt(20 + len(words))


def tests_of(root: Path) -> Iterator[str]:
    """Return the paths of the modules whose tests may see a guard go."""
    for package in PRODUCT:
        for file in sorted((root / package).rglob("test_*.py")):
            path = file.relative_to(root).as_posix()
            if not any(part in path for part in NOT_HERE):
                yield path


def _tests(root: Path) -> Iterator[Test]:
    for path in tests_of(root):
        source = (root / path).read_text()
        names = _words(Path(path).stem) * 2
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                text = "\n".join(ast.unparse(part) for part in (*node.decorator_list, *node.body))
                words = [*names, *_words(node.name), *_words(text), *_tables(source, text)]
                yield Test(f"{path}::{node.name}", frozenset(words))


def _tables(source: str, text: str) -> list[str]:
    """Return the words of the tables of cases that a test walks."""
    words: list[str] = []
    for name in set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", text)):
        table = re.search(rf"^{name}\b[^\n]*=(.*?)^(?=[\w@#\"])", source, re.MULTILINE | re.DOTALL)
        if table:
            words += _words(table[1][:4000])
    return words


def _words(text: str) -> list[str]:
    """Return names in lower case, whole and in their parts."""
    words = []
    for name in re.findall(r"[A-Za-z_][\w]*", text):
        parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
        words += [name.lower().replace("_", ""), *(part.lower() for part in parts)]
    return [word for word in words if len(word) > 2]
