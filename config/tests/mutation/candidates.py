"""Which tests to run first: of those that come to a guard the ones that speak of the same things.

Which come to it is measured (`reach`), for guards that stand in functions. Words of a guard (where
it stands, what it compares, what it raises) are looked for in the names and the text of tests; a
rare word counts for more than a common one, a quick test for more than a slow one. A guard has
survived when none went red of those that come to it, up to `MOST` tests and the seconds that are
given; of one that is run at import, none of the likeliest.
"""

from __future__ import annotations

import ast
import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from config.tests.mutation.guards import Edit, Guard
from config.tests.mutation.reach import Reach
from config.tests.mutation.source import PRODUCT

MOST_AT_IMPORT = 72
MOST = 600
MOST_ADDED = 16
"""Of the tests that were added since it was measured which come to a guard."""
ALIKE = 3
"""Of the rows of one table of cases, how many are tried before other tests have their turn."""
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

TABLES = {
    "rights": (
        "config/tests/test_api_permissions.py"
        "::test_a_wrong_form_is_told_after_a_missing_right_and_before_anything_else",
        "config/tests/test_api_permissions.py::test_each_person_is_answered_as_the_rules_say",
        "config/tests/test_admin_permissions.py"
        "::test_each_person_opens_the_pages_that_the_rules_say_and_changes_nothing",
        "config/tests/test_admin_permissions.py::test_a_crafted_post_does_something_only_for_who_may",
    ),
    "steps": (
        "sessions_app/tests/test_life_table.py::test_each_action_is_answered_as_the_table_says",
    ),
}
"""Tests with a row for each door, or for each person and state."""

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

    def __init__(self, root: Path, reach: Reach, seconds: float) -> None:
        self._root, self._reach, self._seconds = root, reach, seconds
        self._rows: dict[str, list[str]] = defaultdict(list)
        self._tests = {test.id: test for test in _tests(root)}
        for test in sorted(reach.seconds):
            if (function := test.split("[")[0]) in self._tests:  # it may be gone by now
                self._rows[function].append(test)
        known_by = Counter(word for test in self._tests.values() for word in test.words)
        self._worth = {word: math.log(len(self._tests) / count) for word, count in known_by.items()}

    def of(self, guard: Guard) -> list[str]:
        """Return tests, the likeliest first."""
        likeness = self._likeness_to(guard)
        added = sorted(self._tests.keys() - self._reach.known, key=likeness, reverse=True)
        if guard.key in self._reach.tests:
            return added[:MOST_ADDED] + self._of_those_that_come_to_it(guard, likeness)
        return added[:MOST_ADDED] + self._of_all(guard, likeness)

    def _of_all(self, guard: Guard, likeness: Callable[[str], float]) -> list[str]:
        """Return the likeliest tests; of tables of cases the rows that name what is guarded."""
        named = set(_words(f"{guard.place} {guard.taken_out}"))
        tables = [table for table in TABLES.get(guard.family, ()) if table in self._rows]
        ranked = sorted(self._rows, key=likeness, reverse=True)[:MOST_AT_IMPORT]
        chosen: list[str] = []
        if guard.family == "constraints":
            chosen.append(f"{OF_CONSTRAINTS}[{guard.taken_out}]")
        for function in dict.fromkeys([*tables, *ranked]):
            rows = sorted(
                self._rows[function],
                key=lambda row: len(named & set(_words(row.partition("[")[2]))),
                reverse=True,
            )
            chosen += rows[: 4 * ALIKE if function in tables else ALIKE]
        return self._in_time(dict.fromkeys(chosen))

    def _of_those_that_come_to_it(
        self, guard: Guard, likeness: Callable[[str], float]
    ) -> list[str]:
        rows: dict[str, list[str]] = defaultdict(list)
        for test in self._reach.tests[guard.key]:
            if (function := test.split("[")[0]) in self._rows:
                rows[function].append(test)
        for tests in rows.values():
            tests.sort(key=lambda test: zlib.crc32(test.encode()))  # any order but the table's

        def worth(function: str) -> float:
            seconds = min(self._reach.seconds[test] for test in rows[function])
            return likeness(function) / (seconds + 0.3)

        ranked = sorted(rows, key=worth, reverse=True)
        most = max(map(len, rows.values()), default=0)
        return self._in_time(
            test
            for first in range(0, most, ALIKE)
            for function in ranked
            for test in rows[function][first : first + ALIKE]
        )

    def _in_time(self, tests: Iterable[str]) -> list[str]:
        """Return the first tests, as many as there is time for."""
        chosen, seconds = [], 0.0
        for test in islice(tests, MOST):
            seconds += self._reach.seconds.get(test, 0)
            if chosen and seconds > self._seconds:
                break
            chosen.append(test)
        return chosen

    def _likeness_to(self, guard: Guard) -> Callable[[str], float]:
        said = frozenset(
            _words(f"{guard.place} {guard.taken_out} {OF_FAMILY.get(guard.family, '')}")
        )
        if isinstance(guard.change, Edit):
            said |= self._around(guard.change)
        doors = {"admin", "api", guard.place.split(".")[0]} & set(guard.place.split("."))

        def likeness(test: str) -> float:
            near = sum(door in test.replace("contract", "api") for door in doors)
            words = self._tests[test].words if test in self._tests else frozenset()
            return self._likeness(said, words) * (1 + 0.2 * near)

        return likeness

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
