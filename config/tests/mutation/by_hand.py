"""Guards that no rule of `source` finds: each a piece of text that goes, and what is put there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.tests.mutation.guards import Edit, Guard


@dataclass(frozen=True)
class Patch:
    """A text that occurs once in a file, and what stands there without the guard."""

    family: str
    path: str
    text: str
    without: str


SENDING, RULES = "notifications/sending.py", "sessions_app/rules.py"
PATCHES = (
    # Throttles and lock-outs
    Patch("throttles", "config/api/throttles.py", "count(self.key) <= self.limit()", "True"),
    Patch("throttles", "config/settings.py", "AXES_FAILURE_LIMIT = 10", "AXES_FAILURE_LIMIT = 99"),
    Patch(
        "throttles",
        "config/settings.py",
        "AXES_COOLOFF_TIME = timedelta(minutes=15)",
        "AXES_COOLOFF_TIME = timedelta(seconds=1)",
    ),
    Patch(
        "throttles",
        "config/settings.py",
        'AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]',
        'AXES_LOCKOUT_PARAMETERS = ["ip_address"]',
    ),
    Patch("throttles", "users/attempts.py", "FAILURES_A_MINUTE = 5", "FAILURES_A_MINUTE = 500"),
    Patch("throttles", "users/attempts.py", "        count(key)\n", "        pass\n"),
    # Lifetimes
    Patch(
        "once",
        "config/api/idempotency.py",
        "LIFETIME = timedelta(hours=24)",
        "LIFETIME = timedelta(days=999)",
    ),
    Patch(
        "edges",
        "users/actions/signing_in.py",
        "ROTATION_GRACE = timedelta(seconds=60)",
        "ROTATION_GRACE = timedelta(days=7)",
    ),
    Patch(
        "edges",
        "users/actions/inviting.py",
        "LIFETIME = timedelta(days=7)",
        "LIFETIME = timedelta(days=700)",
    ),
    # Done once
    Patch(
        "once",
        "config/api/idempotency.py",
        "if entry.status_code is not None:",
        "if False:",
    ),
    Patch("once", "config/api/idempotency.py", "over.filter(**named).delete()", "pass"),
    Patch("once", SENDING, "if not _claim(email, at):", "if _claim(email, at) is None:"),
    Patch("once", SENDING, "status=EmailStatus.PENDING, due_at__lte=at).update(", ").update("),
    Patch("once", SENDING, "status__in=present, claimed_at=email.claimed_at)", ")"),
    # Which session a person sees, and is tied to
    Patch("visibility", RULES, "if session.hidden_at is not None:", "if False:"),
    Patch("visibility", RULES, "if not user.may(Right.SESSION_VIEW_OWN):", "if False:"),
    Patch("visibility", RULES, "session.status == Status.ATTENDED\n", "True\n"),
    Patch("visibility", RULES, "and session.editing_assigned_to_id is None", ""),
    Patch("visibility", RULES, "and user.may(Right.SESSION_MARK_READY)\n", ""),
    Patch("visibility", RULES, "return RoleName.EDITOR in user.role_names", "return True"),
    Patch(
        "visibility",
        RULES,
        "return member is not None and (bond is Bond.COVERS or member.attended)",
        "return member is not None",
    ),
    # In which states a field is written, a team changed, attendance marked
    Patch(
        "steps",
        RULES,
        "    Right.SESSION_EDIT_PRE_ASSIGNED,\n    PLANNED,\n",
        "    Right.SESSION_EDIT_PRE_ASSIGNED,\n    frozenset(Status),\n",
    ),
    Patch(
        "steps",
        RULES,
        "Right.SESSION_EDIT_PRE_ASSIGNED, PLANNED, ",
        "Right.SESSION_EDIT_PRE_ASSIGNED, frozenset(Status), ",
    ),
    Patch(
        "steps",
        RULES,
        "Right.SESSION_ASSIGN_RESOURCES, before(Status.ATTENDED)",
        "Right.SESSION_ASSIGN_RESOURCES, frozenset(Status)",
    ),
    Patch("steps", RULES, "    before(Status.COMPLETED),\n", "    frozenset(Status),\n"),
    Patch("steps", RULES, "since(Status.ASSIGNED), frozenset(", "frozenset(Status), frozenset("),
    Patch("steps", RULES, "since(Status.IN_EDITING)", "frozenset(Status)"),
    Patch("steps", RULES, "TEAM_STATES = before(Status.READY)", "TEAM_STATES = frozenset(Status)"),
    Patch(
        "steps",
        RULES,
        "REASSIGNMENT_STATES = before(Status.COMPLETED)",
        "REASSIGNMENT_STATES = frozenset(Status)",
    ),
    Patch(
        "steps",
        RULES,
        "since(Status.ASSIGNED) - {Status.COMPLETED}",
        "frozenset(Status)",
    ),
)


def guards(root: Path) -> Iterator[Guard]:
    """Return the guards of the table; raises ValueError where one no longer fits its file."""
    return (guard_of(patch, (root / patch.path).read_bytes()) for patch in PATCHES)


def guard_of(patch: Patch, source: bytes) -> Guard:
    """Return the guard that a patch takes out of its file; raises ValueError where it is not."""
    if source.count(patch.text.encode()) != 1:
        raise ValueError(f"{patch.path} has not once: {patch.text}")
    start = source.index(patch.text.encode())
    end = start + len(patch.text.encode())
    module = patch.path.removesuffix(".py").replace("/", ".")
    edit = Edit(patch.path, start, end, patch.without, _function(source, start))
    return Guard(patch.family, module, " ".join(patch.text.split()), edit)


def _function(source: bytes, start: int) -> tuple[int, str] | None:
    """Return the outermost function whose body holds a place: its first line and its name."""
    line = source.count(b"\n", 0, start) + 1
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef):
                if node.body[0].lineno <= line <= (node.end_lineno or 0):
                    return min([node.lineno, *(d.lineno for d in node.decorator_list)]), node.name
            elif isinstance(node, ast.ClassDef):
                waiting.append(node)
    return None
