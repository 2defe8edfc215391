"""Every guard that the source of the product has, found by reading it.

Each family below is a function that is shown every node of every module, with the nodes around it,
and answers what would stand there without the guard. Nobody keeps a list: what is added to the
product appears here by itself.
"""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from config.tests.mutation.guards import Edit, Guard

PRODUCT = ("users", "clients", "catalog", "sessions_app", "notifications", "config")
OUTSIDE = (
    "*/tests/*",
    "*/migrations/*",
    "*/management/*",
    "config/demo/*",
    "config/embedded/*",
    "config/environment.py",
    "config/process.py",
    "config/public.py",
    "config/celery.py",
    "config/logs.py",
    "config/prepared.py",
    "config/jobs/command.py",
)
"""What guards no rule: tests, what operators type, and the machinery around the product."""

Answer: TypeAlias = "tuple[ast.AST, str] | None"
"""Which node goes, and what stands in its place."""


@dataclass(frozen=True)
class Sight:
    """A node, where it stands: its file, and the nodes around it from the module inwards."""

    path: str
    node: ast.AST
    around: tuple[ast.AST, ...]

    def within(self, *kinds: type[ast.AST]) -> bool:
        """Tell whether one of these is around it."""
        return any(isinstance(node, kinds) for node in self.around)

    def is_in(self, *patterns: str) -> bool:
        """Tell whether its file is one of these."""
        return any(fnmatch.fnmatch(self.path, pattern) for pattern in patterns)


def _called(node: ast.AST) -> str:
    """Return the last name of what is called; empty for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


# Locks

UNLOCKED = '__import__("config.tests.mutation.unlocked", fromlist=["_"]).unlocked'


def locks(sight: Sight) -> Answer:
    """Rows and names that are locked: read all the same, but without waiting for others."""
    node = sight.node
    name = _called(node)
    if name == "select_for_update":
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        return node, f"{ast.unparse(node.func.value)}.all()"
    if re.fullmatch(r"_?lock(_\w+)?", name) and isinstance(getattr(node, "func", None), ast.Name):
        assert isinstance(node, ast.Call)
        given = [ast.unparse(part) for part in (*node.args, *node.keywords)]
        return node, f"{UNLOCKED}({', '.join([name, *given])})"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        waits = re.sub(r"pg_\w*advisory\w*lock\(.*\)", "%s IS NOT NULL", node.value)
        if waits != node.value and "unlock" not in node.value:
            return node, repr(waits)
    return None


# Refusals: conditions, deadlines, bounds

OF_PROGRAMMERS = ("NotImplementedError", "TypeError", "ImproperlyConfigured", "SystemExit")


def refusals(sight: Sight) -> Answer:
    """What is raised where a condition fails, a deadline is past, a bound is passed."""
    node = sight.node
    if not isinstance(node, ast.Raise) or node.exc is None or sight.within(ast.ExceptHandler):
        return None
    if _exception(node) in OF_PROGRAMMERS:
        return None
    return node, "pass"


def _exception(node: ast.Raise) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return ast.unparse(raised) if raised is not None else ""


def questions(sight: Sight) -> Answer:
    """Lines that ask another function to refuse: a right, a state, a bound."""
    node = sight.node
    if not isinstance(node, ast.Expr):
        return None
    if not re.match(r"_?(require|refuse|check|guard)(_|$)", _called(node.value)):
        return None
    return node, "pass"


# Rights

TOLD_NOT_ASKED = ("users/rights.py", "*/messages/*", "users/actions/setting_up.py")
"""Where rights say who is told something, or are listed."""


def rights(sight: Sight) -> Answer:
    """Each right that is named where something is asked: the one that all staff hold instead."""
    node = sight.node
    if not isinstance(node, ast.Attribute) or sight.is_in(*TOLD_NOT_ASKED):
        return None
    if not (isinstance(node.value, ast.Name) and node.value.id == "Right"):
        return None
    if _called(sight.around[-1]) == "refuse":  # told: what is asked stands before
        return None
    if node.attr == "SESSION_VIEW_OWN" or node.attr.upper() != node.attr:
        return None
    return node, "Right.SESSION_VIEW_OWN"


def permissions(sight: Sight) -> Answer:
    """Functions by which the back office asks whether one may: they say yes."""
    node = sight.node
    if not isinstance(node, ast.FunctionDef) or node.name == "has_module_permission":
        return None
    if not re.fullmatch(r"has_\w+_permission|has_permission|may_\w+|gives_rights", node.name):
        return None
    return node.body[0], "return True"


def visibility(sight: Sight) -> Answer:
    """Rows narrowed to those that the person sees: all of them."""
    node = sight.node
    if _called(node) not in ("visible_to", "of_recipient", "readable_by"):
        return None
    assert isinstance(node, ast.Call)
    if not isinstance(node.func, ast.Attribute):
        return None
    return node, f"{ast.unparse(node.func.value)}.all()"


# The table of states

CONDITION_TABLES = ("CONDITIONS", "GUARDS", "FIT_FOR_THE_AGENDA")


def steps(sight: Sight) -> Answer:
    """What a row of the table of states asks for besides a right: bond, reason, condition."""
    node = sight.node
    if sight.is_in("sessions_app/lifecycle.py"):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Bond":
            return (node, "None") if _called(sight.around[-1]) == "Leave" else None
        if isinstance(node, ast.keyword) and node.arg == "needs_reason":
            return node.value, "False"
    is_listed = isinstance(node, ast.Name) and isinstance(sight.around[-1], ast.Tuple)
    if is_listed and sight.is_in("sessions_app/actions/conditions.py"):
        return (node, "*()") if _table(sight) in CONDITION_TABLES else None
    return None


def _table(sight: Sight) -> str:
    """Return the name of the module's table in whose value a node stands."""
    for outer, inner in zip(sight.around, (*sight.around[1:], sight.node), strict=True):
        if isinstance(outer, ast.Assign | ast.AnnAssign) and inner is outer.value:
            return ast.unparse(outer.targets[0] if isinstance(outer, ast.Assign) else outer.target)
    return ""


# Bounds

EXACT = (
    "sessions_app/policy/*",
    "sessions_app/actions/conditions.py",
    "sessions_app/queries/due.py",
    "sessions_app/queries/ledger.py",
    "sessions_app/queries/staffing.py",
    "users/actions/*",
    "users/tokens.py",
    "users/letter_tokens.py",
    "users/attempts.py",
    "config/api/throttles.py",
    "config/jobs/schedule.py",
    "notifications/sending.py",
)
NEXT = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}


def edges(sight: Sight) -> Answer:
    """The very edge of deadlines and bounds, where they are computed: one belongs to the other."""
    node = sight.node
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not sight.is_in(*EXACT):
        return None
    other = NEXT.get(type(node.ops[0]))
    if other is None:
        return None
    return node, f"({ast.unparse(node.left)} {other} {ast.unparse(node.comparators[0])})"


def forms(sight: Sight) -> Answer:
    """Bounds and validators of what is typed or sent, at fields of forms, bodies and models."""
    node = sight.node
    if not isinstance(node, ast.keyword) or sight.within(ast.FunctionDef):
        return None
    if node.arg in ("min_value", "max_value"):
        return node.value, "None"
    if node.arg == "validators":
        return node.value, "[]"
    if node.arg == "max_length" and sight.is_in("*/api/*", "*/admin/*"):
        return node.value, "None"
    return None


# Throttles


def throttles(sight: Sight) -> Answer:
    """How often one may ask: a view without its limit."""
    node = sight.node
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "throttle_classes":
        return node.value, "()"
    return None


FAMILIES: dict[str, Callable[[Sight], Answer]] = {
    family.__name__: family
    for family in (
        locks,
        refusals,
        questions,
        rights,
        permissions,
        visibility,
        steps,
        edges,
        forms,
        throttles,
    )
}


def files(root: Path) -> Iterator[str]:
    """Return the modules of the product, by their paths."""
    for package in PRODUCT:
        for file in sorted((root / package).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            if not any(fnmatch.fnmatch(path, pattern) for pattern in OUTSIDE):
                yield path


def guards(root: Path) -> Iterator[Guard]:
    """Return every guard of the source below a folder, file by file, top to bottom."""
    for path in files(root):
        yield from guards_of(path, (root / path).read_bytes())


def guards_of(path: str, source: bytes) -> Iterator[Guard]:
    """Return the guards of one module."""
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))

    def at(line: int, column: int) -> int:
        return offsets[line - 1] + column

    for sight in _sights(path, ast.parse(source), ()):
        for family, answer in FAMILIES.items():
            found = answer(sight)
            if found is None:
                continue
            node, text = found
            start = at(node.lineno, node.col_offset)  # type: ignore[attr-defined]
            end = at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
            edit = Edit(path, start, end, text, _function(sight, node))
            yield Guard(family, _place(sight), _taken_out(sight), edit)


def _sights(path: str, node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[Sight]:
    yield Sight(path, node, around)
    for child in ast.iter_child_nodes(node):
        yield from _sights(path, child, (*around, node))


def _function(sight: Sight, node: ast.AST) -> tuple[int, str] | None:
    """Return the outermost function in whose body it stands: its first line and its name."""
    chain = (*sight.around, sight.node)
    for outer, inner in zip(chain, (*chain[1:], node), strict=True):
        if isinstance(outer, ast.FunctionDef):
            if inner not in outer.body:
                return None
            first = min(outer.lineno, *(d.lineno for d in outer.decorator_list or [outer]))  # type: ignore[attr-defined]
            return first, outer.name
    return None


def _place(sight: Sight) -> str:
    """Return module and function, as one would import it."""
    names = [
        outer.name for outer in sight.around if isinstance(outer, ast.FunctionDef | ast.ClassDef)
    ]
    if not names:
        names = [
            ast.unparse(outer.targets[0] if isinstance(outer, ast.Assign) else outer.target)
            for outer in sight.around
            if isinstance(outer, ast.Assign | ast.AnnAssign)
        ]
    module = sight.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return ".".join([module, *names])


def _taken_out(sight: Sight) -> str:
    """Return the line that goes, in short: a refusal with the condition under which it comes."""
    node = sight.node
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Raise):
        above = sight.around[-1]
        said = f"raise {_exception(node)}"
        if isinstance(above, ast.If) and node in above.body:
            said = f"if {ast.unparse(above.test)}: {said}"
        return _short(said)
    if isinstance(node, ast.Attribute | ast.keyword | ast.Name):
        holder = next(
            (
                outer
                for outer in reversed(sight.around)
                if isinstance(outer, ast.Call | ast.Dict | ast.Assign | ast.AnnAssign | ast.Compare)
            ),
            None,
        )
        said = ast.unparse(node)
        if isinstance(holder, ast.Dict):
            holder = _key(holder, node)
        if holder is not None and (context := _context(holder)) not in ("", said):
            said = f"{said} of {context}"
        return _short(said)
    return _short(ast.unparse(node))


def _key(table: ast.Dict, node: ast.AST) -> ast.AST | None:
    """Return the key under which a node stands in a table."""
    for key, value in zip(table.keys, table.values, strict=True):
        if key is not None and any(part is node for part in ast.walk(value)):
            return key
    return None


def _context(holder: ast.AST) -> str:
    if isinstance(holder, ast.Call):
        return ast.unparse(holder.func)
    if not isinstance(holder, ast.Assign | ast.AnnAssign):
        return ast.unparse(holder)
    return ast.unparse(holder.targets[0] if isinstance(holder, ast.Assign) else holder.target)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 110 else f"{text[:109]}…"
