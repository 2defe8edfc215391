"""Deactivating and reactivating master data: one action for clients and the whole catalog."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from config.activation import ActiveStatus, follow_reactivation, refuse_while_needed
from config.records.audit import record
from users.actors import Actor
from users.master_data import GuardedRecord

R = TypeVar("R", bound=GuardedRecord)


@transaction.atomic
def deactivate(obj: R, *, actor: Actor, at: datetime) -> R:
    """Take a record out of new business; an inactive one is no change.

    Raises NotAllowed without its `.delete` right, InUse with the list of what still needs it.
    """
    return _set_status(obj, ActiveStatus.INACTIVE, actor=actor, at=at)


@transaction.atomic
def reactivate(obj: R, *, actor: Actor, at: datetime) -> R:
    """Put a record back into business; raises NotAllowed without its `.delete` right."""
    return _set_status(obj, ActiveStatus.ACTIVE, actor=actor, at=at)


def _set_status(obj: R, status: ActiveStatus, *, actor: Actor, at: datetime) -> R:
    actor.require(obj.rights.delete, obj)
    locked: R = type(obj)._default_manager.select_for_update(no_key=True).get(pk=obj.pk)
    if status == ActiveStatus.ACTIVE:
        follow_reactivation(locked, at)  # also of an active one: a room's planned maintenance ends
    if locked.status == status:
        return locked
    if status == ActiveStatus.INACTIVE:
        refuse_while_needed(locked, at, viewer=actor.user)
    locked.status = status
    locked.save_changes("status", by=actor.user)
    record(
        f"{obj._meta.model_name}.status_changed",
        locked,
        actor=actor,
        at=at,
        changes={"status": status},
    )
    return locked
