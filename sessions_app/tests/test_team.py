"""Who may be put on a session, and for how long (rules, section 2)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from config.clock import instant
from config.errors import DomainError, Duplicate, ValidationFailed
from sessions_app.actions import team
from sessions_app.errors import MissingSchedule
from sessions_app.models import Assignment, PhotographerRole, Session
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, book
from users.models import User
from users.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

LEAD = PhotographerRole.LEAD


def hour(clock: int) -> Any:
    return instant(DAY, time(clock))


def replaced(assignment: Assignment, photographer: User) -> Assignment:
    return team.reassign(assignment, photographer.pk, actor=SYSTEM, at=AT)


def changed(assignment: Assignment, **changes: Any) -> Assignment:
    return team.change_assignment(assignment, changes, actor=SYSTEM, at=AT)


def on_it(session: Session) -> list[tuple[int, str, Period | None]]:
    return [
        (one.photographer_id, one.role, one.coverage)
        for one in session.assignments.filter(status="Assigned").order_by("id")
    ]


# Who

UNFIT = {
    "someone unknown": (lambda: User(pk=0), "VALIDATION_ERROR"),
    "someone inactive": (
        lambda: UserFactory(roles=["photographer"], status="Inactive"),
        "INACTIVE_RESOURCE",
    ),
    "an editor": (lambda: UserFactory(roles=["editor"]), "WRONG_ROLE"),
}


@pytest.mark.parametrize(("make", "code"), UNFIT.values(), ids=UNFIT)
def test_only_an_active_photographer_covers_a_session(make, code):
    assignment = assign(book())
    before, person = on_it(assignment.session), make()
    for attempt in (
        lambda: assign(assignment.session, person),
        lambda: replaced(assignment, person),
    ):
        with pytest.raises(DomainError) as refusal:
            attempt()
        assert refusal.value.code == code
    assert on_it(assignment.session) == before


def test_nobody_covers_a_session_twice():
    first = assign(book())
    second = assign(first.session)
    before = on_it(first.session)
    with pytest.raises(Duplicate):
        assign(first.session, first.photographer)
    with pytest.raises(Duplicate):
        replaced(first, second.photographer)
    assert on_it(first.session) == before


def test_a_session_has_one_lead():
    first = assign(book(), role=LEAD)
    second = assign(first.session)
    before = on_it(first.session)
    with pytest.raises(Duplicate):
        assign(first.session, role=LEAD)
    with pytest.raises(Duplicate):
        changed(second, role=LEAD)
    assert on_it(first.session) == before


# For how long: a session from 10:00 to 12:00

WRONG = {
    "one that ends when it begins": (Period(hour(11), hour(11)), "coverage_end"),
    "one that ends before it begins": (Period(hour(11), hour(10)), "coverage_end"),
    "one without end": (Period(hour(11), None), "coverage_end"),
    "one that ends as the session begins": (Period(hour(9), hour(10)), "coverage_start"),
    "one that begins as the session ends": (Period(hour(12), hour(13)), "coverage_start"),
    "one of two days": (
        Period(hour(10), hour(12) + timedelta(days=1, microseconds=1)),
        "coverage_end",
    ),
}


@pytest.mark.parametrize(("coverage", "field"), WRONG.values(), ids=WRONG)
def test_a_coverage_that_does_not_fit_the_session_is_refused(coverage, field):
    assignment = assign(book())
    before = on_it(assignment.session)
    for attempt in (
        lambda: assign(assignment.session, coverage=coverage),
        lambda: changed(
            assignment, coverage_start=coverage.starts_at, coverage_end=coverage.ends_at
        ),
    ):
        with pytest.raises(ValidationFailed) as refusal:
            attempt()
        assert set(refusal.value.errors) == {field}
    assert on_it(assignment.session) == before


def test_no_coverage_is_agreed_before_the_session_has_a_time():
    session = book(session_time=None)
    with pytest.raises(MissingSchedule):
        assign(session, coverage=Period(hour(10), hour(12)))
    assert assign(session).coverage is None
