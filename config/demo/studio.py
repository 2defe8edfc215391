"""Filling an empty database with the demo studio: the same every time, relative to today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from config.clock import start_of, studio_day
from config.demo import rhythm, scenes, timeline
from config.demo.lives import life
from config.demo.opening import SYSTEM, open_studio
from config.demo.plan import Plan
from config.demo.timeline import Progress
from config.records.audit import record
from config.records.models import AuditEntry
from users.actions.roles import set_up_roles

SEED = 20_260
OPEN_DAYS = 200
MADE_BY_DEMO = "demo.created"
MADE_BY_MIGRATE: tuple[Any, ...] = (MigrationRecorder.Migration, ContentType, Permission)


def is_demo() -> bool:
    """Tell whether the demo made what the migrated database holds."""
    return AuditEntry.objects.filter(action=MADE_BY_DEMO).exists()


def is_foreign() -> bool:
    """Tell whether the database, migrated or not, holds anything that the demo did not make."""
    present = set(connection.introspection.table_names())
    models: list[Any] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    ours = {model._meta.db_table for model in models}
    if present - ours:
        return True
    if AuditEntry._meta.db_table in present and is_demo():
        return False
    return any(
        model._meta.db_table in present and model._base_manager.exists()
        for model in models
        if model not in MADE_BY_MIGRATE
    )


def fill(at: datetime, progress: Progress = lambda done, total: None) -> None:
    """Make the studio as it stands on the day of `at`; all of it or, when stopped, nothing.

    It lives up to the midnight that begins that day: every instant passed to an action lies before
    it, or is it. `progress(done, total)` is called whenever a session has got as far as it gets.
    """
    today = studio_day(at)
    fill_with([*scenes.plans(today, SEED), *rhythm.plans(today, SEED)], at, progress)


@transaction.atomic
def fill_with(
    plans: Sequence[Plan], at: datetime, progress: Progress = lambda done, total: None
) -> None:
    """Make the studio with these sessions only."""
    midnight = start_of(studio_day(at))
    opened = midnight - timedelta(days=OPEN_DAYS)
    set_up_roles(actor=SYSTEM, at=opened)
    studio = open_studio(opened, Random(SEED))  # noqa: S311  (a believable studio, not a secret)
    timeline.live((life(studio, plan) for plan in plans), midnight, progress)
    record(MADE_BY_DEMO, studio.people["admin"], actor=SYSTEM, at=at)
