"""Writing the audit trail (rules, sections 1 and 4): one function for every door and app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from config.records.models import AuditEntry

if TYPE_CHECKING:
    from users.actors import Actor


def record(
    action: str,
    obj: models.Model,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit row in the transaction of what it tells, and return it.

    `changes` is what changed, as JSON can hold it; never a password or a token.
    """
    return AuditEntry.objects.create(
        at=at,
        actor=actor.user,
        channel=actor.channel,
        action=action,
        object_type=obj._meta.label,
        object_id=obj.pk,
        object_label=str(obj)[:250],
        reason=reason,
        changes=dict(changes or {}),
    )
