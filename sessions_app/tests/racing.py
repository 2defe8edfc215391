"""Races of actions: what came of each, and that nobody was left hanging or met a raw error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from config.errors import DomainError
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.queries.integrity import findings
from sessions_app.tests.builders import acting
from users.actors import Actor
from users.tests import races
from users.tests.factories import UserFactory

THREADS = 16
DONE = "done"

Call = Callable[[], Any]


def studio_desk() -> Actor:
    """Have an admin, as every studio has, and return a coordinator who acts."""
    UserFactory(roles=["admin"])
    return acting(UserFactory(roles=["coordinator"]))


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)` … `work(15)` at the same moment; return results or errors."""
    return races.at_once(*(partial(work, number) for number in range(THREADS)))


def sixteen(work: Callable[[int], Any]) -> Counter[str]:
    """Run `work(0)` … `work(15)` at the same moment and count what came of it."""
    return outcomes([partial(work, number) for number in range(THREADS)])


def eight_each(one: Callable[[int], Any], other: Callable[[int], Any]) -> list[Counter[str]]:
    """Run two kinds of work at the same moment, eight times each; count each kind's outcomes."""
    answers = _answers(
        [partial(work, number) for number in range(THREADS // 2) for work in (one, other)]
    )
    return [Counter(answers[0::2]), Counter(answers[1::2])]


def outcomes(calls: list[Call]) -> Counter[str]:
    """Run all calls at the same moment and count: done, or the code of the refusal."""
    return Counter(_answers(calls))


def times_moved(session: Session, to: Status) -> int:
    """Return how often a session went to a state."""
    return session.history.filter(to_status=to).count()


def broken() -> list[tuple[str, list[str]]]:
    """Return what the integrity check finds."""
    return [(finding.check.code, finding.subjects) for finding in findings()]


def _answers(calls: list[Call]) -> list[str]:
    """Return each call's outcome; whatever is no refusal of the domain is raised here."""
    answers = races.at_once(*(partial(_answer, call) for call in calls))
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    assert None not in answers, "someone hangs"
    return answers


def _answer(call: Call) -> str:
    try:
        call()
    except DomainError as refusal:
        return refusal.code
    return DONE
