"""Deactivation: people, clients, items, packages and rooms are never deleted, only made inactive.

What must not be deactivated because something depends on it, and what else a reactivation means, is
known to the apps above. They say so at start-up, with `register_dependents` and
`register_reactivation`; `refuse_while_needed` and `follow_reactivation` ask them all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.errors import InUse

Conflict = dict[str, Any]
DependentsFinder = Callable[[Any, datetime, Any], list[Conflict]]

ReactivationEffect = Callable[[Any, datetime], None]

_effects: dict[str, ReactivationEffect] = {}
_finders: dict[tuple[str, str], list[DependentsFinder]] = {}


class ActiveStatus(models.TextChoices):
    """Whether something takes part in new business."""

    ACTIVE = "Active", _("Active")
    INACTIVE = "Inactive", _("Inactive")


class Activatable(models.Model):
    """A row that is deactivated instead of deleted."""

    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ActiveStatus.choices,
        default=ActiveStatus.ACTIVE,
        db_index=True,
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        """Whether it takes part in new business."""
        return self.status == ActiveStatus.ACTIVE


def register_dependents(label: str, finder: DependentsFinder, *, capacity: str = "") -> None:
    """Let `finder(object, at, viewer)` name what depends, from `at` on, on an object of a model.

    It tells as much of each as the viewer, a person or None for the system, may see.

    With a `capacity` (a role's name) it names only what depends on the person in that role.
    """
    _finders.setdefault((label, capacity), []).append(finder)


def refuse_while_needed(
    obj: models.Model, at: datetime, *, viewer: Any, capacity: str = ""
) -> None:
    """Raise InUse with the list of what still depends on the object (rules, section 1)."""
    conflicts = [
        conflict
        for find in _finders.get((obj._meta.label, capacity), ())
        for conflict in find(obj, at, viewer)
    ]
    if conflicts:
        raise InUse.by(conflicts)


def register_reactivation(label: str, effect: ReactivationEffect) -> None:
    """Let `effect(object, at)` be part of every reactivation of an object of model `label`."""
    _effects[label] = effect


def follow_reactivation(obj: models.Model, at: datetime) -> None:
    """Do what else the reactivation of an object means, in its transaction."""
    effect = _effects.get(obj._meta.label)
    if effect is not None:
        effect(obj, at)
