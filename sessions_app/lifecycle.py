"""The life of a session (rules, section 2): its states and the steps between them, as data.

The table is walked by `actions.lifecycle`, which alone writes a state; `manage.py states` prints it
for docs/architecture.md, and the tests walk it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from users.rights import Right


class Status(models.TextChoices):
    """Every state, in the order of a session's life."""

    REQUEST = "Request", _("Request")
    NEGOTIATION = "Negotiation", _("Negotiation")
    PRE_SCHEDULED = "Pre-scheduled", _("Pre-scheduled")
    CONFIRMED = "Confirmed", _("Confirmed")
    ASSIGNED = "Assigned", _("Assigned")
    ATTENDED = "Attended", _("Attended")
    IN_EDITING = "In Editing", _("In editing")
    READY = "Ready for Delivery", _("Ready for delivery")
    COMPLETED = "Completed", _("Completed")
    CANCELED = "Canceled", _("Canceled")


ORDER = tuple(status for status in Status if status is not Status.CANCELED)


def before(status: Status) -> frozenset[Status]:
    """Return the states of a living session that come before one."""
    return frozenset(ORDER[: ORDER.index(status)])


def since(status: Status) -> frozenset[Status]:
    """Return the states of a living session from one on."""
    return frozenset(ORDER[ORDER.index(status) :])


OPEN = before(Status.COMPLETED)
"""States in which a session with a time holds its room and its photographers (section 3)."""

PLANNED = before(Status.CONFIRMED)
"""States in which plan and money may be changed without further conditions (section 4)."""


class Bond(StrEnum):
    """What ties a person to a session, besides the rights they hold."""

    COVERS = "as its photographer"
    HAS_MARKED = "whose mark it was"
    EDITS = "as its editor"
    IS_EDITOR = "holding the editor role, for oneself"


@dataclass(frozen=True)
class Leave:
    """One way to be allowed a step: all of these rights, and the bond where one is asked for."""

    rights: tuple[Right, ...]
    bond: Bond | None = None

    def __str__(self) -> str:
        rights = " with ".join(self.rights)
        return f"{rights} {self.bond.value}" if self.bond else rights


@dataclass(frozen=True)
class Step:
    """One row of the table: from where to where, and who may (any of the leaves is enough)."""

    source: Status
    target: Status
    leaves: tuple[Leave, ...]
    needs_reason: bool = False


def _step(source: Status, target: Status, *rights: Right) -> Step:
    return Step(source, target, (Leave(rights),))


EVERYBODYS_MARK = Leave((Right.SESSION_MARK_ATTENDED, Right.SESSION_VIEW_ALL))
"""Attendance marked, or taken back, by who may see all: also for others."""

STEPS: tuple[Step, ...] = (
    _step(Status.REQUEST, Status.NEGOTIATION, Right.SESSION_EDIT_PRE_ASSIGNED),
    _step(Status.NEGOTIATION, Status.PRE_SCHEDULED, Right.SESSION_EDIT_PRE_ASSIGNED),
    _step(Status.PRE_SCHEDULED, Status.CONFIRMED, Right.SESSION_EDIT_PRE_ASSIGNED),
    _step(Status.PRE_SCHEDULED, Status.NEGOTIATION, Right.SESSION_EDIT_PRE_ASSIGNED),
    _step(Status.CONFIRMED, Status.NEGOTIATION, Right.SESSION_EDIT_PRE_ASSIGNED),
    _step(Status.CONFIRMED, Status.ASSIGNED, Right.SESSION_ASSIGN_RESOURCES),
    Step(
        Status.ASSIGNED,
        Status.ATTENDED,
        (Leave((Right.SESSION_MARK_ATTENDED,), Bond.COVERS), EVERYBODYS_MARK),
    ),
    Step(
        Status.ATTENDED,
        Status.IN_EDITING,
        (
            Leave((Right.SESSION_MARK_READY,), Bond.IS_EDITOR),
            Leave((Right.SESSION_ASSIGN_RESOURCES,)),
        ),
    ),
    Step(
        Status.IN_EDITING,
        Status.READY,
        (
            Leave((Right.SESSION_MARK_READY,), Bond.EDITS),
            Leave((Right.SESSION_MARK_READY, Right.SESSION_VIEW_ALL)),
        ),
    ),
    _step(Status.READY, Status.COMPLETED, Right.SESSION_COMPLETE),
    *(_step(source, Status.CANCELED, Right.SESSION_CANCEL) for source in ORDER if source in OPEN),
    Step(
        Status.ATTENDED,
        Status.ASSIGNED,
        (Leave((Right.SESSION_MARK_ATTENDED,), Bond.HAS_MARKED), EVERYBODYS_MARK),
    ),
    Step(
        Status.IN_EDITING,
        Status.ATTENDED,
        (Leave((Right.SESSION_ASSIGN_RESOURCES,)), Leave((Right.SESSION_VIEW_OWN,), Bond.EDITS)),
        needs_reason=True,
    ),
    Step(
        Status.READY,
        Status.IN_EDITING,
        (Leave((Right.SESSION_MARK_READY, Right.SESSION_VIEW_ALL)),),
        needs_reason=True,
    ),
)

RETROACTIVE = (Status.ATTENDED, Status.IN_EDITING, Status.READY, Status.COMPLETED)
"""States in which a session that has already taken place may be entered afterwards."""

DETOURS: dict[tuple[Status, Status], tuple[Status, ...]] = {
    (Status.REQUEST, Status.PRE_SCHEDULED): (Status.NEGOTIATION, Status.PRE_SCHEDULED),
}
"""Targets taken as several steps in one transaction."""


def path(source: Status, target: Status) -> tuple[Step, ...]:
    """Return the steps that lead from one state to another; empty where the table has none."""
    stops = DETOURS.get((source, target), (target,))
    steps: list[Step] = []
    for stop in stops:
        step = _STEP_BY_ENDS.get((source, stop))
        if step is None:
            return ()
        steps.append(step)
        source = stop
    return tuple(steps)


def reachable(source: Status) -> tuple[Status, ...]:
    """Return the states that some row, or a detour, leads to from here, in the order of life."""
    return tuple(target for target in Status if path(source, target))


def leaves_towards(target: Status) -> frozenset[Leave]:
    """Return the leaves of every row to a state."""
    return frozenset(leave for step in STEPS if step.target == target for leave in step.leaves)


def is_step(source: str | None, target: str) -> bool:
    """Tell whether a history row is a row of the table; None is what came before the first."""
    if source is None:
        return target == Status.REQUEST or target in RETROACTIVE
    return (source, target) in _STEP_BY_ENDS


_STEP_BY_ENDS: dict[tuple[str, str], Step] = {(step.source, step.target): step for step in STEPS}
