"""`manage.py states`: the table of states, as docs/architecture.md prints it (rules, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from sessions_app.actions.conditions import CONDITIONS, GUARDS
from sessions_app.actions.effects import EFFECTS
from sessions_app.lifecycle import STEPS, Step

HEADINGS = ("from", "to", "right", "only if", "then")


class Command(BaseCommand):
    """Prints every step of a session's life: who may take it, what it asks for, what follows."""

    help = "Print the table of states as Markdown: every step, who may, what it asks for."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        self.stdout.write(as_markdown())


def as_markdown() -> str:
    """Return the table; conditions and effects by the names of their functions."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(_row(step) for step in STEPS)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(step: Step) -> tuple[str, ...]:
    ends = (step.source, step.target)
    asked = [_named(condition) for condition in CONDITIONS.get(ends, ())]
    asked += [f"{_named(guard)} or an override" for guard in GUARDS.get(ends, ())]
    asked += ["a reason"] if step.needs_reason else []
    effect = EFFECTS.get(ends)
    return (
        step.source.value,
        step.target.value,
        "; or ".join(map(str, step.leaves)),
        ", ".join(asked) or "–",
        _named(effect) if effect else "–",
    )


def _named(function: Callable[..., object]) -> str:
    return f"`{function.__name__}`"
