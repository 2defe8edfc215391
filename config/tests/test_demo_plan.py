"""What the demo plans: how many sessions, when, with whom and where; before anything is lived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from config.clock import instant, start_of, studio_day
from config.demo import office, rhythm, scenes, studio, timeline, years
from config.demo.plan import Plan, Turn

TODAY = date(2026, 11, 21)
LEAP_DAY = date(2032, 2, 29)


def planned(today: date) -> list[Plan]:
    return [*scenes.plans(today, studio.SEED), *rhythm.plans(today, studio.SEED)]


def test_the_plan_is_the_same_every_time_and_all_of_it_was_asked_for_before_today():
    plans = planned(TODAY)
    assert plans == planned(TODAY)
    assert 340 <= len(plans) <= 380
    for plan in plans:
        assert plan.asked_at < start_of(TODAY)
        assert office.is_open(studio_day(plan.asked_at))
        assert -rhythm.PAST_DAYS <= (plan.day - TODAY).days <= 90


@pytest.mark.parametrize("offset", range(7))
def test_whatever_the_weekday_the_studio_is_as_busy(offset):
    today = TODAY + timedelta(days=offset)
    for month in range(1, 4):
        first = today - timedelta(days=30 * month)
        of_month = [p for p in planned(today) if first <= p.day < first + timedelta(days=30)]
        assert 60 <= len(of_month) <= 100


PINNED = {
    "an open day stays": (date(2026, 11, 18), -1, date(2026, 11, 17)),
    "a past Sunday becomes the Monday after": (date(2026, 11, 18), -3, date(2026, 11, 16)),
    "but not where that is today": (date(2026, 11, 16), -1, date(2026, 11, 14)),
    "a Sunday to come becomes the Monday after": (date(2026, 11, 18), 4, date(2026, 11, 23)),
    "today is never before today": (date(2026, 11, 22), 0, date(2026, 11, 23)),
}


@pytest.mark.parametrize(("today", "offset", "expected"), PINNED.values(), ids=PINNED)
def test_the_office_works_on_the_nearest_open_day(today, offset, expected):
    assert office.day_near(today, offset) == expected


def test_lives_go_on_in_the_order_of_time_and_no_further_than_told():
    seen = []

    def life(name: str, *days: int) -> timeline.Life:
        for day in days:
            yield datetime(2026, 1, day, tzinfo=UTC)
            seen.append((day, name))

    progress: list[tuple[int, int]] = []
    lives = [life("a", 1, 4, 6), life("b", 2, 5), life("c", 7)]
    until = datetime(2026, 1, 5, tzinfo=UTC)
    timeline.live(lives, until, lambda done, total: progress.append((done, total)))
    assert seen == [(1, "a"), (2, "b"), (4, "a"), (5, "b")]
    assert progress == [(1, 3), (2, 3), (3, 3)]


@pytest.fixture(params=[(TODAY, 1), (TODAY, 5), (LEAP_DAY, 10)], ids=str)
def years_planned(request, db) -> tuple[date, int, list[Plan]]:
    today, number = request.param
    return today, number, years.plans(today, studio.SEED, number)


def test_years_are_planned_the_same_every_time(db):
    assert years.plans(TODAY, studio.SEED, 2) == years.plans(TODAY, studio.SEED, 2)


def test_years_begin_that_long_ago_and_end_where_the_usual_rhythm_begins(years_planned):
    today, number, plans = years_planned
    days = sorted(plan.day for plan in plans)
    first = years.first_day(today, number)
    assert first.year == today.year - number
    assert first <= days[0] <= first + timedelta(days=7)
    last = today - timedelta(days=rhythm.PAST_DAYS + 1)
    assert last - timedelta(days=7) <= days[-1] <= last


def test_every_year_has_some_1100_sessions_and_every_month_60_to_100(years_planned):
    _, _, plans = years_planned
    of_month = Counter(plan.day.replace(day=1) for plan in plans)
    whole = dict(sorted(of_month.items())[1:-1])
    assert all(60 <= count <= 100 for count in whole.values())
    assert max(of_month.values()) <= 100
    of_year = Counter(month.year for month in whole)
    for year in [year for year, months in of_year.items() if months == 12]:
        of_that_year = [count for month, count in whole.items() if month.year == year]
        assert 1_080 <= sum(of_that_year) <= 1_200


def test_the_ends_of_years_are_busier_than_their_beginnings(db):
    of_month = Counter(plan.day.month for plan in years.plans(TODAY, studio.SEED, 5))
    assert of_month[12] > 1.1 * of_month[1]


def test_nobody_and_no_room_is_planned_twice_at_a_time(years_planned):
    _, _, plans = years_planned
    assert_never_twice(plans, travel=timedelta(0), turnaround=timedelta(0))


def test_the_road_and_the_turnaround_are_planned_too(db, settings):
    rules = replace(settings.BUSINESS_RULES, travel_minutes=45, room_turnaround_minutes=30)
    settings.BUSINESS_RULES = rules
    plans = years.plans(TODAY, studio.SEED, 1)
    assert_never_twice(plans, travel=timedelta(minutes=45), turnaround=timedelta(minutes=30))


def assert_never_twice(plans: list[Plan], *, travel: timedelta, turnaround: timedelta) -> None:
    taken = sorted(row for plan in plans for row in takings(plan, travel, turnaround))
    for (name, _, ends_at), (other, starts_at, _) in pairwise(taken):
        assert name != other or ends_at <= starts_at


def takings(
    plan: Plan, travel: timedelta, turnaround: timedelta
) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield who or what a session takes, from when to when."""
    starts_at = instant(plan.day, plan.clock)
    ends_at = starts_at + timedelta(hours=float(plan.hours))
    assert bool(plan.room) == plan.is_studio
    assert len(set(plan.team)) == len(plan.team) == plan.photographers_needed
    if plan.room:
        yield plan.room, starts_at, ends_at + turnaround
    road = timedelta(0) if plan.is_studio else travel
    for name in plan.team:
        yield name, starts_at - road, ends_at + road


def test_the_first_part_is_on_paper_and_the_rest_was_asked_for_in_office_hours(years_planned):
    today, _, plans = years_planned
    paper = [plan for plan in plans if plan.turn is Turn.ON_PAPER]
    assert 0.15 * len(plans) < len(paper) < 0.25 * len(plans)
    lived = [plan for plan in plans if plan.turn is not Turn.ON_PAPER]
    assert max(plan.day for plan in paper) < min(plan.day for plan in lived)
    for plan in plans:
        asked_on = studio_day(plan.asked_at)
        assert office.is_open(asked_on)
        assert asked_on < today
        assert (asked_on > plan.day) == (plan.turn is Turn.ON_PAPER)


def test_a_leap_day_s_years_begin_on_the_day_after_it():
    assert years.first_day(LEAP_DAY, 1) == date(2031, 3, 1)
    assert years.first_day(LEAP_DAY, 4) == date(2028, 2, 29)
