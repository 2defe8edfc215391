"""Reading and asking the opening hours (rules, section 3; STUDIO_OPENING_HOURS)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.opening_hours import OpeningHours

GUATEMALA = ZoneInfo("America/Guatemala")
NEW_YORK = ZoneInfo("America/New_York")
USUAL = OpeningHours.parse("mon-fri 08:00-18:00, sat 08:00-13:00")
MONDAY, SATURDAY, SUNDAY = date(2026, 4, 20), date(2026, 4, 25), date(2026, 4, 26)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # Sundays on which New York's clocks change


def at(day: date, clock: str, zone: ZoneInfo = GUATEMALA) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mon 08:00-18:00", "mon 08:00-18:00"),
        ("mon-tue 08:00-18:00", "mon 08:00-18:00, tue 08:00-18:00"),
        ("sun 10:00-12:30", "sun 10:00-12:30"),
        ("  MON   08:00-18:00 ".replace("   ", " "), "mon 08:00-18:00"),
        ("mon 14:00-18:00, mon 08:00-12:00", "mon 08:00-12:00, mon 14:00-18:00"),
        ("sat 09:00-13:00,wed 08:00-18:00", "wed 08:00-18:00, sat 09:00-13:00"),
        ("mon 00:00-23:59", "mon 00:00-23:59"),
    ],
)
def test_good_hours_are_read_and_shown_as_they_are_written(text, shown):
    hours = OpeningHours.parse(text)
    assert str(hours) == shown
    assert OpeningHours.parse(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "“” is not like “mon-fri 08:00-18:00”"),
        ("always", "“always” is not like"),
        ("mon", "“mon” is not like"),
        ("mon 8", "“mon 8” is not like"),
        ("mon-fri 08:00-18:00,", "“” is not like"),
        ("lun 08:00-18:00", "“lun” is no weekday (mon, tue, wed, thu, fri, sat, sun)"),
        ("mon-vie 08:00-18:00", "“vie” is no weekday"),
        ("mon 25:00-26:00", "“mon 25:00-26:00” has a time that is not HH:MM"),
        ("mon 08:00-24:00", "has a time that is not HH:MM"),
        ("mon 08:0:-18:00", "has a time that is not HH:MM"),
        ("mon ocho-doce", "“mon ocho-doce” is not like"),
        ("mon 8:00-18:00", "“mon 8:00-18:00” is not like"),
        ("mon 08:00:30-18:00", "is not like"),
        ("mon 18:00-08:00", "“mon 18:00-08:00” ends before it begins"),
        ("mon 08:00-08:00", "ends before it begins"),
        ("fri-mon 08:00-18:00", "“fri-mon 08:00-18:00” ends before it begins"),
        ("mon 08:00+01:00-18:00", "“mon 08:00+01:00-18:00” is not like"),
    ],
)
def test_bad_hours_are_refused_with_a_sentence_that_names_the_part(text, problem):
    with pytest.raises(ValueError, match=r"^“") as refusal:
        OpeningHours.parse(text)
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    ("day", "start", "end", "covered"),
    [
        (MONDAY, "08:00", "18:00", True),
        (MONDAY, "10:00", "12:00", True),
        (MONDAY, "07:59", "10:00", False),
        (MONDAY, "17:00", "18:01", False),
        (MONDAY, "19:00", "20:00", False),
        (SATURDAY, "08:00", "13:00", True),
        (SATURDAY, "12:00", "14:00", False),
        (SUNDAY, "10:00", "11:00", False),
    ],
)
def test_a_period_is_covered_when_it_lies_within_the_span_of_its_day(day, start, end, covered):
    assert USUAL.cover(at(day, start), at(day, end), GUATEMALA) is covered


def test_a_period_over_a_break_is_not_covered():
    hours = OpeningHours.parse("mon 08:00-12:00, mon 14:00-18:00")
    assert hours.cover(at(MONDAY, "14:00"), at(MONDAY, "15:00"), GUATEMALA)
    assert not hours.cover(at(MONDAY, "11:00"), at(MONDAY, "15:00"), GUATEMALA)


def test_a_period_over_midnight_is_not_covered():
    hours = OpeningHours.parse("mon-sun 00:00-23:59")
    assert not hours.cover(at(MONDAY, "22:00"), at(MONDAY, "22:00") + timedelta(hours=4), GUATEMALA)


def test_the_day_is_the_studios_and_not_that_of_utc():
    late = OpeningHours.parse("mon 18:00-23:00")
    assert late.cover(at(MONDAY, "20:00"), at(MONDAY, "22:00"), GUATEMALA)  # Tuesday in UTC
    assert not late.cover(at(MONDAY, "20:00"), at(MONDAY, "22:00"), NEW_YORK)


def test_a_closed_day_has_no_spans():
    assert list(USUAL.on(SUNDAY, GUATEMALA)) == []


def test_the_days_from_one_on_come_in_order_and_skip_closed_ones():
    spans = list(USUAL.days_from(SATURDAY, 3, GUATEMALA))
    assert spans == [
        (at(SATURDAY, "08:00"), at(SATURDAY, "13:00")),
        (at(MONDAY, "08:00") + timedelta(days=7), at(MONDAY, "18:00") + timedelta(days=7)),
    ]
    assert list(USUAL.days_from(SUNDAY, 1, GUATEMALA)) == []
    assert list(USUAL.days_from(MONDAY, 0, GUATEMALA)) == []


@pytest.mark.parametrize(
    ("day", "hours", "opens"),
    [
        (SPRING - timedelta(days=1), 24.0, "2026-03-07T05:00"),
        (SPRING, 23.0, "2026-03-08T05:00"),
        (AUTUMN, 25.0, "2026-11-01T04:00"),
    ],
)
def test_on_the_days_when_the_clocks_change_a_day_is_shorter_or_longer(day, hours, opens):
    whole = OpeningHours.parse("mon-sun 00:00-23:59")
    ((start, end),) = whole.on(day, NEW_YORK)
    assert (end - start).total_seconds() / 3600 == pytest.approx(hours - 1 / 60)
    assert f"{start:%Y-%m-%dT%H:%M}" == opens


def test_wall_clock_times_stay_what_they_are_through_a_change_of_the_clocks():
    morning = OpeningHours.parse("mon-sun 08:00-12:00")
    spans = list(morning.days_from(SPRING - timedelta(days=1), 3, NEW_YORK))
    shown = [f"{start.astimezone(NEW_YORK):%d %H:%M %z}" for start, _end in spans]
    assert shown == ["07 08:00 -0500", "08 08:00 -0400", "09 08:00 -0400"]
    assert [start.hour for start, _end in spans] == [13, 12, 12]
    assert all(start.tzinfo is UTC for span in spans for start in span)


def test_spans_that_touch_or_overlap_are_one():
    merged = OpeningHours.parse(
        "mon 08:00-12:00, mon 12:00-14:00, mon 13:00-18:00, mon 19:00-20:00"
    )
    assert str(merged) == "mon 08:00-18:00, mon 19:00-20:00"
