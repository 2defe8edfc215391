"""Thirteen people at once through every door, and nothing is found (rules, sections 2 to 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from config.tests.histories import admin_deeds, commands, living
from config.tests.histories.history import History, begin_anew, live
from config.tests.histories.plan import FRESH, plan
from sessions_app.lifecycle import Status

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = ("2026", "1789", FRESH)
STEPS = 1700
"""Of each seed; together five thousand."""

AT_LEAST = {
    "ROOM_NOT_AVAILABLE": 100,
    "PHOTOGRAPHER_NOT_AVAILABLE": 20,
    "INVALID_STATE_TRANSITION": 20,
    "STALE_VERSION": 10,
    "PAYMENT_EXCEEDS_TOTAL": 20,
    "INSUFFICIENT_PAYMENT": 5,
    "OVERRIDE_NEEDED": 5,
}
"""How often each refusal is met in all: people really are in each other's way."""


ALWAYS_REFUSED = {"note long after"}
LEFT_TO_CHANCE = 0.08
"""Which part of all deeds may never have succeeded: who comes first is the machine's decision."""


def test_a_short_history_leaves_nothing_to_find(tmp_path: Path) -> None:
    history = live(plan("2026", 150), tmp_path, looks=1)
    assert not history.findings, history.in_words


@pytest.mark.parallel_histories
def test_thousands_of_steps_leave_nothing_to_find(tmp_path: Path) -> None:
    histories = []
    plans = dict.fromkeys(plan(seed, STEPS) for seed in SEEDS)
    for one in plans:
        begin_anew()
        histories.append(live(one, tmp_path))
    found = [history.in_words for history in histories if history.findings]
    assert not found, "\n\n".join(found)
    if len(plans) == len(SEEDS):
        assert_all_was_tried(histories)
        reached = sum((history.reached for history in histories), Counter[str]())
        assert set(reached) == set(Status)


def assert_all_was_tried(histories: Sequence[History]) -> None:
    """Fail where the histories could not have found anything: a deed never done, no collisions."""
    done = sum((history.done() for history in histories), Counter[tuple[str, str]]())
    deeds = [("api", deed.name) for deed in living.REST_DEEDS]
    deeds += [("admin", deed.name) for deed in admin_deeds.DEEDS]
    deeds += [("command", name) for name in set(commands.COMMANDS)]
    never = [deed for deed in deeds if not done[deed] and deed[1] not in ALWAYS_REFUSED]
    assert len(never) <= LEFT_TO_CHANCE * len(deeds), f"never done: {never}"
    refused = sum((history.refused() for history in histories), Counter[str]())
    seldom = {code: refused[code] for code, least in AT_LEAST.items() if refused[code] < least}
    assert not seldom, f"seldom met: {seldom} of {refused}"
