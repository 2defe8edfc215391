"""Which test comes to which guard, and how long it takes: all of them run once, with marks."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.tests.mutation.guards import Edit, Guard

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Reach:
    """The green tests that come to each guard that stands in a function, and the seconds of each.

    `known` are the functions that were run, also those that are red as it is or were skipped.
    """

    tests: Mapping[Key, list[str]]
    seconds: Mapping[str, float]
    known: Collection[str]


class Measured:
    """What was measured of a tree, kept in a folder: a file for each module of tests.

    A module is measured anew when its text has changed, not when the product's has: it is a guess
    where to look first. Who removes the folder has all of it measured anew.
    """

    def __init__(self, folder: Path, tree: Path) -> None:
        self._folder, self._tree = folder, tree
        self._names = folder / "guards.json"
        kept = json.loads(self._names.read_text()) if self._names.is_file() else []
        self._keys: list[Key] = [(family, place, taken_out) for family, place, taken_out in kept]

    def marks_at(self, guards: Iterable[Guard]) -> dict[str, dict[int, int]]:
        """Return, by file, the place of each guard that a mark can stand at, by its number."""
        numbers = {key: number for number, key in enumerate(self._keys)}
        marks: dict[str, dict[int, int]] = defaultdict(dict)
        for guard in guards:
            if isinstance(guard.change, Edit) and guard.change.function is not None:
                number = numbers.setdefault(guard.key, len(numbers))
                marks[guard.change.path][number] = guard.change.start
        self._keys = list(numbers)
        return dict(marks)

    def to_be_measured(self, modules: Iterable[str]) -> list[str]:
        """Return the modules that were never measured as they are."""
        return [one for one in modules if self._read(one).get("text") != self._digest(one)]

    def keep(self, modules: Iterable[str], written: Path) -> None:
        """Keep what a recorder has written of some modules."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._names.write_text(json.dumps(self._keys))
        tests: dict[str, dict[str, Any]] = {module: {} for module in modules}
        for test, told in json.loads(written.read_text()).items():
            tests[test.split("::")[0]][test] = told
        for module, told in tests.items():
            text = json.dumps({"text": self._digest(module), "tests": told})
            self._file(module).write_text(text)

    def reach(self, modules: Iterable[str]) -> Reach:
        """Return what is known of the tests of some modules."""
        tests: dict[Key, list[str]] = defaultdict(list)
        seconds: dict[str, float] = {}
        known: set[str] = set()
        for module in modules:
            for test, told in self._read(module).get("tests", {}).items():
                known.add(test.split("[")[0])
                if not told["is_green"]:
                    continue
                seconds[test] = told["seconds"]
                for number in told["reached"]:
                    tests[self._keys[number]].append(test)
        return Reach(dict(tests), seconds, known)

    def _file(self, module: str) -> Path:
        return self._folder / f"{module.replace('/', '.')}.json"

    def _read(self, module: str) -> dict[str, Any]:
        file = self._file(module)
        kept: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
        return kept

    def _digest(self, module: str) -> str:
        return hashlib.sha256((self._tree / module).read_bytes()).hexdigest()
