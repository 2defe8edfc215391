"""What follows the steps: deadlines, frozen terms, delivery dates (rules, section 2, *Dates*)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from config.clock import start_of, studio_zone
from sessions_app.actions import lines, planning
from sessions_app.actions.transition import transition
from sessions_app.errors import ChangesDeadlineExpired
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.policy.deadlines import deadline_day
from sessions_app.tests.builders import AT, DAY, SYSTEM, acting, assign, book, paid, taken_to
from users.actors import Override

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_holds")]

AGREED = Override("agreed by phone")
CHANGES_DEADLINE = start_of(date(2026, 4, 14))  # DAY is 20 April: the end of 13 April


def change(session: Session, at: datetime = AT, **changes: object) -> Session:
    planning.change_session(session, changes, actor=SYSTEM, at=at)
    session.refresh_from_db()
    return session


def gone_to(session: Session, *states: Status, at: datetime = AT) -> Session:
    for state in states:
        transition(session, state, actor=SYSTEM, at=at)
    session.refresh_from_db()
    return session


def add_package(session: Session, days: int, at: datetime = AT, **options: object) -> None:
    package = PackageFactory(estimated_editing_days=days)
    PackageItemFactory(package=package, item=ItemFactory(unit_price=Decimal("100.00")))
    lines.add_package(session, package, 1, actor=SYSTEM, at=at, **options)
    session.refresh_from_db()


# The payment deadline


def test_pre_scheduling_sets_the_payment_deadline_at_the_end_of_its_day():
    session = taken_to(Status.PRE_SCHEDULED)
    assert session.payment_deadline_at == start_of(date(2026, 3, 16))  # 10 March + 5 days, ended
    assert deadline_day(session.payment_deadline_at) == date(2026, 3, 15)
    shown = session.shown_payment_deadline.astimezone(studio_zone())
    assert shown.isoformat() == "2026-03-15T23:59:59-06:00"


def test_the_payment_deadline_is_never_after_the_start():
    session = taken_to(Status.PRE_SCHEDULED, book(session_date=date(2026, 3, 12)))
    assert session.payment_deadline_at == session.starts_at
    assert deadline_day(session.payment_deadline_at) == date(2026, 3, 12)


def test_the_cap_is_taken_anew_whenever_the_session_moves():
    session = taken_to(Status.PRE_SCHEDULED)
    change(session, AT + timedelta(days=1), session_date=date(2026, 3, 13))
    assert session.payment_deadline_at == session.starts_at
    change(session, session_time=time(8))
    assert session.payment_deadline_at == session.starts_at
    change(session, session_date=DAY)
    assert session.payment_deadline_at == start_of(date(2026, 3, 16))


def test_going_back_clears_the_deadline_and_coming_again_sets_it_anew():
    session = gone_to(taken_to(Status.PRE_SCHEDULED), Status.NEGOTIATION)
    assert session.payment_deadline_at is None
    gone_to(session, Status.PRE_SCHEDULED, at=AT + timedelta(days=4))
    assert deadline_day(session.payment_deadline_at) == date(2026, 3, 19)


def test_a_later_change_of_the_setting_leaves_the_deadline_alone(business_rules):
    session = taken_to(Status.PRE_SCHEDULED)
    business_rules(payment_deadline_days=30)
    change(session, session_time=time(12))
    assert deadline_day(session.payment_deadline_at) == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 11, 5, 59, 59, tzinfo=AT.tzinfo), date(2026, 3, 15)),
        (datetime(2026, 3, 11, 6, 0, 0, tzinfo=AT.tzinfo), date(2026, 3, 16)),
    ],
    ids=["23:59:59 in the studio", "midnight in the studio"],
)
def test_today_is_the_studios_day_wherever_the_server_is(moment, day):
    session = gone_to(taken_to(Status.NEGOTIATION), Status.PRE_SCHEDULED, at=moment)
    assert deadline_day(session.payment_deadline_at) == day


# The changes deadline


def test_confirming_sets_the_changes_deadline_and_clears_that_of_payment():
    session = taken_to(Status.CONFIRMED)
    assert session.changes_deadline_at == CHANGES_DEADLINE
    assert deadline_day(session.changes_deadline_at) == date(2026, 4, 13)
    assert session.payment_deadline_at is None


def test_the_changes_deadline_moves_along_while_it_has_not_passed():
    session = taken_to(Status.CONFIRMED)
    last = CHANGES_DEADLINE - timedelta(microseconds=1)
    change(session, last, session_date=DAY + timedelta(days=30))
    assert session.changes_deadline_at == CHANGES_DEADLINE + timedelta(days=30)
    change(session, last, session_date=DAY - timedelta(days=3))
    assert session.changes_deadline_at == CHANGES_DEADLINE - timedelta(days=3)
    with pytest.raises(ChangesDeadlineExpired):
        change(session, last, session_date=DAY)


def test_a_change_of_the_setting_leaves_the_deadline_and_its_days_alone(business_rules):
    session = taken_to(Status.CONFIRMED)
    business_rules(changes_deadline_days=1)
    change(session, session_date=DAY + timedelta(days=30))
    assert session.changes_deadline_at == CHANGES_DEADLINE + timedelta(days=30)


def test_a_deadline_that_has_passed_stays_passed():
    session = taken_to(Status.CONFIRMED)
    planning.change_session(
        session,
        {"session_date": DAY + timedelta(days=30)},
        actor=SYSTEM,
        at=CHANGES_DEADLINE,
        override=AGREED,
    )
    session.refresh_from_db()
    assert session.changes_deadline_at == CHANGES_DEADLINE
    with pytest.raises(ChangesDeadlineExpired):
        gone_to(session, Status.NEGOTIATION, at=CHANGES_DEADLINE)
    assert gone_to(session, Status.ASSIGNED, at=CHANGES_DEADLINE).status == Status.ASSIGNED


def test_a_late_booking_can_be_assigned_at_once():
    session = taken_to(Status.CONFIRMED, book(session_date=date(2026, 3, 12)))
    assert session.changes_deadline_at < AT
    assert gone_to(session, Status.ASSIGNED).status == Status.ASSIGNED


def test_a_confirmed_session_that_may_be_assigned_is_when_its_photographer_comes(coordinator):
    session = book(session_date=date(2026, 3, 12))
    photographer = assign(other := book()).photographer
    paid(gone_to(taken_to(Status.PRE_SCHEDULED, session)), "500.00")
    gone_to(session, Status.CONFIRMED)
    assert session.status == Status.CONFIRMED
    assign(session, photographer)
    session.refresh_from_db()
    assert session.status == Status.ASSIGNED
    assert session.delivery_deadline == date(2026, 3, 17)
    assign(other)
    other.refresh_from_db()
    assert other.status == Status.REQUEST


# What is frozen at confirmation


def test_the_terms_are_those_of_the_confirmation(business_rules):
    session = taken_to(Status.CONFIRMED)
    business_rules(refund_within_deadline=Decimal(10), refund_after_deadline=Decimal(20))
    change(session, session_time=time(14))
    frozen = ("refund_within_deadline", "refund_after_deadline", "refund_force_majeure")
    assert [getattr(session, name) for name in frozen] == [100, 50, 100]
    assert session.refund_client_after_assigned == 0


def test_reopening_keeps_the_last_terms_until_the_next_confirmation(business_rules):
    session = gone_to(taken_to(Status.CONFIRMED), Status.NEGOTIATION)
    business_rules(refund_within_deadline=Decimal(10), changes_deadline_days=3)
    change(session, session_date=DAY + timedelta(days=7))
    gone_to(session, Status.PRE_SCHEDULED)
    assert deadline_day(session.payment_deadline_at) == date(2026, 3, 15)
    assert session.changes_deadline_at == CHANGES_DEADLINE
    assert session.refund_within_deadline == 100
    gone_to(session, Status.CONFIRMED)
    assert session.changes_deadline_at == start_of(date(2026, 4, 25))  # 27 April − 3 days, ended
    assert session.refund_within_deadline == 10


def test_paid_money_stays_and_counts_when_a_session_is_reopened():
    session = gone_to(taken_to(Status.CONFIRMED), Status.NEGOTIATION)
    assert session.paid_amount == Decimal("500.00")
    gone_to(session, Status.PRE_SCHEDULED, Status.CONFIRMED, at=AT + timedelta(days=2))
    assert session.status == Status.CONFIRMED


def test_the_deposit_is_frozen_whatever_the_lines_do_and_computed_again_after_reopening():
    session = taken_to(Status.CONFIRMED)
    lines.add_item(session, ItemFactory(unit_price=Decimal("400.00")), 1, actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert (session.total_amount, session.deposit_amount) == (Decimal("1400.00"), 500)
    change(session, discount=Decimal("100.00"))
    assert (session.total_amount, session.deposit_amount) == (Decimal("1300.00"), 500)
    gone_to(session, Status.NEGOTIATION)
    assert session.deposit_amount == Decimal("650.00")


# Editing days and the delivery date


def test_the_delivery_is_estimated_when_the_session_is_assigned():
    assert taken_to(Status.CONFIRMED).delivery_deadline is None
    assert taken_to(Status.ASSIGNED).delivery_deadline == DAY + timedelta(days=5)


def test_the_editing_days_follow_the_packages_until_assigned(business_rules):
    session = taken_to(Status.CONFIRMED)
    add_package(session, 12)
    assert session.estimated_editing_days == 12
    add_package(session, 9)
    business_rules(default_editing_days=30)
    gone_to(session, Status.ASSIGNED, at=CHANGES_DEADLINE)
    assert session.delivery_deadline == DAY + timedelta(days=12)
    add_package(session, 40, CHANGES_DEADLINE, override=AGREED)
    assert session.estimated_editing_days == 12
    assert session.delivery_deadline == DAY + timedelta(days=12)


def test_editing_days_of_a_reopened_session_follow_its_packages_again():
    session = taken_to(Status.CONFIRMED)
    add_package(session, 12)
    gone_to(session, Status.NEGOTIATION)
    lines.remove_line(session.lines.exclude(group=None).first(), actor=SYSTEM, at=AT)
    session.refresh_from_db()
    assert session.estimated_editing_days == 5


def test_the_delivery_date_follows_the_date_of_an_assigned_session(coordinator):
    session = taken_to(Status.ASSIGNED)
    planning.change_session(
        session,
        {"session_date": DAY + timedelta(days=2)},
        actor=acting(coordinator),
        at=CHANGES_DEADLINE,
        override=AGREED,
    )
    session.refresh_from_db()
    assert session.delivery_deadline == DAY + timedelta(days=7)
