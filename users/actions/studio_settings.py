"""Changing the business settings: each change is a new version of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from config.business_rules import first_rules, forget_rules
from config.business_settings import NAMES, as_written
from config.errors import StaleVersion, ValidationFailed
from config.opening_hours import OpeningHours
from config.records.audit import record
from config.records.models import StudioSettings, columns_of
from users.actors import Actor
from users.rights import Right


def change_settings(
    changes: Mapping[str, Any], *, actor: Actor, at: datetime, reason: str = "", seen: int | None
) -> StudioSettings | None:
    """Add a version with these values and return it; None where all of them are in force already.

    `seen` is the id of the version that the person had before them, None where there was none yet.
    The first change also keeps what was in force before it, as the first version. What holds from
    now on and for what, each column of `StudioSettings` says.

    Raises NotAllowed, StaleVersion, ValidationFailed (out of bounds, unreadable, no such setting).
    """
    actor.require(Right.SYSTEM_SETTINGS)
    try:
        with transaction.atomic():
            return _add_version(_checked(changes), actor, at, reason.strip(), seen)
    finally:
        forget_rules()


def _add_version(
    values: Mapping[str, Any], actor: Actor, at: datetime, reason: str, seen: int | None
) -> StudioSettings | None:
    _lock()
    newest = StudioSettings.objects.order_by("-pk").select_related("actor").first()
    if (newest and newest.pk) != seen:
        raise StaleVersion(_by_whom(newest))
    before = columns_of(first_rules()) if newest is None else newest.values
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return None
    if newest is None:
        StudioSettings.objects.create(at=at, **before)
    version = StudioSettings.objects.create(
        at=at, actor=actor.user, reason=reason, **before | changed
    )
    record(
        "settings.changed",
        version,
        actor=actor,
        at=at,
        reason=reason,
        changes={name: [before[name], value] for name, value in changed.items()},
    )
    return version


def _lock() -> None:
    """Let nobody else add a version until this transaction ends; all may go on reading."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {StudioSettings._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _by_whom(newest: StudioSettings | None) -> str | None:
    if newest is None or newest.actor is None:
        return None
    sentence = _(
        "%(name)s has changed the settings meanwhile. Nothing was overwritten: open the page anew "
        "and make your change again."
    )
    return sentence % {"name": newest.actor.full_name}


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as columns hold them."""
    values: dict[str, Any] = {}
    problems: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            values[name] = _clean(name, value)
        except ValidationError as refused:
            problems[name] = refused.messages
    if problems:
        raise ValidationFailed(problems)
    return values


def _clean(name: str, value: Any) -> Any:
    if name not in NAMES:
        raise ValidationError(_("There is no such setting."))
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValidationError(_("Enter a number."))
    column: Field[Any, Any] = getattr(StudioSettings, name).field
    clean = column.clean(value, None)
    return as_written(OpeningHours.parse(clean)) if name == "opening_hours" else clean
