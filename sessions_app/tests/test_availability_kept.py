"""What availability promises can be had, and what it denies cannot (rules, sections 3 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Room
from catalog.tests.factories import RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import start_of, studio_day, studio_zone
from config.errors import DomainError
from sessions_app.actions import booking, team
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.actions.time_off import take_time_off
from sessions_app.models import SessionType
from sessions_app.policy.periods import Period
from sessions_app.queries.availability import Option, Wish, availability, free_options
from sessions_app.tests.builders import AT, DAY, SYSTEM
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
BEGIN = start_of(DAY)

quarters = st.integers(4 * 6, 4 * 20)  # of an hour, from the studio's midnight
lengths = st.sampled_from([Decimal("0.25"), Decimal("1.5"), Decimal("4"), Decimal("9")])
two = st.integers(0, 1)


@dataclass(frozen=True)
class Studio:
    """Two rooms, three photographers, one client."""

    rooms: list[Room]
    people: list[User]
    client: Client


@pytest.fixture
def open_studio(business_rules) -> Studio:
    business_rules(travel_minutes=30, room_turnaround_minutes=15)
    people = [UserFactory(roles=["photographer"]) for _ in range(3)]
    return Studio([RoomFactory(), RoomFactory()], people, ClientFactory())


@st.composite
def takings(draw: st.DrawFn) -> list[tuple]:
    """Draw what takes rooms and people: sessions, time off, maintenance."""
    kinds = st.sampled_from(["studio", "studio", "external", "external", "off", "shut", "closed"])
    return draw(
        st.lists(
            st.tuples(kinds, st.integers(0, 1), quarters, lengths, two, st.sets(st.integers(0, 2))),
            max_size=6,
        )
    )


@settings(
    max_examples=settings().max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example is undone
)
@given(
    takings(),
    st.sampled_from(list(SessionType)),
    quarters,
    lengths,
    st.integers(1, 3),
)
def test_what_is_offered_can_be_booked_and_staffed_and_what_is_not_cannot(
    open_studio, taken, session_type, quarter, hours, photographers
):
    with transaction.atomic():
        for one in taken:
            take(open_studio, *one)
        wish = Wish(session_type, timedelta(hours=float(hours)), photographers)
        starts_at = BEGIN + quarter * QUARTER
        local = starts_at.astimezone(studio_zone())
        found = availability(wish, local.date(), local.time(), viewer=None, at=AT)
        rooms = [one.id for one in found.rooms if one.is_free]
        people = [one.id for one in found.photographers if one.is_free]
        asked = Option(starts_at, starts_at + wish.length, rooms, people)
        assert can_be_had(open_studio, wish, asked) is found.is_available
        assert not any(
            can_be_had(open_studio, wish, Option(starts_at, asked.ends_at, [room.pk], people))
            for room in open_studio.rooms
            if wish.is_studio and room.pk not in rooms
        )
        for option in [*found.next_options[::2], *free_options(wish, DAY, DAY, at=AT)[::15]]:
            assert can_be_had(open_studio, wish, option)
            assert option.starts_at >= AT
        transaction.set_rollback(True)


def take(
    studio: Studio, kind: str, day: int, quarter: int, hours: Decimal, room: int, team_of_it: set
) -> None:
    """Take something at a time, unless something stands in the way of it."""
    starts_at = BEGIN + timedelta(days=day) + quarter * QUARTER
    period = Period(starts_at, starts_at + timedelta(hours=float(hours)))
    try:
        with transaction.atomic():
            if kind == "off":
                take_time_off(studio.people[room].pk, period, actor=SYSTEM, at=AT)
            elif kind == "shut":
                plan_maintenance(studio.rooms[room], period, actor=SYSTEM, at=AT)
            elif kind == "closed":
                start_maintenance(studio.rooms[room], actor=SYSTEM, at=AT)
            else:
                session_type = SessionType.STUDIO if kind == "studio" else SessionType.EXTERNAL
                wish = Wish(session_type, timedelta(hours=float(hours)))
                book(studio, wish, starts_at, [studio.rooms[room].pk], sorted(team_of_it))
    except DomainError:
        return


def can_be_had(studio: Studio, wish: Wish, option: Option) -> bool:
    """Tell whether a session can be booked in a room of an option, with as many of its people."""
    chosen = option.photographer_ids[: wish.photographers]
    if len(chosen) < wish.photographers or (wish.is_studio and not option.room_ids):
        return False
    try:
        with transaction.atomic():
            book(studio, wish, option.starts_at, option.room_ids, [])
            places = {person.pk: place for place, person in enumerate(studio.people)}
            transaction.set_rollback(True)
        with transaction.atomic():
            book(
                studio,
                wish,
                option.starts_at,
                option.room_ids[-1:],
                [places[pk] for pk in chosen],
            )
            transaction.set_rollback(True)
    except DomainError:
        return False
    return True


def book(
    studio: Studio, wish: Wish, starts_at: datetime, rooms: list[int], places: list[int]
) -> None:
    is_studio = wish.session_type == SessionType.STUDIO
    request = booking.Request(
        client_id=studio.client.pk,
        session_type=wish.session_type,
        session_date=studio_day(starts_at),
        session_time=starts_at.astimezone(studio_zone()).time(),
        estimated_duration_hours=Decimal(wish.length / timedelta(hours=1)),
        room_id=rooms[0] if is_studio else None,
        location="" if is_studio else "Antigua Guatemala",
    )
    session = booking.book(request, actor=SYSTEM, at=AT)
    for place in places:
        team.assign(session, studio.people[place].pk, actor=SYSTEM, at=AT)
