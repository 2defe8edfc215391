"""What is to be lived: a seed and a number of steps, which the environment may name."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Plan:
    """A history before it has happened."""

    seed: str
    steps: int

    def __str__(self) -> str:
        return f"HISTORIES_SEED={self.seed} HISTORIES_STEPS={self.steps}"

    def random(self, name: str) -> Random:
        """Return the source of all choices of one person."""
        return Random(f"{self.seed} {name}")


FRESH = "fresh"
"""In the place of a seed: one that nobody has seen yet."""


def plan(seed: str, steps: int) -> Plan:
    """Return the plan of a seed; what HISTORIES_SEED and HISTORIES_STEPS say counts instead."""
    asked = os.environ.get("HISTORIES_SEED", seed)
    count = int(os.environ.get("HISTORIES_STEPS", steps))
    return Plan(secrets.token_hex(4) if asked == FRESH else asked, count)
