"""Filling an empty database with the demo studio: the same every time, relative to today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from config.clock import start_of, studio_day
from config.demo import absences, rhythm, scenes, timeline, years
from config.demo.lives import life
from config.demo.opening import SYSTEM, Studio, open_studio
from config.demo.plan import Plan
from config.demo.timeline import Progress
from config.records.audit import record
from config.records.models import AuditEntry
from notifications.writing import silence
from users.actions.roles import set_up_roles

SEED = 20_260
OPEN_BEFORE = timedelta(days=90)
"""How long the studio is open, and takes on clients, before its first session."""
BEGUN_BY_DEMO, MADE_BY_DEMO = "demo.begun", "demo.created"
MADE_BY_MIGRATE: tuple[Any, ...] = (MigrationRecorder.Migration, ContentType, Permission)


def is_demo() -> bool:
    """Tell whether the demo made what the migrated database holds."""
    return AuditEntry.objects.filter(action=MADE_BY_DEMO).exists()


def is_half_made() -> bool:
    """Tell whether the demo was stopped while it made what the migrated database holds."""
    return AuditEntry.objects.filter(action=BEGUN_BY_DEMO).exists() and not is_demo()


def years_made() -> int:
    """Return how many years of past the demo was made with."""
    changes = AuditEntry.objects.values_list("changes", flat=True).get(action=MADE_BY_DEMO)
    return int(changes.get("years", 0))


def is_foreign() -> bool:
    """Tell whether the database, migrated or not, holds anything that the demo did not make."""
    present = set(connection.introspection.table_names())
    models: list[Any] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    ours = {model._meta.db_table for model in models}
    if present - ours:
        return True
    if AuditEntry._meta.db_table in present and (is_demo() or is_half_made()):
        return False
    return any(
        model._meta.db_table in present and model._base_manager.exists()
        for model in models
        if model not in MADE_BY_MIGRATE
    )


def fill(at: datetime, progress: Progress = lambda done, total: None, years_back: int = 0) -> None:
    """Make the studio as it stands on the day of `at`.

    It lives up to the midnight that begins that day: every instant passed to an action lies before
    it, or is it. `progress(done, total)` is called whenever a session has got as far as it gets.
    Its past is some months long, or as many years as told.
    """
    today = studio_day(at)
    past = years.plans(today, SEED, years_back) if years_back else []
    recent = [*scenes.plans(today, SEED), *rhythm.plans(today, SEED)]
    fill_with([*past, *recent], at, progress, years_back)


def fill_with(
    plans: Sequence[Plan],
    at: datetime,
    progress: Progress = lambda done, total: None,
    years_back: int = 0,
) -> None:
    """Make the studio with these sessions only; all of it or, when stopped, nothing.

    Years are committed as they go by, since PostgreSQL gets slower and slower with all that one
    transaction has overwritten; when stopped, they are left half made.
    """
    midnight = start_of(studio_day(at))
    with silence(), _quick_commits() if years_back else transaction.atomic():
        studio = _open(at, years_back)
        timeline.live((life(studio, plan) for plan in plans), midnight, progress)
        absences.take(studio, midnight)
        made = {"years": years_back} if years_back else {}
        record(MADE_BY_DEMO, studio.people["admin"], actor=SYSTEM, at=at, changes=made)


@transaction.atomic
def _open(at: datetime, years_back: int) -> Studio:
    today = studio_day(at)
    midnight = start_of(today)
    random = Random(SEED)  # noqa: S311  (a believable studio, not a secret)
    if years_back:
        opened = start_of(years.first_day(today, years_back)) - OPEN_BEFORE
    else:
        opened = midnight - timedelta(days=rhythm.PAST_DAYS) - OPEN_BEFORE
    set_up_roles(actor=SYSTEM, at=opened)
    studio = open_studio(opened, random, midnight if years_back else None)
    if years_back:
        record(BEGUN_BY_DEMO, studio.people["admin"], actor=SYSTEM, at=at)
    return studio


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Do not wait for the disk at each commit: what a crash takes is made anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        yield
        cursor.execute("RESET synchronous_commit")
