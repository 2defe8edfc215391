"""The negative control: with the locks out, the same people make what the judge must find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from config.tests.histories.history import live
from config.tests.histories.plan import plan
from config.tests.histories.server import WITHOUT_LOCKS
from sessions_app.models import Claim
from sessions_app.models.claim import PERSON_CONSTRAINT, ROOM_CONSTRAINT

STEPS = 600

pytestmark = [pytest.mark.parallel_histories, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def overlaps_let_in(transactional_db: None) -> Iterator[None]:
    """Let the database take overlapping claims for the time of a test."""
    never_twice = [
        constraint
        for constraint in Claim._meta.constraints
        if constraint.name in (ROOM_CONSTRAINT, PERSON_CONSTRAINT)
    ]
    with connection.schema_editor() as editor:
        for constraint in never_twice:
            editor.remove_constraint(Claim, constraint)
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sessions_app_claim CASCADE")
    with connection.schema_editor() as editor:
        for constraint in never_twice:
            editor.add_constraint(Claim, constraint)


def test_without_locks_bookings_overlap_and_updates_are_lost(
    overlaps_let_in: None, tmp_path: Path
) -> None:
    history = live(plan("2026", STEPS), tmp_path, application=WITHOUT_LOCKS, looks=12)
    found = history.kinds_found
    assert found["I1"], f"nothing was booked twice\n{history.in_words}"
    assert found["ledger"], f"all money is there\n{history.in_words}"
    assert found["I3"] or found["history"], f"every history is whole\n{history.in_words}"
    print(history.in_words)  # noqa: T201  (for `-s`: what it found)
