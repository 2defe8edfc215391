"""What a guard is, and how one is taken out: a piece of source, or something of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """A piece of one file, by its bytes, and what stands there without the guard.

    `function` is the line and the name of the outermost function whose body holds it, None where
    it is run when the module is imported.
    """

    path: str
    start: int
    end: int
    text: str
    function: tuple[int, str] | None = None

    def applied(self, source: bytes) -> bytes:
        """Return the file without the guard, each of its lines where it was."""
        lost = source.count(b"\n", self.start, self.end) - self.text.count("\n")
        put = self.text.encode() + b"\\\n" * max(lost, 0)
        return source[: self.start] + put + source[self.end :]

    def written_to(self, tree: Path) -> None:
        """Take the guard out of a copy of the tree."""
        file = tree / self.path
        file.write_bytes(self.applied(file.read_bytes()))


@dataclass(frozen=True)
class Guard:
    """One thing that says no.

    `place` is where it stands (module and function, or table), `taken_out` what is removed there.
    Two that read the same in one place are told apart by `number`. `change` is an Edit, or the SQL
    that takes it out of a database.
    """

    family: str
    place: str
    taken_out: str
    change: Edit | str
    number: int = 1

    @property
    def name(self) -> str:
        """What the command and the report call it."""
        return ": ".join(self.key)

    @property
    def key(self) -> tuple[str, str, str]:
        """Family, place and text: by what its row of the report is found."""
        number = f" ({self.number})" if self.number > 1 else ""
        return self.family, self.place, f"{self.taken_out}{number}"


def numbered(guards: Iterable[Guard]) -> Iterator[Guard]:
    """Tell those apart that would otherwise have one name."""
    seen: Counter[str] = Counter()
    for guard in guards:
        seen[guard.name] += 1
        yield replace(guard, number=seen[guard.name])
