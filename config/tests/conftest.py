"""What the tables of who may do what share, and what tests of jobs do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from config.jobs import registry
from config.jobs.registry import Case, Job, register
from config.tests.world import World, build


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the edges of the schema, slow even to collect, unless `-m fuzz` asks for them."""
    if collection_path.name == "test_schema_edges.py" and "fuzz" not in config.getoption("-m"):
        return True
    return None


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A studio built once for a module, within a transaction that is rolled back at its end.

    Each test of the database runs in a savepoint of it, hence finds it as it was built.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def a_job(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[..., Job]:
    """Return a maker of registered jobs, beside which there are no others."""
    monkeypatch.setattr(registry, "_registered", {})
    settings.JOB_TIMES = {}

    def make(
        *cases: Case, name: str = "tidy_up", due: time | None = time(2, 0), **facts: Any
    ) -> Job:
        job = Job(name, "Tidies up.", **({"cases": lambda at, channel: cases} | facts))
        settings.JOB_TIMES[name] = due
        register(job)
        return job

    return make


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once more, where nobody overlooks it, that no page was looked at in a browser."""
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [one for one in reports if "config/tests/browser/" in one.nodeid]
    if skipped:
        terminalreporter.section("BROWSER TESTS NOT RUN", yellow=True)
        terminalreporter.line(f"{len(skipped)} skipped. {skipped[0].longrepr[2]}", yellow=True)
