"""One by one, the same seed on the same day is the same history, answer by answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.tests.histories.history import History, begin_anew, live
from config.tests.histories.plan import FRESH, plan

STEPS = 150

pytestmark = [pytest.mark.parallel_histories, pytest.mark.django_db(transaction=True)]


def story(history: History) -> list[tuple[str, ...]]:
    """Return who did what and what came of it, without the ids that a database gives."""
    return [(one.who, one.door, one.deed, one.outcome) for one in history.journal.steps]


def test_the_same_seed_one_by_one_is_the_same_history_twice(tmp_path: Path) -> None:
    chosen = plan(FRESH, STEPS)
    first, second = tmp_path / "first", tmp_path / "second"
    stories = []
    for folder in (first, second):
        folder.mkdir()
        begin_anew()
        history = live(chosen, folder, alone=True)
        assert not history.findings, history.in_words
        stories.append(story(history))
    assert stories[0] == stories[1], f"{chosen}\n{first}\n{second}"
