"""What the tables of who may do what share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from config.tests.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A studio built once for a module, within a transaction that is rolled back at its end.

    Each test of the database runs in a savepoint of it, hence finds it as it was built.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once more, where nobody overlooks it, that no page was looked at in a browser."""
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [one for one in reports if "config/tests/browser/" in one.nodeid]
    if skipped:
        terminalreporter.section("BROWSER TESTS NOT RUN", yellow=True)
        terminalreporter.line(f"{len(skipped)} skipped. {skipped[0].longrepr[2]}", yellow=True)
