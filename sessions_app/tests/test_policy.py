"""The pure functions: periods, deadlines, free times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import end_of, instant, start_of, studio_zone
from config.opening_hours import OpeningHours
from sessions_app.policy import deadlines, periods, slots, staffing
from sessions_app.policy.periods import Period

NOON = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
lengths = st.integers(1, 48 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(instants, lengths, instants, lengths)
def test_periods_overlap_where_they_share_an_instant(one_start, one_length, start, length):
    one, other = Period(one_start, one_start + one_length), Period(start, start + length)
    shared = max(one_start, start) < min(one_start + one_length, start + length)
    assert one.overlaps(other) == other.overlaps(one) == shared


@given(instants, lengths)
def test_a_period_without_end_overlaps_all_that_ends_after_its_start(start, length):
    endless = Period(start, None)
    assert endless.overlaps(Period(start + length, start + 2 * length))
    assert not endless.overlaps(Period(start - length, start))


@given(instants, lengths, instants, lengths, st.integers(0, 120))
def test_a_coverage_moves_and_grows_along_and_back_again(start, length, new_start, new_length, m):
    old, new = Period(start, start + length), Period(new_start, new_start + new_length)
    coverage = periods.default_coverage(old, travel=timedelta(minutes=m))
    moved = periods.moved_coverage(coverage, old=old, new=new)
    assert moved is not None
    assert moved == periods.default_coverage(new, travel=timedelta(minutes=m))
    assert periods.moved_coverage(moved, old=new, new=old) == coverage


@pytest.mark.parametrize(("minutes", "is_left"), [(-1, False), (0, False), (1, True)])
def test_a_coverage_of_no_length_is_none(minutes, is_left):
    old, new = Period(NOON, NOON + 3 * HOUR), Period(NOON, NOON + HOUR)
    length = timedelta(minutes=minutes)
    late = Period(NOON + HOUR / 2, NOON + HOUR / 2 + 2 * HOUR + length)
    moved = periods.moved_coverage(late, old=old, new=new)
    assert moved == (Period(late.starts_at, late.starts_at + length) if is_left else None)


def test_a_coverage_is_near_to_a_day_before_and_a_day_after_its_session():
    session, day = Period(NOON, NOON + HOUR), timedelta(days=1)
    first, last = NOON - day, NOON + HOUR + day
    moment = timedelta(microseconds=1)
    assert periods.is_near(Period(first, last), session)
    assert not periods.is_near(Period(first - moment, last), session)
    assert not periods.is_near(Period(first, last + moment), session)


@pytest.mark.parametrize(
    ("hours", "length"), [("0.25", 15), ("1", 60), ("7.5", 450), ("0.33", 19.8), ("24", 1440)]
)
def test_hours_are_minutes(hours, length):
    assert periods.duration(Decimal(hours)) == timedelta(minutes=length)


def test_a_payment_deadline_ends_with_its_day():
    deadline = deadlines.payment_deadline(date(2026, 3, 10), 5, NOON + timedelta(days=90))
    assert deadline == end_of(date(2026, 3, 15))
    assert deadlines.deadline_day(deadline) == date(2026, 3, 15)
    assert deadlines.shown_deadline(deadline) == deadline - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("set_on", "days", "ends"),
    [
        (date(2026, 1, 28), 5, date(2026, 2, 2)),
        (date(2028, 2, 24), 5, date(2028, 2, 29)),
        (date(2027, 2, 24), 5, date(2027, 3, 1)),
        (date(2026, 12, 29), 5, date(2027, 1, 3)),
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
    ],
    ids=["month end", "29 February", "no 29 February", "new year", "the same day"],
)
def test_deadlines_cross_months_and_years(set_on, days, ends):
    deadline = deadlines.payment_deadline(set_on, days, NOON + timedelta(days=900))
    assert deadlines.deadline_day(deadline) == ends


def test_a_deadline_within_a_day_is_shown_as_it_is():
    starts_at = instant(date(2026, 3, 12), time(10))
    deadline = deadlines.payment_deadline(date(2026, 3, 10), 5, starts_at)
    assert deadlines.shown_deadline(deadline) == starts_at
    assert deadlines.deadline_day(deadline) == date(2026, 3, 12)


def test_a_deadline_day_of_23_hours_ends_at_its_midnight(settings):
    settings.TIME_ZONE = "America/New_York"
    spring = date(2026, 3, 8)
    assert end_of(spring) - start_of(spring) == timedelta(hours=23)
    deadline = deadlines.payment_deadline(date(2026, 3, 3), 5, NOON + timedelta(days=90))
    assert deadline == end_of(spring)
    assert deadlines.deadline_day(deadline) == spring


def test_editing_days_are_the_largest_else_the_default():
    assert deadlines.editing_days([3, 9, 4], 5) == 9
    assert deadlines.editing_days([], 5) == 5


@pytest.mark.parametrize(
    ("session_date", "days", "ends"),
    [
        (date(2026, 4, 20), 7, date(2026, 4, 13)),
        (date(2026, 3, 3), 7, date(2026, 2, 24)),
        (date(2028, 3, 7), 7, date(2028, 2, 29)),
        (date(2027, 1, 3), 7, date(2026, 12, 27)),
        (date(2026, 4, 20), 0, date(2026, 4, 20)),
    ],
    ids=["within a month", "month end", "29 February", "new year", "the day itself"],
)
def test_a_changes_deadline_ends_with_a_day_before_the_session(session_date, days, ends):
    deadline = deadlines.changes_deadline(session_date, days)
    assert deadline == end_of(ends)
    assert deadlines.deadline_day(deadline) == ends
    assert deadlines.shown_deadline(deadline) == deadline - timedelta(seconds=1)


def test_a_changes_deadline_ends_at_the_studios_midnight_after_the_clocks_change(settings):
    settings.TIME_ZONE = "America/New_York"
    # The clocks go forward on 8 March: the session's day begins at 4:00 UTC, this one at 5:00.
    deadline = deadlines.changes_deadline(date(2026, 3, 10), 3)
    assert deadline == datetime(2026, 3, 8, 5, 0, tzinfo=UTC)


def test_the_delivery_date_counts_days_from_that_of_the_session():
    assert deadlines.delivery_date(date(2028, 2, 25), 5) == date(2028, 3, 1)
    assert deadlines.delivery_date(date(2026, 12, 30), 5) == date(2027, 1, 4)


demands = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(1, 4)).map(
        lambda one: staffing.Demand(
            Period(NOON + one[0] * HOUR, NOON + (one[0] + one[1]) * HOUR), one[2]
        )
    ),
    max_size=8,
)


@given(demands, st.integers(0, 20), st.integers(1, 8))
def test_the_peak_is_what_is_missing_in_the_worst_hour(wanted, start, length):
    within = Period(NOON + start * HOUR, NOON + (start + length) * HOUR)
    in_each_hour = [
        sum(
            one.missing
            for one in wanted
            if one.period.starts_at <= NOON + hour * HOUR < one.period.ends_at
        )
        for hour in range(start, start + length)
    ]
    assert staffing.peak(wanted, within) == max(in_each_hour)


def busy(*spans: tuple[float, float]) -> list[Period]:
    return [Period(NOON + start * HOUR, NOON + end * HOUR) for start, end in spans]


def test_the_next_free_times_leave_out_what_is_busy_for_any_need():
    needs = [
        slots.Need(timedelta(0), HOUR, busy((0, 2))),
        slots.Need(HOUR / 2, 1.5 * HOUR, busy((3, 4))),
    ]
    found = slots.next_free(slots.starts_from(NOON), needs, HOUR, 2)
    assert [period.starts_at for period in found] == [NOON + 4.5 * HOUR, NOON + 5.5 * HOUR]


def test_offered_starts_fit_within_the_opening_hours():
    hours = OpeningHours.parse("mon-fri 08:00-18:00, sat 08:00-13:00")
    friday = instant(date(2026, 3, 13), time(16, 10))
    starts = list(slots.offered_starts(friday, 2 * HOUR, hours, studio_zone()))
    assert starts[0] == instant(date(2026, 3, 14), time(8))
    assert starts[12] == instant(date(2026, 3, 14), time(11))
    assert starts[13] == instant(date(2026, 3, 16), time(8))
