"""Proving what must always hold, and telling admins where it does not (rules, section 8)."""

from __future__ import annotations

from datetime import datetime

from sessions_app.messages import staff
from sessions_app.queries.checking import Check, Finding
from users.actors import Actor


def prove(check: Check, *, actor: Actor, at: datetime) -> Finding | None:
    """Look whether a check holds; return what breaks it, of which admins are told once a day."""
    finding = check.finding()
    if finding is not None:
        staff.integrity_problem(finding, actor=actor, at=at)
    return finding
