"""Time off: one's own, or anybody's for who assigns photographers (rules, section 3)."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

import pytest

from config.clock import end_of, instant, start_of
from config.errors import NotAllowed, NotFound, ValidationFailed
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.planning import change_session
from sessions_app.actions.time_off import give_time_off_back, take_time_off
from sessions_app.errors import PhotographerNotAvailable
from sessions_app.models import Claim, TimeOff
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import AT, DAY, SYSTEM, acting, assign, book, external
from sessions_app.tests.racing import DONE, broken, outcomes
from sessions_app.tests.wire import holding
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WHOLE_DAY = Period(start_of(DAY), end_of(DAY))


def take(person: User, by: User | None, period: Period = WHOLE_DAY, reason: str = "") -> Claim:
    return take_time_off(person.pk, period, actor=acting(by), at=AT, reason=reason)


def give_back(off: Claim, by: User | None) -> None:
    give_time_off_back(off, actor=acting(by), at=AT)


def holds(person: User) -> int:
    return TimeOff.objects.filter(person=person, active=True).count()


# Whose


def test_ones_own_is_taken_and_given_back(photographer):
    off = take(photographer, photographer, reason="  dentist ")
    assert (off.starts_at, off.ends_at, off.reason) == (*vars(WHOLE_DAY).values(), "dentist")
    give_back(off, photographer)
    off.refresh_from_db()
    assert (off.active, off.ended_at, off.end_cause) == (False, AT, "withdrawn")


def test_who_assigns_photographers_takes_and_gives_back_anybodys(photographer, coordinator):
    give_back(take(photographer, coordinator), coordinator)
    give_back(take(photographer, photographer), coordinator)
    give_back(take(photographer, coordinator), photographer)
    assert holds(photographer) == 0


def test_nobody_else_does(photographer, editor, plain_user):
    for stranger in (UserFactory(roles=["photographer"]), editor, plain_user):
        with pytest.raises(NotAllowed):
            take(photographer, stranger)
        with pytest.raises(NotAllowed):
            give_back(take(photographer, None), stranger)
        give_back(TimeOff.objects.get(active=True), None)
    with pytest.raises(NotAllowed):
        take(plain_user, plain_user)


def test_a_made_role_that_assigns_is_enough_for_others(photographer):
    desk = holding(Right.SESSION_ASSIGN_RESOURCES, beside="editor")
    give_back(take(photographer, desk), desk)


def test_who_is_not_there_or_inactive_has_none(coordinator):
    left = UserFactory(roles=["photographer"], status="Inactive")
    for pk in (left.pk, 10**9):
        with pytest.raises(ValidationFailed) as refusal:
            take_time_off(pk, WHOLE_DAY, actor=acting(coordinator), at=AT)
        assert set(refusal.value.errors) == {"user_id"}


def test_what_was_given_back_is_not_given_back_again(photographer):
    off = take(photographer, photographer)
    give_back(off, photographer)
    with pytest.raises(NotFound):
        give_back(off, photographer)


def test_no_other_claim_is_given_back_as_time_off(photographer):
    assignment = assign(book(), photographer)
    with pytest.raises(NotFound):
        give_back(assignment.claims.get(), photographer)
    assert assignment.claims.filter(active=True).exists()


# When


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (AT + timedelta(days=2), AT + timedelta(days=1)),
        (AT + timedelta(days=1), AT + timedelta(days=1)),
        (AT - timedelta(days=2), AT),
        (AT, AT + timedelta(days=367)),
        (AT + timedelta(days=5 * 366), AT + timedelta(days=5 * 366 + 1)),
    ],
    ids=["backwards", "empty", "over", "too long", "too far"],
)
def test_a_wrong_period_is_refused(photographer, start, end):
    with pytest.raises(ValidationFailed) as refusal:
        take(photographer, photographer, Period(start, end))
    assert set(refusal.value.errors) == {"ends_at"}


def test_one_that_has_begun_may_be_entered(photographer):
    take(photographer, photographer, Period(AT - timedelta(days=1), AT + timedelta(days=365)))
    assert holds(photographer) == 1


# Against bookings


def test_over_sessions_it_is_refused_with_the_list_of_them(photographer, coordinator):
    sessions = [book(), book(session_time=time(15))]
    for session in sessions:
        assign(session, photographer)
    with pytest.raises(PhotographerNotAvailable) as refusal:
        take(photographer, coordinator)
    named = [conflict["code"] for conflict in refusal.value.context["conflicts"]]
    assert named == [session.code for session in sessions]
    assert holds(photographer) == 0
    between = Period(instant(DAY, time(12)), instant(DAY, time(15)))
    take(photographer, photographer, between)
    cancel(sessions[0], initiator="Client", reason="x", actor=SYSTEM, at=AT)
    take(photographer, photographer, Period(start_of(DAY), instant(DAY, time(12))))


def test_over_other_time_off_it_is_refused_too(photographer):
    take(photographer, photographer)
    with pytest.raises(PhotographerNotAvailable):
        take(photographer, photographer, Period(AT, end_of(DAY)))
    assert holds(photographer) == 1


def test_nobody_is_assigned_over_time_off(photographer):
    take(photographer, photographer)
    with pytest.raises(PhotographerNotAvailable) as refusal:
        assign(book(), photographer)
    assert [one["kind"] for one in refusal.value.context["conflicts"]] == ["time_off"]
    give_back(TimeOff.objects.get(), photographer)
    assign(book(), photographer)


def test_no_session_moves_into_the_time_off_of_its_photographer(photographer):
    session = external(session_date=DAY - timedelta(days=1))
    assign(session, photographer)
    take(photographer, photographer)
    with pytest.raises(PhotographerNotAvailable):
        change_session(session, {"session_date": DAY}, actor=SYSTEM, at=AT)


# At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_time_off_and_an_assignment_at_once_are_not_both_there(attempt):
    person = UserFactory(roles=["photographer"])
    sessions = [external() for _ in range(4)]
    calls = [partial(assign, session, person) for session in sessions]
    calls += [partial(take, person, person) for _ in range(4)]
    assert outcomes(calls) == {DONE: 1, "PHOTOGRAPHER_NOT_AVAILABLE": 7}
    assert Claim.objects.filter(person=person, active=True).count() == 1
    assert [code for code, _ in broken() if code != "I12"] == []


@pytest.mark.django_db(transaction=True)
def test_it_is_given_back_once():
    person = UserFactory(roles=["photographer"])
    off = take(person, person)
    assert outcomes([partial(give_back, off, person)] * 4) == {DONE: 1, "NOT_FOUND": 3}
