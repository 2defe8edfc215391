"""Who and what is free, what stands in the way, and when else (rules, sections 3 and 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Room, RoomStatus
from catalog.tests.factories import RoomFactory
from config.clock import instant, studio_zone
from config.errors import ValidationFailed
from config.opening_hours import OpeningHours
from sessions_app.actions import team
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.actions.transition import transition
from sessions_app.errors import InvalidSessionDate
from sessions_app.lifecycle import Status
from sessions_app.models import SessionType
from sessions_app.policy.periods import Period
from sessions_app.policy.slots import Need, every_quarter
from sessions_app.queries.availability import (
    OPTIONS_SHOWN,
    Availability,
    Option,
    Wish,
    availability,
    free_options,
)
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, book, external, taken_to
from sessions_app.tests.wire import holding
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return RoomFactory(name="Sala Azul")


@pytest.fixture
def pedro() -> User:
    return UserFactory(full_name="Pedro Photographer", roles=["photographer"])


def at_clock(hour: int, minute: int = 0, *, day: date = DAY) -> datetime:
    return instant(day, time(hour, minute))


def studio(hours: float = 2, **more: Any) -> Wish:
    return Wish(SessionType.STUDIO, timedelta(hours=hours), **more)


def out(hours: float = 2, **more: Any) -> Wish:
    return Wish(SessionType.EXTERNAL, timedelta(hours=hours), **more)


def ask(wish: Wish, starts_at: datetime, viewer: User | None = None) -> Availability:
    local = starts_at.astimezone(studio_zone())
    return availability(wish, local.date(), local.time(), viewer=viewer, at=AT)


def is_free(wish: Wish, starts_at: datetime) -> bool:
    return ask(wish, starts_at).is_available


def clocks(options: list[Option]) -> list[str]:
    return [f"{option.starts_at.astimezone(studio_zone()):%a %H:%M}" for option in options]


# A time


def test_back_to_back_fits_and_a_minute_of_overlap_does_not(room, pedro):
    assign(book(room=room), pedro)  # ten to twelve
    assert is_free(studio(), at_clock(8))
    assert is_free(studio(), at_clock(12))
    assert not is_free(studio(), at_clock(8, 1))
    assert not is_free(studio(), at_clock(11, 59))
    assert not is_free(studio(0.25), at_clock(11))
    assert not is_free(studio(8), at_clock(8))


def test_a_request_holds_its_room_like_any_other(room, pedro):
    session = book(room=room)
    (standing,) = ask(studio(), at_clock(10)).rooms
    assert [conflict["code"] for conflict in standing.conflicts] == [session.code]
    transition(session, Status.CANCELED, actor=SYSTEM, at=AT)
    assert is_free(studio(), at_clock(10))


def test_the_turnaround_of_both_neighbours_counts(room, pedro, business_rules):
    business_rules(room_turnaround_minutes=30)
    book(room=room)  # ten to twelve, its room until half past
    assert not is_free(studio(), at_clock(12, 15))
    assert is_free(studio(), at_clock(12, 30))
    assert not is_free(studio(), at_clock(8))
    assert is_free(studio(), at_clock(7, 30))


@pytest.mark.parametrize(
    ("wish", "free"),
    [
        (out(), False),
        (out(travel=timedelta(minutes=60)), False),
        (out(travel=timedelta(minutes=59)), False),
        (out(travel=timedelta(0)), True),
        (studio(), True),
        (studio(travel=timedelta(minutes=45)), False),
    ],
    ids=["usual", "an hour", "less", "none", "in the studio", "told all the same"],
)
def test_travel_is_that_of_the_wish_or_the_usual_one(room, pedro, business_rules, wish, free):
    business_rules(travel_minutes=60)
    assign(book(room=RoomFactory()), pedro)  # ten to twelve, in the studio: no travel
    assert is_free(wish, at_clock(12)) is free


def test_the_usual_travel_of_a_neighbour_counts_too(pedro, business_rules):
    business_rules(travel_minutes=60)
    assign(external(), pedro)  # on the road from nine to one
    assert not is_free(out(travel=timedelta(0)), at_clock(12))
    assert is_free(out(travel=timedelta(0)), at_clock(13))
    assert is_free(out(), at_clock(14))


def test_several_photographers_must_be_free_at_once(room, pedro):
    paz = UserFactory(roles=["photographer"])
    assert is_free(studio(photographers=2), at_clock(10))
    assign(external(), paz)
    found = ask(studio(photographers=2), at_clock(10))
    assert not found.is_available
    assert {one.id: one.is_free for one in found.photographers} == {pedro.pk: True, paz.pk: False}
    assert is_free(studio(photographers=2), at_clock(12))


def test_who_is_missing_to_confirmed_sessions_is_promised(room, pedro):
    other = taken_to(Status.CONFIRMED, photographers_needed=1)
    assert is_free(studio(), at_clock(10))
    (member,) = other.assignments.all()
    team.release(member, actor=SYSTEM, at=AT)
    UserFactory(roles=["photographer"])
    found = ask(studio(photographers=3), at_clock(10))
    assert found.promised == 1
    assert not found.is_available
    assert all(one.is_free for one in found.photographers)
    assert is_free(studio(photographers=2), at_clock(10))
    assert is_free(studio(photographers=3), at_clock(12))


def test_time_off_and_planned_maintenance_stand_in_the_way(room, pedro):
    morning = Period(at_clock(8), at_clock(13))
    take_time_off(pedro.pk, morning, actor=SYSTEM, at=AT)
    plan_maintenance(room, morning, actor=SYSTEM, at=AT)
    found = ask(studio(), at_clock(10))
    assert not found.is_available
    assert [one["kind"] for one in found.rooms[0].conflicts] == ["maintenance"]
    assert [one["kind"] for one in found.photographers[0].conflicts] == ["time_off"]
    assert is_free(studio(), at_clock(13))


def test_a_room_in_maintenance_is_taken_at_any_time_and_an_inactive_one_is_not_told_of(room, pedro):
    book(room=room, session_date=DAY + timedelta(days=1))
    start_maintenance(room, actor=SYSTEM, at=AT)
    RoomFactory(status=RoomStatus.INACTIVE)
    for day in (DAY, DAY + timedelta(days=20)):
        found = ask(studio(), at_clock(10, day=day))
        assert not found.is_available
        assert not found.next_options
        (standing,) = found.rooms
        assert standing.id == room.pk
        assert [one["kind"] for one in standing.conflicts] == ["maintenance"]


def test_who_is_inactive_or_covers_nothing_is_no_photographer(room, pedro):
    UserFactory(roles=["editor", "coordinator"])
    UserFactory(roles=["photographer"], status="Inactive")
    assert [one.id for one in ask(studio(), at_clock(10)).photographers] == [pedro.pk]
    assert not is_free(studio(photographers=2), at_clock(10))


def test_what_the_asker_does_not_see_is_told_without_its_name(room, pedro, coordinator):
    session = book(room=room)
    desk = holding(Right.SESSION_CREATE, beside="editor")
    (known,) = ask(studio(), at_clock(10), coordinator).rooms[0].conflicts
    (unknown,) = ask(studio(), at_clock(10), desk).rooms[0].conflicts
    assert (known["code"], known["status"]) == (session.code, "Request")
    assert (unknown["code"], unknown["status"]) == (None, None)
    assert unknown["starts_at"] == known["starts_at"]


def test_a_session_over_midnight_is_seen_from_both_days(room, pedro):
    book(room=room, session_time=time(22), estimated_duration_hours=Decimal(4))
    assert not is_free(studio(), at_clock(23))
    assert not is_free(studio(), at_clock(1, day=DAY + timedelta(days=1)))
    assert is_free(studio(), at_clock(2, day=DAY + timedelta(days=1)))


def test_the_past_and_the_far_future_are_refused(room, pedro):
    assert is_free(studio(), AT)
    with pytest.raises(InvalidSessionDate):
        ask(studio(), AT - timedelta(minutes=1))
    with pytest.raises(ValidationFailed) as refusal:
        ask(studio(), AT + timedelta(days=6 * 366))
    assert set(refusal.value.errors) == {"date"}


def test_the_first_day_of_all_is_past_east_of_greenwich_too(room, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    with pytest.raises(InvalidSessionDate):
        availability(studio(), date.min, time(0), viewer=None, at=AT)


def test_outside_the_opening_hours_is_no_obstacle(room, pedro):
    assert is_free(studio(), at_clock(20))
    assert is_free(studio(), at_clock(10, day=date(2026, 4, 19)))  # a Sunday


# Other times


def test_options_are_the_nearest_of_the_day_then_those_of_the_days_after(room, pedro):
    book(room=room)  # Monday, ten to twelve
    found = ask(studio(), at_clock(10))
    assert clocks(found.next_options) == [
        "Mon 08:00",
        "Mon 12:00",
        "Tue 10:00",
        "Tue 08:00",
        "Wed 10:00",
        "Wed 08:00",
    ]


def test_studio_options_keep_to_the_opening_hours_and_others_need_not(room, pedro):
    assign(book(room=room, session_time=time(16)), pedro)
    within = ask(studio(), at_clock(16)).next_options
    assert clocks(within)[:2] == ["Mon 14:00", "Mon 12:00"]
    outside = ask(out(), at_clock(16)).next_options
    assert clocks(outside)[:2] == ["Mon 14:00", "Mon 18:00"]


def test_none_of_the_options_is_past_or_the_time_asked_for(room, pedro):
    today = AT.astimezone(studio_zone()).date()  # a Tuesday, and AT is at ten
    assert clocks(ask(studio(), at_clock(10, 15, day=today)).next_options)[:2] == [
        "Tue 10:00",
        "Tue 12:00",
    ]
    book(room=room, session_date=today, estimated_duration_hours=Decimal(3))
    found = ask(studio(), at_clock(10, 15, day=today))
    assert clocks(found.next_options)[:2] == ["Tue 13:00", "Tue 15:00"]
    free = ask(studio(), at_clock(13, day=today))
    assert free.is_available
    assert at_clock(13, day=today) not in [option.starts_at for option in free.next_options]
    assert len(free.next_options) == OPTIONS_SHOWN


def test_an_option_names_all_who_are_free_then(room, pedro):
    second, paz = RoomFactory(), UserFactory(full_name="Ana", roles=["photographer"])
    assign(book(room=room), pedro)
    at_ten = next(
        option for option in free_options(studio(), DAY, DAY, at=AT) if option.starts_at.hour == 16
    )
    assert (at_ten.room_ids, at_ten.photographer_ids) == ([second.pk], [paz.pk])
    at_eight = free_options(studio(), DAY, DAY, at=AT)[0]
    assert set(at_eight.room_ids) == {room.pk, second.pk}
    assert set(at_eight.photographer_ids) == {pedro.pk, paz.pk}


# Slots


def test_slots_are_each_quarter_within_the_opening_hours_of_every_day(room, pedro):
    saturday = DAY + timedelta(days=5)
    slots = clocks(free_options(studio(), saturday, saturday + timedelta(days=2), at=AT))
    assert slots[0] == "Sat 08:00"
    assert "Sat 11:00" in slots
    assert "Sat 11:15" not in slots
    assert not [slot for slot in slots if slot.startswith("Sun")]
    assert [slot for slot in slots if slot.startswith("Mon")][-1] == "Mon 16:00"
    assert len(slots) == 13 + 33


def test_slots_of_today_begin_now_and_past_days_have_none(room, pedro):
    today = AT.astimezone(studio_zone()).date()
    assert clocks(free_options(studio(), today, today, at=AT + timedelta(minutes=5)))[0] == (
        "Tue 10:15"
    )
    week_ago = today - timedelta(days=7)
    slots = free_options(studio(), week_ago, today, at=AT)
    assert clocks(slots)[0] == "Tue 10:00"
    assert free_options(studio(), week_ago, today - timedelta(days=1), at=AT) == []
    assert free_options(studio(), date.min, date.min, at=AT) == []


def test_slots_reach_62_days_at_most_and_five_years_ahead(room, pedro):
    assert free_options(studio(), DAY, DAY + timedelta(days=61), at=AT)
    for first, last in (
        (DAY, DAY + timedelta(days=62)),
        (DAY, DAY - timedelta(days=1)),
        (DAY + timedelta(days=2000), DAY + timedelta(days=2001)),
        (date.max, date.max),
        (date.min, date.max),
    ):
        with pytest.raises(ValidationFailed) as refusal:
            free_options(studio(), first, last, at=AT)
        assert set(refusal.value.errors) == {"to"}


def test_what_is_longer_than_a_day_is_open_has_no_slot(room, pedro):
    assert free_options(studio(11), DAY, DAY + timedelta(days=30), at=AT) == []
    assert len(free_options(studio(10), DAY, DAY, at=AT)) == 1


@pytest.mark.parametrize(
    ("sunday", "hours_open"), [(date(2026, 3, 29), 5), (date(2026, 10, 25), 7)]
)
def test_where_clocks_change_each_slot_is_once_and_a_quarter_apart(
    room, pedro, business_rules, settings, sunday, hours_open
):
    settings.TIME_ZONE = "Europe/Madrid"
    business_rules(opening_hours=OpeningHours.parse("sun 00:00-06:00"))
    starts = [option.starts_at for option in free_options(studio(1), sunday, sunday, at=AT)]
    assert len(starts) == len(set(starts)) == (hours_open - 1) * 4 + 1
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(minutes=15)}


# Searching


def test_a_need_is_free_between_what_is_busy():
    def hour(clock: float) -> datetime:
        return datetime(2026, 4, 20, tzinfo=UTC) + timedelta(hours=clock)

    busy = [Period(hour(1), hour(2)), Period(hour(4), hour(5)), Period(hour(9), None)]
    need = Need(before=timedelta(minutes=30), after=timedelta(hours=1), busy=busy)
    starts = every_quarter(hour(0), hour(10))
    free = [(start - hour(0)) / timedelta(hours=1) for start in starts if need.is_free(start)]
    assert free == [0, 2.5, 2.75, 3, *[5.5 + quarter / 4 for quarter in range(11)]]
    assert Need(timedelta(0), timedelta(hours=1), []).is_free(hour(0))
    back_to_back = [Period(hour(1), hour(2)), Period(hour(2), hour(3))]
    assert not Need(timedelta(0), timedelta(hours=1), back_to_back).is_free(hour(2))


def test_every_quarter_includes_both_ends():
    start = datetime(2026, 4, 20, tzinfo=UTC)
    assert len(list(every_quarter(start, start + timedelta(hours=1)))) == 5
    assert list(every_quarter(start, start - timedelta(hours=1))) == []


# Queries


def test_the_number_of_queries_does_not_grow_with_the_studio(room, pedro, coordinator):
    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as one_time:
            ask(studio(), at_clock(10), coordinator)
        with CaptureQueriesContext(connection) as slots:
            free_options(studio(), DAY, DAY + timedelta(days=61), at=AT)
        return len(one_time), len(slots)

    assign(book(room=room), pedro)
    counted()  # who asks is asked for their rights once
    first = counted()
    for _ in range(2):
        UserFactory(roles=["photographer"])
        assign(book(), UserFactory(roles=["photographer"]))
        taken_to(Status.CONFIRMED, photographers_needed=2)
    assert counted() == first
