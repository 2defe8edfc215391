"""How a client stands with the studio: facts that the apps above know, and say so at start-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fact = Callable[[], Any]
"""Makes an expression over the outer query's client."""

_facts: dict[str, Fact] = {}


def register(name: str, fact: Fact) -> None:
    """Let every list of clients carry a fact under this name."""
    _facts[name] = fact


def facts() -> dict[str, Any]:
    """Return the registered facts, as annotations."""
    return {name: fact() for name, fact in _facts.items()}
