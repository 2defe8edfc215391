"""The life of a session (rules, section 2): its states and the steps between them, as data.

The table is walked by `actions.lifecycle.advance`, which alone writes a state; it is printed in the
docs and walked by the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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

PLANNED = frozenset({Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED})
"""States in which plan and money may be changed without further conditions (section 4)."""


@dataclass(frozen=True)
class Step:
    """One row of the table: who may go from where to where."""

    source: Status
    target: Status
    right: Right


STEPS: tuple[Step, ...] = (
    Step(Status.REQUEST, Status.NEGOTIATION, Right.SESSION_EDIT_PRE_ASSIGNED),
    Step(Status.NEGOTIATION, Status.PRE_SCHEDULED, Right.SESSION_EDIT_PRE_ASSIGNED),
    Step(Status.PRE_SCHEDULED, Status.NEGOTIATION, Right.SESSION_EDIT_PRE_ASSIGNED),
    *(
        Step(source, Status.CANCELED, Right.SESSION_CANCEL)
        for source in (Status.REQUEST, Status.NEGOTIATION, Status.PRE_SCHEDULED)
    ),
)

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


def rights_towards(target: Status) -> frozenset[Right]:
    """Return the rights of every row to a state."""
    return frozenset(step.right for step in STEPS if step.target == target)


def is_step(source: str | None, target: str) -> bool:
    """Tell whether a history row is a row of the table; None is what came before the first."""
    if source is None:
        return target == Status.REQUEST
    return (source, target) in _STEP_BY_ENDS


def as_markdown(steps: Iterable[Step] = STEPS) -> str:
    """Return the table as the docs print it."""
    rows = [f"| {step.source} | {step.target} | {step.right} |" for step in steps]
    return "\n".join(["| from | to | right |", "|---|---|---|", *rows])


_STEP_BY_ENDS: dict[tuple[str, str], Step] = {(step.source, step.target): step for step in STEPS}
