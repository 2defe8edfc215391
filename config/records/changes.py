"""Who changed a row last: what the second of two people who edit it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from config.clock import studio_day, studio_zone
from config.errors import StaleVersion
from config.records.models import AuditEntry

Change = tuple[Any, datetime]
"""Who, None for the system or where it is unknown, and when."""


def stale(
    row: models.Model, *, viewer: Any, at: datetime, since: datetime | None = None, **context: Any
) -> StaleVersion:
    """Build the refusal to overwrite a row as it now is, with as much as the viewer may know.

    A model that keeps the names of those who changed it from some people says so by its method
    `tells_who_changed_it(viewer)`. `since` is when the row was changed that the viewer has seen;
    `viewer` None is the system.
    """
    who, changed_at = last_change(row, since=since)
    moment = _shown(changed_at, at)
    if who is not None and who == viewer:
        return StaleVersion.by_oneself(moment, **context)
    is_told = getattr(row, "tells_who_changed_it", None)
    if who is None or (viewer is not None and is_told is not None and not is_told(viewer)):
        return StaleVersion.by(None, moment, **context)
    return StaleVersion.by(str(who), moment, **context)


def last_change(row: Any, *, since: datetime | None = None) -> Change:
    """Return who changed a row last, and when.

    Rows whose changes are all in the audit trail carry no `updated_by`: the newest entry tells,
    where there is one later than `since`.
    """
    if hasattr(type(row), "updated_by"):
        return row.updated_by, row.updated_at
    entries = AuditEntry.objects.filter(object_type=row._meta.label, object_id=row.pk)
    if since is not None:
        entries = entries.filter(at__gt=since)
    newest = entries.select_related("actor").order_by("-id").first()
    return (newest.actor, newest.at) if newest else (None, row.updated_at)


def _shown(changed_at: datetime, at: datetime) -> str:
    """Return the time in the studio; the day besides where it is not that of `at`."""
    moment = changed_at.astimezone(studio_zone())
    is_today = studio_day(changed_at) == studio_day(at)
    return f"{moment:%H:%M}" if is_today else f"{moment:%d/%m/%Y %H:%M}"
