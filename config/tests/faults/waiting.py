"""Waiting for what other processes do: until it is so, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60
"""Seconds; alone on a machine nothing takes longer than a few."""


def until(condition: Callable[[], Any], what: str, *, within: float = PATIENCE) -> Any:
    """Return the first true answer; fail with what was waited for where there is none in time."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {within} s in vain: {what}"
        time.sleep(0.05)
    return answer
